"""Odd sources and odd cells, through whole loads: a load ends, whatever a layout may declare and a cell may say.

Examples are few and always the same, so that a failure comes back; to look further, raise ``FUZZ_ROUNDS``.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
import tomlkit
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

from pipeline.cells.isolation import Task
from pipeline.cells.read_workbook import read_workbook
from pipeline.layouts import LayoutError
from pipeline.layouts.grid import ROLES
from pipeline.layouts.layout_files import read_layout
from pipeline.layouts.products import PRODUCTS, product_fields
from pipeline.load import load
from pipeline.reading import submissions
from pipeline.settings import Limits, Settings
from tests.support.declarations import declaring
from tests.support.stage_tables import relations
from tests.support.workbooks import table_workbook

ROUNDS = max(3, int(os.environ.get("FUZZ_ROUNDS", "60")) // 10)

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


def _indicators() -> dict[str, Entry]:
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
FIGURES = st.one_of(
    st.sampled_from([-2_000_000, -20, -1, 0, 1, 20, 2_000, 2_000_000, 1e-9, -3.25, 999_999_999_999_999]),
    st.integers(-1000, 1000),
    st.sampled_from(ODD),
)
WORDINGS: dict[str, list[Any]] = {
    "territory": ["Bretagne", "BRETAGNE", "Île-de-France", " Corse ", "Ain", "France", "Mayotte", "Picardie", "DROM"],
    "parent": ["Bretagne", "Auvergne-Rhône-Alpes"],
    "code": ["53", 53, "01", 1, "2A", "976"],
    "indicator": ["Solde", "solde\u00a0net", "Parc", "Cumul", "Taux", "Part"],
    "period": [2019, 2020, 2021, "2020", "T1 2020", "S2 2021", "2018-2022", "31/12/2020", "03/2021", "depuis 2018"],
    "period:year": [2019, "2020", 9999],
    "period:month": [1, "mai", 12, 13],
    "breakdown": ["Collectif", "Individuel", "Ensemble", " Coll. ", "Pavillon ......"],
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


def said_of(key: str) -> st.SearchStrategy[Any]:
    """What a cell of a column of keys may say: mostly what it should."""
    known = st.sampled_from(WORDINGS.get(key, ["a", "b", "Nantes Métropole", 7]))
    return st.one_of(known, known, known, known, st.sampled_from(ODD))


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
ANY_FIELD = sorted(frozenset().union(*map(product_fields, PRODUCTS)))
PARSERS = ["text", "date", "figure", "duration", "period", "indicator", "territory"]


@st.composite
def columns(draw: st.DrawFn, product: str) -> list[Entry]:
    """The columns of a table, each found by a header of its own or named by what its header says."""
    if product in RECORDS:
        drawn = [dict(column) for column in RECORDS[product]]
    else:
        keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique_by=str))
        drawn = [dict(column) for column in (*keys, *draw(st.lists(st.sampled_from(VALUES), min_size=1, max_size=2)))]
    if draw(st.integers(0, 5)) == 0:
        parse = draw(st.sampled_from([None, *PARSERS]))
        drawn.append({"field": draw(st.sampled_from(ANY_FIELD)), **({"parse": parse} if parse else {})})
    if draw(st.integers(0, 5)) == 0:
        drawn.append({"role": "ignore"})
    for position, column in enumerate(drawn):
        if not column.get("named_by"):
            column["headers"] = [f"Rubrique {'abcdefghijklmnop'[position]}"]
    drawn[draw(st.integers(0, len(drawn) - 1))]["required"] = True
    drawn[-1]["required"] = True
    return drawn


@st.composite
def tables(draw: st.DrawFn) -> Entry:
    product = draw(st.sampled_from(["observation"] * 6 + ["check", *RECORDS]))
    some = draw(columns(product))
    fields = [column["field"] for column in some if column.get("field")]
    table: Entry = {"name": "odd", "columns": some, "produces": product, "fixed": draw(st.sampled_from(FIXED[product]))}
    if draw(st.booleans()):
        table["sections"] = draw(st.lists(st.sampled_from(KEYS[:8]), min_size=1, max_size=2, unique_by=str))
    if draw(st.booleans()):
        table |= {"total_words": ["Total"], "total_of": draw(st.sampled_from(["", "parent"]))}
        table["grand_total_words"] = draw(st.sampled_from([[], ["Total général"]]))
    if draw(st.integers(0, 3)) == 0:
        rule = {"field": draw(st.sampled_from(fields)), "words": ["*a*"], "alone": draw(st.booleans())}
        table[draw(st.sampled_from(["ignore_rows", "keep_rows"]))] = [rule]
    table["blank_rows"] = draw(st.integers(0, 2))
    table["side_by_side"] = draw(st.booleans())
    return table


CONTEXTS: list[Entry] = [
    {"field": "period", "labels": ["Année"]},
    {"field": "territory", "labels": ["Région"]},
    {"field": "known_on", "labels": ["Date d'envoi"]},
    {"field": "unit", "labels": ["Unité"]},
    {"field": "publisher", "pattern": "Publié par (.*)"},
]


class OddSource(NamedTuple):
    """A source that an installation adds, and the files that it receives."""

    layout: str
    books: list[Rows]


@st.composite
def odd_sources(draw: st.DrawFn) -> OddSource:
    layout: Entry = {"source": "odd", "version": 1, "title_fr": "Inventée", "authority": 1, "scopes": ["context"]}
    layout |= draw(st.sampled_from([{}, {"dot": "decimal"}, {"dash": "nil"}, {"marks": {"p": "P"}}, {"due_month": 12}]))
    layout["contexts"] = draw(st.lists(st.sampled_from(CONTEXTS), max_size=3, unique_by=str))
    layout["tables"] = [draw(tables())]
    layout["indicators"] = _indicators()
    text = tomlkit.dumps(layout)
    try:
        read_layout(text, "odd.toml")
    except LayoutError:
        assume(False)
    return OddSource(text, draw(st.lists(books(layout), min_size=1, max_size=3)))


# -- workbooks -----------------------------------------------------------------------------------------------------


@st.composite
def books(draw: st.DrawFn, layout: Entry) -> Rows:
    """A sheet as the layout has it, more or less: facts above a table, its header, its rows, a note."""
    table = layout["tables"][0]
    above = [[c["labels"][0], draw(said_of(c["field"]))] for c in layout["contexts"] if "labels" in c]
    stub = [(column, header) for column in table["columns"] for header in draw(headers(column))]
    head = [header if column.get("named_by") else spaced(draw, header) for column, header in stub]
    made = draw(st.lists(rows([column for column, _ in stub], table), min_size=1, max_size=8))
    return [["Titre"], *above, [], head, *made, [], ["Source : inventée"]]


def spaced(draw: st.DrawFn, text: str) -> str:
    return draw(st.sampled_from(SPACES)) + text + draw(st.sampled_from(SPACES))


def headers(column: Entry) -> st.SearchStrategy[list[Any]]:
    """The header of a column, or those of all the columns that are named so."""
    named = column.get("named_by")
    if not named:
        return st.just(column["headers"])
    return st.lists(st.sampled_from(WORDINGS[named[0]][:6]), min_size=1, max_size=4, unique_by=str)


@st.composite
def rows(draw: st.DrawFn, stub: list[Entry], table: Entry) -> list[Any]:
    kind = draw(st.sampled_from(["row"] * 6 + ["section", "total", "blank"]))
    if kind == "blank":
        return draw(st.sampled_from([[], [" "], ["", " "]]))
    if kind == "section":
        around = draw(st.lists(st.sampled_from([None, " ", "\u00a0", "\n"]), min_size=len(stub), max_size=len(stub)))
        around[draw(st.integers(0, len(stub) - 1))] = draw(st.sampled_from(SECTIONS))
        return around
    cells = [draw(FIGURES if column.get("field") == "value" else said_of(_key(column))) for column in stub]
    if kind == "total":
        cells[0] = draw(st.sampled_from(table.get("total_words", ["Total"])))
    return cells


def _key(column: Entry) -> str:
    part = column.get("part")
    return f"{column.get('field', '')}:{part}" if part else str(column.get("field", ""))


# -- what must hold ------------------------------------------------------------------------------------------------


@given(odd_sources())
@settings(
    max_examples=ROUNDS,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a load takes seconds: what fails is shown as it was found
    suppress_health_check=list(HealthCheck),
)
def test_a_load_ends_whatever_a_source_declares_and_its_cells_say(source: OddSource) -> None:
    with declaring({"odd": source.layout}), here(), tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        paths = [table_workbook(home / f"raw/odd/{at}.xlsx", book) for at, book in enumerate(source.books)]
        installation = Settings(raw=home / "raw", warehouse=home / "warehouse", workers=1, settle_seconds=0)
        load(installation)
        with duckdb.connect(str(installation.release_file), read_only=True) as release:
            read_everything(release)
            check_cells(release, paths)
            for (name,) in release.execute("SELECT DISTINCT went_to FROM audit.cell_coverage").fetchall():
                event(f"cells went to {name}")


@contextmanager
def here() -> Iterator[None]:
    """Read files in this process, which knows the source; a defect of ours is raised, and not told as a refusal."""

    def run(
        tasks: Sequence[Task], function: Callable[..., Any], *_: object, **__: object
    ) -> Iterator[tuple[Task, Any]]:
        yield from ((task, function(*task.args)) for task in tasks)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(submissions, "run_isolated", run)
        yield


def read_everything(release: duckdb.DuckDBPyConnection) -> None:
    """Read every relation in full, and call every macro."""
    calls = list(_calls())
    for call in calls:
        release.execute(f"FROM {call}").fetchall()
        release.execute(f"FROM {call}").pl()


def _calls() -> Iterator[str]:
    arguments = {"as_of_day": "DATE '2022-06-30'", "wanted_territory": "'Bretagne'", "wanted_period": "'2020'"}
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
