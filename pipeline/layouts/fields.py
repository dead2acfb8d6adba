"""The fields that a layout may fill: how each is read unless told otherwise, and facts that a layout states.

What belongs here: which fields there are, and of which kind. What does not: what a layout may say of one
(``language``), reading a cell for one (``keys``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pipeline.figures import periods
from pipeline.layouts.products import product_fields
from pipeline.vocabulary import indicators, territories

Parser = Literal["text", "indicator", "territory", "period", "population", "date", "figure", "duration", "choice"]

CHECK = "check"
"""What a table produces that is read to be checked, and loads nothing."""

# How a field is read unless the layout says otherwise.
DEFAULT_PARSERS: dict[str, Parser] = {
    "indicator": "indicator",
    "territory": "territory",
    "parent": "territory",
    "period": "period",
    "population": "population",
    "value": "figure",
    "signed_on": "date",
    "known_on": "date",
    "duration": "duration",
}

PUBLICATION_FIELDS = ("publication_title", "publication_publisher", "publication_address", "publication_licence")
"""What a workbook states of the publication that it was taken from; it fills no column of a product."""
# Fields that fill several columns of a product or none: read, and then spread or compared.
_READ_FIELDS = frozenset(
    {"territory", "period", "code", "parent", "duration", "known_on", "unit", "value", "remark", "template"}
).union(PUBLICATION_FIELDS)
# Columns of products that a dimension, a figure, a duration or the place of a cell fills, and no text of a sheet.
_FILLED_OTHERWISE = frozenset(
    {"territory_level", "territory_code", "period_start", "period_end", "frequency", "sheet", "cell", "raw_text"}
    | {"precision", "qualifier", "value_low", "value_high", "obs_status", "missing_reason", "is_total"}
    | {"duration_years", "duration_text", "is_renewable"}
)
FIELD_PARSERS: dict[str, tuple[Parser, ...]] = {"VARCHAR": ("text", "choice"), "DATE": ("date",)}
"""What can be read for a column, by its type."""


def fields_of(products: Iterable[str]) -> frozenset[str]:
    """Return the fields that tables of these products may fill."""
    known = set(_READ_FIELDS)
    for product in products:
        known |= {"indicator", "breakdown"} if product == CHECK else product_fields(product)
    return frozenset(known - _FILLED_OTHERWISE)


def read_fact(field: str, text: str, scopes: tuple[str, ...]) -> object | None:
    """Return what a fact written in a layout means, ``None`` where it means nothing."""
    match DEFAULT_PARSERS.get(field, "text"):
        case "indicator":
            return indicators.resolve_indicator(text, scopes)
        case "territory":
            return territories.resolve_territory(text) or territories.resolve_territory(text, level="national")
        case "period":
            return periods.read_period(text)
        case "date":
            return periods.read_date(text)
        case _:
            return text
