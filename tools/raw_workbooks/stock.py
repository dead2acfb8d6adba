"""Social dwellings of all landlords (RPLS): tables of departments, and what was published of regions without them.

What belongs here: these tables. What does not: which publications there are (``declarations/stock.toml``).
"""

from __future__ import annotations

from collections.abc import Sequence

from tools.raw_workbooks.facts import Fact, Facts, plain
from tools.raw_workbooks.pages import FactWorkbook, Page, Stated, Value, new_page
from tools.raw_workbooks.shapes import Declarations, Stock, StockColumn, StockStatement
from tools.raw_workbooks.wordings import indicator_of, period_words, published, publisher_of
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
    page.identify([("Région :", stock.region), *days, *_identity(rows[0])])
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


def statement_workbook(statement: StockStatement, facts: Facts, declared: Declarations) -> FactWorkbook:
    """Write what one publication states of regions or of France: stocks with the days across, and movements."""
    used = _stated_in(statement, facts)
    workbook, hand = FactWorkbook(), declared.hands["D"]
    stocks = [fact for fact in used if fact.indicator == STOCK]
    for name, regional in (("Régions", True), ("National", False)):
        of_level = [fact for fact in stocks if (fact.territory_level == "region") is regional]
        if of_level:
            _write_stocks(new_page(workbook, name, hand), of_level)
    if moved := [fact for fact in used if fact.indicator in MOVEMENTS]:
        _write_movements(new_page(workbook, "Mouvements", hand), moved)
    add_sources(workbook, used, declared.wordings.addresses)
    return workbook


def _stated_in(statement: StockStatement, facts: Facts) -> list[Fact]:
    """Return the stocks of a 1 January and the movements that one publication states; none, or two, stop the run."""
    used = [
        fact
        for fact in facts.facts
        if (fact.indicator in MOVEMENTS or (fact.indicator == STOCK and fact.period.endswith("-01-01")))
        and plain(fact.source_title).startswith(statement.source)
    ]
    found = {fact.source_title for fact in used}
    if len(found) != 1:
        raise SystemExit(
            f"stock.toml: {statement.name}: facts.csv has {len(found) or 'no'} source{'s' * (len(found) > 1)} of "
            f"stocks that begin with « {statement.source} »; one is meant"
        )
    return used


def _identity(fact: Fact) -> list[tuple[str, Value]]:
    """Return who published a figure, and when."""
    publisher = publisher_of(fact)
    stated: list[tuple[str, Value]] = [("Publié par :", publisher)] if publisher else []
    return [*stated, ("Date de publication :", published(fact))]


def _write_stocks(page: Page, used: Sequence[Fact]) -> None:
    """Write a row to a territory, a column to a day; regions have their code, in its order."""
    stocks = {_key(fact): fact for fact in used}
    days = sorted({fact.period for fact in used})
    regions = used[0].territory_level == "region"
    names = ["Code", "Région"] if regions else ["Territoire"]
    page.title(["Parc locatif social (RPLS)", plain(used[0].source_title)], len(names) + len(days))
    page.identify([("Indicateur :", STOCK_LABEL), *_identity(used[0])])
    page.head([*names, *map(_day_head, days)])
    places = {(fact.insee_code, plain(fact.territory_name)) for fact in used}
    for code, name in sorted(places, reverse=not regions):
        found = [stocks.get((name, STOCK, day)) for day in days]
        page.line([*([code] if regions else []), name, *map(_worded, found)])
    page.notes(["Champ : ensemble des bailleurs sociaux."])
    page.widths(24, 28, 18)


def _write_movements(page: Page, used: Sequence[Fact]) -> None:
    """Write a row to a territory and a year, a column to a movement that is stated."""
    moved = {_key(fact): fact for fact in used}
    columns = {move: head for move, head in MOVEMENTS.items() if any(fact.indicator == move for fact in used)}
    place = "Région" if all(fact.territory_level == "region" for fact in used) else "Territoire"
    page.title(["Mouvements du parc locatif social", plain(used[0].source_title)], 2 + len(columns))
    page.identify(_identity(used[0]))
    page.head([place, "Année", *columns.values()])
    rows = {(fact.insee_code, plain(fact.territory_name), fact.period) for fact in used}
    for _, name, year in sorted(rows, key=lambda row: (row[0] != "FR", row)):
        page.line([name, int(year), *(_worded(moved.get((name, move, year))) for move in columns)])
    page.notes(["Champ : ensemble des bailleurs sociaux."])
    page.widths(28, 14, 18)
