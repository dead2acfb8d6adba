"""What a layout can produce, and what each product needs: read from the stage's contracts, written nowhere else.

What belongs here: columns and required fields by product. What does not: the contracts (``pipeline.contracts``).
"""

from __future__ import annotations

from functools import cache

from pipeline.contracts import stage
from pipeline.rejections import Wording

PRODUCTS = ("observation", "target", "agreement", "funding", "correction")

# Filled in when the rows of many submissions come together, not by a layout.
_FILLED_LATER = {"submission_id", "known_on"}

# How a message to a regional office calls what a row lacks.
_WORDS = {
    "indicator": Wording("un indicateur connu", "a known indicator"),
    "territory_level": Wording("un territoire connu", "a known territory"),
    "period_start": Wording("la période", "the period"),
    "period_end": Wording("quand la période finit", "when the period ends"),
    "breakdown": Wording("le détail", "the breakdown"),
    "unit": Wording("l'unité", "the unit"),
    "label": Wording("l'engagement", "the commitment"),
    "plan": Wording("le plan", "the plan"),
    "line_id": Wording("sa référence", "its reference"),
    "signatory": Wording("le signataire", "the signatory"),
    "theme": Wording("l'objet", "the theme"),
    "state": Wording("si la convention est signée ou annoncée", "whether the agreement is signed or announced"),
    "agreement_kind": Wording("la nature de la convention", "the kind of agreement"),
    "lender": Wording("le prêteur", "the lender"),
    "beneficiary": Wording("le bénéficiaire", "the beneficiary"),
    "value": Wording("le montant ou le nombre", "the amount or the number"),
    "corrected_file": Wording("le fichier corrigé", "the corrected file"),
    "corrected_sheet": Wording("la feuille corrigée", "the corrected sheet"),
    "corrected_cell": Wording("la cellule corrigée", "the corrected cell"),
    "old_text": Wording("le texte de la cellule", "the text of the cell"),
    "new_text": Wording("le texte corrigé", "the corrected text"),
    "correction_reason": Wording("le motif", "the reason"),
    "decided_by": Wording("qui l'a décidé", "who decided it"),
    "decided_on": Wording("quand cela a été décidé", "when it was decided"),
}


@cache
def needed_fields(product: str) -> tuple[str, ...]:
    """Return the fields without which a row is no row of the product, those that a message can name first."""
    columns = stage()[product].columns
    needed = [column.name for column in columns if column.required and column.name not in _FILLED_LATER]
    return tuple(sorted(needed, key=lambda name: name not in _WORDS))


def in_words(field: str) -> Wording:
    """Return how a message calls a field."""
    return _WORDS.get(field, Wording(field, field))


@cache
def product_fields(product: str) -> frozenset[str]:
    """Return the columns of a product that a layout may fill."""
    return frozenset(stage()[product].column_names) - _FILLED_LATER
