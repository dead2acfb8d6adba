"""Thirty files as publishers shape them, each with what its figures are about. Every figure here is invented.

They are what a proposal of ``housing layout new`` is measured by: how many of them load figures as it stands, and how
many of these figures are right. What is not said in a file (a territory, a year) is right only where it is not loaded.
"""

# ruff: noqa: ARG005, RUF005 - what a figure is about is told by its row and its column, or by one of them

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from pipeline.cells.workbook import Span, Workbook
from tests.support.sheets import Rows, sheet

REGIONS = {"11": "Île-de-France", "53": "Bretagne", "75": "Nouvelle-Aquitaine", "94": "Corse"}
DEPARTMENTS = {"01": "Ain", "22": "Côtes-d'Armor", "29": "Finistère", "59": "Nord"}


class About(NamedTuple):
    """What a figure is about."""

    indicator: str
    """Its code, or its label where no file of the product declares it."""
    territory: str
    """The code of its territory; FR is the nation."""
    period: str
    """As people write it."""
    breakdown: str = ""


class Shape(NamedTuple):
    """One file: its sheets, and what each of its figures is about."""

    name: str
    sheets: dict[str, Rows]
    figures: dict[tuple[str, int, int], About]
    """By sheet, row and column."""
    merges: tuple[Span, ...] = ()

    def workbook(self) -> Workbook:
        """Return the file as it is read."""
        return Workbook("xlsx", [sheet(name, rows, list(self.merges)) for name, rows in self.sheets.items()])


def _shape(
    name: str,
    rows: Sequence[Any],
    about: Callable[[int, int], About | None],
    merges: tuple[Span, ...] = (),
    on: str = "Données",
) -> Shape:
    """Return a file of one sheet; ``about`` tells of each filled cell, by row and column from 1, what it states."""
    cells = [(r, c) for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1) if value is not None]
    found = {(on, r, c): fact for r, c in cells if (fact := about(r, c)) is not None}
    return Shape(name, {on: list(rows)}, found, merges)


def _body(
    first: int, left: int, about: Callable[[int, int], About], last: int = 10**6
) -> Callable[[int, int], About | None]:
    """Tell of the cells of a rectangle by their row and column from 0."""
    return lambda r, c: about(r - first, c - left) if first <= r <= last and c >= left else None


def _keys(table: dict[str, str]) -> list[str]:
    return list(table)


R, D = _keys(REGIONS), _keys(DEPARTMENTS)
YEARS = (2019, 2020, 2021)


def shapes() -> Iterator[Shape]:
    """Yield each file."""
    yield from _of_offices()
    yield from _of_statistics()
    yield from _with_codes_and_marks()
    yield from _of_periods()
    yield from _long()
    yield from _that_say_less()


def _of_offices() -> Iterator[Shape]:
    head: Rows = [
        ["Bilan d'activité (inventé)"],
        ["Région :", "Bretagne"],
        ["Date de publication :", "3 mars 2022"],
        [],
    ]
    names = ("deliveries", "approvals", "starts")
    rows = [["Livraisons", 12, 14, 15], ["Agréments", 31, 32, 33], ["Mises en chantier", 21, 22, 23]]
    yield _shape(
        "an office's return, years across",
        [*head, ["Indicateur", *YEARS], *rows],
        _body(6, 2, lambda r, c: About(names[r], "53", str(YEARS[c]))),
    )
    yield _shape(
        "an office's return with units and remarks",
        [*head, ["Indicateur", "Unité", 2021, "Remarques"]]
        + [[row[0], "logements", row[3], "provisoire" if i else None] for i, row in enumerate(rows)],
        lambda r, c: About(names[r - 6], "53", "2021") if r > 5 and c == 3 else None,
    )
    yield _shape(
        "departments of a region with their total",
        [["Bretagne : livraisons"], [], ["Département", 2020, 2021], ["Côtes-d'Armor", 3, 4]]
        + [["Finistère", 5, 6], ["Total", 8, 10]],
        lambda r, c: (
            About("deliveries", ("22", "29", "53")[r - 4], ("2020", "2021")[c - 2]) if r > 3 and c > 1 else None
        ),
    )
    two: Rows = [
        *head, ["Indicateur", 2021], ["Livraisons", 12], [], [], ["Indicateur", 2020, 2021], ["Agréments", 31, 32],
    ]  # fmt: skip
    yield _shape(
        "two tables, one below the other",
        two,
        lambda r, c: {
            (6, 2): About("deliveries", "53", "2021"),
            (10, 2): About("approvals", "53", "2020"),
            (10, 3): About("approvals", "53", "2021"),
        }.get((r, c)),
    )


