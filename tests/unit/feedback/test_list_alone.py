"""Workbooks that cannot be annotated: they get the list alone, and are left untouched."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from pipeline.feedback.annotate import annotate, list_alone
from pipeline.feedback.listing import SHEET
from pipeline.feedback.styles import MARKED_RGB
from pipeline.layouts.frames import frames_of
from pipeline.reading.files import ReceivedFile, read_file
from pipeline.rejections import Rejection
from pipeline.rejections.copies import AUTHOR, TEXT_SHEET
from tests.support import files as made
from tests.support.annotating import (
    LIMITS,
    added_before,
    annotated,
    made_plain,
    parts,
    rejected,
    rewritten,
    texts,
    verdict,
)
from tests.support.files import RELATED, STRICT, STRICT_RELATED


def strict(folder: Path) -> Path:
    sheet = made.rows('<row r="2"><c r="B2"><v>1</v></c></row>', namespace=STRICT)
    return made.package(folder / "a.xlsx", {"Activité": sheet}, styles=None, namespace=STRICT, related=STRICT_RELATED)


def conversation(folder: Path) -> Path:
    path = made_plain(folder)
    book = load_workbook(path)
    book["Activité"]["B2"].comment = Comment("[Conversation] …", "tc={0000}")
    book.save(path)
    return path


def test_a_conversation_is_left_alone_and_the_list_tells_what_is_wrong_with_its_cell(tmp_path: Path) -> None:
    copy = annotated(conversation(tmp_path), rejected("B2"), rejected("B3", ""))
    sheet = load_workbook(copy)["Activité"]
    assert (sheet["B2"].comment.author, sheet["B2"].comment.text) == ("tc={0000}", "[Conversation] …")
    assert sheet["B3"].comment.author == AUTHOR
    assert {sheet[cell].fill.fgColor.rgb for cell in ("B2", "B3")} == {MARKED_RGB}
    assert [row[2] for row in texts(copy)[5:7]] == ["B2", "B3"]


def entities(folder: Path) -> Path:
    path = conversation(folder)
    (name,) = [name for name in parts(path) if re.search(r"comment\d*\.xml$", name)]
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    return rewritten(path, {name: lambda data: added_before(b"<comments", bomb)(data)})


def shared(folder: Path) -> Path:
    relation = f'<Relationship Id="rIdR" Type="{RELATED}/revisionHeaders" Target="revisions/h.xml"/>'.encode()
    return rewritten(
        made_plain(folder),
        {
            "xl/_rels/workbook.xml.rels": added_before(b"</Relationships>", relation),
            "xl/revisions/h.xml": b"<headers/>",
        },
    )


def wide_characters(folder: Path) -> Path:
    return rewritten(
        made_plain(folder),
        {
            "xl/styles.xml": lambda data: (
                data.decode().replace("UTF-8", "UTF-16").replace("utf-8", "utf-16").encode("utf-16")
            )
        },
    )


def without_styles(folder: Path) -> Path:
    return made.package(
        folder / "a.xlsx", {"Activité": made.rows('<row r="2"><c r="B2"><v>1</v></c></row>')}, styles=None
    )


def strange_drawings(folder: Path) -> Path:
    path = made_plain(folder)
    book = load_workbook(path)
    book["Activité"]["A1"].comment = Comment("x", "y")
    book.save(path)
    (name,) = [name for name in parts(path) if name.endswith(".vml")]
    return rewritten(path, {name: b"<xml xmlns:v='urn:made-up'></xml>"})


def old_excel(folder: Path) -> Path:
    return made.xls(folder / "a.xls", {"Activité": (0, made.record(0x0203, "HHHd", 1, 1, 0, 5.0))})


def open_document(folder: Path) -> Path:
    cell = '<table:table-row><table:table-cell office:value-type="float" office:value="5"/></table:table-row>'
    return made.open_document(folder / "a.ods", cell)


def longer_than_a_sheet(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text("x" + "\n" * 1_048_576 + "x\n", encoding="utf-8")
    return path


def wider_than_a_sheet(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text(";" * 16_384 + "x\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (longer_than_a_sheet, "plus grand qu'une feuille"),
        (wider_than_a_sheet, "plus grand qu'une feuille"),
        (strict, "format Strict Open XML"),
        (shared, "classeur partagé"),
        (entities, "il ne peut pas être lu"),
        (wide_characters, "codage inhabituel"),
        (without_styles, "styles inhabituels"),
        (strange_drawings, "dessins inhabituels"),
        (old_excel, "format .xls"),
        (open_document, "format .ods"),
    ],
)
def test_what_is_unusual_gets_the_list_alone_and_is_left_untouched(tmp_path: Path, make: Any, why: str) -> None:
    path = make(tmp_path)
    before = path.read_bytes()
    copy = annotated(path, rejected("B2"))
    assert copy.name == f"{path.stem} - liste des corrections.xlsx"
    assert load_workbook(copy).sheetnames == [SHEET]
    assert why in str(texts(copy)[3][0])
    assert any(row[2:4] == ["B2", "12 34"] for row in texts(copy))
    assert path.read_bytes() == before
    assert [found.name for found in copy.parent.iterdir()] == [copy.name]


@pytest.mark.parametrize("reason", ["PASSWORD", "CORROMPU", "DANGEREUX", "LIMITE_DEPASSEE", "TYPE_FICHIER"])
def test_a_file_that_was_refused_whole_is_not_opened_again(tmp_path: Path, reason: str) -> None:
    words = {"limit": "taille", "found": "x", "expected": "y"}
    (tmp_path / "returned").mkdir()
    whole = verdict(Rejection(reason, words=dict(words)).message(), file="bilan.xls")
    name = annotate(tmp_path / "absent", whole, tmp_path / "returned", LIMITS)
    assert [row[5] for row in texts(tmp_path / "returned" / name)[6:7]] == [reason]


def test_an_annotated_copy_in_which_a_cell_would_change_is_not_sent(
    busy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil = added_before(b"</sheetData>", b'<row r="99"><c r="A99"><v>5</v></c></row>')
    monkeypatch.setattr("pipeline.feedback.sheet_parts.spliced", lambda data, _: spoil(data))
    copy = annotated(busy, rejected("B2"))
    assert [found.name for found in copy.parent.iterdir()] == [copy.name] == ["bilan - liste des corrections.xlsx"]


def test_an_annotated_copy_in_which_a_comment_of_the_sender_would_change_is_not_sent(
    busy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.feedback.comment_parts._pieces", lambda *_: [])
    copy = annotated(busy, rejected("B3", "7"))
    assert copy.name == "bilan - liste des corrections.xlsx"
    assert "contenu inhabituel" in str(texts(copy)[3][0])


def test_a_text_becomes_an_annotated_workbook(tmp_path: Path) -> None:
    path = tmp_path / "bilan [2024].csv"
    path.write_text("Indicateur;Valeur\n=Livraisons;12 34\n", encoding="utf-8")
    copy = annotated(path, rejected("B2", sheet="bilan [2024]"))
    book = load_workbook(copy)
    assert (copy.name, book.sheetnames) == ("bilan [2024].xlsx", [SHEET, TEXT_SHEET])
    sheet = book[TEXT_SHEET]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=Livraisons", "s")
    assert sheet["B2"].fill.fgColor.rgb == MARKED_RGB
    assert "pas lisible" in sheet["B2"].comment.text
    assert [sheet.column_dimensions[column].width for column in "AB"] == [12, 10]
    links = [cell.hyperlink.location for row in book[SHEET].iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'Texte envoyé'!B2"]
    first = copy.read_bytes()
    assert annotated(path, rejected("B2", sheet="bilan [2024]")).read_bytes() == first


def test_an_annotated_text_that_comes_back_loads_as_the_text_did(tmp_path: Path) -> None:
    path = tmp_path / "act.csv"
    path.write_text(
        "Région;Bretagne\nDate d'envoi;15/03/2022\n\nIndicateur;Année;Valeur\nLivraisons;2021;12\n"
        "Agréments;2021;1 234\nMénages logés;2021;7\n",
        encoding="utf-8",
    )
    copy = annotated(path, rejected("C5", sheet="act"))
    text, workbook = (
        read_file(ReceivedFile(sent, "regional_return", None, sent.name), LIMITS) for sent in (path, copy)
    )
    assert text.rejections == workbook.rejections == []
    of_text, of_workbook = (frames_of([read])["observation"].drop("sheet") for read in (text, workbook))
    assert (of_text.height, of_workbook.equals(of_text)) == (3, True)


def test_the_list_alone_that_is_sent_instead_of_the_workbook_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / list_alone(verdict(rejected("B2")), tmp_path, "essai")
    read = read_file(ReceivedFile(path, "regional_return", None, path.name), LIMITS)
    assert [refused.reason for refused in read.rejections] == ["LISTE_SEULE"]
