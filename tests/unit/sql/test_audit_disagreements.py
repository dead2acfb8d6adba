"""Who disagrees, and what was revised: the same pair of cells is never both."""

from __future__ import annotations

from pipeline.warehouse.build import create_relation
from tests.unit.sql.given import built, one, relations, rows


def test_two_sources_that_exclude_each_other_are_a_conflict_and_the_higher_authority_holds() -> None:
    row = one(
        "audit.conflict",
        observation="""
            file                 | indicator | territory | period | value | known_on
            regional_return/a    | starts    | 32        | 2021   | 110   | 2022-06-01
            national_statement/b | starts    | 32        | 2021   | 100   | 2022-01-01
        """,
    )
    assert (row["kind"], row["kept_value"], row["kept_source"]) == ("sources", 100, "national_statement")
    assert (row["other_value"], row["other_cell"], row["difference_percent"]) == (110, "[regional_return/a]S!A1", 10)


def test_two_sources_that_agree_within_precision_are_no_conflict() -> None:
    found = rows(
        "audit.conflict",
        observation="""
            file                 | indicator | territory | period | value | precision | qualifier
            regional_return/a    | starts    | 32        | 2021   | 104   | 0         | =
            national_statement/b | starts    | 32        | 2021   | 100   | 5         | =
            social_stock/c       | starts    | 32        | 2021   | 90    | 0         | >
        """,
    )
    assert found == []


def test_about_is_read_at_its_written_precision_when_disagreements_are_listed() -> None:
    row = one(
        "audit.conflict",
        observation="""
            file                 | indicator | territory | period | value | precision | qualifier
            regional_return/a    | starts    | 32        | 2021   | 552   | 0         | =
            national_statement/b | starts    | 32        | 2021   | 364   | 5         | ~
        """,
    )
    assert row["difference"] == 188


def test_only_the_last_word_of_a_source_counts() -> None:
    statements = """
        file                 | indicator | territory | period | value | known_on
        regional_return/a    | starts    | 32        | 2021   | 110   | 2022-01-01
        regional_return/c    | starts    | 32        | 2021   | 100   | 2022-06-01
        national_statement/b | starts    | 32        | 2021   | 100   | 2022-03-01
    """
    assert rows("audit.conflict", observation=statements) == []
    assert one("audit.revision", observation=statements)["new_value"] == 100


TWO_FILES_OF_ONE_DAY = """
    file | indicator     | territory | period | value   | known_on
    a    | mobility_aids | FR        | 2021   | 97 000  | 2022-01-25
    b    | mobility_aids | FR        | 2021   | 222 000 | 2022-01-25
"""


def test_two_files_of_one_source_and_day_that_differ_are_a_conflict_and_no_revision() -> None:
    assert one("audit.conflict", observation=TWO_FILES_OF_ONE_DAY)["kind"] == "same_day"
    assert rows("audit.revision", observation=TWO_FILES_OF_ONE_DAY) == []


def test_a_file_sent_again_with_its_date_unchanged_is_a_revision_and_no_conflict() -> None:
    with built("fact.submission", "fact.observation_history", observation=TWO_FILES_OF_ONE_DAY) as connection:
        # one name on disk, two contents one after the other
        connection.execute("UPDATE fact.submission SET file = 'regional_return/hdf.xlsx'")
        for name in ("audit.conflict", "audit.revision"):
            create_relation(connection, relations()[name])
        conflicts = connection.execute("FROM audit.conflict").fetchall()
        revisions = connection.execute("SELECT old_value, new_value, days_between FROM audit.revision").fetchall()
    assert (conflicts, revisions) == ([], [(97000, 222000, 0)])


def _revision(before: str, after: str) -> list[dict[str, object]]:
    """Two statements of one source, each ``value precision status``."""
    lines = "".join(
        f"{file} | starts | 32 | 2021 | {' | '.join(text.split())} | {day}\n"
        for file, text, day in (("a", before, "2022-01-01"), ("b", after, "2022-03-02"))
    )
    header = "file | indicator | territory | period | value | precision | obs_status | known_on\n"
    return rows("audit.revision", observation=header + lines)


def test_a_final_figure_stated_anew_beyond_its_precision_is_a_correction() -> None:
    (row,) = _revision("48538 0 A", "48575 0 A")
    assert (row["kind"], row["difference"], row["days_between"]) == ("correction", 37, 60)


def test_a_provisional_or_rounded_figure_that_changes_is_routine() -> None:
    assert _revision("100 0 P", "150 0 A")[0]["kind"] == "routine"
    assert _revision("48500 50 A", "48538 0 A")[0]["kind"] == "routine"
    assert _revision("· · O", "48538 0 A")[0]["kind"] == "routine"


def test_a_figure_taken_back_is_a_correction() -> None:
    (row,) = _revision("100 0 A", "· · Q")
    assert (row["kind"], row["new_value"], row["difference"]) == ("correction", None, None)


def test_the_same_figure_stated_again_is_no_revision() -> None:
    assert _revision("100 0 A", "100 0 A") == []
