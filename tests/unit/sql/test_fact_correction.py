"""What has become of our corrections."""

from __future__ import annotations

import pytest

from tests.support.stage_tables import one, rows

SUBMISSIONS = """
    file                | received_at         | superseded_by | withdrawn_on
    regional_return/old | 2022-03-01T08:00:00 | {by}          | {withdrawn}
    regional_return/new | 2022-06-01T08:00:00 | ·             | ·
"""
CORRECTION = """
    file          | cell | corrected_id        | corrected_sheet | corrected_cell | old_text | new_text | is_in_force
    corrections/c | E2   | regional_return/old | S               | B1             | 1 0O     | 100      | {in_force}
"""
CELLS = """
    file                | cell | raw_text
    regional_return/old | B1   | {corrected}
    regional_return/new | B1   | {later}
"""
STATED = """
    file                | cell | indicator | territory | period | value | raw_text | known_on
    regional_return/old | B1   | starts    | 32        | 2021   | 100   | 100      | 2022-03-01
    regional_return/new | C9   | starts    | 32        | 2021   | 100   | {later}  | 2022-06-01
"""


def corrections(
    *, by: str = "·", withdrawn: str = "·", in_force: str = "true", corrected: str = "100", later: str = "7"
) -> dict[str, str]:
    return {
        "submission": SUBMISSIONS.format(by=by, withdrawn=withdrawn),
        "correction": CORRECTION.format(in_force=in_force),
        "cell": CELLS.format(corrected=corrected, later=later),
    }


def test_a_correction_is_keyed_by_the_cell_that_it_corrects() -> None:
    row = one("fact.correction", **corrections())
    assert (row["submission_id"], row["sheet"], row["cell"]) == ("regional_return/old", "S", "B1")
    assert (row["old_text"], row["new_text"], row["status"]) == ("1 0O", "100", "applied")
    assert (row["declared_in"], row["later_cell"]) == ("corrections/c", None)


def test_a_line_that_is_not_in_force_is_none() -> None:
    assert rows("fact.correction", **corrections(in_force="false")) == []


@pytest.mark.parametrize(
    ("tables", "status", "later"),
    [
        ({"corrected": "1 0O"}, "expired", None),
        ({"withdrawn": "2022-04-01"}, "removable", None),
        ({"by": "regional_return/new", "later": "100"}, "removable", "100"),
        ({"by": "regional_return/new", "later": "99"}, "removable", "99"),
        ({"by": "regional_return/new", "later": "1\N{NO-BREAK SPACE}0O"}, "returned", "1\N{NO-BREAK SPACE}0O"),
    ],
)
def test_its_status_says_what_should_be_done(tables: dict[str, str], status: str, later: str | None) -> None:
    row = one("fact.correction", **corrections(**tables))
    assert (row["status"], row["later_text"]) == (status, later)


@pytest.mark.parametrize(("later", "status"), [("100", "removable"), ("1 0O", "returned")])
def test_a_later_statement_of_the_same_figure_anywhere_counts(later: str, status: str) -> None:
    row = one("fact.correction", observation=STATED.format(later=later), **corrections())
    assert (row["status"], row["later_cell"]) == (status, "[regional_return/new]S!C9")
