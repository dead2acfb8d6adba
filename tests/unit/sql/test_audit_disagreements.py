"""Who disagrees, and what was revised: the same pair of cells is never both."""

from __future__ import annotations

from tests.support.stage_tables import SQL, built, one, rows


def test_two_sources_that_exclude_each_other_are_a_conflict_and_the_higher_authority_holds() -> None:
    row = one(
        "audit.conflict",
        observation="""
            file                 | indicator | territory | period | value | known_on
            regional_return/a    | starts    | 32        | 2021   | 1101  | 2022-06-01
            national_statement/b | starts    | 32        | 2021   | 1001  | 2022-01-01
        """,
    )
    assert (row["kind"], row["kept_value"], row["kept_source"]) == ("sources", 1001, "national_statement")
    assert (row["other_value"], row["other_cell"], row["difference"]) == (1101, "[regional_return/a]S!A1", 100)


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
    # one name on disk and two contents one after the other, or a corrected copy beside the file
    submission = "file | known_on   | superseded_by\na    | 2022-01-25 | b\nb    | 2022-01-25 | ·"
    given = {"observation": TWO_FILES_OF_ONE_DAY, "submission": submission}
    assert rows("audit.conflict", **given) == []
    (row,) = rows("audit.revision", **given)
    assert (row["old_value"], row["new_value"], row["days_between"]) == (97000, 222000, 0)
    (remark,) = [row for row in rows("audit.remark", **given) if row["reason"] == "REVISION"]
    assert "(a). Modifiés : 1" in str(remark["message_fr"])


AT_ONE_PLACE = """
    file | holds_from | place | ledger_event
    a    | 2022-01-01 | P     | 1
    b    | 2022-03-02 | P     | 2
"""


def _revision(before: str, after: str, **tables: str) -> list[dict[str, object]]:
    """Two statements of one source, each ``value precision status``."""
    lines = "".join(
        f"{file} | starts | 32 | 2021 | {' | '.join(text.split())} | {day}\n"
        for file, text, day in (("a", before, "2022-01-01"), ("b", after, "2022-03-02"))
    )
    header = "file | indicator | territory | period | value | precision | obs_status | known_on\n"
    return rows("audit.revision", observation=header + lines, **tables)


def test_a_final_figure_stated_anew_beyond_its_precision_is_a_correction() -> None:
    (row,) = _revision("48538 0 A", "48575 0 A")
    assert (row["kind"], row["difference"], row["days_between"]) == ("correction", 37, 60)


def test_a_provisional_or_rounded_figure_that_changes_is_routine() -> None:
    assert _revision("100 0 P", "150 0 A")[0]["kind"] == "routine"
    assert _revision("48500 50 A", "48538 0 A")[0]["kind"] == "routine"
    assert _revision("· · O", "48538 0 A")[0]["kind"] == "routine"


def test_a_figure_taken_back_is_a_correction() -> None:
    assert _revision("100 0 A", "· · O") == []  # another place that has nothing to say
    (row,) = _revision("100 0 A", "· · O", stretch=AT_ONE_PLACE)
    assert (row["kind"], row["new_value"], row["difference"]) == ("correction", None, None)


SETTLING = """
    file                   | indicator | territory | period | value | known_on
    national_statement/one | approvals | FR        | 2021   | 48500 | 2022-01-10
    national_statement/two | approvals | FR        | 2021   | 48538 | 2022-01-19
    region                 | approvals | FR        | 2021   | 50000 | 2022-06-01
    national_statement/six | approvals | FR        | 2021   | 48575 | 2023-01-10
    national_statement/two | approvals | FR        | 2020   | 40000 | 2022-01-19
"""


