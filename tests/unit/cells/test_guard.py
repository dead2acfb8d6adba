"""Files that are not what they say, or that were made to harm: each is refused with its reason, none is half read."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from pipeline.cells import guard, sniff
from pipeline.cells.limits import size
from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.sniff import _ENGLISH, _MARKUP, _OLE2_STREAMS, _PARTS, _SIGNATURES
from pipeline.cells.xlsx import reader as xlsx
from pipeline.cells.zip_archive import ZipArchive
from pipeline.rejections import FileRefusedError, Rejection, Wording
from pipeline.settings import Limits
from tests.support.files import MAIN, archive, compound, open_document, package, rows, strings
from tests.support.workbooks import worksheet

LIMITS = Limits()
ONE_CELL = rows('<row r="1"><c r="A1"><v>1</v></c></row>')


def refusal(path: Path, limits: Limits = LIMITS) -> Rejection:
    with pytest.raises(FileRefusedError) as caught:
        read_workbook(path, limits)
    return caught.value.rejection


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image"),  # the photographs of telephones
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image"),
        (b"BM\x8a\x00\x00\x00", "image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image"),
        (b"\r\n%PDF-1.4\n%\xe2\xe3\xcf\xd3", "PDF"),
        (b"<!DOCTYPE html>\n<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        (b"\r\n  <TABLE border=1><tr><td>1</td></tr></TABLE>", "HTML"),
        (b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"/>', "HTML"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "HTML"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook/>', "XML de tableur"),
        (b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML de tableur"),
        (b'<?xml version="1.0"?><donnees/>', "XML"),
        (b'{"region": "Bretagne"}', "JSON"),
        (b"{\\rtf1\\ansi}", "document RTF"),
        (b"Rar!\x1a\x07\x00", "archive RAR"),
        (b"\x00\x01\x02\x03" * 40, "données binaires"),
        (b"r\xe9gion;total\nBretagne\x81;12\n", "texte d'un codage inconnu"),
    ],
)
def test_the_real_type_of_a_renamed_file_is_named(tmp_path: Path, content: bytes, found: str) -> None:
    rejection = refusal(written(tmp_path / "retour.xlsx", content))
    assert rejection.reason == "TYPE_FICHIER"
    assert f"de type {found}" in rejection.message_fr


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"word/document.xml": "<w/>"}, "document Word"),
        ({"ppt/presentation.xml": "<p/>"}, "présentation PowerPoint"),
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, "document OpenDocument (text)"),
        ({"Index/Document.iwa": "x"}, "document Apple Numbers"),
        ({"retour.xlsx": "x"}, "archive ZIP"),
    ],
)
def test_a_zip_that_is_no_spreadsheet_is_named(tmp_path: Path, parts: dict[str, str], found: str) -> None:
    rejection = refusal(archive(tmp_path / "a.xlsx", parts))
    assert rejection.reason == "TYPE_FICHIER"
    assert found in rejection.message_fr


@pytest.mark.parametrize(
    ("stream", "found"),
    [
        ("WordDocument", "document Word"),
        ("__properties_version1.0", "message Outlook"),
        ("\tDRMContent", "document aux droits restreints"),
    ],
)
def test_an_ole2_file_that_is_no_spreadsheet_is_named(tmp_path: Path, stream: str, found: str) -> None:
    rejection = refusal(compound(tmp_path / "a.xls", stream))
    assert rejection.reason == "TYPE_FICHIER"
    assert found in rejection.message_fr


def detect(path: Path) -> str:
    with guard.inspected(path, LIMITS) as opened:
        return sniff.detect(path, opened)


def test_types_are_detected_by_content_whatever_the_name(tmp_path: Path) -> None:
    assert detect(package(tmp_path / "a.csv", {"F": ONE_CELL})) == "xlsx"
    assert detect(archive(tmp_path / "b.xlsx", {"xl/workbook.bin": b""})) == "xlsb"
    assert detect(open_document(tmp_path / "c.xls", "")) == "ods"
    assert detect(compound(tmp_path / "d.xlsx", "Workbook")) == "xls"
    assert detect(compound(tmp_path / "e.xlsx", "Book")) == "xls"
    assert detect(written(tmp_path / "f.xls", b"a\tb\n1\t2\n")) == "text"
    assert detect(written(tmp_path / "g.xls", "é;b\n".encode("utf-16"))) == "text"
    assert detect(written(tmp_path / "h.csv", b"BM;valeur\nRennes;5\n")) == "text"  # and no bitmap


def test_the_english_sentence_names_the_type_in_english(tmp_path: Path) -> None:
    assert "content is a Word document, not" in refusal(compound(tmp_path / "a.xls", "WordDocument")).message_en
    assert "content is binary data, not" in refusal(written(tmp_path / "b.csv", b"a\x00\x01")).message_en
    for found in (*_SIGNATURES.values(), *_OLE2_STREAMS.values(), *_PARTS.values(), *(found for _, found in _MARKUP)):
        assert found in _ENGLISH or found in {"PDF", "HTML", "XML", "JSON"}


def test_what_stands_below_many_blank_lines_is_looked_at_as_well(tmp_path: Path) -> None:
    blank = b"\r\n" * 70_000
    assert detect(written(tmp_path / "a.csv", blank + b"a;b\n")) == "text"
    for content, found in {b"%PDF-1.7": "PDF", b"<html>": "HTML", b"PK\x03\x04": "données binaires"}.items():
        assert found in refusal(written(tmp_path / "a.csv", blank + content)).message_fr


def test_an_encrypted_package_asks_for_the_file_without_a_password(tmp_path: Path) -> None:
    path = compound(tmp_path / "a.xlsx", "EncryptionInfo", "EncryptedPackage")
    assert refusal(path).reason == "PASSWORD"


def test_encrypted_parts_ask_for_the_file_without_a_password(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", {"F": ONE_CELL})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(written(path, bytes(content))).reason == "PASSWORD"
    manifest = "<manifest><encryption-data/></manifest>"
    assert refusal(open_document(tmp_path / "a.ods", "", manifest=manifest)).reason == "PASSWORD"


@pytest.mark.parametrize("content", [b"", b"\r\n \t", b"\xef\xbb\xbf", b"\r\n" * 70_000])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, content: bytes) -> None:
    assert refusal(written(tmp_path / "a.xlsx", content)).reason == "FICHIER_VIDE"


def test_a_truncated_archive_is_refused_at_every_length(tmp_path: Path) -> None:
    whole = package(tmp_path / "a.xlsx", {"F": ONE_CELL}).read_bytes()
    for length in range(4, len(whole) - 1, 97):
        assert refusal(written(tmp_path / "b.xlsx", whole[:length])).reason == "CORROMPU"


def test_a_damaged_part_is_named_and_nothing_of_the_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for row in range(500):
        worksheet(book).append([row, f"commune {row}"])
    book.save(path)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as source:
        entry = source.getinfo("xl/worksheets/sheet1.xml")
    content[entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2] ^= 0xFF
    rejection = refusal(written(path, bytes(content)))
    assert rejection.reason == "CORROMPU"
    assert "xl/worksheets/sheet1.xml" in rejection.message_fr


def test_a_damaged_file_is_described_in_french_and_not_in_the_words_of_a_library(tmp_path: Path) -> None:
    broken = package(tmp_path / "a.xlsx", {"F": "<worksheet>\n<row></worksheet>"})
    assert "(la partie xl/worksheets/sheet1.xml n'est pas du XML valide, ligne 2)" in refusal(broken).message_fr
    for path in compound(tmp_path / "a.xls", "Workbook"), written(tmp_path / "b.xls", b"\x09\x08\x10\x00" + b"\0" * 99):
        assert re.search(r"\((structure illisible|contenu incohérent)\)", refusal(path).message_fr)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_invalid_or_missing_xml_names_its_part(tmp_path: Path, part: str) -> None:
    path = package(tmp_path / "a.xlsx", {"F": ONE_CELL}, extra={part: "<a><b></a>"})
    assert part in refusal(path).message_fr
    with zipfile.ZipFile(path) as source:
        rest = {name: source.read(name) for name in source.namelist() if name != part}
    rejection = refusal(archive(tmp_path / "b.xlsx", {**rest, "xl/workbook.xml.bak": ""}))
    assert rejection.reason in {"CORROMPU", "TYPE_FICHIER"}


@pytest.mark.parametrize("where", ["sheet", "strings", "relations"])
def test_a_document_type_is_refused_wherever_it_stands(tmp_path: Path, where: str) -> None:
    laughs = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>'
    extra = {"xl/_rels/workbook.xml.rels": laughs + "<Relationships/>"} if where == "relations" else {}
    path = package(
        tmp_path / "a.xlsx",
        {"F": (laughs if where == "sheet" else "") + ONE_CELL},
        shared=(laughs if where == "strings" else "") + strings("<t>&c;</t>" if where == "strings" else "<t>a</t>"),
        extra=extra,
    )
    rejection = refusal(path)
    assert rejection.reason == "DANGEREUX"
    assert "DTD" in rejection.message_fr


def test_a_document_type_in_an_open_document_is_refused(tmp_path: Path) -> None:
    prolog = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    assert refusal(open_document(tmp_path / "a.ods", "", prolog=prolog)).reason == "DANGEREUX"


def test_each_limit_on_the_archive_is_named(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", {"F": ONE_CELL})
    for limits, name in [
        (Limits(file_bytes=100), "taille du fichier"),
        (Limits(archive_entries=3), "nombre de parties"),
        (Limits(uncompressed_bytes=1_000), "taille décompressée"),
    ]:
        rejection = refusal(path, limits)
        assert rejection.reason == "LIMITE_DEPASSEE"
        assert name in rejection.message_fr


def test_a_bomb_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", {"F": rows("<row/>" + " " * 5_000_000)})
    with pytest.raises(FileRefusedError) as caught, guard.inspected(path, LIMITS):
        pass
    assert "taux de compression" in caught.value.rejection.message_fr


def test_small_parts_may_repeat_themselves(tmp_path: Path) -> None:
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs>' + '<xf numFmtId="0"/>' * 20_000 + "</cellXfs></styleSheet>"
    path = package(tmp_path / "a.xlsx", {"F": ONE_CELL}, styles=styles)
    assert len(read_workbook(path, LIMITS).sheets[0].cells) == 1


def test_an_archive_that_lies_about_its_sizes_is_not_read_as_if_it_were_whole(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", {"F": rows("<row><c><v>1</v></c></row>" * 50_000)})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as source:
        declared = source.getinfo("xl/worksheets/sheet1.xml").file_size
    for position in range(len(content) - 4):
        if content[position : position + 4] == struct.pack("<I", declared):
            content[position : position + 4] = struct.pack("<I", 200)
    assert refusal(written(path, bytes(content))).reason == "CORROMPU"


def test_what_is_inflated_is_counted_over_all_parts(tmp_path: Path) -> None:
    sheet = rows("<row><c><v>1</v></c></row>" * 1_000)
    path = package(tmp_path / "a.xlsx", {"F": sheet, "G": sheet, "H": sheet})
    limits = Limits(uncompressed_bytes=2 * len(sheet) + 5_000)
    with pytest.raises(FileRefusedError) as caught, ZipArchive(path, limits) as opened:
        xlsx.read(opened, limits)
    assert "taille décompressée" in caught.value.rejection.message_fr


def test_names_that_climb_out_of_the_archive_are_harmless(tmp_path: Path) -> None:
    folder = tmp_path / "received"
    folder.mkdir()
    path = package(folder / "a.xlsx", {"F": ONE_CELL}, extra={"../evil.txt": "x"})
    assert len(read_workbook(path, LIMITS).sheets) == 1
    assert {item.name for item in tmp_path.rglob("*")} == {"received", "a.xlsx"}


def test_names_with_backslashes_and_capitals_are_found(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", {"F": ONE_CELL})
    renamed = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(renamed, "w") as target:
        for name in source.namelist():
            shown = name.upper().replace("/", "\\") if "sheet1" in name else name
            target.writestr(shown, source.read(name))
    assert len(read_workbook(written(path, renamed.getvalue()), LIMITS).sheets[0].cells) == 1


def test_a_file_that_is_gone_is_no_fault_of_its_sender(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_workbook(tmp_path / "absent.xlsx", Limits())


@pytest.mark.parametrize("seed", range(40))
def test_bytes_changed_at_random_end_in_cells_or_in_a_refusal(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    makers = (
        lambda path: package(path, {"F": ONE_CELL}, shared=strings("<t>a</t>")),
        lambda path: compound(path, "Workbook"),
        lambda path: open_document(path, ""),
    )
    content = bytearray(chance.choice(makers)(tmp_path / "a").read_bytes())
    for _ in range(chance.randint(1, 12)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    path = written(tmp_path / "b", bytes(content))
    try:
        workbook = read_workbook(path, LIMITS)
    except FileRefusedError:
        return  # and nothing else is raised
    assert any(sheet.cells for sheet in workbook.sheets)


@pytest.mark.parametrize(
    ("number", "french", "english"),
    [
        (0, "0 octets", "0 bytes"),
        (900, "900 octets", "900 bytes"),
        (1024, "1 ko", "1 kB"),
        (1_572_864, "1,5 Mo", "1.5 MB"),
        (2 * 1024**3, "2 Go", "2 GB"),
    ],
)
def test_sizes_are_written_for_people(number: int, french: str, english: str) -> None:
    assert size(number) == Wording(french, english)
