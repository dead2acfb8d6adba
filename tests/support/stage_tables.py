"""What the tests of ``sql/`` share: a stage written as small tables of text, and the relation built from it.

A table is written as a statistician would note it down::

    observation = '''
        file  | indicator | territory | period | value | known_on
        hdf   | starts    | 32        | 2020   | 2904  | 2021-12-03
    '''

Columns that a test does not care about have defaults. ``territory`` stands for the level and the code (FR the nation,
32 a region, D59 a department, DROM a pseudo-territory), ``period`` for start, end and frequency, ``file`` for the
submission that stated the row (``national_statement/x`` is one of that source, a name without a folder a regional
return). ``·`` stands for nothing. Territories and indicators are the real ones.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

import duckdb
import polars as pl

from pipeline.contracts import stage_contracts
from pipeline.rejections import reasons
from pipeline.settings import Settings
from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.populations import own_population, populations
from pipeline.vocabulary.territories import territories
from pipeline.warehouse.audit import run_check
from pipeline.warehouse.build import make_relation, open_databases, write_stage
from pipeline.warehouse.delta import Delta
from pipeline.warehouse.reads import tables_read
from pipeline.warehouse.relations import Check, Relation, load_checks, load_relations, load_touched_keys

SQL = Settings().sql
SOURCES = """
    source             | title_fr            | authority | due_month | is_prose
    regional_return    | Bilans régionaux    | 20        | 6         | false
    national_statement | Bilans nationaux    | 30        | ·         | true
    social_stock       | Parc locatif social | 40        | ·         | false
"""
RUN = """
    inputs_sha256 | as_of
    abc           | 2026-06-15
"""
READ: dict[str, Callable[[str], Any]] = {
    "VARCHAR": str,
    "DOUBLE": lambda text: float(text.replace(" ", "")),
    "INTEGER": int,
    "BIGINT": int,
    "BOOLEAN": lambda text: {"true": True, "false": False}[text],
    "DATE": date.fromisoformat,
    "TIMESTAMP": datetime.fromisoformat,
}


@cache
def relations() -> dict[str, Relation]:
    """Every relation of ``sql/``, read once."""
    return load_relations(SQL)


@cache
def checks() -> dict[str, Check]:
    """Every check of ``sql/checks``, read once."""
    return {check.name: check for check in load_checks(SQL)}


def rows(relation: str, *arguments: str, **tables: str) -> list[dict[str, Any]]:
    """Build one relation and what it reads, in memory, from stage tables; return its rows.

    ``arguments`` are those of a macro, as SQL literals.
    """
    with built(relation, **tables) as connection:
        call = f"{relation}({', '.join(arguments)})" if relations()[relation].is_macro else relation
        return connection.execute(f"FROM {call}").pl().to_dicts()


def rows_after(relation: str, before: dict[str, str], **tables: str) -> list[dict[str, Any]]:
    """Return the rows of a relation that compares with the release before, which was made from other stage tables."""
    with _before(relation, **before):
        return rows(relation, **tables)


def one(relation: str, *arguments: str, **tables: str) -> dict[str, Any]:
    """The only row of a relation."""
    (row,) = rows(relation, *arguments, **tables)
    return row


def failing(check: str, *, tamper: str = "", **tables: str) -> list[dict[str, Any]]:
    """Build what a check reads and return the rows that it finds wrong, after spoiling what was built by ``tamper``."""
    bench, needed = _bench(), checks()[check]
    bench.build(needed.relation, *tables_read(needed.sql), **tables)
    if tamper:
        bench.spoil(tamper)
    outcome = run_check(bench.connection, needed)
    assert outcome.passed == (outcome.failures == 0)
    if needed.by:  # asked of what is touched, it finds the same where that is all
        everything = bench.connection.execute("SELECT submission_id FROM stage.submission").pl()["submission_id"]
        delta = Delta(bench.connection, load_touched_keys(SQL), everything)
        assert run_check(bench.connection, needed, delta).failures == outcome.failures
    return outcome.sample.to_dicts()


@contextmanager
def _before(*wanted: str, **tables: str) -> Iterator[None]:
    """Let what some relations are in other stage tables be the release before."""
    bench = _bench()
    bench.build(*wanted, **tables)
    with bench.released():
        yield


@contextmanager
def built(*wanted: str, **tables: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which some relations, and those that they read, are built from stage tables.

    All callers share it: what it holds is theirs until something else is built.
    """
    _bench().build(*wanted, **tables)
    yield _bench().connection


@cache
def _bench() -> _Bench:
    """The database of all tests of a process."""
    opened = ExitStack()  # closed when nobody has the bench any more
    # a few rows: more threads would only wait
    return _Bench(opened.enter_context(open_databases(":memory:", ":memory:", {"threads": 1})), opened)


