"""Rows that state something else than figures of a table: one agreement, one financing, one commitment each.

What belongs here: the record that a row makes, and its figure where it has one. What does not: which rows are read and
what their keys mean (``rows``), which fields a record has (``products``).
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures.stated_units import together
from pipeline.layouts.headings import Heading
from pipeline.layouts.keys import Fields, Read, flatten
from pipeline.layouts.language import Table
from pipeline.layouts.products import needed_fields
from pipeline.layouts.row_shapes import Row
from pipeline.layouts.values import ValueReader
from pipeline.vocabulary.indicators import Indicator


def record_of(
    values: ValueReader, table: Table, cells: Row, keys: Mapping[str, Read], facts: Fields, breakdowns: tuple[str, ...]
) -> Fields | None:
    """Return the record that a row states, at the address of its anchor; ``None``, once refused, where it states none.

    Args:
        values: what reads its figure.
        table: what it is a row of.
        cells: its cells by column.
        keys: what its keys say.
        facts: what holds for the whole row.
        breakdowns: its parts of breakdowns.
    """
    headings = {p: column.heading for p, column in values.value_columns.items() if p in cells}
    by_field = {name: read.cell for name, read in keys.items()} | {
        heading.column.field: cells[position] for position, heading in headings.items()
    }
    anchor = next((by_field[name] for name in table.anchor if name in by_field), None)
    if anchor is None:
        if by_field:
            values.refuse_keyless(next(iter(by_field.values())), table.anchor[0])
        return None
    row = flatten(facts)
    row.setdefault("is_renewable", False)
    row["breakdown"] = ", ".join(filter(None, breakdowns))
    row |= values.claim_anchor(anchor)
    if not _add_figure(values, row, facts, anchor, headings):
        return None
    lacking = next((name for name in needed_fields(table.produces) if row.get(name) is None), None)
    if lacking:
        values.refuse_keyless(anchor, lacking)
        return None
    values.remark_loaded(anchor)
    return row


def _add_figure(values: ValueReader, row: Fields, facts: Fields, anchor: Cell, headings: Mapping[int, Heading]) -> bool:
    """Add what the figure of a record says, which a blank cell says as well; return whether it can be read."""
    column = next(iter(values.value_columns.values()), None)
    if column is None:
        return True
    is_figure = anchor.column in headings
    heading = headings[anchor.column] if is_figure else column.heading
    indicator = facts.get("indicator")
    unit = indicator.unit if isinstance(indicator, Indicator) else heading.column.unit
    if not unit:  # the indicator gives it, and the record is refused for want of one
        return True
    cell = anchor if is_figure else anchor._replace(kind=Kind.TEXT, text="", value="")
    beside = (str(facts.get("unit") or ""), heading.stated_unit)
    figure = values.figure(cell, unit, together(unit, beside, values.units), heading)
    if figure is None:
        return False
    row |= {
        "value": figure.value,
        "unit": figure.unit,
        "precision": figure.precision,
        "qualifier": figure.qualifier,
        "value_low": figure.low,
        "value_high": figure.high,
        "obs_status": figure.obs_status,
        "missing_reason": figure.missing_reason,
    }
    return True
