"""The whole flow on made-up returns: what is received, refused, published, cached, and what survives a failure."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.intake import events
from pipeline.load import load
from pipeline.proof.verify import verify
from pipeline.reading import cache
from pipeline.settings import Settings
from pipeline.vocabulary.territories import current_regions
from pipeline.warehouse.audit import AuditFailedError
from pipeline.warehouse.releases import published_release
from tests.support.installations import begin_with
from tests.support.loading import BRETAGNE, CORSE, ROWS, one_return, query, tables
from tests.support.workbooks import regional_return


@pytest.fixture
def loaded(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return begin_with(one_return, settings, tmp_path_factory)


def test_a_return_becomes_kpis(loaded: Settings) -> None:
    assert query(loaded, "SELECT region, year, households_housed, aid_amount_eur FROM kpi.regional") == [
        ("Bretagne", 2021, 1234.0, 2_500_000.0)
    ]
    assert query(loaded, "SELECT status, accepted, rejected FROM fact.submission") == [("accepted", 2, 0)]


def test_the_returns_of_all_regions_that_name_themselves_make_the_nation(settings: Settings) -> None:
    header = ("Indicateur", "Territoire", "Année", "Valeur")
    for number, region in enumerate(current_regions(), start=1):
        rows = [["Livraisons", region.name, 2021, 100 * number]]
        path = settings.raw / f"regional_return/{region.slug}/bilan.xlsx"
        regional_return(path, rows, region=region.name, header=header)
    load(settings)
    assert query(settings, "FROM fact.rejection") == []
    assert query(settings, "SELECT DISTINCT territory_level FROM fact.observation") == [("region",)]
    told = "SELECT value, basis, regions_reporting, regions_expected FROM kpi.national WHERE indicator = 'deliveries'"
    assert query(settings, told) == [(100 * sum(range(1, 19)), "sum_of_regions", 18, 18)]


def test_every_table_and_column_of_the_release_is_commented(loaded: Settings) -> None:
    assert query(loaded, "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND comment IS NULL") == []
    assert (
        query(loaded, "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL")
        == []
    )
    macros = "SELECT function_name FROM duckdb_functions() WHERE NOT internal AND comment IS NULL"
    assert query(loaded, macros) == []


def test_a_load_reads_the_ledger_once_and_indexes_each_folder_of_the_cache_once(
    loaded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: Counter[str] = Counter()
    lines, summaries = events._events, cache._summaries

    def count(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*given: Any) -> Any:
            counted[what] += 1
            return function(*given)

        return counting

    monkeypatch.setattr(events, "_events", count("ledger", lines))
    monkeypatch.setattr(cache, "_summaries", count("cache", summaries))
    regional_return(loaded.raw / CORSE, ROWS, region="Corse")
    load(loaded)
    assert counted == {"ledger": 1, "cache": 2}  # the folder that was there, and the one that came


def test_the_second_load_reads_nothing_again_and_publishes_nothing_new(loaded: Settings) -> None:
    before = published_release(loaded)
    report = load(loaded)
    assert (report.read, report.cached, report.is_new_release) == ([], 1, False)
    assert published_release(loaded) == before


def test_a_warm_load_equals_a_cold_one_table_by_table(loaded: Settings) -> None:
    regional_return(
        loaded.raw / CORSE, [["Livraisons", 2021, "12", None], ["Livraisons", 2021, "13", None]], region="Corse"
    )
    load(loaded)
    warm = tables(loaded)
    for folder in ("cache", "work", "releases"):
        shutil.rmtree(loaded.warehouse / folder)
    loaded.release_file.unlink()
    report = load(loaded)
    assert report.read == [BRETAGNE, CORSE]
    cold = tables(loaded)
    assert warm.keys() == cold.keys()
    for name, frame in cold.items():
        assert frame.equals(warm[name]), name


BAD: list[tuple[str, dict[str, Any], list[list[Any]], str, str]] = [
    ("an unknown indicator", {}, [["Ménages perchés", 2021, "5", None]], "INDICATEUR_INCONNU", "A7"),
    ("a negative count", {}, [["Livraisons", 2021, -5, None]], "VALEUR_NEGATIVE", "C7"),
    ("a year in the future", {}, [["Livraisons", 2031, "5", None]], "ANNEE_FUTURE", "C7"),
    ("a duplicate line", {}, [["Livraisons", 2021, "5", None]] * 2, "LIGNE_EN_DOUBLE", "C8"),
    ("an unreadable number", {}, [["Livraisons", 2021, "12 34", None]], "NOMBRE_ILLISIBLE", "C7"),
    ("another unit", {}, [["Livraisons", 2021, "5 M€", None]], "UNITE_INATTENDUE", "C7"),
    ("an unreadable period", {}, [["Livraisons", "hier", "5", None]], "PERIODE_ILLISIBLE", "B7"),
    ("another region's folder", {"region": "Corse"}, ROWS, "REGION_INATTENDUE", ""),
    ("an unknown region", {"region": "Atlantide"}, ROWS, "TERRITOIRE_INCONNU", "B2"),
    ("an unreadable date of issue", {"issued": "31/02/2022"}, ROWS, "EMISSION_ILLISIBLE", "B3"),
    ("a date of issue that lies ahead", {"issued": "15/03/2072"}, ROWS, "EMISSION_FUTURE", "B3"),
    ("a title of targets", {"above": {"Objectifs 2022": None}}, ROWS, "PAS_UN_RESULTAT", "A4"),
    ("an unknown header", {"header": ("Quoi", "Quand", "Combien", "De quoi")}, ROWS, "TABLEAU_ABSENT", "A6"),
    (
        "a total that is not the sum",
        {"header": ("Indicateur", "Année", "Valeur", "Territoire")},
        [["Livraisons", 2021, n, t] for t, n in {"Finistère": 5, "Morbihan": 6, "Total": 12}.items()],
        "TOTAL_INCOHERENT",
        "C9",
    ),
]


def bad(name: str) -> str:
    return f"regional_return/bretagne/{name}.xlsx"


def every_defect(settings: Settings) -> None:
    for name, options, rows, _, _ in BAD:
        regional_return(settings.raw / bad(name), rows, **options)
    regional_return(settings.raw / CORSE, ROWS[:1], region="Corse")
    load(settings)


@pytest.mark.parametrize(("name", "reason", "cell"), [(name, reason, cell) for name, _, _, reason, cell in BAD])
def test_each_defect_has_its_reason_and_its_cell_and_never_stops_the_good_file(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, name: str, reason: str, cell: str
) -> None:
    loaded = begin_with(every_defect, settings, tmp_path_factory)
    refused = query(loaded, "SELECT file, reason, cell, message_fr, message_en FROM fact.rejection")
    assert (bad(name), reason, cell) in [row[:3] for row in refused]
    assert all(row[0] != CORSE and row[3] and row[4] for row in refused)
    assert query(loaded, "SELECT households_housed FROM kpi.regional WHERE region = 'Corse'") == [(1234.0,)]


def test_a_file_that_is_no_workbook_is_refused_and_kept(settings: Settings) -> None:
    path = settings.raw / BRETAGNE
    path.parent.mkdir(parents=True)
    path.write_bytes(b"%PDF-1.7 not a workbook")
    regional_return(settings.raw / CORSE, ROWS, region="Corse")
    load(settings)
    assert query(settings, "SELECT file, reason FROM fact.rejection") == [(BRETAGNE, "TYPE_FICHIER")]
    assert query(settings, "SELECT status FROM fact.submission WHERE file LIKE '%bretagne%'") == [("rejected",)]


def test_a_workbook_in_the_wrong_folder_and_in_the_right_one_is_accepted(settings: Settings) -> None:
    path = regional_return(settings.raw / BRETAGNE, ROWS, region="Corse")
    load(settings)
    assert query(settings, "SELECT reason FROM fact.rejection") == [("REGION_INATTENDUE",)]
    right = settings.raw / CORSE
    right.parent.mkdir()
    shutil.copy(path, right)
    load(settings)
    assert query(settings, "SELECT count(*) FROM fact.rejection") == [(0,)]
    assert query(settings, "SELECT region FROM kpi.regional") == [("Corse",)]


def test_a_folder_that_is_no_source_is_said_so(settings: Settings) -> None:
    regional_return(settings.raw / "elsewhere/bilan.xlsx", ROWS)
    regional_return(settings.raw / "regional_return/atlantide/bilan.xlsx", ROWS, region="Corse")
    load(settings)
    assert query(settings, "SELECT DISTINCT reason FROM fact.rejection") == [("SOURCE_INCONNUE",)]


def test_a_later_return_makes_a_new_vintage_and_erases_nothing(loaded: Settings) -> None:
    regional_return(loaded.raw / BRETAGNE, [["Ménages logés", 2021, "1 240", None]], issued="15/06/2022")
    load(loaded)
    history = "SELECT value, superseded_on IS NULL FROM fact.observation_history WHERE indicator = 'households_housed'"
    assert sorted(query(loaded, history)) == [(1234.0, False), (1240.0, True)]
    assert query(loaded, "SELECT households_housed, aid_amount_eur FROM kpi.regional") == [(1240.0, 2_500_000.0)]
    as_of = "SELECT households_housed FROM kpi.regional_as_of(DATE '2022-04-01')"
    assert query(loaded, as_of) == [(1234.0,)]


def test_every_non_empty_cell_has_one_role_and_every_value_an_end(loaded: Settings) -> None:
    regional_return(loaded.raw / CORSE, [["Livraisons", 2021, "12", None], ["x", "y", "z", "t"]], region="Corse")
    load(loaded)
    check = "SELECT passed FROM audit.check WHERE check_name = 'every_value_cell_has_an_end'"
    assert query(loaded, check) == [(True,)]
    duplicates = "SELECT submission_id, sheet, cell FROM audit.cell_coverage GROUP BY ALL HAVING count(*) > 1"
    assert query(loaded, duplicates) == []


def test_a_failed_audit_leaves_the_published_release_in_place_and_says_so(loaded: Settings, tmp_path: Path) -> None:
    before = published_release(loaded)
    sql = tmp_path / "sql"
    shutil.copytree(loaded.sql, sql)
    (sql / "checks" / "made_up.sql").write_text(
        '/*\nrelation = "kpi.regional"\nblocking = true\nen = "Made up."\nfr = "Inventé."\n*/\nFROM kpi.regional'
    )
    with pytest.raises(AuditFailedError, match="made_up"):
        load(loaded.changed(sql=sql))
    assert published_release(loaded) == before
    assert load(loaded).release == before


# One file makes a KPI: how many households are housed in all, each year.
HOUSED = """/*
row_en = "One year." \nrow_fr = "Une année."\nkey = ["year"]\ncolumns = ["year", "households_housed"]
{header}
[describe.year]
type = "INTEGER"\nen = "Year."\nfr = "Année."
*/
SELECT year, sum(value) AS households_housed
FROM fact.annual_as_of(DATE '9999-12-31') WHERE indicator = 'households_housed' GROUP BY year
"""


LINKS = """lineage = '''
SELECT
    indicator AS figure, 'national' AS territory_level, 'FR' AS territory_code, CAST(year AS VARCHAR) AS period,
    'all' AS item, value AS figure_value, 'part' AS role, observation_id
FROM fact.annual_as_of(DATE '9999-12-31') WHERE indicator = '{linked}'
'''
shown = '''
SELECT 'households_housed' AS figure, 'national' AS territory_level, 'FR' AS territory_code,
       CAST(year AS VARCHAR) AS period, 'all' AS item, 'part' AS role, 1 AS cells
FROM kpi.housed WHERE year > {after}
'''"""


def test_what_tells_of_the_audit_keeps_its_contract_too(loaded: Settings, tmp_path: Path) -> None:
    before = published_release(loaded)
    sql = tmp_path / "sql"
    shutil.copytree(loaded.sql, sql)
    told = sql / "audit" / "check.sql"
    text = told.read_text(encoding="utf-8")
    blank = text.replace(
        "SELECT check_name, relation_name,", "SELECT check_name, nullif(relation_name, relation_name) AS relation_name,"
    )
    assert blank != text
    told.write_text(blank, encoding="utf-8")
    with pytest.raises(AuditFailedError, match=r"contract_audit_check: \d+ wrong rows"):
        load(loaded.changed(sql=sql))
    assert published_release(loaded) == before


def with_kpi(settings: Settings, folder: Path, header: str) -> Settings:
    """Settings with the SQL of others and one KPI more, kpi.housed, of this header."""
    shutil.copytree(settings.sql, folder)
    (folder / "kpi" / "housed.sql").write_text(HOUSED.format(header=header), encoding="utf-8")
    return settings.changed(sql=folder)


def test_a_kpi_of_one_file_leads_to_its_cells(loaded: Settings, tmp_path: Path) -> None:
    load(with_kpi(loaded, tmp_path / "sql", LINKS.format(linked="households_housed", after=0)))
    assert query(loaded, "FROM kpi.housed") == [(2021, 1234.0)]
    linked = "SELECT figure, period, input_territory_code FROM audit.lineage WHERE relation_name = 'kpi.housed'"
    assert query(loaded, linked) == [("households_housed", "2021", "53")]


@pytest.mark.parametrize(("linked", "after"), [("starts", 0), ("households_housed", 2021)])
def test_a_kpi_that_leads_to_no_cell_or_shows_no_figure_stops_the_load(
    loaded: Settings, tmp_path: Path, linked: str, after: int
) -> None:
    before = published_release(loaded)
    message = r"every_kpi_figure_has_its_cells: 1 wrong row.*\n  relation_name: kpi\.housed"
    with pytest.raises(AuditFailedError, match=message):
        load(with_kpi(loaded, tmp_path / "sql", LINKS.format(linked=linked, after=after)))
    assert published_release(loaded) == before


def test_a_kpi_that_does_not_say_how_it_leads_to_cells_stops_the_load(loaded: Settings, tmp_path: Path) -> None:
    before = published_release(loaded)
    with pytest.raises(ValueError, match=r"kpi/housed\.sql: .*add lineage and shown, each one SELECT"):
        load(with_kpi(loaded, tmp_path / "sql", ""))
    assert published_release(loaded) == before


def test_what_came_file_by_file_is_packed_and_found_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MOST_SMALL", 2)
    for number in range(4):
        regional_return(
            settings.raw / f"regional_return/bretagne/bilan-{number}.xlsx", [["Agréments", 2018 + number, "77", None]]
        )
        report = load(settings)
        assert len(report.read) == 1
    assert len(list(settings.cache.iterdir())) == 2
    again = load(settings, force=True)
    assert (again.read, again.cached) == ([], 4)
    assert verify(settings).is_equal


def test_an_empty_raw_folder_publishes_an_empty_warehouse(settings: Settings) -> None:
    settings.raw.mkdir()
    load(settings)
    assert query(settings, "SELECT count(*) FROM kpi.regional_latest") == [(18,)]
    assert query(settings, "SELECT count(*) FROM fact.observation") == [(0,)]