@dataclass
class _Bench:
    """A database on which one test after another builds: only what reads another stage than before is made again."""

    connection: duckdb.DuckDBPyConnection
    opened: ExitStack
    _written: dict[str, pl.DataFrame] = field(default_factory=dict)
    _made: set[str] = field(default_factory=set)

    def build(self, *wanted: str, **tables: str) -> None:
        """Build some relations, and those that they read, from stage tables."""
        self._write(stage_frames(**tables))
        for name in needed_in_order(*wanted):
            if name not in self._made:
                make_relation(self.connection, relations()[name])
                self._made.add(name)

    def _write(self, frames: dict[str, pl.DataFrame]) -> None:
        """Write the stage tables that hold something else than before, and forget what was made of them."""
        changed = {
            name: frame
            for name, frame in frames.items()
            if name not in self._written or not frame.equals(self._written[name])
        }
        write_stage(self.connection, changed)
        self._written |= changed
        stale = {f"stage.{name}" for name in changed}
        for name, relation in relations().items():  # each after those that it reads
            if relation.inputs & stale:
                stale.add(name)
        self._forget(stale)

    def spoil(self, statement: str) -> None:
        """Change what was built, for one test: everything is made again for the next."""
        self.connection.execute(statement)
        self._forget(set(self._made))

    def _forget(self, names: set[str]) -> None:
        """Have relations made again; a macro holds nothing that could have changed."""
        self._made -= {name for name in names if name in relations() and not relations()[name].is_macro}

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let what is built now be the release before, ``previous``."""
        self.connection.execute("ATTACH ':memory:' AS previous")
        try:
            self.connection.execute("COPY FROM DATABASE memory TO previous")
            self._forget(self._comparing)
            yield
        finally:
            self._forget(self._comparing)
            self.connection.execute("DETACH previous")

    @property
    def _comparing(self) -> set[str]:
        return {name for name, relation in relations().items() if relation.previous}


def needed_in_order(*wanted: str) -> list[str]:
    """The relations named and all that they read, each after those that it reads."""
    needed = closure(*wanted)
    return [name for name in relations() if name in needed]


def closure(*wanted: str) -> set[str]:
    """The relations named and all that they read, directly or not."""
    found: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name in relations() and name not in found:
            found.add(name)
            waiting += relations()[name].inputs
    return found


def stage_frames(**tables: str) -> dict[str, pl.DataFrame]:
    """Every stage table: those given, completed; the code lists; the submissions that rows name; the rest empty."""
    given = {name: [_complete(name, row, at) for at, row in enumerate(parse(text), 1)] for name, text in tables.items()}
    submissions = {row["submission_id"]: row for row in given.get("submission", [])}
    for row in [row for name in given for row in given[name] if "submission_id" in row]:
        stated = {"file": row["submission_id"], "known_on": row.get("known_on")}
        submissions.setdefault(row["submission_id"], _complete("submission", stated, 1))
    given["submission"] = list(submissions.values())
    given.setdefault("stretch", _one_each(given["submission"]))
    return {**_default_frames(), **{name: _frame(name, rows) for name, rows in given.items()}}


@cache
def _default_frames() -> dict[str, pl.DataFrame]:
    """Every stage table as it is where a test gives none: the code lists, and the rest empty."""
    lists = {
        "source": parse(SOURCES),
        "run": parse(RUN),
        "territory": _territories(),
        "indicator": _indicators(),
        "population": [_population(code) for code in populations()],
        "reason": [_reason(code) for code in reasons()],
        "relation": [relation.row() for relation in relations().values()],
    }
    return {name: _frame(name, lists.get(name, [])) for name in stage_contracts()}


def _frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return stage_contracts()[table].frame([_typed(table, row) for row in rows])


def _one_each(submissions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A stretch for each submission, in the order of receipt: each lay at a place of its own."""
    in_order = sorted(submissions, key=lambda row: (row["received_at"], row["submission_id"]))
    names = [(row["submission_id"], row["known_on"]) for row in in_order]
    return [
        {"submission_id": name, "holds_from": known_on, "place": name, "ledger_event": at}
        for at, (name, known_on) in enumerate(names, 1)
    ]


