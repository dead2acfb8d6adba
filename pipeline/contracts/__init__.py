"""Contracts: the one description of every table, from which everything else that describes tables is made.

A contract says what a row is, what identifies it and what each column means. From it come the Pandera schema that
checks rows, the COMMENTs inside the DuckDB file, Dagster's table schema and the data dictionary.

What belongs here: the contracts of the stage (``stage.toml``), the glossary of columns (``columns.toml``), and reading
the header of each relation of ``sql/``. What does not: making the rows, and holding them to their contract
(``validation``, which brings Pandera in and which the reading processes do without).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.ratios import ratios

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
    lack_fr: str = ""
    lack_en: str = ""
    """How a message calls it where a row lacks it, in both languages or in none."""
    references: str = ""
    """The key of another relation that it holds, ``dim.territory.territory_id``; empty where it holds none."""

    @property
    def bounds_values(self) -> bool:
        """Whether it asks more of a value than its type, and that it is there."""
        return bool(self.allowed) or self.minimum is not None or self.maximum is not None

    @property
    def comment(self) -> str:
        """The COMMENT of the column in DuckDB: French, then English, the unit, and the relation whose key it is."""
        unit = f" [{self.unit}]" if self.unit else ""
        return f"{self.fr} — {self.en}{unit}" + (f" → {self.references}" if self.references else "")


@dataclass(frozen=True, slots=True)
class Contract:
    """One table, view or macro: what a row is, its key, its columns in order."""

    name: str
    """Qualified: ``kpi.regional``, ``stage.observation``."""
    row_en: str
    row_fr: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    natural_key: tuple[str, ...] = ()
    """What makes two rows of one submission say the same thing; empty where that is not asked."""
    is_bulk: bool = False
    """Whether an index would cost more than the table: its keys are checked at each load and not declared."""

    @property
    def references(self) -> dict[str, tuple[str, str]]:
        """The keys of others that it holds: by column, the relation that it refers to, and the key there."""
        if not self.is_keyed:
            return {}
        keys = {column.name: column.references.rpartition(".") for column in self.columns if column.references}
        return {name: (table, key) for name, (table, _, key) in keys.items() if table != self.name}

    @property
    def is_keyed(self) -> bool:
        """Whether its keys are declared in the file: it is one of those that analysts join."""
        return not self.is_bulk and self.name.partition(".")[0] in _KEYED

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


_KEYED = ("dim", "fact", "kpi")

Glossary = dict[str, dict[str, Any]]
"""What columns mean, by their names: ``type``, ``en``, ``fr`` and whatever else a :class:`Column` has."""


def _read(file: str) -> Glossary:
    return tomllib.loads(resources.files(__name__).joinpath(file).read_text(encoding="utf-8"))


@cache
def glossary(*, wide: bool = False) -> Glossary:
    """Return the definition of every known column: the glossary, indicators, their years and ratios put together.

    In a ``wide`` relation, which has a column for each indicator, a name that is an indicator's means the indicator,
    and what is counted is whole.
    """
    known = _read("columns.toml")
    for indicator in indicators().values():
        if wide:
            known.pop(indicator.code, None)
        known.setdefault(
            indicator.code,
            {
                "type": "BIGINT" if wide and indicator.is_count else "DOUBLE",
                "unit": indicator.unit,
                "fr": indicator.definition_fr,
                "en": f"{indicator.label_en}.",
            },
        )
        known.setdefault(
            f"{indicator.code}_year",
            {
                "type": "INTEGER",
                "fr": f"Année du chiffre « {indicator.label_fr} ».",
                "en": f"Year of the figure “{indicator.label_en}”.",
            },
        )
        known.setdefault(
            f"{indicator.code}_marks",
            {
                "fr": f"Marques du chiffre « {indicator.label_fr} » : nuance (>, <, ~, interval), P (provisoire), "
                "E (estimé), early (connu avant la fin de l'année), disputed (contredit), autre population.",
                "en": f"Marks of the figure “{indicator.label_en}”: hedge (>, <, ~, interval), P (provisional), "
                "E (estimated), early (known before the year was over), disputed (contradicted), another population.",
            },
        )
    for ratio in ratios():
        known.setdefault(ratio.code, {"type": "DOUBLE", "unit": ratio.unit, "fr": ratio.fr, "en": ratio.en})
    return known


def make_contract(name: str, header: Mapping[str, Any], known: Glossary | None = None) -> Contract:
    """Return the contract that a header describes.

    Args:
        name: the qualified name of the relation.
        header: ``row_en``, ``row_fr``, ``key``, ``columns`` and, optionally, ``required`` (columns never null, beside
            the key) ``describe`` (columns that mean something particular here), ``natural_key``, ``wide`` (whether it
            has a column for each indicator) and ``bulk`` (why its keys are not declared in the file).
        known: what columns mean; :func:`glossary` unless given.

    Raises:
        ValueError: something is missing or undocumented; the message says what, and where to add it.
    """
    for needed in ("row_en", "row_fr", "columns"):
        if needed not in header:
            raise ValueError(f"{name}: the header has no '{needed}'; say it there")
    key = tuple(header.get("key", ()))
    required = {*key, *header.get("required", ())}
    describe = header.get("describe", {})
    known = glossary(wide=bool(header.get("wide"))) if known is None else known
    columns = []
    for column in header["columns"]:
        meaning = describe.get(column) or known.get(column)
        if meaning is None or not meaning.get("en") or not meaning.get("fr"):
            raise ValueError(
                f"{name}.{column}: no definition; add [{column}] with 'en' and 'fr' to "
                f"pipeline/contracts/columns.toml, or [describe.{column}] to the header of the relation"
            )
        if bool(meaning.get("lack_en")) != bool(meaning.get("lack_fr")):
            raise ValueError(
                f"{name}.{column}: a message calls it by one of 'lack_fr' and 'lack_en' only; add the other, or neither"
            )
        options = {**meaning, "allowed": tuple(meaning.get("allowed", ()))}
        columns.append(Column(name=column, required=column in required, **options))
    natural_key = tuple(header.get("natural_key", ()))
    unknown = (required | set(describe) | set(natural_key)) - {column.name for column in columns}
    if unknown:
        raise ValueError(f"{name}: {', '.join(sorted(unknown))} is not among its columns; correct the header")
    is_bulk = bool(header.get("bulk"))
    return Contract(name, header["row_en"], header["row_fr"], key, tuple(columns), natural_key, is_bulk)


@cache
def stage_contracts() -> dict[str, Contract]:
    """Return the contracts of the tables that Python hands to SQL, by bare name; none has a column for an indicator."""
    known = _read("columns.toml")
    return {name: make_contract(f"stage.{name}", header, known) for name, header in _read("stage.toml").items()}
