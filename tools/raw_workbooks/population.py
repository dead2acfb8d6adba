"""The populations of the regions, on one sheet.

What belongs here: this one workbook.
"""

from __future__ import annotations

from tools.raw_workbooks.facts import Facts, plain
from tools.raw_workbooks.pages import FactWorkbook, Stated, new_page
from tools.raw_workbooks.shapes import Declarations
from tools.raw_workbooks.wordings import indicator_of, period_words, published_day
from tools.raw_workbooks.workbooks import add_sources

POPULATION = "Population\nmunicipale"


def population_workbook(facts: Facts, declared: Declarations) -> FactWorkbook:
    """Write the municipal populations of the regions."""
    rows = [fact for fact in facts.facts if fact.indicator == "population_municipale"]
    if not rows:
        raise SystemExit("facts.csv has no population_municipale")
    indicator_of(POPULATION, "context")
    workbook = FactWorkbook()
    page = new_page(workbook, "Régions", declared.hands["B"])
    page.title(["Populations légales des régions", "Recensement de la population"], 3)
    page.identify(
        [("Population au :", period_words(rows[0].period)), ("Date de publication :", published_day(rows[0]))]
    )
    page.head(["Code\nrégion", "Région", POPULATION])
    for fact in sorted(rows, key=lambda fact: fact.insee_code):
        page.line([fact.insee_code, plain(fact.territory_name), Stated(int(fact.value), fact)], number_format="#,##0")
    page.notes(
        ["Source : Insee, populations légales.", "Note : Mayotte n'est pas dans ce tableau (recensement de 2017)."]
    )
    page.widths(22, 30, 22)
    add_sources(workbook, rows, declared.wordings.addresses)
    return workbook