def parse(text: str) -> list[dict[str, Any]]:
    """Rows of a table written with bars; ``·`` is nothing."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [
        {name: None if value == "·" else value for name, value in zip(lines[0], line, strict=True)}
        for line in lines[1:]
    ]


def _complete(table: str, row: dict[str, Any], position: int) -> dict[str, Any]:
    row = {"file": "a", "cell": f"A{position}", **row}
    row["submission_id"] = row["file"]
    if "territory" in row:
        row["territory_level"], row["territory_code"] = territory(row.pop("territory"))
    if "period" in row:
        row["period_start"], row["period_end"], row["frequency"] = period(row.pop("period"))
    defaults = {**_defaults(table, row), **row}
    return {key: value for key, value in defaults.items() if key in stage_contracts()[table].column_names}


def _defaults(table: str, row: dict[str, Any]) -> dict[str, Any]:
    value = row.get("value")
    indicator = indicators().get(row.get("indicator") or "")
    stated = {
        "sheet": "S",
        "known_on": "2022-01-15",
        "unit": indicator.unit if indicator else "EUR",
        "precision": None if value is None else "0",
        "qualifier": "=",
        "obs_status": "O" if value is None else "A",
        "missing_reason": "not_available" if value is None else None,
        "raw_text": value or "nd",
        "label": row.get("indicator") or "label",
    }
    defaults: dict[str, dict[str, Any]] = {
        "observation": {**stated, "population": "", "breakdown": "", "is_total": False},
        "target": {**stated, "plan": "Plan"},
        "funding": {**stated, "lender": "Action Logement"},
        "agreement": {
            **stated,
            "signatory": "Action Logement",
            "agreement_kind": "convention",
            "theme": "logement",
            "state": "signed",
            "is_renewable": False,
            "raw_text": "logement",
        },
        "cell": {"sheet": "S", "kind": "text", "raw_text": "x", "role": "value"},
        "total": {
            "sheet": "S",
            "label": "Ensemble",
            "stated_precision": "0",
            "parts_precision": "0",
            "parts_missing": "0",
            "parts_cells": "A1, A2",
        },
        "rejection": {
            "sheet": "S",
            "raw_text": "x",
            "row_level": "cell",
            "reason": "NOMBRE_ILLISIBLE",
            "message_fr": "illisible",
            "message_en": "unreadable",
        },
        "submission": {
            "sha256": f"sha-{row.get('file')}",
            "source": row["file"].split("/")[0] if "/" in row["file"] else "regional_return",
            "size_bytes": "1000",
            "received_at": "2026-01-01T08:00:00",
            "known_on": row.get("known_on") or "2022-01-15",
            "known_from": row.get("known_on") or "2022-01-15",
            "layout": "layout/1",
            "status": "accepted",
            "cells": "10",
            "accepted": "5",
            "rejected": "0",
        },
    }
    return defaults.get(table, {})


def _typed(table: str, row: dict[str, Any]) -> dict[str, Any]:
    types = {column.name: column.type for column in stage_contracts()[table].columns}
    return {key: READ[types[key]](value) if isinstance(value, str) else value for key, value in row.items()}


def territory(text: str) -> tuple[str, str]:
    """Level and code of FR, 32, D59 or DROM."""
    if text == "FR":
        return "national", "FR"
    if text.startswith("D") and text != "DROM":
        return "department", text[1:]
    return ("region" if text.isdigit() else "other"), text


def period(text: str) -> tuple[date | None, date | None, str]:
    """Start, end and frequency of 2021, 2018-2022, T1 2024, S2 2024, 03/2024, 31/12/2021, or 2017- without an end."""
    if "/" in text and text.count("/") == 2:
        day = datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  # a date
        return day, day, "_O"
    year = int(text[-4:]) if text[-4:].isdigit() else int(text[:4])
    if text.endswith("-"):
        return date(year, 1, 1), None, "_O"
    if "-" in text:
        return date(int(text[:4]), 1, 1), date(year, 12, 31), "_O"
    if "/" in text or text[0] in "TS":
        months = {"T": 3, "S": 6}.get(text[0], 1)
        first = (int(text[1]) - 1) * months + 1 if text[0] in "TS" else int(text[:2])
        last = first + months - 1
        end = date(year, last, calendar.monthrange(year, last)[1])
        return date(year, first, 1), end, {3: "Q", 6: "S", 1: "M"}[months]
    return date(year, 1, 1), date(year, 12, 31), "A"


def _territories() -> list[dict[str, Any]]:
    names = ("code", "level", "name", "slug", "parent_code", "valid_from", "valid_to")
    return [{name: getattr(item, name) or None for name in names} for item in territories()]


def _population(code: str) -> dict[str, Any]:
    found = populations()[code]
    labels = {"label_fr": found.label_fr, "label_en": found.label_en}
    return {"population": code, **labels, "population_part_of": found.part_of or None}


def _reason(code: str) -> dict[str, Any]:
    level, french, english, *_ = reasons()[code]
    return {"reason": code, "row_level": str(level), "message_fr": french, "message_en": english}


def _indicators() -> list[dict[str, Any]]:
    names = (
        *("code", "label_fr", "label_en", "unit", "measure", "definition_fr", "scope"),
        *("plausible_change", "largest_restatement", "largest_fall"),
    )
    links = (*("same_as", "part_of", "included_in", "growth_of", "numerator", "denominator", "cumulates", "akin_to"),)
    return [
        {
            **{name: getattr(item, name) for name in names},
            **{name: getattr(item, name) or None for name in links},
            "is_additive": item.additive,
            "own_population": own_population(item.code),
        }
        for item in indicators().values()
    ]
