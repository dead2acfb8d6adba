"""What is printed above and below the pages of a sheet. All of it is made up."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from pipeline.cells.read_workbook import read_workbook
from pipeline.settings import Limits
from tests.support.files import package, rows

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


def printed(path: Path, inside: str, more: str = "") -> list[str]:
    part = rows(ROW, after=f"<headerFooter{more}>{inside}</headerFooter>")
    return read_workbook(package(path, {"F": part}), Limits()).sheets[0].page_texts


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('&L&"Arial,Gras"&10Montants en k€&RPage &P/&N', ["Montants en k€", "Page /"]),
        ("Montants en k€", ["Montants en k€"]),
        ("&C&KFF0000&BEn milliers&B&R&D &T", ["En milliers"]),
        ("&C&K01+034Études && bilans\nde l'année", ["Études & bilans de l'année"]),
        ("&L&F&C&A&R&Z&G", []),
        ("&L&SEn k€&S En M€", ["En M€"]),
        ("&L&SEn k€", []),
        ("&P+1 &", ["&"]),
        ("&8&X(1)&X provisoire&R&12 2021", ["(1) provisoire", "2021"]),
    ],
)
def test_the_texts_are_without_their_codes(tmp_path: Path, written: str, expected: list[str]) -> None:
    assert printed(tmp_path / "a.xlsx", f"<oddHeader>{escape(written)}</oddHeader>") == expected


def test_the_header_comes_first_and_what_is_not_printed_not_at_all(tmp_path: Path) -> None:
    inside = "".join(
        f"<{place}>{text}</{place}>"
        for place, text in (
            ("oddHeader", "haut"), ("oddFooter", "bas"), ("evenHeader", "pair"), ("firstFooter", "premier"),
        )
    )  # fmt: skip
    assert printed(tmp_path / "a.xlsx", inside) == ["haut", "bas"]
    more = ' differentFirst="1" differentOddEven="true"'
    assert printed(tmp_path / "b.xlsx", inside, more) == ["haut", "pair", "bas", "premier"]


def test_a_sheet_without_them_has_none(tmp_path: Path) -> None:
    assert read_workbook(package(tmp_path / "a.xlsx", {"F": rows(ROW)}), Limits()).sheets[0].page_texts == []
