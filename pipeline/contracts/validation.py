"""Holding rows to their contract, with Pandera.

What belongs here: the Pandera schema of a contract, and the failures of a check with the rows that they are about.
What does not: the contracts themselves.

Pandera validates typed, eager frames and nothing else: no coercion, no ``strict``, no lazy frame (on which it checks no
value by default); many submissions are checked in one call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.contracts import TYPES, Column, Contract

if TYPE_CHECKING:  # imported where rows are checked: a night without news checks none
    import pandera.polars as pa


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule of a contract that rows break. ``rows`` are 0-based positions in the frame; empty for a wrong type."""

    column: str
    rule: str
    rows: tuple[int, ...]


def violations(contract: Contract, frame: pl.DataFrame) -> list[Violation]:
    """Check a typed, eager frame against a contract and return every rule that it breaks, with the positions.

    Raises:
        RuntimeError: a check crashed, or the columns are not the contract's; that is our defect and not the data's.
    """
    if frame.columns != contract.column_names:
        raise RuntimeError(f"{contract.name}: columns {frame.columns}, expected {contract.column_names}")
    if dict(frame.schema) == contract.polars_schema():  # what is asked of types holds
        contract = _asked(contract, frozenset(_lacking(frame)))
        frame = frame.select(contract.column_names)
        if frame.is_empty():
            return []  # no row breaks no rule, and most tables of a small warehouse have none
        if not contract.columns:
            return []  # neither does any where nothing is asked
    return failures(pandera_schema(contract), frame, whole_row=", ".join(contract.key))


def _lacking(frame: pl.DataFrame) -> Iterator[str]:
    """Yield the columns that may lack a value: for Pandera, what is no number is none."""
    for column in frame.get_columns():
        if column.null_count() or column.dtype.is_float():
            yield column.name


@lru_cache(maxsize=256)
def _asked(contract: Contract, lacking: frozenset[str]) -> Contract:
    """Return the part of a contract that asks more of rows than types, and values where none is ``lacking``.

    Pandera takes half a millisecond for a column, and most ask no more than that.
    """

    def is_asked(column: Column) -> bool:
        return column.bounds_values or (column.required and column.name in lacking) or column.name in contract.key

    return replace(contract, columns=tuple(filter(is_asked, contract.columns)))


def failures(schema: pa.DataFrameSchema, frame: pl.DataFrame, *, whole_row: str = "") -> list[Violation]:
    """Validate a typed, eager frame and return every check that fails, with the positions of the rows.

    Args:
        schema: what is asked for.
        frame: the rows.
        whole_row: what stands for the column in a failure that concerns several columns.

    Raises:
        RuntimeError: a check crashed; that is our defect and not the data's.
    """
    import pandera.errors as wrong

    try:
        schema.validate(frame, lazy=True)
    except wrong.SchemaErrors as errors:
        return [_violation(frame, error, whole_row) for error in errors.schema_errors]
    return []


def _violation(frame: pl.DataFrame, error: Any, whole_row: str) -> Violation:
    if error.reason_code.name == "CHECK_ERROR":
        raise RuntimeError(f"the check {error.check} crashed: {error}")
    column = error.column_name if error.column_name in frame.columns else whole_row
    output = error.check_output
    rule = getattr(error.check, "name", None) or str(error.check)
    if output is None:
        return Violation(column, rule, ())
    passed = pl.DataFrame(output)["check_output"].fill_null(value=False)
    return Violation(column, rule, tuple((~passed).arg_true().to_list()))


@lru_cache(maxsize=256)
def pandera_schema(contract: Contract) -> pa.DataFrameSchema:
    """Return the Pandera schema of a contract: types, nulls, allowed values, bounds and the uniqueness of the key."""
    import pandera.polars as pa

    return pa.DataFrameSchema(
        {
            column.name: pa.Column(TYPES[column.type], _checks(column), nullable=not column.required)
            for column in contract.columns
        },
        # one uniqueness check with row positions; Pandera's own reports the first failing set only
        checks=[pa.Check(_unique(contract.key), name="unique_key")] if contract.key else [],
        name=contract.name,
    )


def _checks(column: Column) -> list[pa.Check]:
    """Return the Pandera checks of a column, each named after what it asks for."""
    import pandera.polars as pa

    found = []
    if column.allowed:
        found.append(pa.Check.isin(list(column.allowed), name="allowed"))
    if column.minimum is not None:
        found.append(pa.Check.ge(column.minimum, name="minimum"))
    if column.maximum is not None:
        found.append(pa.Check.le(column.maximum, name="maximum"))
    return found


def _unique(key: tuple[str, ...]) -> Any:
    """Return a row-wise Pandera check that every row of a frame has its own key."""

    def unique_key(data: Any) -> pl.LazyFrame:
        rows: pl.LazyFrame = data.lazyframe
        return rows.select(~pl.struct(key).is_duplicated())

    return unique_key
