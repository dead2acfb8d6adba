"""Contracts: the one description of every table, from which everything else that describes tables is made.

A contract says what a row is, what identifies it and what each column means. From it come the Pandera schema that
checks rows, the COMMENTs inside the DuckDB file, Dagster's table schema and the data dictionary.

What belongs here: the contracts of the stage (``stage.toml``), the glossary of columns (``columns.toml``), and reading
the header of each relation of ``sql/``. What does not: making the rows.

Pandera validates typed, eager frames and nothing else: no coercion, no ``strict``, no lazy frame (on which it checks no
value by default); many submissions are checked in one call.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pandera.polars as pa
import polars as pl

from pipeline.indicators import indicators

TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "DOUBLE": pl.Float64(),
    "INTEGER": pl.Int32(),
    "BIGINT": pl.Int64(),
    "BOOLEAN": pl.Boolean(),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"),
    "VARCHAR[]": pl.List(pl.String()),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its DuckDB type, its definition in both languages, and the values that it may hold."""

    name: str
    en: str
    fr: str
    type: str = "VARCHAR"
    unit: str = ""
    required: bool = False
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def comment(self) -> str:
        """The COMMENT of the column in DuckDB: French, then English, then the unit."""
        return f"{self.fr} — {self.en}" + (f" [{self.unit}]" if self.unit else "")

    def checks(self) -> list[pa.Check]:
        """Return the Pandera checks of the column, each named after what it asks for."""
        found = []
        if self.allowed:
            found.append(pa.Check.isin(list(self.allowed), name="allowed"))
        if self.minimum is not None:
            found.append(pa.Check.ge(self.minimum, name="minimum"))
        if self.maximum is not None:
            found.append(pa.Check.le(self.maximum, name="maximum"))
        return found


@dataclass(frozen=True, slots=True)
class Contract:
    """One table, view or macro: what a row is, its key, its columns in order."""

    name: str
    """Qualified: ``kpi.regional``, ``stage.observation``."""
    row_en: str
    row_fr: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def comment(self) -> str:
        """The COMMENT of the relation in DuckDB."""
        key = f" Clé / key: {', '.join(self.key)}." if self.key else ""
        return f"{self.row_fr} — {self.row_en}{key}"

    @property
    def column_names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    def polars_schema(self) -> dict[str, pl.DataType]:
        """Return the polars types of the columns."""
        return {column.name: TYPES[column.type] for column in self.columns}

    def frame(self, rows: list[dict[str, Any]]) -> pl.DataFrame:
        """Return rows as a typed frame of exactly this contract's columns; absent fields are null."""
        return pl.DataFrame(rows, schema=self.polars_schema(), orient="row", strict=True)

    def pandera_schema(self) -> pa.DataFrameSchema:
        """Return the Pandera schema: types, nulls, allowed values, bounds and the uniqueness of the key."""
        return pa.DataFrameSchema(
            {
                column.name: pa.Column(TYPES[column.type], column.checks(), nullable=not column.required)
                for column in self.columns
            },
            # one uniqueness check with row positions; Pandera's own reports the first failing set only
            checks=[pa.Check(_unique(self.key), name="unique_key")] if self.key else [],
            name=self.name,
        )


def _unique(key: tuple[str, ...]) -> Any:
    """Return a row-wise Pandera check that every row of a frame has its own key."""

    def unique_key(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(~pl.struct(key).is_duplicated())

    return unique_key


@cache
def glossary() -> dict[str, dict[str, Any]]:
    """Return the definition of every known column name: the glossary's, each indicator's, and the year of each."""
    text = resources.files(__name__).joinpath("columns.toml").read_text(encoding="utf-8")
    known: dict[str, dict[str, Any]] = tomllib.loads(text)
    for indicator in indicators().values():
        known.setdefault(
            indicator.code,
            {"type": "DOUBLE", "unit": indicator.unit, "fr": indicator.definition_fr, "en": f"{indicator.label_en}."},
        )
        known.setdefault(
            f"{indicator.code}_year",
            {
                "type": "INTEGER",
                "fr": f"Année du chiffre « {indicator.label_fr} ».",
                "en": f"Year of the figure “{indicator.label_en}”.",
            },
        )
    return known


def make_contract(name: str, header: Mapping[str, Any]) -> Contract:
    """Return the contract that a header describes.

    Args:
        name: the qualified name of the relation.
        header: ``row_en``, ``row_fr``, ``key``, ``columns`` and, optionally, ``required`` (columns never null, beside
            the key) and ``describe`` (columns that mean something particular here).

    Raises:
        ValueError: something is missing or undocumented; the message says what, and where to add it.
    """
    for needed in ("row_en", "row_fr", "columns"):
        if needed not in header:
            raise ValueError(f"{name}: the header has no '{needed}'; say it there")
    key = tuple(header.get("key", ()))
    required = {*key, *header.get("required", ())}
    describe = header.get("describe", {})
    columns = []
    for column in header["columns"]:
        meaning = describe.get(column) or glossary().get(column)
        if meaning is None or not meaning.get("en") or not meaning.get("fr"):
            raise ValueError(
                f"{name}.{column}: no definition; add [{column}] with 'en' and 'fr' to "
                f"pipeline/contracts/columns.toml, or [describe.{column}] to the header of the relation"
            )
        options = {**meaning, "allowed": tuple(meaning.get("allowed", ()))}
        columns.append(Column(name=column, required=column in required, **options))
    unknown = (required | set(describe)) - {column.name for column in columns}
    if unknown:
        raise ValueError(f"{name}: {', '.join(sorted(unknown))} is not among its columns; correct the header")
    return Contract(name, header["row_en"], header["row_fr"], key, tuple(columns))


@cache
def stage() -> dict[str, Contract]:
    """Return the contracts of the tables that Python hands to SQL, by bare name."""
    text = resources.files(__name__).joinpath("stage.toml").read_text(encoding="utf-8")
    return {name: make_contract(f"stage.{name}", header) for name, header in tomllib.loads(text).items()}


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
    if frame.is_empty() and dict(frame.schema) == contract.polars_schema():
        return []  # no row breaks no rule, and most tables of a small warehouse have none
    return failures(contract.pandera_schema(), frame, whole_row=", ".join(contract.key))


def failures(schema: pa.DataFrameSchema, frame: pl.DataFrame, *, whole_row: str = "") -> list[Violation]:
    """Validate a typed, eager frame and return every check that fails, with the positions of the rows.

    Args:
        schema: what is asked for.
        frame: the rows.
        whole_row: what stands for the column in a failure that concerns several columns.

    Raises:
        RuntimeError: a check crashed; that is our defect and not the data's.
    """
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return [_violation(frame, error, whole_row) for error in errors.schema_errors]
    return []


def _violation(frame: pl.DataFrame, error: Any, whole_row: str) -> Violation:
    if error.reason_code is pa.errors.SchemaErrorReason.CHECK_ERROR:
        raise RuntimeError(f"the check {error.check} crashed: {error}")
    column = error.column_name if error.column_name in frame.columns else whole_row
    output = error.check_output
    rule = getattr(error.check, "name", None) or str(error.check)
    if output is None:
        return Violation(column, rule, ())
    passed = pl.DataFrame(output)["check_output"].fill_null(value=False)
    return Violation(column, rule, tuple((~passed).arg_true().to_list()))
