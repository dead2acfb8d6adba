"""What analysts ask, answered by the release of ``raw/``."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.proof.questions_page import questions, questions_page
from pipeline.settings import Settings
from tests.conftest import PROJECT

QUESTIONS = questions(Settings().sql)
OF_TWO_RELEASES = "q15_two_releases"


def test_the_committed_page_is_what_the_release_answers(release: duckdb.DuckDBPyConnection) -> None:
    page = (PROJECT / "docs" / "questions.md").read_text(encoding="utf-8")
    assert page == questions_page(release, Settings().sql), "run 'make answers' and commit docs/questions.md"


@pytest.mark.parametrize("name", sorted(QUESTIONS.keys() - {OF_TWO_RELEASES}))
def test_every_question_has_an_answer(name: str, release: duckdb.DuckDBPyConnection) -> None:
    assert release.execute(QUESTIONS[name]).fetchall() != []


def test_a_first_release_changes_nothing_against_another(release: duckdb.DuckDBPyConnection) -> None:
    assert release.execute(QUESTIONS[OF_TWO_RELEASES]).fetchall() == []


def test_answers_that_people_know_are_the_published_ones(release: duckdb.DuckDBPyConnection) -> None:
    (cell,) = release.execute(QUESTIONS["q11_cells"]).fetchall()
    assert (cell[0], cell[1], cell[4]) == (8311, "8 311", "B9")
    starts = {row[0]: (row[1], row[3]) for row in release.execute(QUESTIONS["q03_year_on_year"]).fetchall()}
    assert starts[2023] == (37_502, round(100 * (37_502 / 30_346 - 1), 1))
    then = {row[0]: row[1:3] for row in release.execute(QUESTIONS["q06_known_on"]).fetchall()}
    assert (then[2021], then[2022]) == ((48_538, 48_575), (None, 43_044))
    departments = release.execute(QUESTIONS["q17_departments"]).fetchall()
    region = next(row for row in departments if row[0] == "Grand Est")
    assert region[2] == sum(row[2] for row in departments if row[0] != "Grand Est")
    landlords = release.execute(QUESTIONS["q13_financings"]).fetchall()
    assert {row[0]: row[1] for row in landlords}["Office public du Pays basque"] == "Pyrénées-Atlantiques"
    assert len(landlords) == 8
