"""What is read beside the cells where it is asked for: comments, conversations, names; openpyxl is the oracle."""

from __future__ import annotations

import struct
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment as TheirComment
from openpyxl.workbook.defined_name import DefinedName

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Comment, Extra, Name, Span, position, span
from pipeline.rejections import FileRefusedError, Rejection
from pipeline.settings import PRODUCT, Limits
from tests.support.files import (
    PACKAGE,
    RELATED,
    STRICT,
    STRICT_RELATED,
    binary_row,
    package,
    record,
    rows,
    xls,
    xlsb,
)

LIMITS = Limits()
BOTH = Extra.COMMENTS | Extra.NAMES
ONE_CELL = rows('<row r="1"><c r="A1"><v>811</v></c></row>')
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TALK = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"


def refusal(path: Path, limits: Limits = LIMITS) -> Rejection:
    with pytest.raises(FileRefusedError) as caught:
        read_workbook(path, limits, extra=BOTH)
    return caught.value.rejection


# -- against openpyxl ----------------------------------------------------------------------------------------------


@pytest.fixture
def written(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    first, second = book.worksheets[0], book.create_sheet("L'été (1), !")
    first.title = "Activité"
    book.create_sheet("Vide")
    texts = ["remplacer par 812", "Ève :\ndeux lignes", "<&> \"'", " bords "]
    for row, text in enumerate(texts, start=1):
        first.cell(row, row, row).comment = TheirComment(text, "Ève" if row % 2 else "A & B")
    second["C7"].comment = TheirComment("sur une cellule vide", "Ève")
    for name, place in {
        "modele": "'L''été (1), !'!$A$1",
        "annee": "Activité!$B$2",
        "plage": "Activité!$A$1:$C$9",
        "sans_dollar": "Activité!A1",
        "formule": "SUM(Activité!$A$1:$A$9)",
        "constante": "19.6",
        "ailleurs": "[1]Feuil1!$A$1",
        "perdu": "#REF!",
        "deux": "Activité!$A$1,Activité!$B$1",
        "colonne": "Activité!$A:$A",
    }.items():
        book.defined_names[name] = DefinedName(name, attr_text=place)
    second.defined_names["locale"] = DefinedName("locale", attr_text="'L''été (1), !'!$D$4")
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def their_comments(path: Path) -> dict[str, list[Comment]]:
    return {
        sheet.title: [
            Comment(cell.row, cell.column, cell.comment.author, cell.comment.text)
            for row in sheet.iter_rows()
            for cell in row
            if cell.comment is not None and cell.row is not None and cell.column is not None
        ]
        for sheet in openpyxl.load_workbook(path).worksheets
    }


def our_comments(path: Path) -> dict[str, list[Comment]]:
    return {sheet.name: sorted(sheet.comments or []) for sheet in read_workbook(path, LIMITS, extra=BOTH).sheets}


def test_comments_are_read_as_openpyxl_reads_them(written: Path) -> None:
    assert our_comments(written) == their_comments(written)
    assert sum(map(len, our_comments(written).values())) == 5


def unquoted(sheet: str) -> str:
    """Return the name of a sheet, in which openpyxl leaves the apostrophes of a reference doubled."""
    return sheet.replace("''", "'")


RECEIVED = sorted((PRODUCT / "raw").glob("**/*.xlsx"))[::7]


@pytest.mark.parametrize("path", RECEIVED, ids=[path.stem for path in RECEIVED])
def test_received_workbooks_have_the_comments_and_names_that_openpyxl_finds(path: Path) -> None:
    assert our_comments(path) == their_comments(path)
    names = read_workbook(path, LIMITS, extra=BOTH).names
    assert names is not None
    assert {name.name for name in names if not name.scope} <= set(openpyxl.load_workbook(path).defined_names)


def test_names_lead_where_openpyxl_says_and_those_of_no_rectangle_are_left_out(written: Path) -> None:
    found = read_workbook(written, LIMITS, extra=BOTH).names
    assert found is not None
    book = openpyxl.load_workbook(written)
    kept = {"modele", "annee", "plage", "sans_dollar"}
    theirs = {
        (name, unquoted(sheet), span(reach), "")
        for name, defined in book.defined_names.items()
        if name in kept
        for sheet, reach in defined.destinations
    }
    theirs |= {
        (name, unquoted(sheet), span(reach), local.title)
        for local in book.worksheets
        for name, defined in local.defined_names.items()
        for sheet, reach in defined.destinations
    }
    assert set(map(tuple, found)) == theirs
    assert len(theirs) == 5


@pytest.mark.parametrize("extra", [Extra.NONE, Extra.COMMENTS, Extra.NAMES])
def test_what_nobody_asks_for_is_unknown(written: Path, extra: Extra) -> None:
    workbook = read_workbook(written, LIMITS, extra=extra)
    assert all((sheet.comments is not None) == (Extra.COMMENTS in extra) for sheet in workbook.sheets)
    assert (workbook.names is not None) == (Extra.NAMES in extra)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [("$B$2", (2, 2)), ("xfd1048576", (1048576, 16384)), ("XFE1", None), ("A0", None), ("A1:B2", None), ("", None)],
)
def test_an_address_is_a_place_on_the_grid_or_nothing(reference: str, expected: tuple[int, int] | None) -> None:
    assert position(reference) == expected


