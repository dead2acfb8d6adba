"""Wrongly decoded texts on their way in: put right and said so, cell by cell; what is not certain is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cells.text import decode
from pipeline.corrections.apply import Correction
from pipeline.layouts import Extraction
from pipeline.reading.files import ReceivedFile, read_file
from pipeline.settings import Limits
from tests.support.sheets import observations_of
from tests.support.workbooks import regional_return

LABEL = "Ménages logés"
UTF8, MAC = LABEL.encode().decode("cp1252"), LABEL.encode("mac_roman").decode("cp1252")


def read(path: Path) -> Extraction:
    return read_file(ReceivedFile(path, "regional_return", None, path.name), Limits())


def xlsx_return(path: Path, label: str, value: object = 5) -> Path:
    return regional_return(path.with_suffix(".xlsx"), [[label, 2021, value, None]])


def csv_return(path: Path, label: str, value: object = 5) -> Path:
    path = path.with_suffix(".csv")
    # four blank lines: the label stands in A7, the value in C7, as in the workbook
    content = f"Région :;Bretagne\n\n\n\n\nIndicateur;Année;Valeur\n{label};2021;{value}\n"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize("make", [xlsx_return, csv_return])
@pytest.mark.parametrize("found", [UTF8, MAC])
def test_a_label_is_repaired_and_the_remark_names_the_cell_what_it_says_and_what_was_understood(
    tmp_path: Path, make: object, found: str
) -> None:
    extraction = read(make(tmp_path / "bilan", found))  # type: ignore[operator]
    (figure,) = observations_of(extraction)
    assert (figure["indicator"], figure["label"], figure["value"]) == ("households_housed", LABEL, 5.0)
    (remark,) = [r for r in extraction.rejections if r.reason == "TEXTE_REPARE"]
    assert (remark.cell, remark.raw_text) == ("A7", found)
    assert f"« {found} »" in remark.message_fr
    assert f"« {LABEL} »" in remark.message_fr


@pytest.mark.parametrize("make", [xlsx_return, csv_return])
@pytest.mark.parametrize("found", ["8Â\u00a0311", "8â€¯311", "8Ê311"])
def test_a_number_is_repaired_in_the_same_way(tmp_path: Path, make: object, found: str) -> None:
    extraction = read(make(tmp_path / "bilan", LABEL, found))  # type: ignore[operator]
    assert [row["value"] for row in observations_of(extraction)] == [8311.0]
    assert ("C7", found) in [(r.cell, r.raw_text) for r in extraction.rejections if r.reason == "TEXTE_REPARE"]


@pytest.mark.parametrize("make", [xlsx_return, csv_return])
def test_a_label_of_which_nobody_can_be_certain_is_refused_as_it_stands(tmp_path: Path, make: object) -> None:
    found = "Ménages logÃ©s"  # right in one place, wrong in another
    extraction = read(make(tmp_path / "bilan", found))  # type: ignore[operator]
    refused = {r.cell: r for r in extraction.rejections}
    assert refused["A7"].reason == "INDICATEUR_INCONNU"
    assert found in refused["A7"].message_fr
    assert not observations_of(extraction)
    assert "TEXTE_REPARE" not in {r.reason for r in extraction.rejections}


def test_a_correction_is_declared_on_the_text_that_was_understood(tmp_path: Path) -> None:
    path = xlsx_return(tmp_path / "bilan", UTF8)
    correction = Correction("Activité", "A7", LABEL, "Livraisons")
    extraction = read_file(ReceivedFile(path, "regional_return", None, path.name, (correction,)), Limits())
    assert [row["indicator"] for row in observations_of(extraction)] == ["deliveries"]
    assert "CORRECTION_PERIMEE" not in {r.reason for r in extraction.rejections}


def test_a_text_file_in_mac_roman_is_read_as_such_and_said_so_once(tmp_path: Path) -> None:
    path = csv_return(tmp_path / "bilan", LABEL)
    path.write_bytes(path.read_text(encoding="utf-8").encode("mac_roman"))
    extraction = read(path)
    assert [row["label"] for row in observations_of(extraction)] == [LABEL]
    assert [r.cell for r in extraction.rejections if r.reason == "TEXTE_MAC_ROMAN"] == [""]
    assert "TEXTE_REPARE" not in {r.reason for r in extraction.rejections}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "mac_roman"])
def test_the_encoding_of_a_text_is_the_one_in_which_all_of_it_is_french(encoding: str) -> None:
    text = "Région;Bretagne\n• activité;aides à l’été, « œuvres »\n"
    assert decode(text.encode(encoding)) == (text, encoding)


def test_a_text_with_bullets_and_no_accent_is_not_taken_for_mac_roman() -> None:
    assert decode("• 12 logements".encode("cp1252")) == ("• 12 logements", "cp1252")
