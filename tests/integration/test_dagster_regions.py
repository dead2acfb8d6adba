"""Whose return was read, region by region: what Dagster shows as materialized."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from assets.glance import CHECKS_FAILED, PUBLISHED, REFUSED, UNCHANGED
from pipeline.intake import read_ledger
from pipeline.intake.withdraw import withdraw
from tests.support.dagster_runs import Installation, evaluations, make_installation
from tests.support.part_of_sql import part_of_sql
from tests.support.workbooks import regional_return

RECEIVED, READ = dg.AssetKey(["received", "regional_return"]), dg.AssetKey(["read", "regional_return"])
BRETAGNE, CORSE = "regional_return/bretagne/bilan.xlsx", "regional_return/corse/bilan.xlsx"
ROWS = [("Ménages logés", 2021, "8 311", "ménages"), ("Agréments", 2021, "12 34", "logements")]
OTHER_ROWS = [("Ménages logés", 2021, 77, "ménages")]


@pytest.fixture
def installation(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One region sent a file that can be read, one a file that is none, sixteen nothing."""
    with dg.DagsterInstance.ephemeral() as instance:
        sql = part_of_sql(tmp_path_factory, "audit.release_note", "audit.late_on", "audit.release_change")
        made = make_installation(tmp_path, instance, sql)
        regional_return(made.settings.raw / BRETAGNE, ROWS)
        spoilt = made.settings.raw / CORSE
        spoilt.parent.mkdir(parents=True)
        spoilt.write_bytes(b"no workbook")
        yield made


def shown_as_materialized(made: Installation) -> list[set[str]]:
    return [made.instance.get_materialized_partitions(key) for key in (RECEIVED, READ)]


def told(result: dg.ExecuteInProcessResult, key: dg.AssetKey) -> dict[str, dg.AssetMaterialization]:
    events = [event for event in result.get_asset_materialization_events() if event.asset_key == key]
    return {str(event.partition): event.materialization for event in events}


def records(value: dg.MetadataValue) -> list[dict[str, object]]:
    assert isinstance(value, dg.TableMetadataValue)
    return [dict(record.data) for record in value.records]


def tags_of(made: Installation, result: dg.ExecuteInProcessResult) -> dict[str, str]:
    run = made.instance.get_run_by_id(result.run_id)
    assert run
    return dict(run.tags)


def test_a_mixed_night_materializes_the_region_whose_file_was_read_and_no_other(installation: Installation) -> None:
    night = installation.run("nightly")
    assert night.success
    assert shown_as_materialized(installation) == [{"bretagne"}, {"bretagne"}]
    check = evaluations(night)["read/regional_return:no_refusals"]
    assert not check.passed
    assert check.metadata["refused_whole"].value == 1
    assert str(check.description).endswith(CORSE)
    (release,) = told(night, dg.AssetKey("release")).values()
    note = str(release.metadata["note"].value)
    assert "Corse — 1 fichier refusé en entier — " in note
    assert "Bretagne — NOMBRE" in note

    # the page of the region shows its own
    page = told(night, READ)["bretagne"].metadata
    for shown, cell, text in (("figures", "C7", "8 311"), ("refusals", "C8", "12 34")):
        (row,) = records(page[shown])
        assert (row["file"], row["cell"], row["raw_text"]) == (BRETAGNE, cell, text)
    assert {row["file"] for row in records(page["remarks"])} == {BRETAGNE}

    # a night without news tells of nobody again, so that the date of a partition is that of its file
    again = installation.run("nightly")
    assert again.success
    assert told(again, READ) == {}
    assert shown_as_materialized(installation) == [{"bretagne"}, {"bretagne"}]


def test_what_is_corrected_is_materialized_and_what_is_taken_back_is_so_no_more(installation: Installation) -> None:
    assert installation.run("nightly").success
    regional_return(installation.settings.raw / CORSE, OTHER_ROWS, region="Corse")
    assert installation.run("nightly").success
    assert shown_as_materialized(installation) == [{"bretagne", "corse"}] * 2
    withdraw(installation.settings, BRETAGNE, "envoyé par erreur")
    (installation.settings.raw / BRETAGNE).unlink()
    assert installation.run("nightly").success
    assert shown_as_materialized(installation) == [{"corse"}, {"corse"}]


def test_a_run_tells_in_its_tags_what_fails_what_is_refused_and_what_became_of_it(installation: Installation) -> None:
    night = installation.run("nightly")
    tags = tags_of(installation, night)
    assert "rejections (2)" in tags[CHECKS_FAILED]
    assert tags[REFUSED].startswith(f"2: [{CORSE}]")
    assert f"[{BRETAGNE}]Activité!C8" in tags[REFUSED]
    (release,) = told(night, dg.AssetKey("release")).values()
    assert tags[PUBLISHED] == release.metadata["release_id"].value
    assert list(release.metadata)[:4] == ["failed_checks", "refused", "changed", "note"]
    assert f"[{BRETAGNE}]Activité!C8 « 12 34 »" in str(release.metadata["refused"].value)
    again = tags_of(installation, installation.run("nightly"))
    assert (again[UNCHANGED], PUBLISHED in again) == (tags[PUBLISHED], False)


def test_late_is_what_is_missing_of_the_last_year_that_was_due_today(installation: Installation) -> None:
    check = evaluations(installation.run("nightly"))["release:nothing_is_late"]
    rows = records(check.metadata["late"])
    assert [row["source"] for row in rows] == ["regional_return"]
    assert check.metadata["regions"].value == 18
    assert str(check.description).count("\n") == 0


def test_regions_that_are_chosen_together_are_published_once_though_dagster_asks_for_several_runs(
    installation: Installation,
) -> None:
    (installation.settings.raw / CORSE).unlink()
    for region in ("corse", "mayotte"):
        regional_return(
            installation.settings.raw / "regional_return" / region / "bilan.xlsx", OTHER_ROWS, region=region
        )
    together = {"dagster/backfill": "chosen"}
    location = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("housing"), "__repository__")
    for tags in (together | _stretch("mayotte"), {"dagster/backfill": "another"} | _stretch("corse")):
        installation.instance.add_run(
            dg.DagsterRun(
                "load_regions",
                tags=tags,
                status=dg.DagsterRunStatus.QUEUED,
                remote_job_origin=RemoteJobOrigin(location, "load_regions"),
            )
        )
    first = installation.run("load_regions", tags=together | _stretch("bretagne"))
    assert {s.file for s in read_ledger(installation.settings.ledger)} == {BRETAGNE, CORSE.replace("corse", "mayotte")}
    assert shown_as_materialized(installation) == [{"bretagne", "mayotte"}] * 2
    second = installation.run("load_regions", tags=together | _stretch("mayotte"))
    assert PUBLISHED in tags_of(installation, first)
    assert PUBLISHED not in tags_of(installation, second)
    assert UNCHANGED in tags_of(installation, second)


def _stretch(region: str) -> dict[str, str]:
    return {"dagster/asset_partition_range_start": region, "dagster/asset_partition_range_end": region}
