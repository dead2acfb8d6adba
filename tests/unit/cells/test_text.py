"""Delimited text: encodings, separators, quotes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.text import SEPARATORS, decode, find_separator
from pipeline.cells.workbook import Kind
from pipeline.rejections import FileRefusedError, Rejection
from pipeline.settings import Limits
from tests.support.files import SAMPLES, needs_samples

LIMITS = Limits()


def read_text(path: Path, content: bytes) -> dict[str, str]:
    path.write_bytes(content)
    workbook = read_workbook(path, LIMITS)
    assert workbook.format == "text"
    (sheet,) = workbook.sheets
    assert all(cell.kind is Kind.TEXT and cell.value == cell.text for cell in sheet.cells)
    return {cell.address: cell.text for cell in sheet.cells}


def refusal(path: Path, content: bytes, limits: Limits = LIMITS) -> Rejection:
    path.write_bytes(content)
    with pytest.raises(FileRefusedError) as caught:
        read_workbook(path, limits)
    return caught.value.rejection


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_every_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    content = "région;aides (€)\nÎle-de-France;8 311\n".encode(encoding)
    assert read_text(tmp_path / "a.csv", content) == {
        "A1": "région",
        "B1": "aides (€)",
        "A2": "Île-de-France",
        "B2": "8 311",
    }


def test_bytes_of_no_known_encoding_are_refused_rather_than_replaced() -> None:
    with pytest.raises(FileRefusedError):
        decode(b"r\xe9gion \x81")


@pytest.mark.parametrize("separator", SEPARATORS)
def test_every_separator_is_found_and_numbers_stay_text(tmp_path: Path, separator: str) -> None:
    content = f"code{separator}nom{separator}part\n01{separator}Ain{separator}12.50\n"
    cells = read_text(tmp_path / "a.txt", content.encode())
    assert [cells[address] for address in ("A2", "B2", "C2")] == ["01", "Ain", "12.50"]


def test_decimal_commas_do_not_pass_for_separators() -> None:
    assert find_separator("taux;part\n1,5;2,5\n3,5;4,5\n") == ";"
    assert find_separator("1,5\t2,5\n3,5\t4,5\n") == "\t"


def test_a_title_and_notes_around_a_table_do_not_hide_its_separator() -> None:
    assert find_separator("Logements, aides et agréments\n\na;b;c\n1;2;3\n4;5;6\nSource : SDES, 2024\n") == ";"


def test_quotes_hold_separators_line_breaks_and_quotes(tmp_path: Path) -> None:
    content = 'nom;note\r\n"Ain; Jura";"ligne 1\r\nligne 2"\r\n"dit ""le bas""";x\r\n'
    assert read_text(tmp_path / "a.csv", content.encode()) == {
        "A1": "nom",
        "B1": "note",
        "A2": "Ain; Jura",
        "B2": "ligne 1\r\nligne 2",
        "A3": 'dit "le bas"',
        "B3": "x",
    }


def test_empty_fields_and_blank_rows_keep_the_places_of_the_others(tmp_path: Path) -> None:
    assert read_text(tmp_path / "a.csv", b"a;;c\n\n;2;\n") == {"A1": "a", "C1": "c", "B3": "2"}


def test_any_number_of_blank_rows_may_come_first(tmp_path: Path) -> None:
    assert read_text(tmp_path / "a.csv", b"\n" * 70_000 + b"a\tb\n1\t2\n") == {
        "A70001": "a", "B70001": "b", "A70002": "1", "B70002": "2",
    }  # fmt: skip


def test_a_declared_separator_is_obeyed_and_keeps_its_row(tmp_path: Path) -> None:
    assert read_text(tmp_path / "a.csv", b"sep=|\na,b|c,d\n") == {"A2": "a,b", "B2": "c,d"}


def test_a_quote_that_is_never_closed_is_refused_with_its_line(tmp_path: Path) -> None:
    found = refusal(tmp_path / "a.csv", b'a;b\n1;2\n"3;4\n5;6\n')
    assert found.reason == "GUILLEMET_OUVERT"
    assert "ligne 3 " in found.message_fr


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('nom;an;nombre;note\nA;2021;5;"voir\nB;2021;6;\nC;2021;7;"\nD;2021;8;\n', 2),
        ('nom;an;nombre;note\nA;2021;5;"voir\nB;2021;6;bas"\nD;2021;8;\n', 2),
        ('nom;an;nombre\nA;2021;5\n"B;2021;6\nC";2021;7\nD;2021;8\n', 3),
        ('nom\tan\tnombre\tnote\nA\t2021\t5\t"x\nB\t2021\t6\nC\t2021\t7\t"y\nD\t2021\t8\n', 2),
        ('sep=;\nnom;an;nombre;note\nA;2021;5;"x\nB;2021;6;\nC;2021;7;y"\nD;2021;8;\n', 3),
        ('nom,an,nombre,note\nA,2021,5,"un\ndeux"\nB,2021,6,"x\nC,2021,7,\nD,2021,8,fin"\nE,2021,9,\n', 4),
        ('nom;lieu;note\nA;Brest;"x\nB;Lyon;y\nC;Nice;z"\n', 2),
    ],
)
def test_a_quote_that_takes_in_lines_of_the_table_is_refused_with_its_line(
    tmp_path: Path, content: str, line: int
) -> None:
    for ends in ("\n", "\r\n"):
        found = refusal(tmp_path / "a.csv", content.replace("\n", ends).encode())
        assert (found.reason, found.words["line"]) == ("GUILLEMET_OUVERT", line)


