"""What proposals give as they stand, file by file as publishers shape them: figures of a right meaning, or none."""

from __future__ import annotations

import pytest

from pipeline.figures.periods import read_period
from pipeline.layouts import extract
from pipeline.layouts.authoring.propose import propose
from pipeline.layouts.layout_files import read_layout
from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.words import fold
from tests.support.declarations import declaring
from tests.support.publishers import About, Shape, shapes
from tests.support.sheets import observations_of

SHAPES = {shape.name: shape for shape in shapes()}
LEFT_OUT = {
    "indicators that nobody knows, across": "a rate that looks like one that is known",
    "letters that were decoded wrongly": "the file is to be saved again",
    "columns named as in a database": "a name that says nothing to a reader",
    "an indicator and its year in one header": "",
    "targets beside figures": "a figure beside a target",
}
"""Files of which some figures are left out, and why."""


def found_in(shape: Shape) -> dict[tuple[str, str], tuple[About, object]]:
    """What the proposal for a file makes of it, by sheet and cell: what each figure is about, and its value."""
    book = shape.workbook()
    text = propose(book, "made_up")
    with declaring(sources={"made_up": text}):
        rows = observations_of(extract(book, read_layout(text, "made_up.toml")))
        labels = {code: indicator.label_fr for code, indicator in indicators().items()}
    known = {fact.indicator for fact in shape.figures.values()}
    return {
        (row["sheet"], row["cell"]): (
            About(
                row["indicator"] if row["indicator"] in known else labels[row["indicator"]],
                row["territory_code"],
                f"{row['period_start']}/{row['period_end']}",
                row["breakdown"],
            ),
            row["value"],
        )
        for row in rows
    }


def expected_of(shape: Shape) -> dict[tuple[str, str], About]:
    """What each figure of a file is about, by sheet and cell."""
    found = {}
    for (name, row, column), fact in shape.figures.items():
        period = read_period(fact.period)
        assert period is not None
        address = f"{chr(64 + column)}{row}"
        found[name, address] = fact._replace(period=f"{period.start}/{period.end}")
    return found


def as_compared(fact: About) -> About:
    return fact._replace(indicator=fold(fact.indicator), breakdown=fold(fact.breakdown))


@pytest.mark.parametrize("name", SHAPES)
def test_a_proposal_gives_figures_as_it_stands_and_none_under_a_wrong_meaning(name: str) -> None:
    expected = {cell: as_compared(fact) for cell, fact in expected_of(SHAPES[name]).items()}
    found = {cell: as_compared(fact) for cell, (fact, _) in found_in(SHAPES[name]).items()}
    assert {cell: fact for cell, fact in found.items() if expected.get(cell) != fact} == {}
    assert (found == expected) is (name not in LEFT_OUT)


def test_most_files_load_figures_as_proposed() -> None:
    loaded = [name for name, shape in SHAPES.items() if any(value is not None for _, value in found_in(shape).values())]
    assert len(SHAPES) >= 30
    assert len(loaded) >= 24


def test_a_file_that_was_decoded_wrongly_is_told_of() -> None:
    assert "decoded wrongly" in propose(SHAPES["letters that were decoded wrongly"].workbook(), "made_up")


def test_what_is_supposed_is_marked_as_a_guess() -> None:
    text = propose(SHAPES["an indicator that nobody knows, years across"].workbook(), "made_up")
    assert '[indicators.places_d_hebergement]\nlabel_fr = "Places d\'hébergement"' in text
    assert 'unit = "places"  # a guess' in text
    assert 'measure = "flow"  # a guess' in text


def test_codes_of_missing_values_are_proposed_with_a_reason() -> None:
    shape = SHAPES["codes of missing values"]
    rows = [*shape.sheets["Données"][:-1], ["Corse", ".", 112, "x"]]
    text = propose(shape._replace(sheets={"Données": rows}).workbook(), "made_up")
    assert 'missing = {"." = "not_available", x = "secret"}  # a guess' in text
