"""The language itself: its schema, its reference page, the proposal for an unknown workbook and the picture."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from rich.console import Console

from pipeline.cells.workbook import Span, Workbook
from pipeline.cli import commands
from pipeline.layouts import extract, load_layouts
from pipeline.layouts.authoring.preview import STYLES, as_page, claims, in_terminal
from pipeline.layouts.authoring.propose import draft
from pipeline.layouts.language import Column, Context, Layout, RowRule, Section, Table
from pipeline.layouts.layout_files import layout_schema, read_layout
from pipeline.settings import PRODUCT
from pipeline.vocabulary import indicators
from tests.support.sheets import figures, sheet

FOLDER = PRODUCT / "sources"
PAGE = (PRODUCT / "docs" / "layouts.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)

HEAD = 'source = "made_up"\nversion = 1\ntitle_fr = "Inventé"\nauthority = 1\n'
TABLE = '[[tables]]\nname = "t"\n[[tables.columns]]\nfield = "indicator"\nheaders = ["x"]\nrequired = true\n'


def completed(example: str) -> str:
    """Return an example as a whole layout."""
    if "source = " in example:
        return example
    if "[[tables]]" in example:
        return HEAD + example
    return HEAD + (TABLE + example if "[[tables." in example else example + TABLE)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_of_the_reference_page_is_read(example: str) -> None:
    assert read_layout(completed(example), "example").tables


def test_the_reference_page_speaks_of_every_word_of_the_language() -> None:
    words = {name for entry in (Layout, Table, Column, Context, Section, RowRule) for name in entry.model_fields}
    shown = "\n".join(EXAMPLES)
    missing = sorted(word for word in words if not re.search(rf"\b{word}\b", shown))
    assert missing == []


def test_the_committed_schema_is_that_of_the_language_and_every_layout_refers_to_it() -> None:
    assert (FOLDER / "layout.schema.json").read_text(encoding="utf-8") == layout_schema()
    for path in FOLDER.glob("*.toml"):
        assert path.read_text(encoding="utf-8").startswith("#:schema ./layout.schema.json\n"), path.name


def test_the_schema_explains_every_word() -> None:
    schema = json.loads(layout_schema())
    entries = [schema, *schema["$defs"].values()]
    assert all("description" in word for entry in entries for word in entry["properties"].values())
    assert all(entry["additionalProperties"] is False for entry in entries)


# -- layout new --------------------------------------------------------------------------------------------------

RETURN = [
    ["Bilan inventé"], ["Région :", "Bretagne"], ["Date de publication :", "3 mars 2022"], [],
    ["Indicateur", "2020", "2021 (p)", "Unité", "Divers"],
    ["Livraisons", 1, 2, "logements", "abc"], ["Agréments", "3", "nd", "logements", "def"],
]  # fmt: skip


def test_a_proposal_for_a_plain_workbook_reads_it_at_once() -> None:
    book = Workbook("text", [sheet("Bilan", RETURN), sheet("Mémo", [["rien"]])])  # type: ignore[arg-type]
    text = draft(book, "made_up")
    layout = read_layout(text, "draft")
    extraction = extract(book, layout)
    assert [(f[0], f[1], f[3]) for f in figures(extraction)] == [
        ("deliveries", "53", 1.0), ("deliveries", "53", 2.0), ("approvals", "53", 3.0), ("approvals", "53", None),
    ]  # fmt: skip
    assert extraction.rejections == []
    assert layout.scopes == ("action_logement",)
    assert "# Not recognised: abc, def" in text
    assert layout.is_note_sheet("Mémo")


def test_a_proposal_tells_territories_codes_periods_parts_and_breakdowns_apart() -> None:
    rows: list[list[object]] = [["ANNEE", "MOIS", "code dep", "nom", "region", "serie", "log_aut"]]
    for month in ("01", "02", "03"):
        rows += [["2021", month, "29", "Finistère", "Bretagne", kind, "12"] for kind in ("Brute", "CVS")]
    text = draft(Workbook("text", [sheet("x", rows)]), "made_up")
    (table,) = read_layout(text, "draft").tables
    assert {(c.key, *c.headers) for c in table.columns} == {
        ("period:year", "ANNEE"), ("period:month", "MOIS"), ("code", "code dep"), ("territory", "nom"),
        ("parent", "region"), ("breakdown", "serie"), ("value", "log_aut"),
    }  # fmt: skip
    assert '# fixed = { indicator = "' in text


@pytest.mark.parametrize("dots", ["", " ....."])
def test_a_proposal_names_the_fewest_scopes_that_resolve_what_was_found(dots: str) -> None:
    """Two scopes have wordings for what starts; with both of them, one of these would stand for two indicators."""
    permits: list[list[object]] = [[f"Logements autorisés{dots}", 5], [f"Logements commencés{dots}", 4]]
    book = Workbook("xlsx", [sheet("x", [["Nature", "2021"], *permits])])
    layout = read_layout(draft(book, "made_up").replace("# fixed", "fixed"), "draft")
    assert layout.scopes == ("context",)
    assert len(figures(extract(book, layout))) == 2
    both = Workbook("xlsx", [sheet("x", [["Nature", "2021"], permits[0], ["Livraisons", 3]])])
    assert read_layout(draft(both, "made_up"), "draft").scopes == ("action_logement", "context")


def test_a_row_of_figures_is_no_header_and_blank_rows_within_a_table_are_proposed() -> None:
    rows: list[list[object]] = [
        ["Nature", "Bretagne", "Finistère"], [], ["Agréments", 7.2, 4.1], ["Livraisons", 6.2, 3.1],
        [], ["Réhabilitations", 1, 2], [], [], [], ["Nature", "Corse"], ["Agréments", 5],
    ]  # fmt: skip
    text = draft(Workbook("xlsx", [sheet("2021", rows)]), "made_up")
    first, second = read_layout(text, "draft").tables
    columns = [(c.field, c.headers, c.named_by) for c in first.columns]
    assert columns == [("indicator", ("Nature",), ()), ("value", (), ("territory",))]
    assert (first.blank_rows, second.blank_rows) == (1, 0)


@pytest.mark.parametrize(
    ("header", "units"), [("Un.", ["?", "€"]), ("Exprimé en", ["logements", "M€"]), ("x", ["%", "%"])]
)
def test_a_column_of_which_every_cell_reads_as_a_unit_is_one(header: str, units: list[str]) -> None:
    rows: list[list[object]] = [["Nature", "2021", header], ["Agréments", 1, units[0]], ["Livraisons", 2, units[1]]]
    (table,) = read_layout(draft(Workbook("xlsx", [sheet("x", rows)]), "made_up"), "draft").tables
    assert [(c.field, *c.headers) for c in table.columns if c.headers] == [("indicator", "Nature"), ("unit", header)]


def test_what_names_a_unit_and_an_indicator_is_a_unit_beside_a_column_of_indicators_alone() -> None:
    rows: list[list[object]] = [
        ["Nature", "2021", "Sorte"],
        ["Agréments", 1, "logements"],
        ["Livraisons", 2, "logements"],
    ]
    (table,) = read_layout(draft(Workbook("xlsx", [sheet("x", rows)]), "made_up"), "draft").tables
    assert [c.field for c in table.columns if c.headers] == ["indicator", "unit"]
    alone = [row[1:] for row in rows]
    (table,) = read_layout(draft(Workbook("xlsx", [sheet("x", alone)]), "made_up"), "draft").tables
    assert [c.field for c in table.columns if c.headers] == ["indicator"]


@pytest.mark.parametrize(
    ("names", "period"),
    [(["2020", "2021"], "2021"), (["Année 2020", "Année 2021"], "Année 2021"), (["Bilan 2020", "Bilan 2021"], "2021")],
)
def test_a_sheet_for_each_year_is_read_by_its_name(names: list[str], period: str) -> None:
    rows: list[list[object]] = [["Région", "Livraisons", "Agréments"], ["Bretagne", 1, 2], ["Corse", 3, 4]]
    book = Workbook("xlsx", [sheet(name, rows) for name in names])
    layout = read_layout(draft(book, "made_up"), "draft")
    (context,) = layout.contexts
    read = re.search(context.sheet_name, names[1])
    assert (context.field, read and read[1]) == ("period", period)
    extraction = extract(book, layout)
    assert (len(figures(extraction)), extraction.rejections) == (8, [])


def test_the_names_of_sheets_are_not_asked_for_a_period_that_the_tables_state() -> None:
    rows: list[list[object]] = [["Région", "Année", "Livraisons"], ["Bretagne", 2021, 2], ["Corse", 2021, 4]]
    assert "sheet_name" not in draft(Workbook("xlsx", [sheet("2020", rows)]), "made_up")


def test_rows_and_columns_of_totals_are_proposed_as_such() -> None:
    rows: list[list[object]] = [
        ["Nature", "Bretagne", "Corse", "Ensemble"], ["Livraisons", 1, 2, 3], ["Agréments", 3, 4, 7],
        ["Total", 4, 6, 10],
    ]  # fmt: skip
    book = Workbook("xlsx", [sheet("2021", rows)])
    layout = read_layout(draft(book, "made_up").replace("# fixed", "fixed"), "draft")
    (table,) = layout.tables
    assert table.total_words == ("Total", "Ensemble")
    assert [column.headers for column in table.columns] == [("Nature",), ()]
    totals = {total for _, total, _ in extract(book, layout).parts}
    assert totals == {"D2", "D3"}


def test_a_row_that_holds_a_year_or_a_region_alone_is_proposed_as_a_section() -> None:
    rows: list[list[object]] = [
        ["Mois", "Livraisons", "Agréments"], [2020], ["janvier", 1, 2], ["février", 3, 4], [2021], ["janvier", 5, 6],
    ]  # fmt: skip
    book = Workbook("xlsx", [sheet("2021", rows)])
    layout = read_layout(draft(book, "made_up").replace("# fixed", "fixed"), "draft")
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
    (table,) = read_layout(draft(Workbook("xlsx", [sheet("x", rows)]), "made_up"), "draft").tables
    assert [(section.field, section.levels) for section in table.sections] == [("territory", ("region",))]
    assert (table.total_words, table.grand_total_words) == (("Total",), ("Total général",))
    assert (table.columns[0].field, table.columns[0].levels) == ("territory", ("department",))


@pytest.mark.parametrize(("header", "near"), [("Taux (%)", ""), ("1", ""), ("Livraison", "Livraisons"), ("Zzz", "")])
def test_a_label_is_proposed_for_a_wording_only_where_it_is_near(header: str, near: str) -> None:
    rows: list[list[object]] = [["Nature", "Agréments", "Livraisons", header], ["x", 1, 2, 3], ["y", 3, 4, 5]]
    proposed = re.findall(r'# fixed = { indicator = "(.*)" }', draft(Workbook("xlsx", [sheet("x", rows)]), "made_up"))
    assert proposed == [near and indicators.resolve_indicator(near, ("action_logement",)).label_fr]  # type: ignore[union-attr]


def test_columns_of_one_header_are_told_apart_by_what_stands_over_them() -> None:
    rows: list[list[object]] = [
        ["en M€"], ["Région", "Agréments", None, "Livraisons", None], [None, "Nombre", "Montant", "Nombre", "Montant"],
        ["Bretagne", 1, 2, 3, 4], ["Corse", 5, 6, 7, 8],
    ]  # fmt: skip
    merges = [Span(2, 1, 3, 1), Span(2, 2, 2, 3), Span(2, 4, 2, 5)]
    book = Workbook("xlsx", [sheet("2021", rows, merges=merges)])
    text = draft(book, "made_up")
    assert '# field = "unit"' in text  # of the amounts, and not of the counts
    layout = read_layout(text, "draft")
    values = [column for column in layout.tables[0].columns if column.field == "value"]
    assert [(*c.headers, *c.under, *c.fixed.values()) for c in values] == [
        ("Nombre", "Agréments", "Agréments"), ("Montant", "Agréments"),
        ("Nombre", "Livraisons", "Livraisons"), ("Montant", "Livraisons"),
    ]  # fmt: skip
    found = [(figure[0], figure[3]) for figure in figures(extract(book, layout))]
    assert found == [("approvals", 1.0), ("deliveries", 3.0), ("approvals", 5.0), ("deliveries", 7.0)]


def test_a_title_says_what_its_table_does_not() -> None:
    across: list[list[object]] = [
        ["Mises en chantier par région, 2021"],
        [],
        ["Année", "Bretagne"],
        [2020, 1],
        [2021, 2],
    ]
    layout = read_layout(draft(Workbook("xlsx", [sheet("x", across)]), "made_up"), "draft")
    assert [(c.field, c.pattern) for c in layout.contexts] == [("indicator", r"(Mises\s+en\s+chantier)")]
    down: list[list[object]] = [
        ["Nombre de choses, France entière"],
        [],
        ["Nature", 2021],
        ["Agréments", 1],
        ["Livraisons", 2],
    ]
    book = Workbook("xlsx", [sheet("x", down)])
    layout = read_layout(draft(book, "made_up"), "draft")
    assert [(c.field, c.pattern) for c in layout.contexts] == [("territory", r"(France\s+entière)")]
    assert [figure[:2] for figure in figures(extract(book, layout))] == [("approvals", "FR"), ("deliveries", "FR")]


@pytest.mark.parametrize(("title", "years"), [("Bilan 2021", ["2021"]), ("Programme 2020-2022", [])])
def test_the_only_year_of_a_title_is_that_of_a_table_that_states_none(title: str, years: list[str]) -> None:
    rows: list[list[object]] = [[title], [], ["Région", "Livraisons"], ["Corse", 1], ["Bretagne", 2]]
    book = Workbook("xlsx", [sheet("x", rows)])
    layout = read_layout(draft(book, "made_up"), "draft")
    assert [found for c in layout.contexts for found in re.findall(c.pattern, title)] == years
    assert len(figures(extract(book, layout))) == 2 * len(years)


def test_a_title_names_no_indicator_for_columns_unlike_each_other_nor_by_its_first_words_alone() -> None:
    unlike: list[list[object]] = [
        ["Mises en chantier par région"],
        [],
        ["Région", "T1", "x"],
        ["Corse", 1, 2],
        ["Bretagne", 3, 4],
    ]
    assert "[[contexts]]" not in draft(Workbook("xlsx", [sheet("x", unlike)]), "made_up")
    longer: list[list[object]] = [["Livraisons annulées par région"], [], ["Année", "Corse"], [2020, 1], [2021, 2]]
    assert "[[contexts]]" not in draft(Workbook("xlsx", [sheet("x", longer)]), "made_up")


@pytest.mark.parametrize(
    "rows", [[["seul"]], [["m. Dupont"]], [[1, 2], [3, 4]], [["a", "b"]], [[None, "x"], [None, None, 3]]]
)
def test_a_proposal_for_anything_is_a_layout(rows: list[list[object]]) -> None:
    book = Workbook("xlsx", [sheet('Fe"uille\\', rows), sheet("Cachée", [[1]], visibility="hidden")])
    text = draft(book, "made_up")
    assert read_layout(text, "draft").source == "made_up"
    assert 'The sheet "Cachée" is hidden' in text


def test_tables_of_one_kind_on_many_sheets_are_proposed_once_with_their_header_rows() -> None:
    rows: list[list[object]] = [["Région", "Parc", None], [None, "2020", "2021"], ["Bretagne", 1, 2], ["Corse", 3, 4]]
    merges = [Span(1, 1, 2, 1), Span(1, 2, 1, 3)]
    book = Workbook("xlsx", [sheet(str(year), rows, merges=merges) for year in range(2000, 2010)])
    layout = read_layout(draft(book, "made_up"), "draft")
    (table,) = layout.tables
    assert (table.sheets, table.header_rows) == (("*",), 2)
    assert [c.named_by for c in table.columns if c.field == "value"] == [("period", "indicator")]


# -- layout test -------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    book = openpyxl.Workbook()
    book.active.title = "Bilan"
    for row in RETURN:
        book.active.append(row)
    book.save(tmp_path / "bilan.xlsx")
    layout = tmp_path / "made_up.toml"
    layout.write_text(CliRunner().invoke(commands, ["layout", "new", str(tmp_path / "bilan.xlsx")]).output, "utf-8")
    return layout, tmp_path / "bilan.xlsx"


def test_the_commands_propose_a_layout_and_show_what_it_claims(files: tuple[Path, Path], tmp_path: Path) -> None:
    layout, file = files
    assert 'source = "bilan"' in layout.read_text("utf-8")
    page = tmp_path / "page.html"
    result = CliRunner().invoke(commands, ["layout", "test", str(layout), str(file), "--html", str(page)])
    assert result.exit_code == 0
    assert "4 × observation" in result.output
    assert "\x1b[" not in result.output  # colours on a terminal only
    html = page.read_text("utf-8")
    assert '<td class="indicator" title="A6, indicator: Livraisons">Livraisons</td>' in html
    assert '<td class="period" title="B5, period: 2020">2020</td>' in html
    assert '<td class="value" title="B6, value: 1">1</td>' in html
    assert "http" not in html  # it needs nothing else
    assert "<script" not in html


def test_a_table_wider_than_its_terminal_keeps_its_row_numbers() -> None:
    book = Workbook("xlsx", [sheet("Large", [[f"colonne {column}" for column in range(12)]] * 12)])
    extraction = extract(book, load_layouts()["regional_return"])
    console = Console(width=60, file=io.StringIO(), soft_wrap=True)
    console.print(in_terminal(book.sheets[0], claims(book, load_layouts()["regional_return"], extraction)))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert [line.split("│")[1].strip() for line in lines if line.startswith("│")] == [str(n) for n in range(1, 13)]


def test_comments_and_named_cells_count_where_a_layout_is_tried_out(files: tuple[Path, Path]) -> None:
    layout, file = files
    book = openpyxl.load_workbook(file)
    book["Bilan"]["B6"].comment = Comment("remplacer par 812", "Ève")
    book["Bilan"]["H1"] = "made_up v0"
    book.defined_names["modele"] = DefinedName("modele", attr_text="Bilan!$H$1")
    book.save(file)
    asks = '[[contexts]]\nfield = "template"\ndefined_name = "modele"\n'
    text = layout.read_text("utf-8").replace("[[contexts]]", f"{asks}\n[[contexts]]", 1)
    layout.write_text(f'comments = "remark"\n{text}', "utf-8")
    result = CliRunner().invoke(commands, ["layout", "test", str(layout), str(file), "--json"])
    assert {"COMMENTAIRE", "MODELE_DIFFERENT"} <= {item["reason"] for item in json.loads(result.output)["rejections"]}


def test_texts_whose_bytes_were_decoded_wrongly_are_repaired_as_in_a_load(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in RETURN[1:]:
        book.active.append([cell.encode().decode("cp1252") if isinstance(cell, str) else cell for cell in row])
    book.save(tmp_path / "bilan.xlsx")
    proposed = CliRunner().invoke(commands, ["layout", "new", str(tmp_path / "bilan.xlsx")]).output
    assert 'labels = ["Région"]' in proposed
    (tmp_path / "made_up.toml").write_text(proposed, "utf-8")
    given = [str(tmp_path / "made_up.toml"), str(tmp_path / "bilan.xlsx"), "--json"]
    told = json.loads(CliRunner().invoke(commands, ["layout", "test", *given]).output)
    assert told["rows"]["observation"] == 4
    assert "TEXTE_REPARE" in {item["reason"] for item in told["rejections"]}


def test_what_is_left_is_said_and_ends_with_a_code(files: tuple[Path, Path]) -> None:
    layout, file = files
    layout.write_text(layout.read_text("utf-8").replace('headers = ["Divers"]', 'headers = ["Autre"]'), "utf-8")
    result = CliRunner().invoke(commands, ["layout", "test", str(layout), str(file), "--json"])
    assert result.exit_code == 1
    told = json.loads(result.output)
    assert told["cells"]["Bilan"]["unclaimed"] == 3
    assert {r["reason"] for r in told["rejections"]} == {"COLONNE_INCONNUE", "CELLULE_NON_RECLAMEE", "NOMBRE_TEXTE"}
    layout.write_text("source = 1", "utf-8")
    assert CliRunner().invoke(commands, ["layout", "test", str(layout), str(file)]).exit_code == 2
    assert CliRunner().invoke(commands, ["layout", "test", "no_such_source", str(file)]).exit_code == 2


def test_a_file_that_cannot_be_read_is_said_in_one_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    result = CliRunner().invoke(commands, ["layout", "new", str(broken)])
    assert result.exit_code == 2
    assert "b.xlsx" in result.output


def test_the_picture_escapes_what_a_hostile_cell_holds_and_knows_every_role() -> None:
    rows = [*RETURN, [None, None, None, None, None, "<script>alert(1)</script>"]]
    book = Workbook("xlsx", [sheet("<b>", rows)])  # type: ignore[arg-type]
    layout = load_layouts()["regional_return"]
    extraction = extract(book, layout)
    found = claims(book, layout, extraction)
    assert set(found.values()) <= set(STYLES)
    assert "<script" not in as_page(book, found, extraction)


def test_what_identifies_a_sheet_is_no_header_though_no_blank_row_and_no_colon_part_them() -> None:
    rows: list[list[object]] = [["Région", "Bretagne"], ["Indicateur", "Année", "Valeur"], ["Livraisons", 2021, 6]]
    book = Workbook("xlsx", [sheet("Bilan", rows)])
    extraction = extract(book, read_layout(draft(book, "made_up"), "made_up.toml"))
    assert [(f[0], f[1], f[3]) for f in figures(extraction)] == [("deliveries", "53", 6.0)]
    assert extraction.rejections == []


def test_the_schema_command_prints_the_schema(tmp_path: Path) -> None:
    assert CliRunner().invoke(commands, ["layout", "schema"]).output == layout_schema()
    assert CliRunner().invoke(commands, ["layout", "schema", str(tmp_path / "new" / "s.json")]).exit_code == 0
    assert (tmp_path / "new" / "s.json").read_text("utf-8") == layout_schema()
    elsewhere = CliRunner().invoke(commands, ["layout", "schema", str(tmp_path / "new" / "s.json" / "t.json")])
    assert elsewhere.exit_code == 2
    assert "t.json cannot be written" in elsewhere.output
