"""Words, territories, indicators and settings: what is known, and how people's wordings for it are resolved."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rejections import reasons, reject
from pipeline.vocabulary import indicators, territories
from pipeline.vocabulary.ratios import ratios
from pipeline.vocabulary.words import fold, nearest


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("AUVERGNE-\nRHÔNE-ALPES (1)", "auvergne rhone alpes"),
        ("Aides  et\N{NO-BREAK SPACE}services*", "aides et services"),
        ("Cœur de Ville²", "coeur de ville"),
        ("Montant (M€)", "montant m€"),
        ("(p)", "p"),
        ("Livraisons (1) (12)", "livraisons"),
        ("Livraisons ** (1) ²", "livraisons"),
        ("Livraisons (123)", "livraisons 123"),
        (f"{'*' * 60} Bilan annuel {'*' * 60}", "bilan annuel"),
        (f"{'*' * 60} NOTE", "note"),
        (f"{'¹' * 60}x", "1" * 60 + "x"),
        (f"a{' ' * 20_000}1", "a 1"),
        (f"a{'(1)' * 5_000}", "a"),
        ("", ""),
    ],
)
def test_what_people_write_folds_to_its_words(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once_and_never_raises(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


def test_the_nearest_wordings_come_best_first() -> None:
    assert nearest("Ménages logé", ["Livraisons", "Ménages logés", "Agréments"], count=1) == ["Ménages logés"]


@pytest.mark.parametrize(
    ("written", "code", "level"),
    [
        ("AUVERGNE-\nRHONE-ALPES", "84", "region"),
        ("PROVENCE ALPES COTE D'AZUR", "93", "region"),
        ("Provence-Alpes-Côte d’Azur", "93", "region"),
        ("Centre-Val-de-Loire", "24", "region"),
        ("59 - Nord", "59", "department"),
        ("Lorraine", "41", "region"),
        ("France métropolitaine", "FM", "other"),
        ("DROM (5 territoires)", "DROM", "other"),
        ("France entière", "FR", "national"),
        ("Région Martinique", "02", "region"),
        ("Département de la Guadeloupe", "971", "department"),
        ("La Réunion (région)", "04", "region"),
        ("971 - Guadeloupe", "971", "department"),
        ("Mayotte (06)", "06", "region"),
        ("région Bretagne", "53", "region"),
    ],
)
def test_territories_resolve_by_every_way_of_writing_them(written: str, code: str, level: str) -> None:
    found = territories.resolve_territory(written)
    assert found is not None
    assert (found.code, found.level) == (code, level)


@pytest.mark.parametrize(
    ("raw", "level", "name"),
    [
        (1, "department", "Ain"),
        ("1", "region", "Guadeloupe"),
        (1.0, "department", "Ain"),
        ("2a", "department", "Corse-du-Sud"),
        (971, "department", "Guadeloupe"),
        ("Martinique", "department", "Martinique"),
    ],
)
def test_codes_resolve_within_a_level_with_the_zeros_that_a_spreadsheet_loses(
    raw: object, level: str, name: str
) -> None:
    found = territories.resolve_territory(raw, level=level)
    assert found is not None
    assert (found.name, found.level) == (name, level)


@pytest.mark.parametrize("name", ["Guadeloupe", "MARTINIQUE", "guyane", "Réunion (La)", "Mayotte"])
def test_a_name_of_two_levels_is_ambiguous_until_a_level_is_asked_for(name: str) -> None:
    both = territories.two_levels(name)
    assert both is not None
    assert both.department.parent_code == both.region.code
    assert territories.resolve_territory(name) is None
    assert territories.names_territory(name)
    assert [territories.resolve_territory(name, level=level) for level in ("region", "department")] == list(both)


@pytest.mark.parametrize("name", ["Bretagne", "Finistère", "01", "Corse", "Région Guadeloupe", "971 - Guadeloupe"])
def test_other_wordings_have_one_level_at_most(name: str) -> None:
    assert territories.two_levels(name) is None


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Région", "region"), ("Régions", "region"), ("Code\ndépartement", "department"), ("Département ou région", ""),
        ("Territoire", ""), ("Comité régional", ""),
    ],
)  # fmt: skip
def test_a_text_says_of_which_level_it_speaks(text: str, level: str) -> None:
    assert territories.level_said(text) == level


@pytest.mark.parametrize("written", ["Atlantide", "", "01", "Paris 75 et Lyon", "99"])
def test_what_is_unknown_or_ambiguous_is_not_guessed(written: str) -> None:
    assert territories.resolve_territory(written) is None


def test_a_day_decides_between_a_region_and_its_predecessors() -> None:
    assert territories.resolve_territory("Lorraine", on=date(2014, 1, 1)) is not None
    assert territories.resolve_territory("Lorraine", on=date(2020, 1, 1)) is None
    assert territories.resolve_territory("Grand Est", on=date(2014, 1, 1)) is None


def test_the_code_list_is_whole() -> None:
    assert len(territories.current_regions()) == 18
    departments = [t for t in territories.territories() if t.level == "department"]
    assert len(departments) == 101
    regions = {t.code for t in territories.current_regions()}
    assert {t.parent_code for t in departments} == regions
    keys = [(t.level, t.code) for t in territories.territories()]
    assert len(keys) == len(set(keys))
    assert sum(len(territories.parts_of("region", code)) for code in regions) == 101
    assert len(territories.parts_of("national", "FR")) == 18


def test_every_wording_stands_for_one_indicator_within_its_scope() -> None:
    for indicator in indicators.indicators().values():
        for wording in indicator.wordings:
            assert indicators.resolve_indicator(wording, {indicator.scope}) is indicator, wording


def test_every_indicator_is_of_a_known_measure_and_is_defined() -> None:
    for indicator in indicators.indicators().values():
        assert indicator.measure in indicators.MEASURES
        assert indicator.definition_fr.endswith(".")
        assert indicator.label_en


def test_an_indicator_that_is_compared_with_another_counts_the_same_things() -> None:
    known = indicators.indicators()
    for indicator in known.values():
        for other in filter(None, (indicator.part_of, indicator.included_in, indicator.growth_of)):
            assert known[other].scope == indicator.scope
            assert known[other].measure == indicator.measure
    # a guarantee is an aid: the one may be counted among the others under a name of its own
    assert {i.code for i in known.values() if i.part_of and known[i.part_of].unit != i.unit} == set()
    for change in (i for i in known.values() if i.growth_of and i.unit != "percent"):
        assert change.unit == known[change.growth_of].unit
    for cumul in (i for i in known.values() if i.cumulates):
        assert (known[cumul.cumulates].unit, known[cumul.cumulates].measure) == (cumul.unit, "flow")
    assert all(i.plausible_change > 0 and i.largest_restatement > 0 for i in known.values())


@pytest.mark.parametrize(
    ("wording", "measured"),
    [
        ("Évolution des agréments", "approvals"),
        ("Évolution des logements développés", "approvals"),
        ("Évolution des mises en chantier", "starts"),
        ("Évolution des logements lancés", "starts"),
        ("Évolution des réhabilitations", "rehabilitations"),
        ("Évolution des réhabilitations et résidentialisations", "rehabilitations"),
    ],
)
def test_a_rate_of_change_is_no_count_and_may_fall_as_far_as_to_nothing(wording: str, measured: str) -> None:
    rate = indicators.resolve_indicator(wording, {"action_logement"})
    assert rate is not None
    assert (rate.growth_of, rate.minimum, rate.additive) == (measured, -100, False)


def test_every_ratio_says_what_is_plausible() -> None:
    assert [r.code for r in ratios() if r.plausible_least is None or r.plausible_most is None] == []


def test_an_unknown_indicator_has_nearest_labels() -> None:
    assert indicators.resolve_indicator("Ménages logé", {"action_logement"}) is None
    assert indicators.nearest_labels("Ménages logé", {"action_logement"})[0] == "Ménages logés"


@pytest.mark.parametrize("code", reasons())
def test_every_reason_speaks_both_languages_from_the_same_words(code: str) -> None:
    # a word that each language has in its own form is given twice, as in {author_fr} and {author_en}
    words = {word.removesuffix("_fr") for word in re.findall(r"{(\w+)}", reasons()[code].fr)}
    assert words == {word.removesuffix("_en") for word in re.findall(r"{(\w+)}", reasons()[code].en)}
    filled = {word + form: "…" for word in words - {"found"} for form in ("", "_fr", "_en")}
    rejection = reject(code, raw_text="8 311", sheet="F", cell="A1", **filled)
    assert rejection.message_fr != rejection.message_en
    assert "{" not in rejection.message_fr + rejection.message_en
