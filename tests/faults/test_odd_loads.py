"""Odd sources and odd cells, through whole loads: a load ends, whatever a layout may declare and a cell may say.

Rounds are few and seeds are fixed, so that a failure comes back; to look further, raise ``FUZZ_ROUNDS``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
import tomlkit

from pipeline.cells.read_workbook import read_workbook
from pipeline.layouts import LayoutError
from pipeline.layouts.grid import ROLES
from pipeline.layouts.layout_files import read_layout
from pipeline.layouts.products import PRODUCTS, product_fields
from pipeline.load import load
from pipeline.settings import Limits, Settings
from pipeline.warehouse.build import quoted
from tests.support.bounds import FUZZ_ROUNDS
from tests.support.declarations import declaring, reading_here
from tests.support.stage_tables import relations
from tests.support.workbooks import table_workbook

ROUNDS = FUZZ_ROUNDS // 10
_ODDITY = 0.08
"""How often a cell says something odd."""

Entry = dict[str, Any]
Rows = list[list[Any]]

INDICATORS = {
    "odd_balance": {"label_fr": "Solde", "measure": "flow", "minimum": -1e15, "synonyms": ["solde net"]},
    "odd_stock": {"label_fr": "Parc", "measure": "stock", "minimum": -1e15},
    "odd_count": {"label_fr": "Cumul", "measure": "cumulative", "minimum": -1e15, "part_of": "odd_balance"},
    "odd_rate": {
        "label_fr": "Taux",
        "measure": "flow",
        "minimum": -1e15,
        "unit": "percent",
        "growth_of": "odd_balance",
    },
    "odd_part": {"label_fr": "Part", "measure": "flow", "minimum": -1e15, "included_in": "odd_balance"},
}


def indicators() -> dict[str, Entry]:
    common = {"unit": "EUR", "additive": True, "scope": "context", "definition_fr": "Inventé."}
    return {code: {"label_en": code, **common, **entry} for code, entry in INDICATORS.items()}


# -- what cells say ------------------------------------------------------------------------------------------------

ODD: list[Any] = [
    *("", " ", "\u00a0", "\u200b", "\u202e12", "\u0085", "_x0001_", "\t", "x" * 300, "é" * 40, "'", "* ", "(1)", "..."),
    *(0, -1, 1, True, 0.5, -0.0, 1e-300, 5e-324, -1e-300, 10**15, 10**15 - 1, -(10**15) + 1, 1e308, -1e308, 2.5e14),
    *("nd", "s", "-", "n.s.", "250 %", "-250 %", "0,1 %", "1.234", "1e308", "plus de 3", "entre 2 et 5", "environ 7"),
    *("12 M€", "999 999 999 999 999", "1/2", "#REF!", "#DIV/0!", "=1/0", "12 (p)", "moins de 0", "Total", "Ensemble"),
    *(date(1900, 1, 1), date(9999, 12, 31), datetime(2020, 2, 29, 23, 59), "31/12/9999", "01/01/0001", "30/02/2020"),  # noqa: DTZ001
    *("1000000 ans", "99999999 ans", "-3 ans", "2 ans renouvelable", "0 an", "2021", "1900", "9999", "2018-2022"),
]
FIGURES: list[Any] = [-2_000_000, -20, -1, 0, 1, 12, 20, 2_000, 2_000_000, 1e-9, 1e-200, -3.25, 10**15 - 1, "7,5", "nd"]
WORDINGS: dict[str, list[Any]] = {
    "territory": ["Bretagne", "BRETAGNE", "Île-de-France", " Corse ", "Ain", "France", "Mayotte", "Picardie"],
    "parent": ["Bretagne", "Auvergne-Rhône-Alpes"],
    "code": ["53", 53, "01", 1, "2A", "976"],
    "indicator": ["Solde", "solde\u00a0net", "Solde", "Parc", "Cumul", "Taux", "Part"],
    "period": [2019, 2020, 2021, "2020", "T1 2020", "S2 2021", "2018-2022", "31/12/2020", "03/2021", "depuis 2018"],
    "period:year": [2019, "2020", 9999],
    "period:month": [1, "mai", 12, 13],
    "breakdown": ["Collectif", "Individuel", "Ensemble", " Coll. ", "Collectif ......"],
    "unit": ["€", "k€", "M€", "%"],
    "known_on": ["15/03/2022", date(2022, 3, 15), "31/12/9999", "01/01/1900"],
    "signed_on": ["15/03/2022", date(9999, 12, 31), date(1900, 1, 1), "2021"],
    "duration": ["3 ans", "1000000 ans", "99999999 ans", "-2 ans", "nd", 5, 999_999_999_999],
    "state": ["signée", "annoncée", " Signée "],
    "line_id": ["1", "2", "2.1", " 1 "],
    "parent_id": ["1", "2"],
    "relation": ["dont", "pour"],
}
SECTIONS = ["Bretagne", "Corse", "2020", "2021", "Solde", "Parc", "Collectif", "Rien de connu", "1. Solde"]
SPACES = ["", "", " ", "\u00a0", "\u2009", "\n"]


def said_of(chance: random.Random, key: str) -> object:
    """What a cell of a column may say: mostly what it should."""
    if chance.random() < _ODDITY:
        return chance.choice(ODD)
    return chance.choice(FIGURES if key == "value" else WORDINGS.get(key, ["a", "b", "Nantes Métropole", 7]))


# -- layouts -------------------------------------------------------------------------------------------------------

CHOICES = {"collectif": ["Collectif", "Coll."], "individuel": ["Individuel"]}
KEYS: list[Entry] = [
    {"field": "territory"},
    {"field": "territory", "levels": ["department", "region"], "capitals": "region"},
    {"field": "indicator"},
    {"field": "period"},
    {"field": "period", "part": "year"},
    {"field": "period", "part": "month"},
    {"field": "breakdown"},
    {"field": "breakdown", "choices": CHOICES, "whole": ["Ensemble"], "adds_up": True},
    {"field": "remark"},
    {"field": "unit"},
    {"field": "code"},
    {"field": "parent"},
    {"field": "publisher"},
]
VALUES: list[Entry] = [
    {"field": "value"},
    {"field": "value", "at_most": 1000.0},
    {"field": "value", "fixed": {"indicator": "Solde"}},
    {"field": "value", "fixed": {"indicator": "Parc"}, "day": "02-29"},
    {"field": "value", "fixed": {"indicator": "Solde"}, "years_before": 2000},
    {"field": "value", "named_by": ["period"], "fixed": {"indicator": "Solde"}},
    {"field": "value", "named_by": ["period"]},
    {"field": "value", "named_by": ["indicator"]},
    {"field": "value", "named_by": ["territory"]},
    {"field": "value", "named_by": ["breakdown"], "choices": CHOICES, "whole": ["Ensemble"], "adds_up": True},
]
STATES = {"signed": ["signée"], "announced": ["annoncée"]}
RELATIONS = {"part": ["dont"], "result": ["pour"]}
RECORDS: dict[str, list[Entry]] = {
    "target": [
        *({"field": name} for name in ("line_id", "label", "indicator", "period", "value", "parent_id")),
        {"field": "relation", "choices": RELATIONS},
    ],
    "agreement": [
        *({"field": name} for name in ("signatory", "theme", "territory", "signed_on", "duration", "other_parties")),
        {"field": "state", "choices": STATES},
    ],
    "funding": [{"field": "beneficiary"}, {"field": "purpose"}, {"field": "value", "unit": "EUR"}],
}
ABOUT = {"territory": "France", "period": "2021", "indicator": "Solde"}
FIXED: dict[str, list[Entry]] = {
    "observation": [ABOUT, ABOUT, ABOUT, {}, {"territory": "Bretagne", "period": "2021"}, {"indicator": "Parc"}],
    "check": [{}],
    "target": [{"plan": "Plan"}],
    "agreement": [{"agreement_kind": "convention", "territory": "Bretagne"}],
    "funding": [{"lender": "Prêteur"}],
}
PARSERS = ["text", "date", "figure", "duration", "period", "indicator", "territory"]


def columns(chance: random.Random, product: str) -> list[Entry]:
    """The columns of a table, each found by a header of its own or named by what its header says."""
    if product in RECORDS:
        drawn = [dict(column) for column in RECORDS[product]]
    else:
        keys = chance.sample(KEYS, chance.randint(1, 3))
        drawn = [dict(column) for column in (*keys, *chance.sample(VALUES, chance.randint(1, 2)))]
    if chance.random() < 0.1:
        fields = sorted(product_fields(product if product in PRODUCTS else "observation"))
        parse = chance.choice([None, *PARSERS])
        drawn.append({"field": chance.choice(fields), **({"parse": parse} if parse else {})})
    if chance.random() < 0.1:
        drawn.append({"role": "ignore"})
    for position, column in enumerate(drawn):
        if not column.get("named_by"):
            column["headers"] = [f"Rubrique {'abcdefghijklmnop'[position]}"]
    drawn[-1]["required"] = True
    return drawn


def table(chance: random.Random) -> Entry:
    product = chance.choice(["observation"] * 8 + ["check", *RECORDS])
    some = columns(chance, product)
    made: Entry = {"name": "odd", "columns": some, "produces": product, "fixed": chance.choice(FIXED[product])}
    if chance.random() < 0.4:
        made["sections"] = chance.sample(KEYS[:6], chance.randint(1, 2))
    if chance.random() < 0.4:
        made |= {"total_words": ["Total"], "total_of": chance.choice(["", "parent"])}
        made["grand_total_words"] = chance.choice([[], ["Total général"]])
    if chance.random() < 0.2:
        field = chance.choice([column["field"] for column in some if column.get("field")])
        rule = {"field": field, "words": ["*a*"], "alone": chance.random() < 0.5}
        made[chance.choice(["ignore_rows", "keep_rows"])] = [rule]
    return made | {"blank_rows": chance.randint(0, 2), "side_by_side": chance.random() < 0.3}


CONTEXTS: list[Entry] = [
    {"field": "period", "labels": ["Année"]},
    {"field": "territory", "labels": ["Région"]},
    {"field": "known_on", "labels": ["Date d'envoi"]},
    {"field": "unit", "labels": ["Unité"]},
    {"field": "remark", "pattern": "Source : (.*)"},
]


class OddSource(NamedTuple):
    """A source that an installation adds, and the files that it receives."""

    layout: str
    books: list[Rows]


def odd_source(chance: random.Random) -> OddSource:
    """A source that the language accepts, and some files for it."""
    while True:
        layout: Entry = {"source": "odd", "version": 1, "title_fr": "Inventée", "authority": 1, "scopes": ["context"]}
        layout |= chance.choice([{}, {"dot": "decimal"}, {"dash": "nil"}, {"marks": {"p": "P"}}, {"due_month": 12}])
        layout["contexts"] = chance.sample(CONTEXTS, chance.randint(0, 3))
        layout |= {"tables": [table(chance)], "indicators": indicators()}
        text = tomlkit.dumps(layout)
        try:
            read_layout(text, "odd.toml")
        except LayoutError:
            continue
        return OddSource(text, [book(chance, layout) for _ in range(chance.randint(1, 4))])


# -- workbooks -----------------------------------------------------------------------------------------------------


def book(chance: random.Random, layout: Entry) -> Rows:
    """A sheet as the layout has it, more or less: facts above a table, its header, its rows, a note."""
    above = [[c["labels"][0], said_of(chance, c["field"])] for c in layout["contexts"] if "labels" in c]
    stub = [(each, header) for each in layout["tables"][0]["columns"] for header in headers(chance, each)]
    head = [header if each.get("named_by") else spaced(chance, header) for each, header in stub]
    made = [row(chance, [each for each, _ in stub], layout["tables"][0]) for _ in range(chance.randint(1, 12))]
    return [["Titre"], *above, [], head, *made, [], ["Source : inventée"]]


def spaced(chance: random.Random, text: str) -> str:
    return chance.choice(SPACES) + text + chance.choice(SPACES)


def headers(chance: random.Random, column: Entry) -> list[Any]:
    """The header of a column, or those of all the columns that are named so."""
    named = column.get("named_by")
    return chance.sample(WORDINGS[named[0]][:5], chance.randint(1, 4)) if named else column["headers"]


def row(chance: random.Random, stub: list[Entry], table: Entry) -> list[Any]:
    kind = chance.choice(["row"] * 8 + ["section", "total", "blank"])
    if kind == "blank":
        return chance.choice([[], [" "], ["", " "]])
    if kind == "section":
        around: list[Any] = [chance.choice([None, " ", "\u00a0", "\n"]) for _ in stub]
        around[chance.randrange(len(stub))] = chance.choice(SECTIONS)
        return around
    cells = [said_of(chance, _key(column)) for column in stub]
    if kind == "total":
        cells[0] = chance.choice(table.get("total_words", ["Total"]))
    return cells


def _key(column: Entry) -> str:
    part = column.get("part")
    return f"{column.get('field', '')}:{part}" if part else str(column.get("field", ""))


# -- what must hold ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_load_ends_whatever_a_source_declares_and_its_cells_say(settings: Settings, seed: int) -> None:
    source = odd_source(random.Random(seed))
    with declaring({"odd": source.layout}), reading_here():
        paths = [table_workbook(settings.raw / f"odd/{at}.xlsx", book) for at, book in enumerate(source.books)]
        load(settings)
        with duckdb.connect(str(settings.release_file), read_only=True) as release:
            read_everything(release)
            check_cells(release, paths)


def read_everything(release: duckdb.DuckDBPyConnection) -> None:
    """Read every relation in full, and call every macro."""
    (period,) = release.execute("SELECT coalesce(max(period), '') FROM fact.observation_history").fetchone() or ("",)
    for call in _calls(quoted(period)):
        release.execute(f"FROM {call}").fetchall()
        release.execute(f"FROM {call}").pl()


def _calls(period: str) -> Iterator[str]:
    day = "DATE '2022-06-30'"
    arguments = {"as_of_day": day, "on_day": day, "wanted_territory": "'Bretagne'", "wanted_period": period}
    for name, relation in relations().items():
        if relation.is_macro:
            given = [arguments.get(parameter, "'odd_balance'") for parameter in relation.parameters]
            yield f"{name}({', '.join(given)})"
        else:
            yield name


def check_cells(release: duckdb.DuckDBPyConnection, paths: list[Path]) -> None:
    """Each cell that is not empty has one role."""
    expected = sum(len(sheet.cells) for path in paths for sheet in read_workbook(path, Limits()).sheets)
    found = release.execute("SELECT role FROM audit.cell_coverage").fetchall()
    refused = {reason for (reason,) in release.execute("SELECT reason FROM fact.rejection").fetchall()}
    assert len(found) == expected or refused & {"VIDE", "FICHIER_EN_DOUBLE"}
    assert {role for (role,) in found} <= set(ROLES) - {""}
