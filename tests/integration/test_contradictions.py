"""The contradictions that people found in the published figures, each found again in the release of ``raw/``."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.proof.contradictions_page import contradictions_page
from tests.conftest import PROJECT
from tests.integration.conftest import Housing

# What people found, in the order of "Contradictions and revisions found" of the facts: of each, the rows that show it,
# by their kind, the text of the left cell, and that of the right one or the sum of the parts.
FOUND: dict[str, list[tuple[str, str, str]]] = {
    "1. one text is about 2021, which was not over, and about 2020": [
        ("mixed_years", "8 311", "2904"),
        ("mixed_years", "63 174", "2904"),
        ("mixed_years", "104,4 M€", "2904"),
    ],
    "2. approvals of 2021 were revised": [("revision", "48 538", "48 575"), ("sum", "48 575", "48538")],
    "3. rehabilitations of 2021 do not fit the growth of 2022": [("growth", "+24,8 %", "30 400")],
    "4. the approvals of 2022 are stated as social ones": [
        ("part_as_whole", "quelque 43.000", "33 015"),
        ("conflict", "quelque 43.000", "33 015"),
    ],
    "5. 2024 grew from other figures of 2023, and other shares": [
        ("growth", "+18,5 %", "37 502"),
        ("growth", "+6,3 %", "39 712"),
        ("growth", "-5 %", "44 159"),
        ("sum", "43 644", "41540"),
        ("quotient", "18%", "44 609"),
    ],
    "6. investment of the Group and in construction": [
        ("neighbour", "11,16 milliards d’euros", "13,4 milliards d’euros"),
        ("growth", "+2 Mds", "9,2 milliards"),
    ],
    "7. starts of 2025 in three roundings": [("rounding", "45 500", "45 555"), ("rounding", "45 550", "45 555")],
    "8. aids counted as households or employees": [
        ("count_unit", "780 000", "783 000"),
        ("count_unit", "780 000", "800.000"),
        ("count_unit", "plus de 77 000", "77 792"),
    ],
    "9. mobility aids with and without Mobili-Jeune": [("population", "222.000", "97.000")],
    "10. Action Cœur de Ville: amounts, cities, one year or since the launch": [
        ("cumulative_falls", "364 millions d’euros", "552 M€"),
        ("neighbour", "222", "235"),
        ("conflict", "25 villes", "24 villes"),
        ("neighbour", "23 territoires", "24 villes"),
        ("cumulative_as_annual", "397", "397"),
    ],
    "11. more than a quarter that is 22 %": [("quotient", "plus d'un quart", "80 millions d’euros")],
    "12. a contribution greater than all contributions": [("part_exceeds", "1,69 Md€", "1 705,58")],
    "13. the national sales operator: since when, until when": [
        ("launch", "5 230", "3.433"),
        ("target_span", "40 000", "40 000"),
    ],
    "14. overseas: scope not stated": [
        ("neighbour", "611 millions d’euros", "368 millions d’euros"),
        ("bound", "plus de 46 000", "47 958"),
        ("revision", "181 millions d’€", "183 millions d’euros"),
    ],
    "15. bad sums inside one text": [
        ("sum", "284", "312"),
        ("sum", "44", "53"),
        ("quotient", "6.921", "plus de 277.485"),
        ("sum", "14,4 milliards d'euros", "14450000000"),
        ("sum", "5,25 milliards d'euros", "5295000000"),
    ],
    "16. the social stock was counted anew, and in several fields": [
        ("growth", "+1,7 %", "320 705"),
        ("stock_break", "428 000", "435086"),
        ("field", "5 092 505", "5,3 millions"),
        ("neighbour", "4,8 millions", "5,3 millions"),
    ],
    "17. twelve months that end in different months": [("span", "258 500", "264 000")],
}
# What the rules found beside them, looked at one by one.
BESIDE = {
    ("mixed_years", "plus de 2.500", "plus de 3.700"),  # Occitanie, October 2021
    ("conflict", "près de 2,5 millions", "2,76 millions"),  # applicants of 2024
    ("conflict", "2,7 millions", "2,76 millions"),
    ("cumulative_step", "72.7 millions d’euros", "55 M€"),  # 29,3 M€ in the year between are too many
    ("launch", "857 millions d’euros", "552 M€"),
    ("launch", "près de 600 millions d’euros", "385 millions d’euros"),
    ("rounding", "43 000", "43 644"),  # cut off, not rounded
    ("rounding", "80", "72"),
}


@pytest.fixture(scope="module")
def contradictions(release: duckdb.DuckDBPyConnection) -> set[tuple[str, str, str]]:
    """Every contradiction of the release: its kind, the text of the left cell, that of the right one or its sum."""
    found = release.execute(
        "SELECT kind, left_text, coalesce(right_text, format('{:.0f}', right_value)) FROM audit.contradiction"
    ).fetchall()
    return set(found)


@pytest.mark.parametrize("what", FOUND)
def test_what_people_found_is_found_by_the_rules(what: str, contradictions: set[tuple[str, str, str]]) -> None:
    assert set(FOUND[what]) - contradictions == set()


def test_nothing_else_is_taken_for_a_contradiction(contradictions: set[tuple[str, str, str]]) -> None:
    assert contradictions == {row for rows in FOUND.values() for row in rows} | BESIDE


def test_one_target_has_three_horizons(release: duckdb.DuckDBPyConnection) -> None:
    pairs = "SELECT period_label, right_period_label FROM audit.contradiction WHERE kind = 'target_span'"
    assert sorted(release.execute(pairs).fetchall()) == [
        ("2019-2025", "2019"),
        ("2019-2028", "2019"),
        ("2019-2028", "2019-2025"),
    ]


def test_both_sides_stand_in_cells_that_hold_their_texts(release: duckdb.DuckDBPyConnection) -> None:
    for side in ("left", "right"):
        unknown = release.execute(f"""
            SELECT {side}_file, {side}_sheet, {side}_cell
            FROM audit.contradiction AS c
            WHERE
                {side}_text IS NOT NULL
                AND NOT EXISTS (
                    FROM audit.cell_coverage AS x
                    JOIN fact.submission AS s USING (submission_id)
                    WHERE
                        s.file = c.{side}_file
                        AND x.sheet = c.{side}_sheet
                        AND x.cell = c.{side}_cell
                        AND x.raw_text = c.{side}_text
                )
        """).fetchall()
        assert unknown == []


def test_every_sentence_is_filled_in(release: duckdb.DuckDBPyConnection) -> None:
    sentences = release.execute("SELECT message_fr, message_en FROM audit.contradiction").fetchall()
    texts = [text for both in sentences for text in both]
    assert [text for text in texts if "{" in text or "«  »" in text or not text.endswith(".")] == []


def test_the_committed_page_is_what_the_release_says(release: duckdb.DuckDBPyConnection) -> None:
    committed = (PROJECT / "docs" / "contradictions.md").read_text(encoding="utf-8")
    assert committed == contradictions_page(release), "run 'make answers' and commit docs/contradictions.md"


def test_the_page_asks_for_a_release(housing: Housing) -> None:
    nothing_published = housing("dictionary", "--contradictions")
    assert "run 'housing load' first" in nothing_published.stderr
    assert nothing_published.returncode != 0
