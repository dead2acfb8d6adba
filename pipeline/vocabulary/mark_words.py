"""Marks: how French readers are told that a figure is hedged, not final, disputed, or not there.

What belongs here: the words and signs of marks, for whatever shows a figure. What does not: recognising them in a cell
(``figures.marks``), how a number is written (``typography``).
"""

from __future__ import annotations

HEDGES = {"~": "environ {}", ">": "plus de {}", "<": "moins de {}", "interval": "environ {}"}
"""What stands around a figure, by its qualifier; around an interval, where its ends are not at hand."""
INTERVAL = "entre {} et {}"
STATUSES = {
    "P": "provisoire",
    "E": "estimé",
    "R": "révisé",
    "B": "rupture de série",
    "Q": "secret",
    "N": "non significatif",
    "M": "sans objet",
}
"""By the observation status, after the SDMX code list; what holds without more has none."""
NOTES = {
    "early": "connu avant la fin de la période",
    "disputed": "contredit par une autre publication",
    "population": "compté sur une autre population que celle de l'indicateur",
}
"""What else is to be known of a figure."""
MISSING = {
    "secret": "couvert par le secret statistique",
    "not_available": "non disponible",
    "not_significant": "non significatif",
    "not_applicable": "sans objet",
}
"""Why there is no figure, by the reason that the sender gave."""
NOT_KNOWN = "n.d."
SIGNS = {"P": "(p)", "E": "(e)", "R": "(r)", "B": "(b)", "early": "(a)", "disputed": "(c)", "population": "(h)"}
"""The short sign of a status or note, where a table has no room for words."""
VERDICTS = {"on_track": "dans le rythme", "behind": "en retard", "unknown": "ne peut être jugé"}
"""How far a commitment is kept (``kpi.target_progress.status``)."""
WHY_NO_VERDICT = {
    "not_counted": "aucun chiffre annuel ne s'y cumule",
    "no_figure": "aucun chiffre connu",
    "years_missing": "des années manquent",
    "ceiling": "c'est un plafond",
    "rounding": "l'arrondi des chiffres décide",
    "span": "dépend du début de la première année",
}
"""Why nobody can tell (``kpi.target_progress.why_unknown``)."""


def hedged(text: str, qualifier: str | None) -> str:
    """Return a number as written, with its hedge: ``plus de 42 000``."""
    return HEDGES.get(qualifier or "", "{}").format(text)


def words(mark: str) -> str:
    """Return what a sign of ``SIGNS`` means."""
    return STATUSES.get(mark) or NOTES[mark]