def _of_statistics() -> Iterator[Shape]:
    yield _shape(
        "codes, names, years across",
        [["Logements autorisés par région"], [], ["Code", "Région", *YEARS]]
        + [[code, REGIONS[code], 100 + i, 110 + i, 120 + i] for i, code in enumerate(R)],
        _body(4, 3, lambda r, c: About("authorised_dwellings", R[r], str(YEARS[c]))),
    )
    yield _shape(
        "a code without a header",
        [["Population municipale en 2021"], [], [None, "Département", "Population municipale"]]
        + [[code, DEPARTMENTS[code], 1000 + i] for i, code in enumerate(D)],
        _body(4, 3, lambda r, c: About("population", D[r], "2021")),
    )
    yield _shape(
        "names without a header",
        [["Population municipale au 1er janvier 2022"], [], ["Code département", None, "Population municipale"]]
        + [[code, DEPARTMENTS[code], 500 + i] for i, code in enumerate(D)],
        _body(4, 3, lambda r, c: About("population", D[r], "1er janvier 2022")),
    )
    yield _shape(
        "an indicator that nobody knows, years across",
        [["Places d'hébergement par région"], [], ["Région", *YEARS]]
        + [[REGIONS[code], 10 + i, 20 + i, 30 + i] for i, code in enumerate(R)],
        _body(4, 2, lambda r, c: About("Places d'hébergement", R[r], str(YEARS[c]))),
    )
    yield _shape(
        "indicators that nobody knows, across",
        [["Année 2021"], [], ["Région", "Places d'hébergement", "Taux d'occupation (%)"]]
        + [[REGIONS[code], 10 + i, 80.5 + i] for i, code in enumerate(R)],
        _body(4, 2, lambda r, c: About(("Places d'hébergement", "Taux d'occupation")[c], R[r], "2021")),
    )
    ages = ("Moins de 20 ans", "20 à 59 ans", "60 ans et plus")
    yield _shape(
        "parts across, with their whole",
        [["Population estimée au 1er janvier 2021"], [], ["Région", "Ensemble", *ages]]
        + [[REGIONS[code], 60 + 3 * i, 10 + i, 20 + i, 30 + i] for i, code in enumerate(R)],
        _body(4, 2, lambda r, c: About("population_estimate", R[r], "1er janvier 2021", ("", *ages)[c])),
    )
    yield _shape(
        "a sheet a year",
        [["Région", "Logements autorisés"], *([REGIONS[code], 7 + i] for i, code in enumerate(R))],
        _body(2, 2, lambda r, c: About("authorised_dwellings", R[r], "2021")),
        on="2021",
    )
    yield _shape(
        "notes and a source below",
        [["Logements autorisés"], [], ["Région", *YEARS]]
        + [[REGIONS[code], 100 + i, 110 + i, 120 + i] for i, code in enumerate(R)]
        + [[], ["Champ : France entière."], ["Source : organisme inventé, 2022."]],
        _body(4, 2, lambda r, c: About("authorised_dwellings", R[r], str(YEARS[c])), last=7),
    )


def _with_codes_and_marks() -> Iterator[Shape]:
    yield _shape(
        "codes of missing values",
        [["Logements autorisés"], [], ["Région", *YEARS]]
        + [["Île-de-France", 100, "n.d.", 120], ["Bretagne", 101, 111, 121], ["Corse", "s", 112, ":"]],
        lambda r, c: (
            About("authorised_dwellings", ("11", "53", "94")[r - 4], str(YEARS[c - 2])) if r > 3 and c > 1 else None
        ),
    )
    yield _shape(
        "provisional years",
        [["Logements autorisés"], [], ["Région", "2020", "2021 (p)"]]
        + [[REGIONS[code], 100 + i, 110 + i] for i, code in enumerate(R)],
        _body(4, 2, lambda r, c: About("authorised_dwellings", R[r], ("2020", "2021")[c])),
    )
    yield _shape(
        "figures as text, with spaces and commas",
        [["Taux de vacance, 2021"], [], ["Région", "Taux de vacance (en %)", "Logements"]]
        + [[REGIONS[code], f"{7 + i},{i}", f"1\u202f{200 + i}"] for i, code in enumerate(R)],
        _body(4, 2, lambda r, c: About(("Taux de vacance", "dwellings")[c], R[r], "2021")),
    )
    yield _shape(
        "amounts in thousands of euros",
        [["Bretagne"], ["En k€"], [], ["Nature", *YEARS], ["Investissement des bailleurs sociaux", 10, 11, 12]],
        _body(5, 2, lambda r, c: About("social_investment_eur", "53", str(YEARS[c]))),
    )
    yield _shape(
        "letters that were decoded wrongly",
        [["Logements autorisÃ©s"], [], ["RÃ©gion", *YEARS]]
        + [["ÃŽle-de-France", 100, 110, 120], ["Bretagne", 101, 111, 121]],
        _body(4, 2, lambda r, c: About("authorised_dwellings", ("11", "53")[r], str(YEARS[c]))),
    )
    yield _shape(
        "a total that is the nation",
        [["Logements autorisés"], [], ["Région", 2020, 2021], ["Île-de-France", 10, 11], ["Bretagne", 3, 4]]
        + [["France", 13, 15]],
        lambda r, c: (
            About("authorised_dwellings", ("11", "53", "FR")[r - 4], ("2020", "2021")[c - 2])
            if r > 3 and c > 1
            else None
        ),
    )


