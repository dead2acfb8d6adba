"""The proposal of a layout for an unknown workbook. Every figure here is invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cells.workbook import Span, Workbook
from pipeline.cli import commands
from pipeline.layouts import extract
from pipeline.layouts.authoring.propose import propose
from pipeline.layouts.layout_files import read_layout
from pipeline.vocabulary import indicators
from tests.support.sheets import Rows, figures, observations_of, refusals, sheet

RETURN: Rows = [
    ["Bilan inventé"], ["Région :", "Bretagne"], ["Date de publication :", "3 mars 2022"], [],
    ["Indicateur", "2020", "2021 (p)", "Unité", "Divers"],
    ["Livraisons", 1, 2, "logements", "abc"], ["Agréments", "3", "nd", "logements", "def"],
]  # fmt: skip


def test_a_proposal_for_a_plain_workbook_reads_it_at_once() -> None:
    book = Workbook("text", [sheet("Bilan", RETURN), sheet("Mémo", [["rien"]])])
    text = propose(book, "made_up")
    layout = read_layout(text, "proposal")
    extraction = extract(book, layout)
    assert [(f[0], f[1], f[3]) for f in figures(extraction)] == [
        ("deliveries", "53", 1.0), ("deliveries", "53", 2.0), ("approvals", "53", 3.0), ("approvals", "53", None),
    ]  # fmt: skip
    assert extraction.rejections == []
    assert layout.scopes == ("action_logement",)
    assert "# Not recognised: abc, def" in text
    assert layout.is_note_sheet("Mémo")


def test_a_proposal_says_where_it_goes_and_what_its_lines_mean_to_an_editor() -> None:
    text = propose(Workbook("text", [sheet("Bilan", RETURN)]), "made_up")
    schema, *head = text.split('source = "made_up"')[0].splitlines()
    assert schema == "#:schema ./layout.schema.json"
    assert "sources/made_up.toml" in " ".join(head)


def test_a_proposal_tells_territories_codes_periods_parts_and_breakdowns_apart() -> None:
    rows: Rows = [["ANNEE", "MOIS", "code dep", "nom", "region", "serie", "log_aut"]]
    for month in ("01", "02", "03"):
        rows += [["2021", month, "29", "Finistère", "Bretagne", kind, "12"] for kind in ("Brute", "CVS")]
    text = propose(Workbook("text", [sheet("x", rows)]), "made_up")
    (table,) = read_layout(text, "proposal").tables
    assert {(c.key, *c.headers) for c in table.columns} == {
        ("period:year", "ANNEE"), ("period:month", "MOIS"), ("code", "code dep"), ("territory", "nom"),
        ("parent", "region"), ("breakdown", "serie"), ("value", "log_aut"),
    }  # fmt: skip
    assert '# fixed = { indicator = "' in text


@pytest.mark.parametrize("dots", ["", " ....."])
def test_a_proposal_names_the_fewest_scopes_that_resolve_what_was_found(dots: str) -> None:
    """Two scopes have wordings for what starts; with both of them, one of these would stand for two indicators."""
    permits: Rows = [[f"Logements autorisés{dots}", 5], [f"Logements commencés{dots}", 4]]
    book = Workbook("xlsx", [sheet("x", [["Nature", "2021"], *permits])])
    layout = read_layout(propose(book, "made_up").replace("# fixed", "fixed"), "proposal")
    assert layout.scopes == ("context",)
    assert len(figures(extract(book, layout))) == 2
    both = Workbook("xlsx", [sheet("x", [["Nature", "2021"], permits[0], ["Livraisons", 3]])])
    assert read_layout(propose(both, "made_up"), "proposal").scopes == ("action_logement", "context")


def test_a_row_of_figures_is_no_header_and_blank_rows_within_a_table_are_proposed() -> None:
    rows: Rows = [
        ["Nature", "Bretagne", "Finistère"], [], ["Agréments", 7.2, 4.1], ["Livraisons", 6.2, 3.1],
        [], ["Réhabilitations", 1, 2], [], [], [], ["Nature", "Corse"], ["Agréments", 5],
    ]  # fmt: skip
    text = propose(Workbook("xlsx", [sheet("2021", rows)]), "made_up")
    first, second = read_layout(text, "proposal").tables
    columns = [(c.field, c.headers, c.named_by) for c in first.columns]
    assert columns == [("indicator", ("Nature",), ()), ("value", (), ("territory",))]
    assert (first.blank_rows, second.blank_rows) == (1, 0)


@pytest.mark.parametrize(
    ("header", "units"), [("Un.", ["?", "€"]), ("Exprimé en", ["logements", "M€"]), ("x", ["%", "%"])]
)
def test_a_column_of_which_every_cell_reads_as_a_unit_is_one(header: str, units: list[str]) -> None:
    rows: Rows = [["Nature", "2021", header], ["Agréments", 1, units[0]], ["Livraisons", 2, units[1]]]
    (table,) = read_layout(propose(Workbook("xlsx", [sheet("x", rows)]), "made_up"), "proposal").tables
    assert [(c.field, *c.headers) for c in table.columns if c.headers] == [("indicator", "Nature"), ("unit", header)]


def test_what_names_a_unit_and_an_indicator_is_a_unit_beside_a_column_of_indicators_alone() -> None:
    rows: Rows = [
        ["Nature", "2021", "Sorte"],
        ["Agréments", 1, "logements"],
        ["Livraisons", 2, "logements"],
    ]
    (table,) = read_layout(propose(Workbook("xlsx", [sheet("x", rows)]), "made_up"), "proposal").tables
    assert [c.field for c in table.columns if c.headers] == ["indicator", "unit"]
    alone = [row[1:] for row in rows]
    (table,) = read_layout(propose(Workbook("xlsx", [sheet("x", alone)]), "made_up"), "proposal").tables
    assert [c.field for c in table.columns if c.headers] == ["indicator"]


@pytest.mark.parametrize(
    ("names", "period"),
    [(["2020", "2021"], "2021"), (["Année 2020", "Année 2021"], "Année 2021"), (["Bilan 2020", "Bilan 2021"], "2021")],
)
def test_a_sheet_for_each_year_is_read_by_its_name(names: list[str], period: str) -> None:
    rows: Rows = [["Région", "Livraisons", "Agréments"], ["Bretagne", 1, 2], ["Corse", 3, 4]]
    book = Workbook("xlsx", [sheet(name, rows) for name in names])
    layout = read_layout(propose(book, "made_up"), "proposal")
    (context,) = layout.contexts
    read = re.search(context.sheet_name, names[1])
    assert (context.field, read and read[1]) == ("period", period)
    extraction = extract(book, layout)
    assert (len(figures(extraction)), extraction.rejections) == (8, [])


def test_the_names_of_sheets_are_not_asked_for_a_period_that_the_tables_state() -> None:
    rows: Rows = [["Région", "Année", "Livraisons"], ["Bretagne", 2021, 2], ["Corse", 2021, 4]]
    assert "sheet_name" not in propose(Workbook("xlsx", [sheet("2020", rows)]), "made_up")


def test_rows_and_columns_of_totals_are_proposed_as_such() -> None:
    rows: Rows = [
        ["Nature", "Bretagne", "Corse", "Ensemble"], ["Livraisons", 1, 2, 3], ["Agréments", 3, 4, 7],
        ["Total", 4, 6, 10],
    ]  # fmt: skip
    book = Workbook("xlsx", [sheet("2021", rows)])
    layout = read_layout(propose(book, "made_up").replace("# fixed", "fixed"), "proposal")
    (table,) = layout.tables
    assert table.total_words == ("Total", "Ensemble")
    assert [column.headers for column in table.columns] == [("Nature",), ()]
    totals = {total for _, total, _ in extract(book, layout).parts}
    assert totals == {"D2", "D3"}


def test_a_row_that_holds_a_year_or_a_region_alone_is_proposed_as_a_section() -> None:
    rows: Rows = [
        ["Mois", "Livraisons", "Agréments"], [2020], ["janvier", 1, 2], ["février", 3, 4], [2021], ["janvier", 5, 6],
    ]  # fmt: skip
    book = Workbook("xlsx", [sheet("2021", rows)])
    layout = read_layout(propose(book, "made_up").replace("# fixed", "fixed"), "proposal")
    assert [section.key for section in layout.tables[0].sections] == ["period:year"]
    assert not layout.contexts
    assert len(figures(extract(book, layout))) == 6
    rows = [
        ["Département", "Livraisons"],
        ["BRETAGNE"],
        ["Finistère", 1],
        ["Total", 1],
        ["CORSE"],
        ["Total général", 5],
    ]
    (table,) = read_layout(propose(Workbook("xlsx", [sheet("x", rows)]), "made_up"), "proposal").tables
    assert [(section.field, section.levels) for section in table.sections] == [("territory", ("region",))]
    assert (table.total_words, table.grand_total_words) == (("Total",), ("Total général",))
    assert (table.columns[0].field, table.columns[0].levels) == ("territory", ("department",))


@pytest.mark.parametrize(("header", "near"), [("Taux (%)", ""), ("1", ""), ("Livraison", "Livraisons"), ("Zzz", "")])
def test_a_label_is_proposed_for_a_wording_only_where_it_is_near(header: str, near: str) -> None:
    rows: Rows = [["Nature", "Agréments", "Livraisons", header], ["x", 1, 2, 3], ["y", 3, 4, 5]]
    proposed = re.findall(r'# fixed = { indicator = "(.*)" }', propose(Workbook("xlsx", [sheet("x", rows)]), "made_up"))
    assert proposed == [near and indicators.resolve_indicator(near, ("action_logement",)).label_fr]  # type: ignore[union-attr]


def test_columns_of_one_header_are_told_apart_by_what_stands_over_them() -> None:
    rows: Rows = [
        ["en M€"], ["Région", "Agréments", None, "Livraisons", None], [None, "Nombre", "Montant", "Nombre", "Montant"],
        ["Bretagne", 1, 2, 3, 4], ["Corse", 5, 6, 7, 8],
    ]  # fmt: skip
    merges = [Span(2, 1, 3, 1), Span(2, 2, 2, 3), Span(2, 4, 2, 5)]
    book = Workbook("xlsx", [sheet("2021", rows, merges=merges)])
    text = propose(book, "made_up")
    assert '# field = "unit"' in text  # of the amounts, and not of the counts
    layout = read_layout(text, "proposal")
    values = [column for column in layout.tables[0].columns if column.field == "value"]
    assert [(*c.headers, *c.under, *c.fixed.values()) for c in values] == [
        ("Nombre", "Agréments", "Agréments"), ("Montant", "Agréments"),
        ("Nombre", "Livraisons", "Livraisons"), ("Montant", "Livraisons"),
    ]  # fmt: skip
    found = [(figure[0], figure[3]) for figure in figures(extract(book, layout))]
    assert found == [("approvals", 1.0), ("deliveries", 3.0), ("approvals", 5.0), ("deliveries", 7.0)]


def test_a_title_says_what_its_table_does_not() -> None:
    across: Rows = [
        ["Mises en chantier par région, 2021"],
        [],
        ["Année", "Bretagne"],
        [2020, 1],
        [2021, 2],
    ]
    layout = read_layout(propose(Workbook("xlsx", [sheet("x", across)]), "made_up"), "proposal")
    assert [(c.field, c.pattern) for c in layout.contexts] == [("indicator", r"(Mises\s+en\s+chantier)")]
    down: Rows = [
        ["Nombre de choses, France entière"],
        [],
        ["Nature", 2021],
        ["Agréments", 1],
        ["Livraisons", 2],
    ]
    book = Workbook("xlsx", [sheet("x", down)])
    layout = read_layout(propose(book, "made_up"), "proposal")
    assert [(c.field, c.pattern) for c in layout.contexts] == [("territory", r"(France\s+entière)")]
    assert [figure[:2] for figure in figures(extract(book, layout))] == [("approvals", "FR"), ("deliveries", "FR")]


@pytest.mark.parametrize(("title", "years"), [("Bilan 2021", ["2021"]), ("Programme 2020-2022", [])])
def test_the_only_year_of_a_title_is_that_of_a_table_that_states_none(title: str, years: list[str]) -> None:
    rows: Rows = [[title], [], ["Région", "Livraisons"], ["Corse", 1], ["Bretagne", 2]]
    book = Workbook("xlsx", [sheet("x", rows)])
    layout = read_layout(propose(book, "made_up"), "proposal")
    assert [found for c in layout.contexts for found in re.findall(c.pattern, title)] == years
    assert len(figures(extract(book, layout))) == 2 * len(years)


def test_a_title_names_no_indicator_for_columns_unlike_each_other_nor_by_its_first_words_alone() -> None:
    unlike: Rows = [
        ["Mises en chantier par région"],
        [],
        ["Région", "T1", "x"],
        ["Corse", 1, 2],
        ["Bretagne", 3, 4],
    ]
    assert "[[contexts]]" not in propose(Workbook("xlsx", [sheet("x", unlike)]), "made_up")
    longer: Rows = [["Livraisons annulées par région"], [], ["Année", "Corse"], [2020, 1], [2021, 2]]
    assert "[[contexts]]" not in propose(Workbook("xlsx", [sheet("x", longer)]), "made_up")


@pytest.mark.parametrize(
    "rows", [[["seul"]], [["m. Dupont"]], [[1, 2], [3, 4]], [["a", "b"]], [[None, "x"], [None, None, 3]]]
)
def test_a_proposal_for_anything_is_a_layout(rows: Rows) -> None:
    book = Workbook("xlsx", [sheet('Fe"uille\\', rows), sheet("Cachée", [[1]], visibility="hidden")])
    text = propose(book, "made_up")
    assert read_layout(text, "proposal").source == "made_up"
    assert 'The sheet "Cachée" is hidden' in text


def test_tables_of_one_kind_on_many_sheets_are_proposed_once_with_their_header_rows() -> None:
    rows: Rows = [["Région", "Parc", None], [None, "2020", "2021"], ["Bretagne", 1, 2], ["Corse", 3, 4]]
    merges = [Span(1, 1, 2, 1), Span(1, 2, 1, 3)]
    book = Workbook("xlsx", [sheet(str(year), rows, merges=merges) for year in range(2000, 2010)])
    layout = read_layout(propose(book, "made_up"), "proposal")
    (table,) = layout.tables
    assert (table.sheets, table.header_rows) == (("*",), 2)
    assert [c.named_by for c in table.columns if c.field == "value"] == [("period", "indicator")]


def test_a_proposal_for_tables_side_by_side_reads_them_at_once() -> None:
    rows: Rows = [
        ["Indicateur", 2020, 2021, None, "Indicateur", 2019],
        ["Livraisons", 1, 2, None, "Agréments", 30],
        ["Agréments", 3, 4],
        ["Source : à gauche"],
    ]
    book = Workbook("xlsx", [sheet("Tableau", rows)])
    proposed = propose(book, "made_up").replace("# fixed =", "fixed =")
    assert "side_by_side = true" in proposed
    extraction = extract(book, read_layout(proposed, "made_up.toml"))
    assert refusals(extraction) == {}
    assert sorted(float(str(f[3])) for f in figures(extraction)) == [1.0, 2.0, 3.0, 4.0, 30.0]


def test_what_identifies_a_sheet_is_no_header_though_no_blank_row_and_no_colon_part_them() -> None:
    rows: Rows = [["Région", "Bretagne"], ["Indicateur", "Année", "Valeur"], ["Livraisons", 2021, 6]]
    book = Workbook("xlsx", [sheet("Bilan", rows)])
    extraction = extract(book, read_layout(propose(book, "made_up"), "made_up.toml"))
    assert [(f[0], f[1], f[3]) for f in figures(extraction)] == [("deliveries", "53", 6.0)]
    assert extraction.rejections == []


def test_a_file_that_cannot_be_read_is_said_in_one_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    result = CliRunner().invoke(commands, ["layout", "new", str(broken)])
    assert result.exit_code == 2
    assert "b.xlsx" in result.output


@pytest.mark.parametrize("header", ["Champ", "Périmètre", "Qui"])
def test_whose_activity_a_column_says_is_proposed_and_not_ignored(header: str) -> None:
    rows: Rows = [["Indicateur", "Année", "Valeur", header], ["Livraisons", 2021, 7, "tous les bailleurs sociaux"]]
    text = propose(Workbook("xlsx", [sheet("x", [["Région :", "Bretagne"], [], *rows])]), "made_up")
    (table,) = read_layout(text, "proposal").tables
    assert [column.field for column in table.columns if column.headers == (header,)] == ["population"]


def test_a_wording_that_another_scope_gives_another_meaning_is_told_of() -> None:
    rows: Rows = [["Nature", "2021"], ["Mises en chantier", 4], ["Livraisons", 3]]
    text = propose(Workbook("xlsx", [sheet("x", rows)]), "made_up")
    assert 'Another indicator in another scope: "Mises en chantier" (context: started_dwellings).' in text
    assert "Another indicator" not in propose(Workbook("text", [sheet("Bilan", RETURN)]), "made_up")


@pytest.mark.parametrize(("beside", "read"), [("Livraisons", "starts"), ("Logements autorisés", "started_dwellings")])
def test_what_a_wording_of_two_meanings_means_is_told_by_another_one_or_left_to_a_human(beside: str, read: str) -> None:
    rows: Rows = [["Nature", "2021"], ["Logements commencés", 4]]
    region: Rows = [["Région :", "Bretagne"], []]
    alone = Workbook("xlsx", [sheet("x", [*region, *rows])])
    text = propose(alone, "made_up")
    assert "nothing tells which: keep the one meant" in text
    assert figures(extract(alone, read_layout(text, "made_up.toml"))) == []
    both = Workbook("xlsx", [sheet("x", [*region, *rows, [beside, 3]])])
    assert read in [f[0] for f in figures(extract(both, read_layout(propose(both, "made_up"), "made_up.toml")))]


def test_the_one_column_that_tells_rows_apart_is_a_breakdown_and_of_two_none_is_guessed() -> None:
    head: Rows = [["Région :", "Bretagne"], []]
    rows: Rows = [["Indicateur", "Type", "Année", "Valeur"]]
    rows += [["Livraisons", kind, 2021, number] for kind, number in (("Maisons", 1), ("Appartements", 2), ("Total", 3))]
    book = Workbook("xlsx", [sheet("x", [*head, *rows])])
    (table,) = read_layout(propose(book, "made_up"), "proposal").tables
    assert [(c.field, c.whole) for c in table.columns if c.headers == ("Type",)] == [("breakdown", ("Total",))]
    twice = [[*row[:2], other, *row[2:]] for row, other in zip(rows, ["Détail", "a", "b", "c"], strict=True)]
    text = propose(Workbook("xlsx", [sheet("x", [*head, *twice])]), "made_up")
    assert "Rows differ by a column" in text


@pytest.mark.parametrize(("second", "is_proved"), [("1,234", True), ("12,5", False)])
def test_a_comma_that_figures_prove_to_part_thousands_is_declared(second: str, is_proved: bool) -> None:
    rows: Rows = [["Région :", "Bretagne"], [], ["Nature", "2020", "2021"], ["Livraisons", "1,234,567", second]]
    book = Workbook("text", [sheet("x", rows)])
    text = propose(book, "made_up")
    assert ('comma = "thousands"' in text) is is_proved
    if is_proved:
        assert [f[3] for f in figures(extract(book, read_layout(text, "made_up.toml")))] == [1234567.0, 1234.0]


def test_a_mark_that_the_notes_explain_is_declared() -> None:
    rows: Rows = [["Région :", "Bretagne"], [], ["Nature", "2020", "2021*"], ["Livraisons", 1, 2], []]
    for note, declared in (("* données provisoires", True), ("* y compris les foyers", False)):
        book = Workbook("text", [sheet("x", [*rows, [note]])])
        text = propose(book, "made_up")
        assert ("marks = {" in text) is declared
        found = observations_of(extract(book, read_layout(text, "made_up.toml")))
        assert [row["obs_status"] for row in found] == ["A", "P" if declared else "A"]