@pytest.mark.parametrize(
    "content",
    [
        'nom;an;nombre;note\nA;2021;5;"une note ; longue\net sa suite, 2021"\nB;2021;6;\n',
        'nom;note;an;nombre\nA;"une note\net sa suite";2021;5\nB;;2021;6\n',
        'nom,an,nombre,note\nA,2021,5,"un, deux, trois, et quatre\nou cinq, ou six, ou sept, ou huit"\nB,2021,6,\n',
        '"nom";"an";"note"\n"A";"2021";"x\nB;2021;y"\n"C";"2022";"z"\n',
        '"nom\nentier";an;nombre\nA;2021;5\n',
    ],
)
def test_prose_over_several_lines_is_one_cell(tmp_path: Path, content: str) -> None:
    cells = read_text(tmp_path / "a.csv", content.encode())
    assert sum("\n" in text for text in cells.values()) == 1


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('"Logement" social;12', ["Logement social", "12"]),
        ('12;"Logement" social', ["12", "Logement social"]),
        ('"Logement"s;12', ["Logements", "12"]),
        ('"Ain" ;12', ["Ain ", "12"]),
        ('"Ain; Jura" (2);"a" b', ["Ain; Jura (2)", "a b"]),
        ('"dit ""le bas""" ici;12', ['dit "le bas" ici', "12"]),
        ('"Logement" dit "social";12', ['Logement dit "social"', "12"]),
        ('""x;12', ["x", "12"]),
        ('12" x;"y" z', ['12" x', "y z"]),
        ('"x;""y"" z"" t""";"a" b', ['x;"y" z" t"', "a b"]),
        ('"deux\nlignes" et une;12', ["deux\nlignes et une", "12"]),
    ],
)
@pytest.mark.parametrize("before", ["", "nom;nombre\n", '"nom";"nombre"\r\n', "sep=;\n"])
def test_what_follows_a_closing_quote_is_part_of_the_field(
    tmp_path: Path, before: str, row: str, expected: list[str]
) -> None:
    cells = read_text(tmp_path / "a.csv", f"{before}{row}\nx;1\n".encode())
    line = 2 if before else 1
    assert [cells[f"A{line}"], cells[f"B{line}"]] == expected
    assert [cells[f"A{line + 1}"], cells[f"B{line + 1}"]] == ["x", "1"]


@pytest.mark.parametrize("row", ['"a" b "c;d";12', '"a" b";12', '"a;12', '"Logement" social;"12', '"a" "'])
def test_quotes_that_end_nowhere_or_anywhere_are_refused(tmp_path: Path, row: str) -> None:
    found = refusal(tmp_path / "a.csv", f"nom;nombre\n{row}\nx;1\n".encode())
    assert found.reason in ("CORROMPU", "GUILLEMET_OUVERT")
    assert "guillemet" in found.message_fr


def test_the_separator_is_that_of_most_rows_whatever_follows_a_quote() -> None:
    assert find_separator('a;b\n"x", y;1\n"z" t;2\nu;3\n') == ";"
    assert find_separator('a\tb\n"x" y;1\t2\n') == "\t"
    assert find_separator('"Ain";1,5\n"Jura" (2);2,5\n') == ";"


def test_a_field_that_never_ends_is_not_only_a_matter_of_quotes(tmp_path: Path) -> None:
    found = refusal(tmp_path / "a.csv", b"a;b\n1;" + b"x" * 200_000 + b"\n")
    assert found.reason == "CORROMPU"
    assert "champ démesuré, ou guillemets mal fermés, vers la ligne 2" in found.message_fr


def test_the_sheet_is_named_after_the_file(tmp_path: Path) -> None:
    path = tmp_path / "retour bretagne.csv"
    path.write_bytes(b"a;b\n1;2\n")
    assert [sheet.name for sheet in read_workbook(path, LIMITS).sheets] == ["retour bretagne"]
    received = read_workbook(path.rename(tmp_path / "3f786850e387"), LIMITS, "retour bretagne.csv")
    assert [sheet.name for sheet in received.sheets] == ["retour bretagne"]


def test_too_many_cells_name_their_limit(tmp_path: Path) -> None:
    found = refusal(tmp_path / "a.csv", b"a;b\n1;2\n3;4\n", Limits(cells=5))
    assert "nombre de cellules" in found.message_fr


@given(st.lists(st.lists(st.text(st.sampled_from('ab;,|"\n é'), min_size=1), min_size=2, max_size=4), min_size=1))
def test_what_a_careful_writer_quotes_is_read_back(table: list[list[str]]) -> None:
    import csv
    import io

    target = io.StringIO()
    csv.writer(target, delimiter=";", quoting=csv.QUOTE_ALL).writerows(table)
    separator = find_separator(target.getvalue())
    assert separator == ";" or len({len(record) for record in table}) > 1
    assert list(csv.reader(io.StringIO(target.getvalue(), newline=""), delimiter=";", strict=True)) == table


@needs_samples
@pytest.mark.parametrize(
    ("name", "columns", "first"),
    [
        ("cog-regions.csv", 6, "REG"),
        ("cog-departements.csv", 7, "DEP"),
        ("Donnees-mensuelles-nationales-Logements.csv", 8, "ANNEE"),
        ("logements-et-logements-sociaux-dans-les-departements.csv", None, "annee_publication"),
    ],
)
def test_real_files_have_the_expected_columns(name: str, columns: int | None, first: str) -> None:
    (sheet,) = read_workbook(SAMPLES / name, LIMITS).sheets
    header = [cell.text for cell in sheet.cells if cell.row == 1]
    assert header[0] == first
    assert len(header) > 20 if columns is None else len(header) == columns
    assert max(cell.column for cell in sheet.cells) == len(header)
    assert not any("Ã" in cell.text or "\ufffd" in cell.text for cell in sheet.cells)