def test_a_revision_triangle_has_each_figure_as_it_was_known_the_first_time_the_second_and_so_on() -> None:
    found = rows("audit.revision_triangle", "'approvals'", observation=SETTLING)
    told = ("period", "vintage", "value", "first_value", "difference", "days_since_first", "is_current")
    assert sorted(tuple(row[name] for name in told) for row in found) == [
        ("2020", 1, 40000, 40000, 0, 0, True),
        ("2021", 1, 48500, 48500, 0, 0, False),
        ("2021", 2, 48538, 48500, 38, 9, False),
        # what a lesser source said in between was never the known figure
        ("2021", 3, 48575, 48500, 75, 365, True),
    ]
    assert rows("audit.revision_triangle", "'starts'", observation=SETTLING) == []


def test_a_revision_triangle_is_one_pivot_away() -> None:
    with built("audit.revision_triangle", observation=SETTLING) as connection:
        pivot = (SQL / "examples" / "audit_revision_triangle.sql").read_text(encoding="utf-8")
        found = connection.execute(pivot).pl().sort("period").to_dicts()
    assert found == [
        {"territory": "France", "period": "2020", "1": 40000, "2": None, "3": None},
        {"territory": "France", "period": "2021", "1": 48500, "2": 48538, "3": 48575},
    ]


def test_the_same_figure_stated_again_is_no_revision() -> None:
    assert _revision("100 0 A", "100 0 A") == []


PUBLISHED = """
    file                 | indicator     | territory | period | value   | publisher   | known_on
    national_statement/a | mobility_aids | FR        | 2021   | 97 000  | Localtis    | 2022-01-31
    national_statement/b | mobility_aids | FR        | 2021   | 222 000 | {second}    | 2022-09-12
"""


def test_two_publishers_that_exclude_each_other_are_a_conflict_whatever_the_dates() -> None:
    statements = PUBLISHED.format(second="AFP")
    row = one("audit.conflict", observation=statements)
    assert (row["kind"], row["kept_value"], row["other_value"]) == ("publishers", 222000, 97000)
    assert (row["kept_publisher"], row["other_publisher"]) == ("AFP", "Localtis")
    assert rows("audit.revision", observation=statements) == []


def test_a_publisher_that_states_a_figure_anew_revises_itself() -> None:
    statements = PUBLISHED.format(second="Localtis")
    assert rows("audit.conflict", observation=statements) == []
    assert one("audit.revision", observation=statements)["new_value"] == 222000


def test_the_source_itself_and_a_newspaper_are_two_voices() -> None:
    assert one("audit.conflict", observation=PUBLISHED.format(second="·"))["kind"] == "publishers"


def test_what_was_withdrawn_contradicts_and_revises_nothing() -> None:
    withdrawn = "file | known_on | withdrawn_on\nnational_statement/b | 2022-09-12 | 2022-10-01\n"
    for second in ("AFP", "Localtis"):
        tables = {"submission": withdrawn, "observation": PUBLISHED.format(second=second)}
        assert rows("audit.conflict", **tables) == []
        assert rows("audit.revision", **tables) == []


def _cumulative(first: str, second: str) -> list[dict[str, object]]:
    """Two cumulative amounts, each ``period value known_on``."""
    return rows(
        "audit.conflict",
        observation=f"""
            file | indicator                 | territory | period | value | known_on
            a    | acv_amount_cumulative_eur | FR        | {" | ".join(first.split())}
            b    | acv_amount_cumulative_eur | FR        | {" | ".join(second.split())}
        """,
    )


def test_a_cumulative_figure_that_falls_is_a_conflict_with_both_periods() -> None:
    # 2018-2022 was not over when it was stated: it counts to the end of 2021
    (row,) = _cumulative("2017-2020 552 2021-06-30", "2018-2022 364 2021-12-31")
    assert (row["kind"], row["period"], row["other_period"]) == ("shrinking", "2017/2020", "2018/2022")
    assert (row["kept_value"], row["other_value"], row["difference"]) == (552, 364, -188)


def test_a_cumulative_figure_that_grows_or_starts_with_another_programme_is_no_conflict() -> None:
    assert _cumulative("2017-2020 552 2021-06-30", "2018-2022 857 2022-12-31") == []
    assert _cumulative("2018-2022 857 2023-01-31", "2023-2024 120 2025-01-31") == []
