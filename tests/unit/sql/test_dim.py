"""The dimensions: territories, indicators, sources."""

from __future__ import annotations

from datetime import date

from tests.support.stage_tables import rows


def test_territories_come_from_the_widest_to_the_narrowest_and_keep_their_slug() -> None:
    found = rows("dim.territory")
    levels = list(dict.fromkeys(row["level"] for row in found))
    assert levels == ["national", "other", "region", "department"]
    assert {row["slug"] for row in found if row["code"] == "32" and row["level"] == "region"} == {"hauts-de-france"}


def test_a_former_region_ends_in_2015_and_names_its_successor() -> None:
    (picardie,) = [row for row in rows("dim.territory") if row["name"] == "Picardie"]
    assert (picardie["valid_to"], picardie["parent_code"]) == (date(2015, 12, 31), "32")


def test_indicators_say_whether_they_add_up() -> None:
    additive = {row["code"]: row["is_additive"] for row in rows("dim.indicator")}
    assert additive["households_housed"] is True
    assert additive["young_beneficiaries_share"] is False


def test_the_source_of_highest_authority_comes_first() -> None:
    assert [row["source"] for row in rows("dim.source")] == ["social_stock", "national_statement", "regional_return"]


def test_a_territory_has_a_key_that_no_other_of_any_level_has() -> None:
    found = {(row["level"], row["code"]): row["territory_id"] for row in rows("dim.territory")}
    assert len(set(found.values())) == len(found)
    known = {found[place] for place in (("national", "FR"), ("region", "11"), ("department", "11"), ("other", "DROM"))}
    assert known == {"FR", "REG-11", "DEP-11", "OTH-DROM"}


def test_a_population_has_a_name_in_both_languages() -> None:
    found = {row["population"]: row["label_fr"] for row in rows("dim.population")}
    assert found["all_landlords"] == "tous les bailleurs sociaux"
    assert all(row["label_en"] for row in rows("dim.population"))


SUBMISSIONS = """
    file                 | source             | region_code | known_on   | publication_title | publication_publisher | publication_address | publication_licence
    national_statement/a | national_statement | ·           | 2022-01-25 | Bilan 2021        | Le Moniteur           | https://m.example   | ·
    social_stock/b       | social_stock       | ·           | 2022-01-25 | Bilan 2021        | Le Moniteur           | https://m.example   | Licence ouverte
    national_statement/c | national_statement | ·           | 2023-01-25 | Bilan 2021        | Le Moniteur           | https://m.example   | ·
    bretagne             | regional_return    | 53          | 2022-03-15 | ·                 | ·                     | ·                   | ·
    corse                | regional_return    | 94          | 2022-03-15 | Rapport           | ·                     | ·                   | ·
    normandie            | regional_return    | 28          | 2022-03-15 | Rapport           | ·                     | ·                   | ·
    social_stock/d       | social_stock       | ·           | 2022-03-16 | ·                 | ·                     | ·                   | ·
"""  # noqa: E501


def test_files_of_one_publication_share_it_and_one_that_states_nothing_has_its_own() -> None:
    found = rows("dim.publication", submission=SUBMISSIONS)
    told = [(row["title"], row["publisher"], row["published_on"].year, row["is_stated"]) for row in found]
    assert sorted(told, key=lambda row: row[2]) == told
    assert sorted(told) == sorted(
        [
            ("Bilan 2021", "Le Moniteur", 2022, True),
            ("Bilans régionaux", "Comité régional Bretagne", 2022, False),
            ("Rapport", "Comité régional Corse", 2022, True),
            ("Rapport", "Comité régional Normandie", 2022, True),
            ("Parc locatif social", "Parc locatif social", 2022, False),
            ("Bilan 2021", "Le Moniteur", 2023, True),
        ]
    )
    assert (found[0]["address"], found[0]["licence"]) == ("https://m.example", "Licence ouverte")


def test_a_file_of_no_source_has_the_title_of_its_folder() -> None:
    told = "file | source | known_on\nunknown/a.xlsx | unknown | 2022-01-25"
    (row,) = rows("dim.publication", submission=told)
    assert (row["title"], row["publisher"], row["is_stated"]) == ("unknown", "unknown", False)


def test_every_submission_belongs_to_a_publication() -> None:
    known = {row["publication_id"] for row in rows("dim.publication", submission=SUBMISSIONS)}
    belonging = {row["submission_id"]: row["publication_id"] for row in rows("fact.submission", submission=SUBMISSIONS)}
    assert len(belonging) == 7
    assert set(belonging.values()) == known
    assert belonging["national_statement/a"] == belonging["social_stock/b"]
    assert belonging["bretagne"] == "bretagne"


def test_each_schema_of_the_file_and_the_file_itself_are_described() -> None:
    assert [row["schema_name"] for row in rows("audit.schema")] == ["", "dim", "fact", "kpi", "audit"]
