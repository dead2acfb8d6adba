"""Social dwellings of all landlords (RPLS): tables of departments, and what was published of regions without them.

What belongs here: these tables. What does not: which tables of departments there are (``declarations/stock.toml``).
"""

from __future__ import annotations

from collections.abc import Sequence

from tools.raw_workbooks.facts import Fact, Facts, plain
from tools.raw_workbooks.pages import FactWorkbook, Page, Stated, new_page
from tools.raw_workbooks.shapes import Declarations, Stock, StockColumn
from tools.raw_workbooks.wordings import indicator_of, period_words, published
from tools.raw_workbooks.workbooks import add_sources

STOCK = "social_stock_rpls"
STOCK_LABEL = "Logements sociaux (RPLS)"
MOVEMENTS = {
    "social_new_in_service": "Mises en\nservice",
    "social_demolitions": "Démolitions",
    "social_sales": "Ventes",
}
WIDER = ("France de province", "France métropolitaine")

Key = tuple[str, str, str]
"""Territory, indicator and period."""


def _key(fact: Fact) -> Key:
    return plain(fact.territory_name), fact.indicator, fact.period


def _worded(fact: Fact | None) -> Stated | None:
    """Return a figure as worded, or nothing where none was published."""
    return Stated(fact.as_worded, fact) if fact else None


def _day_head(period: str) -> str:
    return str(period_words(period)).replace("janvier ", "janvier\n")


# -- Tables of departments ---------------------------------------------------------------------------------------------


def stock_workbook(stock: Stock, facts: Facts, declared: Declarations) -> FactWorkbook:
    """Write one table of departments, their total and the wider territories that stand beside it."""
    rows = [fact for fact in facts.facts if plain(fact.source_title).startswith(stock.source)]
    rows = [fact for fact in rows if fact.indicator.startswith("social_")]
    cells = {_key(fact): fact for fact in rows}
    departments = {plain(row.territory_name): row.insee_code for row in rows if row.territory_level == "department"}
    for column in stock.columns:
        indicator_of(column.label, "all_landlords")
        _sums_to_its_region(stock, column, departments, cells)
    simple, workbook = len(stock.columns) == 1, FactWorkbook()
    page = new_page(workbook, "Parc" if simple else "Mouvements", declared.hands[stock.hand], stock.corner)
    page.title(["Répertoire du parc locatif social (RPLS)", rows[0].source_title], 2 + len(stock.columns))
    days = [("Situation au :", period_words(stock.columns[0].period))] if simple else []
    page.identify([("Région :", stock.region), *days, ("Date de publication :", published(rows[0]))])
    _head_departments(page, stock)
    _write_departments(page, stock, departments, cells)
    page.notes([f"Source : SDES, RPLS ; {plain(rows[0].source_title)}.", "Champ : ensemble des bailleurs sociaux."])
    page.widths(24, 30, 22)
    add_sources(workbook, rows, declared.wordings.addresses)
    return workbook


def _sums_to_its_region(stock: Stock, column: StockColumn, departments: dict[str, str], cells: dict[Key, Fact]) -> None:
    """Stop the run where a figure is missing, or the departments do not sum to their region."""
    figures: dict[str, int] = {}
    for name in (*departments, stock.region):
        if (name, column.indicator, column.period) not in cells:
            raise SystemExit(f"facts.csv has no {column.indicator}, {name}, {column.period} in « {stock.source} »")
        figures[name] = int(cells[name, column.indicator, column.period].value)
    if sum(figures[name] for name in departments) != figures[stock.region]:
        raise SystemExit(
            f"the departments of {stock.name} do not sum to their region: {column.indicator}, {column.period}"
        )


def _head_departments(page: Page, stock: Stock) -> None:
    if len(stock.columns) == 1:
        page.head(["Code", "Département", stock.columns[0].label.replace(" (", "\n(")])
        return
    days = [_day_head(column.period) for column in stock.columns]
    heads = [int(day) if day.isdigit() else day for day in days]
    page.head(["Code", "Département", *heads], ["", "", *(column.label for column in stock.columns)])


