"""The picture of what a layout claims, in a terminal, as a page and as JSON. Every figure here is invented."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from rich.console import Console

from pipeline.cells.workbook import Workbook
from pipeline.cli import commands
from pipeline.layouts import extract, load_layouts
from pipeline.layouts.authoring.causes import Told, causes
from pipeline.layouts.authoring.picture import Pictured, as_page
from pipeline.layouts.authoring.preview import STYLES, claims, in_terminal
from tests.support.sheets import sheet
from tests.support.workbooks import worksheet
from tests.unit.layouts.authoring.test_propose import RETURN


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    book = openpyxl.Workbook()
    worksheet(book).title = "Bilan"
    for row in RETURN:
        worksheet(book).append(row)
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
        worksheet(book).append([cell.encode().decode("cp1252") if isinstance(cell, str) else cell for cell in row])
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
    (line,) = {r["author_hint"] for r in told["rejections"]} - {""}  # what its author may add, which no sender reads
    assert 'headers = ["Autre", "Divers"]' in line
    assert line in " ".join(CliRunner().invoke(commands, ["layout", "test", str(layout), str(file)]).output.split())
    layout.write_text("source = 1", "utf-8")
    assert CliRunner().invoke(commands, ["layout", "test", str(layout), str(file)]).exit_code == 2
    assert CliRunner().invoke(commands, ["layout", "test", "no_such_source", str(file)]).exit_code == 2


def test_the_picture_escapes_what_a_hostile_cell_holds_and_knows_every_role() -> None:
    rows = [*RETURN, [None, None, None, None, None, "<script>alert(1)</script>"]]
    book = Workbook("xlsx", [sheet("<b>", rows)])
    layout = load_layouts()["regional_return"]
    extraction = extract(book, layout)
    found = claims(book, layout, extraction)
    assert set(found.values()) <= set(STYLES)
    told = [Told(rejection.message()) for rejection in extraction.rejections]
    page = as_page("<i>", [Pictured("<u>", book.sheets, found, told, causes(told))], ["<s>"], "fr")
    assert not any(tag in page for tag in ("<script", "<b>alert", "<i>", "<u>", "<s>", '<b>"', "#<b>"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