def test_a_range_is_a_rectangle_from_whichever_corner_it_is_written() -> None:
    assert span("B9:A$2") == span("$A2:B9") == Span(2, 1, 9, 2)
    assert span("A1") == Span(1, 1, 1, 1)
    assert span("A:A") is None


# -- parts written by hand -----------------------------------------------------------------------------------------


def relation(identifier: str, kind: str, target: str, root: str = RELATED) -> str:
    return f'<Relationship Id="{identifier}" Type="{root}/{kind}" Target="{target}"/>'


def listing(*relations: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}">{"".join(relations)}</Relationships>'


def comments_part(*comments: str, authors: str = "<author>Ève</author>", namespace: str = MAIN) -> str:
    return (
        f'<comments xmlns="{namespace}"><authors>{authors}</authors><commentList>{"".join(comments)}</commentList>'
        "</comments>"
    )


def note(reference: str, text: str, author: int = 0) -> str:
    return f'<comment ref="{reference}" authorId="{author}"><text><t>{text}</t></text></comment>'


def commented(path: Path, part: str | bytes, **more: str) -> Path:
    """Write a package of one sheet with the given comments part."""
    related = listing(relation("rId1", "comments", "../comments1.xml"))
    extra = {"xl/worksheets/_rels/sheet1.xml.rels": related, "xl/comments1.xml": part, **more}
    return package(path, {"Activité": ONE_CELL}, extra=extra)


def test_formatted_runs_are_one_text_and_phonetic_readings_none_of_it(tmp_path: Path) -> None:
    text = "<r><rPr><b/></rPr><t>Ève :</t></r><r><t xml:space='preserve'>\nremplacer par 812</t></r><rPh><t>x</t></rPh>"
    part = comments_part(f'<comment ref="A1" authorId="0"><text>{text}</text></comment>', note("B1", "x", author=7))
    assert our_comments(commented(tmp_path / "a.xlsx", part))["Activité"] == [
        Comment(1, 1, "Ève", "Ève :\nremplacer par 812"),
        Comment(1, 2, "", "x"),
    ]


def test_comments_and_names_of_a_strict_package_are_read(tmp_path: Path) -> None:
    path = package(
        tmp_path / "a.xlsx",
        {"Activité": rows('<row r="1"><c r="A1"><v>1</v></c></row>', namespace=STRICT)},
        styles=None,
        namespace=STRICT,
        related=STRICT_RELATED,
        extra={
            "xl/worksheets/_rels/sheet1.xml.rels": listing(
                relation("rId1", "comments", "../comments1.xml", STRICT_RELATED)
            ),
            "xl/comments1.xml": comments_part(note("A1", "strict"), namespace=STRICT),
        },
    )
    assert our_comments(path) == {"Activité": [Comment(1, 1, "Ève", "strict")]}


def test_a_conversation_is_read_voice_by_voice_and_what_stands_in_for_it_is_not(tmp_path: Path) -> None:
    people = (
        f'<personList xmlns="{TALK}"><person displayName="Ève" id="{{E}}"/><person displayName="A" id="{{A}}"/>'
        "</personList>"
    )
    talk = (
        f'<ThreadedComments xmlns="{TALK}"><threadedComment ref="A1" personId="{{E}}" id="{{1}}"><text>812 ?</text>'
        '</threadedComment><threadedComment ref="A1" personId="{A}" id="{2}" parentId="{1}"><text>oui &amp; non</text>'
        "</threadedComment></ThreadedComments>"
    )
    authors = "<author>tc={1}</author><author>Ève</author><author>tc={9}</author>"
    part = comments_part(note("A1", "[Commentaire]"), note("B1", "note", 1), note("C1", "orphelin", 2), authors=authors)
    path = package(
        tmp_path / "a.xlsx",
        {"Activité": ONE_CELL},
        more_relations=relation("rIdP", "person", "persons/person.xml"),
        extra={
            "xl/worksheets/_rels/sheet1.xml.rels": listing(
                relation("rId1", "comments", "../comments1.xml"),
                relation("rId2", "threadedComment", "../threadedComments/threadedComment1.xml"),
            ),
            "xl/comments1.xml": part,
            "xl/threadedComments/threadedComment1.xml": talk,
            "xl/persons/person.xml": people,
        },
    )
    (sheet,) = read_workbook(path, LIMITS, extra=BOTH).sheets
    assert sheet.comments == [
        Comment(1, 2, "Ève", "note"),
        Comment(1, 3, "", "orphelin"),
        Comment(1, 1, "Ève", "812 ?"),
        Comment(1, 1, "A", "oui & non"),
    ]


