"""What is registered line by line: files, refusals, commitments, agreements, financings."""

from __future__ import annotations

from tests.support.stage_tables import one, rows

TWO_VERSIONS = """
    file | known_on   | received_at
    old  | 2023-06-16 | 2023-07-01T08:00:00
    new  | 2023-06-16 | 2023-09-01T08:00:00
"""


def test_a_file_of_a_region_carries_its_name_and_one_of_several_territories_none() -> None:
    found = rows(
        "fact.submission",
        submission="""
            file                 | region_code
            regional_return/a    | 32
            national_statement/b | ·
        """,
    )
    assert {row["file"]: row["region"] for row in found} == {
        "regional_return/a": "Hauts-de-France",
        "national_statement/b": None,
    }


REFUSALS = """
    file | cell | row_level | reason
    hdf  | B9   | cell      | NOMBRE_ILLISIBLE
    hdf  | C4   | remark    | NOMBRE_TEXTE
    old  | B9   | superseded | NOMBRE_ILLISIBLE
"""
OF_HDF = """
    file | region_code
    hdf  | 32
"""


def test_a_refusal_names_its_region_and_is_no_remark() -> None:
    row = one("fact.rejection", rejection=REFUSALS, submission=OF_HDF)
    assert (row["cell"], row["row_level"], row["region"]) == ("B9", "cell", "Hauts-de-France")


def test_a_remark_and_a_refusal_that_a_later_file_answered_are_remarks_and_no_refusals() -> None:
    found = rows("audit.remark", rejection=REFUSALS, submission=OF_HDF)
    assert [(row["file"], row["cell"], row["row_level"], row["reason"]) for row in found] == [
        ("hdf", "C4", "remark", "NOMBRE_TEXTE"),
        ("old", "B9", "superseded", "NOMBRE_ILLISIBLE"),
    ]
    assert {row["source"] for row in found} == {"regional_return"}


def test_a_line_of_a_plan_sent_again_replaces_the_earlier_one() -> None:
    found = rows(
        "fact.target",
        submission=TWO_VERSIONS,
        target="""
            file | plan | line_id | indicator       | period    | value  | known_on
            old  | P    | A       | rehabilitations | 2023-2027 | 190000 | 2023-06-16
            old  | P    | B       | starts          | 2023-2027 | 5      | 2023-06-16
            new  | P    | A       | rehabilitations | 2023-2027 | 200000 | 2023-06-16
            new  | Q    | A       | rehabilitations | 2023-2027 | 7      | 2023-06-16
        """,
    )
    assert {(row["plan"], row["line_id"]): row["value"] for row in found} == {
        ("P", "A"): 200000,
        ("P", "B"): 5,
        ("Q", "A"): 7,
    }


def test_the_period_of_a_commitment_is_named_as_people_write_it() -> None:
    found = rows(
        "fact.target",
        target="""
            line_id | indicator | period    | value
            A       | starts    | 2023-2027 | 1
            B       | starts    | 2017      | 2
            C       | starts    | 2022-     | 3
        """,
    )
    assert [row["period"] for row in found] == ["2023/2027", "2017", "2022"]


def test_an_agreement_sent_again_is_one_agreement_and_another_occasion_another() -> None:
    found = rows(
        "fact.agreement",
        submission=TWO_VERSIONS,
        agreement="""
            file | event    | other_parties  | territory | duration_years | known_on
            old  | Congrès  | Plaine Commune | 11        | ·              | 2023-06-16
            old  | Congrès  | Ville de Massy | 11        | ·              | 2023-06-16
            new  | Congrès  | Plaine Commune | 11        | 5              | 2023-06-16
            old  | Salon    | Plaine Commune | 11        | 3              | 2023-06-16
        """,
    )
    assert {(row["event"], row["other_parties"]): row["duration_years"] for row in found} == {
        ("Congrès", "Plaine Commune"): 5,
        ("Congrès", "Ville de Massy"): None,
        ("Salon", "Plaine Commune"): 3,
    }
    assert {row["territory"] for row in found} == {"Île-de-France"}


def test_two_amounts_of_one_file_are_two_financings_and_a_later_file_replaces_both() -> None:
    financings = """
        file | beneficiary       | territory | purpose | value     | known_on
        old  | Finistère Habitat | 53        | travaux | 1 000 000 | 2023-06-16
        old  | Finistère Habitat | 53        | travaux | 2 000 000 | 2023-06-16
        old  | Habitat Eurélien  | 24        | ·       | ·         | 2023-06-16
    """
    before = rows("fact.funding", submission=TWO_VERSIONS, funding=financings)
    assert sorted(row["value"] or 0 for row in before) == [0, 1_000_000, 2_000_000]
    later = financings + "    new | Finistère Habitat | 53 | travaux | 3 000 000 | 2023-06-16\n"
    after = rows("fact.funding", submission=TWO_VERSIONS, funding=later)
    assert {row["beneficiary"]: row["value"] for row in after} == {
        "Finistère Habitat": 3_000_000,
        "Habitat Eurélien": None,
    }


def test_the_parties_of_an_agreement_stand_one_by_one() -> None:
    found = rows(
        "fact.agreement_party",
        agreement="""
            file | territory | signatory       | other_parties                     | theme   | signed_on
            reg  | 02        | Union régionale | Association des maires; Bailleur A ;  | habitat | 2025-09-25
            reg  | FR        | Fédération      | ·                                 | énergie | 2025-09-25
        """,
    )
    assert [(row["theme"], row["position"], row["party"], row["territory_id"]) for row in found] == [
        ("habitat", 1, "Union régionale", "REG-02"),
        ("habitat", 2, "Association des maires", "REG-02"),
        ("habitat", 3, "Bailleur A", "REG-02"),
        ("énergie", 1, "Fédération", "FR"),
    ]
