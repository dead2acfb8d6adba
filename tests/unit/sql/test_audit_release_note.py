"""The note of a release, line by line."""

from __future__ import annotations

from typing import Any

from tests.support.stage_tables import rows, rows_after

OBSERVATION = """
    file                    | indicator | territory | period | value  | known_on   | cell
    bre                     | starts    | 53        | 2021   | 731    | 2022-01-15 | B2
    national_statement/one  | approvals | FR        | 2021   | 48 538 | 2022-01-15 | B9
"""
SUBMISSION = "file | region_code\n bre | 53"
REFUSED = """
    file | sheet | cell | reason            | message_fr     | message_en
    bre  | S     | B7   | NOMBRE_ILLISIBLE  | « x » illisible | “x” unreadable
    bre  | S     | B8   | NOMBRE_ILLISIBLE  | « y » illisible | “y” unreadable
"""
CHECK = """
    check_name | relation_name | description | description_fr | is_blocking | passed | failures
    revisions  | audit.revision | It asks.   | Il demande.    | false       | false  | 3
    rejections | fact.rejection | It asks.   | Il demande.    | false       | true   | 0
"""


def _note(*, before: str = "", **tables: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    known = {"before": before} if before else {}
    for row in rows("audit.release_note", submission=SUBMISSION, **known, **tables):
        found.setdefault(row["section"], []).append(row)
    return found


def test_a_first_note_tells_of_all_files_and_of_no_change() -> None:
    found = _note(observation=OBSERVATION, rejection=REFUSED, check=CHECK)
    assert [(row["territory"], row["lines"], row["message_fr"]) for row in found["received"]] == [
        ("Bretagne", 1, "Bretagne, Bilans régionaux : 1 fichier"),
        (None, 1, "Plusieurs territoires, Bilans nationaux : 1 fichier"),
    ]
    (refused,) = found["refused"]
    assert (refused["lines"], refused["cells"]) == (2, "[bre]S!B7 ; [bre]S!B8")
    assert refused["message_fr"] == "Bretagne — NOMBRE_ILLISIBLE × 2, par exemple [bre]S!B7 — « x » illisible"
    assert refused["message_en"] == "Bretagne — NOMBRE_ILLISIBLE × 2, for instance [bre]S!B7 — “x” unreadable"
    assert not {"national", "restated", "withdrawn"} & found.keys()


def test_what_is_told_of_once_has_no_example() -> None:
    once = "\n".join(REFUSED.splitlines()[:3])
    (refused,) = _note(observation=OBSERVATION, rejection=once)["refused"]
    assert refused["message_fr"] == "Bretagne — NOMBRE_ILLISIBLE × 1 — « x » illisible"


def test_what_the_release_before_had_is_not_told_again() -> None:
    known = "kind | name\n submission | bre\n submission | national_statement/one\n check | revisions"
    found = _note(before=known, observation=OBSERVATION, rejection=REFUSED, check=CHECK)
    assert not {"received", "refused", "remarked"} & found.keys()
    (check,) = found["check"]
    assert check["message_fr"] == "revisions, déjà la fois d'avant : 3 lignes. Attendu : Il demande."
    assert check["message_en"] == "revisions, as the time before: 3 rows. Expected: It asks."


def test_a_check_that_did_not_fail_before_is_new() -> None:
    (check,) = _note(observation=OBSERVATION, check=CHECK)["check"]
    assert check["message_fr"] == "revisions, nouveau : 3 lignes. Attendu : Il demande."


def test_a_pending_file_is_told_whatever_came_before() -> None:
    waiting = "file | region_code | status\n bre | 53 | pending"
    found = rows("audit.release_note", submission=waiting, before="kind | name\n submission | bre")
    assert [row["cells"] for row in found if row["section"] == "pending"] == ["bre"]


def test_figures_that_moved_come_largest_first_with_both_values() -> None:
    now = OBSERVATION.replace("731   ", "1 462 ").replace("48 538", "48 575")
    found = rows_after("audit.release_note", {"observation": OBSERVATION}, observation=now)
    assert [row["message_fr"] for row in found if row["section"] == "national"] == [
        "Agréments, France, 2021 : 48 538 → 48 575 (+0,1 %)"
    ]
    restated = [row for row in found if row["section"] == "restated"]
    assert [(row["indicator"], row["old_value"], row["new_value"], row["position"]) for row in restated] == [
        ("starts", 731, 1462, 1),
        ("approvals", 48_538, 48_575, 2),
    ]
    assert restated[0]["message_en"] == "Housing starts, Bretagne, 2021: 731 → 1,462 (+100.0 %)"
    assert restated[0]["cells"] == "[bre]S!B2 → [bre]S!B2"


def test_who_is_late_is_told_for_the_last_year_that_was_due() -> None:
    found = rows("audit.release_note", observation=OBSERVATION, run="inputs_sha256 | as_of\n abc | 2023-07-15")
    (late,) = [row for row in found if row["section"] == "late"]
    assert (late["source"], late["period"]) == ("regional_return", "2022")
    assert "dû le 30/06/2023" in late["message_fr"]
    assert late["lines"] == 18
