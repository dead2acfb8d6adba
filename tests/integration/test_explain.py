"""From a published figure to the cell on its sheet: in SQL, on the command line, and as a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from pipeline.cli import commands
from pipeline.load import load
from pipeline.proof.explain import page
from pipeline.settings import Settings
from tests.support.installations import begin_with
from tests.support.workbooks import regional_return, worksheet

ROWS = [
    ["Ménages logés", 2021, "plus de 1 200", "ménages"],
    ["Aides et services", 2021, "12 345", None],
    ["Montant des aides", 2021, "2,5 M€", None],
    ["Livraisons", 2021, "12", None],
]


def register(path: Path) -> None:
    """Write a register of two financings, both made up."""
    book = Workbook()
    sheet = worksheet(book)
    sheet.title = "Financements"
    sheet.append(["Prêteur", "Bénéficiaire", "Territoire", "Montant", "Objet", "Date / Événement"])
    sheet.append(["Action Logement", "Habitat Eurélien", "Centre-Val de Loire", "1,3 M€", "prêt", "Congrès inventé"])
    sheet.append(["Action Logement", "Finistère Habitat", "Bretagne", "1 M€", "prêt", "Congrès inventé"])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


class Page(HTMLParser):
    """What a page shows: the marked texts, the names of the tags, and where it would reach to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.marked: list[str] = []
        self.tags: list[str] = []
        self.reaches: list[str] = []
        self._is_marked = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.reaches += [value or "" for name, value in attrs if name in {"src", "href", "action"}]
        self._is_marked = tag == "mark"

    def handle_data(self, data: str) -> None:
        if self._is_marked:
            self.marked.append(data)
            self._is_marked = False


def with_figures_and_registers(settings: Settings) -> None:
    regional_return(
        settings.raw / "regional_return/bretagne/bilan.xlsx", ROWS, below=("<script>alert('note')</script>",)
    )
    regional_return(
        settings.raw / "regional_return/corse/bilan.xlsx", [["Livraisons", 2021, "5", None]], region="Corse"
    )
    register(settings.raw / "agreements/registre.xlsx")
    load(settings)


@pytest.fixture
def loaded(settings: Settings, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("HOUSING_WAREHOUSE", str(settings.warehouse))
    return begin_with(with_figures_and_registers, settings, tmp_path_factory)


@pytest.fixture
def release(loaded: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(loaded.release_file, read_only=True) as connection:
        yield connection


def housing(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(commands, arguments)
    return done.exit_code, done.output


def explained(*arguments: str) -> list[dict[str, Any]]:
    code, text = housing("explain", *arguments, "--json")
    assert code == 0
    found: list[dict[str, Any]] = json.loads(text)
    return found


@pytest.mark.usefixtures("loaded")
def test_a_ratio_is_explained_down_to_the_two_cells_as_written() -> None:
    cells = explained("aid_amount_per_aid_eur", "Bretagne", "2021")
    assert {(cell["cell"], cell["raw_text"], cell["value"], cell["precision"]) for cell in cells} == {
        ("C8", "12 345", 12345, 0),
        ("C9", "2,5 M€", 2_500_000, 50_000),
    }
    assert {cell["figure_value"] for cell in cells} == {2_500_000 / 12345}
    assert {(cell["file"], cell["sheet"], len(cell["sha256"])) for cell in cells} == {
        ("regional_return/bretagne/bilan.xlsx", "Activité", 64)
    }


@pytest.mark.usefixtures("loaded")
def test_a_partial_national_sum_is_explained_by_the_regions_that_reported() -> None:
    cells = explained("deliveries", "France", "2021")
    assert {(cell["stands_for"], cell["territory"], cell["raw_text"]) for cell in cells} == {
        ("part", "Bretagne", "12"),
        ("part", "Corse", "5"),
    }


@pytest.mark.usefixtures("loaded")
def test_a_register_is_explained_without_a_territory_or_a_period() -> None:
    cells = explained("funding")
    assert {(cell["item"], cell["raw_text"], cell["cell"]) for cell in cells} == {
        ("Finistère Habitat", "1 M€", "D3"),
        ("Habitat Eurélien", "1,3 M€", "D2"),
    }
    assert [cell["cell"] for cell in explained("funding", "Bretagne")] == ["D3"]
    assert housing("explain", "funding", "Corse")[0] == 1


def test_the_page_of_a_register_has_no_number_of_its_own(release: duckdb.DuckDBPyConnection) -> None:
    several, single = page(release, "funding", "", ""), page(release, "Finistère Habitat", "", "")
    assert several is not None
    assert single is not None
    assert '<h1>funding</h1>\n<p>funding</p>\n<p class="quiet">' in several
    assert all(f"<dd>{name}</dd>" in several for name in ("Finistère Habitat", "Habitat Eurélien"))
    assert '<p class="number">1\N{NARROW NO-BREAK SPACE}000\N{NARROW NO-BREAK SPACE}000</p>' in single


def test_the_page_shows_the_sheet_around_the_cell_and_the_relations_between(release: duckdb.DuckDBPyConnection) -> None:
    text = page(release, "households_housed", "Bretagne", "2021")
    assert text is not None
    shown = Page(text)
    assert shown.marked == ["plus de 1 200", "plus de 1 200"]
    # the neighbours: the header above, the other lines below, the row number and the column letter
    assert all(f">{word}<" in text for word in ("Indicateur", "Livraisons", "2,5 M€", "7", "C"))
    assert "kpi.regional_figure" in text
    assert "fact.observation_history" in text
    assert "<h1>Ménages logés</h1>" in text


def test_the_page_reaches_for_nothing_and_runs_nothing_of_what_a_sheet_says(
    release: duckdb.DuckDBPyConnection,
) -> None:
    text = page(release, "deliveries", "Bretagne", "2021")
    assert text is not None
    shown = Page(text)
    assert shown.reaches == []
    assert "script" not in shown.tags
    assert "&lt;script&gt;" in text


def test_a_page_is_written_where_asked_or_beside_the_releases_and_only_of_what_is_known(
    loaded: Settings, tmp_path: Path
) -> None:
    where = tmp_path / "pages" / "deliveries.html"
    assert housing("explain", "deliveries", "Île-de-France", "2021", "--html", str(where))[0] == 1
    assert not where.exists()
    assert housing("explain", "deliveries", "Corse", "2021", "--html", str(where))[0] == 0
    assert Page(where.read_text(encoding="utf-8")).marked == ["5", "5"]
    assert housing("explain", "deliveries", "Corse", "2021", "--open")[0] == 0
    (page_of_its_own,) = (loaded.warehouse / "explained").iterdir()
    assert page_of_its_own.name == "deliveries_corse_2021.html"
