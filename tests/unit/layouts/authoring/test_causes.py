"""Messages by cause, the one line that mends most of them, and what drifts between vintages. Figures are invented."""

from __future__ import annotations

from pipeline.cells.workbook import Workbook
from pipeline.layouts import extract, load_layouts
from pipeline.layouts.authoring.causes import Told, causes, lines_for_all, merged
from pipeline.layouts.authoring.drift import Vintage, drifts, vintage_of
from pipeline.layouts.authoring.preview import claims
from pipeline.layouts.authoring.trial_words import lines_of_causes, lines_of_drift
from pipeline.layouts.frames import frames_of
from pipeline.rejections import Level
from tests.support.sheets import BLOCK, Rows, sheet

RETURN = load_layouts()["regional_return"]
HEAD = ["Indicateur", "Année", "Valeur", "Unité"]


def told_of(rows: Rows) -> tuple[Vintage, list[Told]]:
    book = Workbook("xlsx", [sheet("Activité", BLOCK + rows)])
    extraction = extract(book, RETURN)
    told = [
        Told(each.message(), each.author_hint, is_refused=each.level is not Level.REMARK)
        for each in extraction.rejections
    ]
    accepted = frames_of([extraction])["observation"].to_dicts()
    name = str(rows[0][1])
    return vintage_of(name, book.sheets, claims(book, RETURN, extraction), accepted, told), told


def test_a_code_that_comes_a_thousand_times_is_one_cause_with_one_line() -> None:
    _, told = told_of([HEAD, *(["Livraisons", year, "x", None] for year in range(1000, 2024) if year > 1900)])
    (cause,) = [cause for cause in causes(told) if cause.first.message.reason == "MARQUE_INCONNUE"]
    assert cause.count == 123
    assert cause.line.startswith('missing = { "x" = "…" }')
    first, sentence, line = lines_of_causes([cause], "en")
    assert (
        first
        == "  123 × refused MARQUE_INCONNUE : "
        + ", ".join(f"Activité C{row}" for row in range(6, 11))
        + " and 118 more"
    )
    assert "is not known" in sentence
    assert line.endswith("(secret, not_available, not_significant, not_applicable)")


def test_a_column_that_nothing_knows_is_told_once_and_not_at_each_of_its_cells() -> None:
    _, told = told_of([[*HEAD, "Divers"], *(["Livraisons", year, 12, None, "?"] for year in (2019, 2020, 2021))])
    (cause,) = causes(told)
    assert (cause.first.message.reason, cause.count, cause.cost) == ("COLONNE_INCONNUE", 1, ["E6", "E7", "E8"])
    assert "E6, E7, E8" in list(lines_of_causes([cause], "fr"))[1]


def test_wordings_that_differ_are_causes_of_their_own_and_numbers_are_not() -> None:
    bad = [["Un", 2021, 1, None], ["Deux", 2021, 1, None], ["Livraisons", 2020, "1 2", None]]
    _, told = told_of([HEAD, *bad, ["Livraisons", 2021, "3 4", None]])
    counts = [(cause.first.message.reason, cause.count) for cause in causes(told)]
    assert counts.count(("INDICATEUR_INCONNU", 1)) == 2
    assert ("NOMBRE_ILLISIBLE", 2) in counts


def test_refusals_come_first_and_the_most_frequent_before_others() -> None:
    rows = [["Livraisons", 2020, "12", None], ["Livraisons", 2021, "1 2", None], ["Livraisons", 2019, "3 4", None]]
    _, told = told_of([HEAD, *rows, ["Un", 2021, 1, None]])
    found = causes(reversed(told))
    assert [cause.first.is_refused for cause in found] == sorted((c.first.is_refused for c in found), reverse=True)
    assert found[0].count == 2


def test_one_line_lists_the_wordings_of_all_vintages() -> None:
    one, told = told_of([["Indicateur", "Exercice clos", "Valeur"], ["Livraisons", 2021, 1]])
    other, more = told_of([["Indicateur", "Exercice de référence", "Valeur"], ["Livraisons", 2022, 1]])
    lines = lines_for_all([*causes(told), *causes(more)])
    (period,) = [line for line in lines if "period" in line]
    assert '"Exercice clos", "Exercice de référence"]' in period
    assert period.count("Année") == 1
    said = list(lines_of_drift(list(drifts([one, other])), lines, "en"))
    wanted = "  header, in Exercice clos, not in Exercice de référence : “Exercice clos”"
    assert wanted in said
    assert said[-1].strip() in lines


def test_lines_that_list_nothing_are_kept_as_they_are() -> None:
    assert merged(["months = 12", "months = 12", 'marks = { "*" = "P" }']) == ["months = 12", 'marks = { "*" = "P" }']
    quotes = '[a.toml, t : headers = ["A \\"b\\"", "C]"]]'
    assert merged([quotes, quotes]) == [quotes]


def test_what_some_vintages_lack_is_told_by_kind() -> None:
    one, _ = told_of([HEAD, ["Livraisons", 2021, 1, "logements"], ["Montant des aides (k€)", 2021, 5, None]])
    other, _ = told_of([HEAD, ["Agréments", 2022, 1, "logements"], ["Montant des aides (M€)", 2022, 5, None]])
    found = {(drift.kind, drift.shown) for drift in drifts([one._replace(name="a"), other._replace(name="b")])}
    assert {("labels", "Livraisons"), ("labels", "Agréments"), ("periods", "2021"), ("periods", "2022")} <= found
    assert {("units", "k€"), ("units", "M€")} <= found
    assert ("labels", "logements") not in found
    assert not list(drifts([one, one]))