def _of_periods() -> Iterator[Shape]:
    months = ("janvier 2021", "février 2021", "mars 2021")
    yield _shape(
        "months down",
        [["France"], [], ["Mois", "Logements autorisés", "Logements commencés"]]
        + [[month, 30 + i, 20 + i] for i, month in enumerate(months)],
        _body(4, 2, lambda r, c: About(("authorised_dwellings", "started_dwellings")[c], "FR", months[r])),
    )
    quarters = ("T1 2021", "T2 2021", "T3 2021", "T4 2021")
    yield _shape(
        "quarters across",
        [["Logements autorisés"], [], ["Région", *quarters]]
        + [[REGIONS[code], 1 + i, 2 + i, 3 + i, 4 + i] for i, code in enumerate(R)],
        _body(4, 2, lambda r, c: About("authorised_dwellings", R[r], quarters[c])),
    )
    yield _shape(
        "years over months",
        [
            ["Logements autorisés, France"],
            [],
            ["Nature", 2020, None, 2021, None],
            [None, "janvier", "février", "janvier", "février"],
        ]
        + [["Logements autorisés", 1, 2, 3, 4]],
        lambda r, c: (
            About("authorised_dwellings", "FR", ("janvier 2020", "février 2020", "janvier 2021", "février 2021")[c - 2])
            if r == 5 and c > 1
            else None
        ),
        merges=(Span(3, 2, 3, 3), Span(3, 4, 3, 5)),
    )
    yield _shape(
        "indicators over years",
        [["Nombre par région"], [], ["Région", "Logements autorisés", None, "Logements commencés", None]]
        + [[None, 2020, 2021, 2020, 2021]]
        + [[REGIONS[code], 1 + i, 2 + i, 3 + i, 4 + i] for i, code in enumerate(R)],
        _body(
            5,
            2,
            lambda r, c: About(("authorised_dwellings", "started_dwellings")[c // 2], R[r], ("2020", "2021")[c % 2]),
        ),
        merges=(Span(3, 2, 3, 3), Span(3, 4, 3, 5)),
    )


def _long() -> Iterator[Shape]:
    facts = [(code, year) for code in R for year in (2020, 2021)]
    yield _shape(
        "one figure a row",
        [["Région", "Année", "Indicateur", "Valeur"]]
        + [[REGIONS[code], year, "Logements autorisés", 5 + i] for i, (code, year) in enumerate(facts)],
        _body(2, 4, lambda r, c: About("authorised_dwellings", facts[r][0], str(facts[r][1]))),
    )
    kinds = ("Collectif", "Individuel")
    parts = [(code, kind) for code in D for kind in kinds]
    yield _shape(
        "one part a row",
        [["code_departement", "nom_departement", "annee", "type_logement", "logements_autorises"]]
        + [[code, DEPARTMENTS[code], 2021, kind, 50 + i] for i, (code, kind) in enumerate(parts)],
        _body(2, 5, lambda r, c: About("authorised_dwellings", parts[r][0], "2021", parts[r][1])),
    )
    yield _shape(
        "columns named as in a database",
        [["annee", "code_region", "nom_region", "population_municipale", "nb_places_hebergement"]]
        + [[2021, code, REGIONS[code], 900 + i, 30 + i] for i, code in enumerate(R)],
        _body(2, 4, lambda r, c: About(("population", "nb_places_hebergement")[c], R[r], "2021")),
    )
    yield _shape(
        "an indicator and its year in one header",
        [["Région", "Logements autorisés 2020", "Logements autorisés 2021"]]
        + [[REGIONS[code], 10 + i, 20 + i] for i, code in enumerate(R)],
        _body(2, 2, lambda r, c: About("authorised_dwellings", R[r], ("2020", "2021")[c])),
    )
    yield _shape(
        "regions of a department's file are no departments",
        [["dep", "libelle", "2020", "2021"], *([code, DEPARTMENTS[code], 1 + i, 2 + i] for i, code in enumerate(D))],
        lambda r, c: None,
    )


def _that_say_less() -> Iterator[Shape]:
    yield _shape(
        "no year anywhere",
        [["Région", "Logements autorisés"], *([REGIONS[code], 7 + i] for i, code in enumerate(R))],
        lambda r, c: None,
    )
    yield _shape(
        "a wording of two meanings",
        [["Région", *YEARS], *([REGIONS[code], 7 + i, 8 + i, 9 + i] for i, code in enumerate(R))]
        + [["Source : enquête inventée sur les logements commencés"]],
        lambda r, c: None,
    )
    yield _shape(
        "no territory anywhere",
        [["Nature", *YEARS], ["Livraisons", 1, 2, 3], ["Agréments", 4, 5, 6]],
        lambda r, c: None,
    )
    yield _shape(
        "targets beside figures",
        [["Bretagne"], [], ["Indicateur", "Réalisé 2021", "Objectif 2022"], ["Livraisons", 10, 20]],
        lambda r, c: About("deliveries", "53", "2021") if (r, c) == (4, 2) else None,
    )
