"""Stored results that the cells of their formulas contradict, as a return has them. All figures are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cells.read_workbook import read_workbook
from pipeline.layouts import extract
from pipeline.settings import Limits
from tests.support.files import package, rows
from tests.support.sheets import RETURN, figures

TEXTS = [["Région :", "Bretagne"], ["Date d'envoi :", "15/03/2022"], ["Indicateur", "Année", "Valeur"]]


def line(number: int, *contents: str) -> str:
    cells = (f'<c r="{"ABC"[at]}{number}" {content}</c>' for at, content in enumerate(contents))
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(content: str) -> str:
    return f't="inlineStr"><is><t>{content}</t></is>'


@pytest.mark.parametrize(("stored", "said"), [("570", []), ("831", ["C6"])])
def test_a_result_that_its_cells_contradict_is_read_and_remarked(tmp_path: Path, stored: str, said: list[str]) -> None:
    head = "".join(line(at, *map(text, texts)) for at, texts in enumerate(TEXTS, 1))
    table = (
        line(4, text("Livraisons"), "><v>2021</v>", "><v>500</v>")
        + line(5, text("Réhabilitations"), "><v>2021</v>", "><v>70</v>")
        + line(6, text("Agréments"), "><v>2021</v>", f"><f>SUM(C4:C5)</f><v>{stored}</v>")
    )
    path = package(tmp_path / "a.xlsx", {"Activité": rows(head + table)})
    extraction = extract(read_workbook(path, Limits()), RETURN)
    assert [figure[3] for figure in figures(extraction)] == [500, 70, float(stored)]
    told = [found for found in extraction.rejections if found.reason == "RESULTAT_PERIME"]
    assert [found.cell for found in told] == said
    assert all(word in found.message_fr for found in told for word in ("=SUM(C4:C5)", "831", "570", "F9"))