def _write_departments(page: Page, stock: Stock, departments: dict[str, str], cells: dict[Key, Fact]) -> None:
    def values(territory: str) -> list[Stated | None]:
        found = [cells.get((territory, column.indicator, column.period)) for column in stock.columns]
        return [Stated(int(fact.value), fact) if fact and stock.number_format else _worded(fact) for fact in found]

    for name, code in sorted(departments.items(), key=lambda item: item[1]):
        page.line([int(code) if stock.bare_codes else code, name, *values(name)], number_format=stock.number_format)
    page.line([None, stock.total, *values(stock.region)], bold=True, number_format=stock.number_format)
    for wider in WIDER:
        if any(values(wider)):
            page.line([None, wider, *values(wider)], number_format=stock.number_format)


# -- Regions and France without departments ----------------------------------------------------------------------------


def stocks_of_regions_workbook(facts: Facts, declared: Declarations) -> FactWorkbook:
    """Write the stocks published for a region without its departments, the years across, and the movements."""
    rows = _without_departments(facts, declared)
    best = _most_precise(rows)
    used = [fact for fact in rows if best[_key(fact)] == fact]
    latest = max(fact.published_date for fact in used)
    workbook, hand = FactWorkbook(), declared.hands["D"]
    _write_stocks(new_page(workbook, "Régions", hand), [f for f in used if f.territory_level == "region"], latest)
    _write_stocks(new_page(workbook, "National", hand), [f for f in used if f.territory_level != "region"], latest)
    _write_movements(new_page(workbook, "Mouvements", hand), used, latest)
    add_sources(workbook, used, declared.wordings.addresses)
    return workbook


def _without_departments(facts: Facts, declared: Declarations) -> list[Fact]:
    """Return the stocks of a 1 January and the movements that no table of departments holds."""
    tables = tuple(stock.source for stock in declared.stocks)
    return [
        fact
        for fact in facts.facts
        if (fact.indicator in MOVEMENTS or (fact.indicator == STOCK and fact.period.endswith("-01-01")))
        and fact.territory_level in {"region", "national", "other"}
        and not plain(fact.source_title).startswith(tables)
    ]


def _most_precise(rows: Sequence[Fact]) -> dict[Key, Fact]:
    """Return one fact to a key: where a figure is published twice, the wording with more digits is more precise."""
    return {_key(fact): fact for fact in sorted(rows, key=lambda fact: sum(map(str.isdigit, fact.as_worded)))}


def _write_stocks(page: Page, used: Sequence[Fact], latest: str) -> None:
    """Write a row to a territory, a column to a day; regions have their code, in its order."""
    stocks = {_key(fact): fact for fact in used if fact.indicator == STOCK}
    days = sorted({fact.period for fact in stocks.values()})
    regions = all(fact.territory_level == "region" for fact in stocks.values())
    names = ["Code", "Région"] if regions else ["Territoire"]
    page.title(["Parc locatif social (RPLS)", "Chiffres publiés sans détail départemental"], len(names) + len(days))
    page.identify([("Indicateur :", STOCK_LABEL), ("Dernière publication :", latest)])
    page.head([*names, *map(_day_head, days)])
    places = {(fact.insee_code, plain(fact.territory_name)) for fact in stocks.values()}
    for code, name in sorted(places, reverse=not regions):
        found = [stocks.get((name, STOCK, day)) for day in days]
        page.line([*([code] if regions else []), name, *map(_worded, found)])
    page.notes(["Note : chiffres tels que publiés ; les champs peuvent différer d'une publication à l'autre."])
    page.widths(24, 28, 18)


def _write_movements(page: Page, used: Sequence[Fact], latest: str) -> None:
    """Write a row to a territory and a year, France first."""
    moved = {_key(fact): fact for fact in used if fact.indicator in MOVEMENTS}
    page.title(["Mouvements du parc locatif social", "Chiffres publiés sans détail départemental"], 5)
    page.identify([("Dernière publication :", latest)])
    page.head(["Territoire", "Année", *MOVEMENTS.values()])
    rows = {(fact.insee_code, plain(fact.territory_name), fact.period) for fact in moved.values()}
    for _, name, year in sorted(rows, key=lambda row: (row[0] != "FR", row)):
        page.line([name, int(year), *(_worded(moved.get((name, move, year))) for move in MOVEMENTS)])
    page.widths(28, 12, 18)
