"""The names of the months in the languages of official tables, in full and as they are usually cut short.

What belongs here: names, on plain lower-case letters, and which months a beginning of a name may stand for. What does
not: reading periods (``pipeline.figures.periods``).
"""

from __future__ import annotations

_NAMES = {
    "fr": "janvier janv jan, fevrier fevr fev, mars, avril avr, mai, juin, juillet juil, aout, septembre sept sep,"
    " octobre oct, novembre nov, decembre dec",
    "en": "january jan, february feb, march mar, april apr, may, june jun, july jul, august aug, september sept sep,"
    " october oct, november nov, december dec",
    "de": "januar janner jan, februar feber feb, marz maerz mrz, april apr, mai, juni jun, juli jul, august aug,"
    " september sept sep, oktober okt, november nov, dezember dez",
    "es": "enero ene, febrero feb, marzo mar, abril abr, mayo may, junio jun, julio jul, agosto ago,"
    " septiembre setiembre sept sep set, octubre oct, noviembre nov, diciembre dic",
    "it": "gennaio genn gen, febbraio febbr feb, marzo mar, aprile apr, maggio magg mag, giugno giu, luglio lug,"
    " agosto ago, settembre sett set, ottobre ott, novembre nov, dicembre dic",
    "nl": "januari jan, februari febr feb, maart mrt, april apr, mei, juni jun, juli jul, augustus aug,"
    " september sept sep, oktober okt, november nov, december dec",
    "pt": "janeiro jan, fevereiro fev, marco mar, abril abr, maio mai, junho jun, julho jul, agosto ago, setembro set,"
    " outubro out, novembro nov, dezembro dez",
}
_BY_MONTH = [
    (month, names.split()) for listed in _NAMES.values() for month, names in enumerate(listed.split(","), start=1)
]


def _months() -> dict[str, int]:
    stands_for: dict[str, set[int]] = {}
    for month, names in _BY_MONTH:
        for name in names:
            stands_for.setdefault(name, set()).add(month)
    return {name: months.pop() for name, months in stands_for.items() if len(months) == 1}


MONTHS = _months()
"""The number of the month by each name that has one meaning in all of the languages."""
FRENCH = tuple(names.split()[0] for names in _NAMES["fr"].split(","))
ENGLISH = tuple(names.split()[0].capitalize() for names in _NAMES["en"].split(","))


def possible_months(word: str) -> tuple[int, ...]:
    """Return the months whose names begin with a plain word that is no name itself: ``jui`` is June or July.

    >>> possible_months("jui"), possible_months("juin"), possible_months("livraisons")
    ((6, 7), (), ())
    """
    if not word or word in MONTHS:
        return ()
    return tuple(sorted({month for month, names in _BY_MONTH if any(name.startswith(word) for name in names)}))
