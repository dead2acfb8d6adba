"""What a layout can produce, and what each product needs: read from the stage's contracts, written nowhere else.

What belongs here: columns and required fields by product. What does not: the contracts (``pipeline.contracts``).
"""

from __future__ import annotations

from functools import cache

from pipeline.contracts import stage

PRODUCTS = ("observation", "target", "agreement", "funding", "correction")

# Filled in when the rows of many submissions come together, not by a layout.
_FILLED_LATER = {"submission_id", "known_on"}

# How a message to a regional office calls what a row lacks.
_FRENCH = {
    "indicator": "un indicateur connu",
    "territory_level": "un territoire connu",
    "period_start": "la période",
    "breakdown": "le détail",
    "label": "l'engagement",
    "plan": "le plan",
    "line_id": "sa référence",
    "signatory": "le signataire",
    "theme": "l'objet",
    "state": "si la convention est signée ou annoncée",
    "agreement_kind": "la nature de la convention",
    "lender": "le prêteur",
    "beneficiary": "le bénéficiaire",
    "value": "le montant ou le nombre",
    "corrected_file": "le fichier corrigé",
    "corrected_sheet": "la feuille corrigée",
    "corrected_cell": "la cellule corrigée",
    "old_text": "le texte de la cellule",
    "new_text": "le texte corrigé",
    "correction_reason": "le motif",
    "decided_by": "qui l'a décidé",
    "decided_on": "quand cela a été décidé",
}


@cache
def needed_fields(product: str) -> tuple[str, ...]:
    """Return the fields without which a row is no row of the product, those that a message can name first."""
    columns = stage()[product].columns
    needed = [column.name for column in columns if column.required and column.name not in _FILLED_LATER]
    return tuple(sorted(needed, key=lambda name: name not in _FRENCH))


def in_french(field: str) -> str:
    """Return how a message calls a field."""
    return _FRENCH.get(field, field)


@cache
def product_fields(product: str) -> frozenset[str]:
    """Return the columns of a product that a layout may fill."""
    return frozenset(stage()[product].column_names) - _FILLED_LATER
