"""The layouts of public tables, applied to the tables themselves where they are at hand; they are never copied."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from pipeline.cells.read_workbook import read_workbook
from pipeline.checking.rules import Judged, judge
from pipeline.layouts import Extraction, extract, load_layouts
from pipeline.layouts.frames import cells_of, frames_of
from pipeline.layouts.products import PRODUCTS
from pipeline.rejections import Level
from pipeline.settings import PRODUCT, Limits
from pipeline.vocabulary.territories import current_regions, territories
from tests.support.sheets import observations_of

SAMPLES = PRODUCT.parent / "shared" / "samples"


def read(name: str, source: str) -> Extraction:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"the sample {name} is not at hand")
    return extract(read_workbook(path, Limits(), name), load_layouts()[source], file_name=name)


def judged(extraction: Extraction) -> Judged:
    frames = {name: f.with_columns(submission_id=pl.lit("x")) for name, f in frames_of([extraction]).items()}
    known_on = pl.lit(extraction.known_on or date(2026, 7, 1))
    return judge({name: frames[name].with_columns(known_on=known_on) for name in PRODUCTS}, frames["part"])


def values(extraction: Extraction, **wanted: Any) -> list[float]:
    rows = observations_of(extraction)
    return [row["value"] for row in rows if all(row[name] == value for name, value in wanted.items())]


def assert_whole(extraction: Extraction, result: Judged, *, refused: int = 0) -> None:
    """No more is refused than is known, no cell is left, every value has its row, and no total is wrong."""
    assert len([r for r in extraction.rejections if r.level is not Level.REMARK]) == refused
    assert result.refused == []
    given = [role for *_, role, _, _ in cells_of(extraction)]
    assert set(given) <= {"key", "value", "total", "header", "context", "title", "note", "ignored"}
    assert given.count("value") + given.count("total") == len(observations_of(extraction)) + refused
    assert set(result.totals["verdict"]) <= {"consistent"}


DEPARTMENTS = "logements-et-logements-sociaux-dans-les-departements.csv"


def test_the_departments_of_banque_des_territoires() -> None:
    extraction = read(DEPARTMENTS, "department_housing")
    assert_whole(extraction, judged(extraction), refused=4)
    absurd = {(r.raw_text, r.reason) for r in extraction.rejections}  # more dwellings newly let than there are
    assert absurd == {(text, "VALEUR_HORS_BORNES") for text in ("90174", "76417", "119053", "255425")}
    ain = {"territory_level": "department", "territory_code": "01"}
    assert len(values(extraction, **ain, indicator="dwellings")) == 5  # a code that lost its leading zero
    corse = {"territory_level": "department", "territory_code": "2A"}
    assert values(extraction, **corse, indicator="construction", period_start=date(2022, 1, 1)) == [1356]
    assert {row["territory_level"] for row in observations_of(extraction)} == {"department"}
    assert len({row["territory_code"] for row in observations_of(extraction)}) == 100  # Mayotte is not there
    last = [(role, text) for _, cell, _, role, text, _ in cells_of(extraction) if cell.endswith("502")]
    assert last == [("ignored", "0")]


def test_the_social_stock_of_the_departments_is_that_of_the_official_tables_of_the_same_day() -> None:
    extraction = read(DEPARTMENTS, "department_housing")
    official = PRODUCT / "raw" / "social_stock"
    found = {
        (row["indicator"], row["territory_code"], row["period_start"]): row["value"]
        for row in observations_of(extraction)
    }
    compared = 0
    for path in sorted(official.glob("*.xlsx")):
        for row in observations_of(extract(read_workbook(path, Limits()), load_layouts()["social_stock"])):
            key = (row["indicator"], row["territory_code"], row["period_start"])
            if row["territory_level"] == "department" and row["indicator"] != "social_sales" and key in found:
                assert found[key] == row["value"], key
                compared += 1
    assert compared >= 15


def test_the_monthly_series_of_authorised_and_started_dwellings() -> None:
    extraction = read("Donnees-mensuelles-nationales-Logements.csv", "housing_starts")
    result = judged(extraction)
    assert_whole(extraction, result)
    may = {"indicator": "started_dwellings", "period_start": date(2026, 5, 1), "frequency": "M"}
    assert values(extraction, **may, breakdown="") == [23569]
    assert values(extraction, **may, breakdown="CVS-CJO") == [27115]
    assert values(extraction, **may, breakdown="individuel groupé, CVS-CJO") == [3088]
    first = observations_of(extraction)[0]
    assert (first["period_start"], first["territory_code"]) == (date(2026, 5, 1), "FR")
    assert result.totals.height == 317 * 2 * 2  # months × series × indicators
    assert len({(row["period_start"], row["breakdown"]) for row in observations_of(extraction)}) == 317 * 10


def test_the_population_of_the_regions_since_1975() -> None:
    extraction = read("estim-pop-nreg-sexe-aq-1975-2020.xls", "population_estimates")
    result = judged(extraction)
    assert_whole(extraction, result)
    assert extraction.known_on == date(2020, 1, 14)
    assert len({row["sheet"] for row in observations_of(extraction)}) == 46
    centre = {"territory_level": "region", "territory_code": "24", "breakdown": ""}
    assert values(extraction, **centre, period_start=date(2020, 1, 1)) == [2559073]
    reunion = {"territory_level": "region", "territory_code": "04"}
    assert values(extraction, **reunion, period_start=date(1990, 1, 1), breakdown="") == [597828]
    assert values(extraction, **reunion, period_start=date(1989, 1, 1)) == []
    assert values(extraction, territory_code="FR", breakdown="", period_start=date(1998, 1, 1)) == [59899347]
    assert {row["breakdown"] for row in observations_of(extraction)} == {"", "hommes", "femmes"}
    national = [row["cell"] for row in observations_of(extraction) if row["territory_code"] == "FR"]
    assert result.totals.filter(pl.col("sheet") == "2020", pl.col("cell").is_in(national), pl.col("parts") == 18).height


def test_the_households_that_receive_benefits() -> None:
    extraction = read("RPM2024-F5.xlsx", "social_benefits")
    result = judged(extraction)
    assert_whole(extraction, result)
    allowances = {"breakdown": "allocations logement", "territory_code": "FM", "period_start": date(2021, 1, 1)}
    assert values(extraction, **allowances, indicator="benefit_households") == [5_964_000]
    assert values(extraction, **allowances, indicator="benefit_mean_eur") == [1270]
    assert values(extraction, **allowances, indicator="benefit_share_everyone") == [1.1]
    young = "Moins de 30 ans, "
    assert values(extraction, indicator="benefit_households", breakdown=f"{young}allocations familiales") == [161_000]
    assert values(extraction, indicator="benefit_share", breakdown=f"{young}toutes prestations") == [20.9]
    missing = [row for row in observations_of(extraction) if row["missing_reason"]]
    assert [(row["cell"], row["missing_reason"], row["value"]) for row in missing] == [
        ("B9", "not_significant", None), ("C9", "not_significant", None),
    ]  # fmt: skip
    assert result.totals.height == 7
    notes = {text for *_, role, text, _ in cells_of(extraction) if role == "note"}
    assert "ns\xa0: non significatif." in notes
    assert "1. Hors indemnité inflation." in notes


@pytest.mark.parametrize(
    ("name", "level", "count"), [("cog-regions.csv", "region", 18), ("cog-departements.csv", "department", 101)]
)
def test_the_official_lists_say_what_the_product_knows(name: str, level: str, count: int) -> None:
    extraction = read(name, "territory_codes")
    assert_whole(extraction, judged(extraction))
    assert not any(extraction.rows.values())
    first_column = {
        text for _, cell, _, role, text, _ in cells_of(extraction) if role == "key" and cell.startswith("A")
    }
    known = {t.code for t in territories() if t.level == level and t.valid_to is None}
    assert first_column == known
    assert len(known) == count
    assert len(current_regions()) == 18
