"""What a layout can produce, and what each product needs: read from the stage's contracts, written nowhere else.

What belongs here: columns and required fields by product. What does not: the contracts (``pipeline.contracts``).
"""

from __future__ import annotations

from functools import cache

from pipeline.contracts import stage_contracts
from pipeline.rejections import Wording

PRODUCTS = ("observation", "target", "agreement", "funding", "correction")

# Filled in when the rows of many submissions come together, not by a layout.
_FILLED_LATER = {"submission_id", "known_on"}


@cache
def _words() -> dict[str, Wording]:
    """Return how a message to a regional office calls what a row of any product lacks, as the contracts say."""
    columns = [column for product in PRODUCTS for column in stage_contracts()[product].columns]
    return {column.name: Wording(column.lack_fr, column.lack_en) for column in columns if column.lack_fr}


@cache
def needed_fields(product: str) -> tuple[str, ...]:
    """Return the fields without which a row is no row of the product, those that a message can name first."""
    columns = stage_contracts()[product].columns
    needed = [column.name for column in columns if column.required and column.name not in _FILLED_LATER]
    return tuple(sorted(needed, key=lambda name: name not in _words()))


@cache
def column_type(field: str) -> str:
    """Return the type of the column of a product that a field fills; a text where it fills none."""
    columns = [column for product in PRODUCTS for column in stage_contracts()[product].columns]
    return next((column.type for column in columns if column.name == field), "VARCHAR")


def in_words(field: str) -> Wording:
    """Return how a message calls a field."""
    return _words().get(field, Wording(field, field))


@cache
def product_fields(product: str) -> frozenset[str]:
    """Return the columns of a product that a layout may fill."""
    return frozenset(stage_contracts()[product].column_names) - _FILLED_LATER