HOSTILE = {
    "a document type": ('<!DOCTYPE c [<!ENTITY a "aaaa">]>' + comments_part(note("A1", "&a;")), "DANGEREUX"),
    "another root": ("<worksheet/>", "CORROMPU"),
    "no XML": ("<comments", "CORROMPU"),
    "an impossible cell": (comments_part(note("A0", "x")), "CORROMPU"),
    "beyond the grid": (comments_part(note("XFE1", "x")), "CORROMPU"),
    "no cell at all": (comments_part("<comment/>"), "CORROMPU"),
}


@pytest.mark.parametrize(("part", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_part_is_refused_where_it_is_read_and_harmless_elsewhere(
    tmp_path: Path, part: str, reason: str
) -> None:
    path = commented(tmp_path / "a.xlsx", part)
    assert refusal(path).reason == reason
    assert [cell.value for cell in read_workbook(path, LIMITS).sheets[0].cells] == [811]


def test_an_absent_part_is_refused_where_it_is_read(tmp_path: Path) -> None:
    related = listing(relation("rId1", "comments", "../comments1.xml"))
    path = package(tmp_path / "a.xlsx", {"F": ONE_CELL}, extra={"xl/worksheets/_rels/sheet1.xml.rels": related})
    assert "xl/comments1.xml" in refusal(path).message_fr


def test_comments_count_against_the_limits_of_a_workbook(tmp_path: Path) -> None:
    many = commented(tmp_path / "a.xlsx", comments_part(*(note(f"A{row}", "x") for row in range(1, 12))))
    assert "nombre de commentaires" in refusal(many, Limits(cells=10)).message_fr
    assert len(our_comments(many)["Activité"]) == 11
    bomb = commented(tmp_path / "b.xlsx", comments_part(note("A1", "x" * 3_000_000)))
    allowed = Limits(uncompressed_bytes=1_000_000, compression_ratio=100_000)
    assert refusal(bomb, allowed).reason == "LIMITE_DEPASSEE"


# -- the other formats ---------------------------------------------------------------------------------------------


def old_name(name: str, row: int, column: int, scope: int = 0) -> bytes:
    """Return the record of a name that stands for one cell of the first sheet."""
    place = struct.pack("<BHHH", 0x3A, 0, row, column)
    return record(
        0x18, f"HBBHHH4xB{len(name)}s{len(place)}s", 0, 0, len(name), len(place), 0, scope, 0, name.encode(), place
    )


def old_note(row: int, column: int, author: str, text: str, number: int) -> bytes:
    """Return the records of a note: the object, its text, and the cell that it is about."""
    return (
        record(0x5D, "HHHHH12xHH", 0x15, 18, 0x19, number, 0, 0, 0)
        + record(0x1B6, "HH6xHHI", 0, 0, len(text), 16, 0)
        + record(0x3C, f"B{len(text)}s", 0, text.encode("latin-1"))
        + record(0x3C, "HH4xHH4x", 0, 0, len(text), 0)
        + record(0x1C, f"HHHHHB{len(author)}sx", row, column, 0, number, len(author), 0, author.encode("latin-1"))
    )


def test_an_xls_tells_its_comments_and_names(tmp_path: Path) -> None:
    cell = record(0x0203, "HHHd", 0, 0, 0, 811.0)
    names = (
        record(0x1AE, "HH", 1, 0x0401)
        + record(0x17, "HHHH", 1, 0, 0, 0)
        + old_name("modele", 2, 1)
        + old_name("locale", 0, 0, scope=1)
    )
    path = xls(tmp_path / "a.xls", {"Feuille": (0, cell + old_note(0, 0, "Eve", "remplacer par 812", 1))}, names=names)
    workbook = read_workbook(path, LIMITS, extra=BOTH)
    assert workbook.sheets[0].comments == [Comment(1, 1, "Eve", "remplacer par 812")]
    assert workbook.names == [
        Name("modele", "Feuille", Span(3, 2, 3, 2)),
        Name("locale", "Feuille", Span(1, 1, 1, 1), "Feuille"),
    ]
    untold = read_workbook(path, LIMITS)
    assert (untold.names, untold.sheets[0].comments) == (None, None)


def test_what_a_library_cannot_tell_stays_unknown(tmp_path: Path) -> None:
    binary = xlsb(tmp_path / "a.xlsb", {"F": (0, binary_row(0, {0: (4, b"\x01")}))})
    text = tmp_path / "a.csv"
    text.write_text("a;b\n1;2\n", encoding="utf-8")
    for path in (binary, text):
        workbook = read_workbook(path, LIMITS, extra=BOTH)
        assert (workbook.names, workbook.sheets[0].comments) == (None, None)
