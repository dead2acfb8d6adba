"""What an analyst does in the Dagster UI, in a real browser."""

import re
import time
from typing import Any

import duckdb
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as BrowserTimeout

from assets.partitions import EVERY_REGION
from tests.ui.conftest import SPOILT, Site

FLOW = ("1_received", "2_read", "3_stage", "4_dim", "5_fact", "6_kpi", "8_release")
RUN_SECONDS = 300  # ends a wait for something that never comes; how long a run takes is not tested


def test_an_analyst_materializes_one_region_and_reads_why_a_cell_was_refused(site: Site, page: Page) -> None:
    # one story in one browser, because each step needs the one before
    _the_graph_reads_from_left_to_right(page, site)
    _one_region_is_materialized(page, site)
    _the_check_shows_the_refused_cell(page, site)
    _every_source_and_every_relation_has_a_node(page, site)
    _nothing_was_to_be_warned_of_at_the_start(site)
    _a_night_goes_by(site)
    _the_partitions_tell_whose_file_was_read(page, site)
    _the_faulty_cell_is_two_clicks_away(page, site)
    _the_release_shows_first_what_wants_a_look(page, site)


def _the_graph_reads_from_left_to_right(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/asset-groups")
    places = []
    for group in FLOW:
        node = page.locator("foreignObject, svg").get_by_text(group, exact=True).locator("visible=true").last
        node.wait_for()
        box = node.bounding_box()
        assert box, group
        places.append(box["x"])
    assert places == sorted(places), dict(zip(FLOW, places, strict=True))


def _one_region_is_materialized(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/locations/housing/jobs/load_regions")
    page.get_by_role("button", name="Materialize").first.click()
    dialog = page.get_by_role("dialog")
    # the other sources were never read in this installation, and Dagster asks whether that is meant
    dialog.get_by_role("button", name="Confirm").click()
    _partition_is_chosen(page, dialog, site.region)
    launch = dialog.get_by_role("button", name="Launch 1 run")
    expect(launch).to_be_enabled()
    site.keep(page, "materialize")
    launch.click()
    run = _wait_for_run(site)
    assert run["jobName"] == "load_regions"
    assert {"key": "dagster/partition", "value": site.region} in run["tags"]
    with duckdb.connect(site.warehouse / "housing.duckdb", read_only=True) as connection:
        (sources,) = connection.execute("SELECT string_agg(DISTINCT region_code) FROM fact.submission").fetchone() or ()
    assert sources in {"53", "76"}


def _partition_is_chosen(page: Page, dialog: Locator, region: str) -> None:
    # A list that is opened while the dialog still moves into its place is closed again by Dagster: an analyst opens
    # it once more, and so does this.
    choice = page.get_by_role("menuitem").filter(has=page.get_by_title(region, exact=True))
    end = time.monotonic() + RUN_SECONDS
    while True:
        dialog.get_by_text("Select a partition").click()
        try:
            choice.click(timeout=2_000)
            break
        except BrowserTimeout:
            if time.monotonic() > end:
                raise
    dialog.get_by_text("Launch runs to materialize").click()  # beside the list, which closes it
    expect(page.get_by_text("Select all")).to_be_hidden()


def _the_check_shows_the_refused_cell(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/assets/read/regional_return?view=checks&checkDetail=no_refusals")
    expect(page.get_by_text(site.refused_text, exact=True)).to_be_visible()
    expect(page.get_by_text("NOMBRE_ILLISIBLE", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(rf"regional_return/{site.region}/bilan"))).to_be_visible()
    site.keep(page, "rejected-cells")


def _every_source_and_every_relation_has_a_node(page: Page, site: Site) -> None:
    groups = ",".join(f"global@global:{group}" for group in ("1_received", "2_read", "6_kpi", "8_release"))
    page.goto(f"{site.url}/asset-groups?expanded={groups}")
    for name in ("national_statement", "regional_return", "regional_latest", "target_progress"):
        expect(page.get_by_text(name, exact=True).locator("visible=true").last).to_be_visible()
    site.keep(page, "asset-graph")


def _nothing_was_to_be_warned_of_at_the_start(site: Site) -> None:
    started = site.log.read_text(encoding="utf-8").partition("Serving dagster-webserver")[0]
    assert "Launching Dagster services" in started
    assert "warning" not in started.casefold().replace("log-level warning", "")


def _a_night_goes_by(site: Site) -> None:
    """Start what the schedule starts."""
    launch = "mutation($p: ExecutionParams!) {launchPipelineExecution(executionParams: $p) {__typename}}"
    job = {"repositoryName": "__repository__", "repositoryLocationName": "housing", "jobName": "nightly"}
    tags = [{"key": key, "value": value} for key, value in EVERY_REGION.items()]
    answer = site.query(launch, p={"selector": job, "runConfigData": {}, "executionMetadata": {"tags": tags}})
    assert answer["launchPipelineExecution"]["__typename"] == "LaunchRunSuccess", answer
    assert _wait_for_run(site)["jobName"] == "nightly"


def _the_partitions_tell_whose_file_was_read(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/assets/read/regional_return?view=partitions&partition={site.region}")
    expect(page.get_by_text(f"Materialized ({site.reporting})")).to_be_visible()
    expect(page.get_by_text(f"Missing ({18 - site.reporting})")).to_be_visible()
    expect(page.get_by_text("Failed (0)")).to_be_visible()
    expect(page.get_by_text("figures", exact=True)).to_be_visible()
    site.keep(page, "partitions")
    page.goto(f"{site.url}/assets/read/regional_return?view=checks&checkDetail=no_refusals")
    expect(page.get_by_text(f"regional_return/{SPOILT}/bilan.xlsx").first).to_be_visible()


def _the_faulty_cell_is_two_clicks_away(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.get_by_role("link", name="Runs").first.click()
    expect(page.get_by_text(re.compile("housing/checks_failed: ")).first).to_be_visible()
    page.get_by_text(re.compile("View all tags")).first.click()
    expect(page.get_by_text(re.compile(rf"regional_return/{site.region}/.*\].*![A-Z]+[0-9]+")).last).to_be_visible()


def _the_release_shows_first_what_wants_a_look(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/assets/release")
    heights = []
    for name in ("failed_checks", "refused", "changed", "note"):
        box = page.get_by_text(name, exact=True).first.bounding_box()
        assert box, name
        heights.append(box["y"])
    assert heights == sorted(heights)
    page.get_by_text("[Show Markdown]").first.click()
    expect(page.get_by_text("Ce qui est refusé").first).to_be_visible()
    site.keep(page, "note-in-dagster")


def _wait_for_run(site: Site) -> dict[str, Any]:
    question = "{runsOrError(limit: 1) {... on Runs {results {status jobName tags {key value}}}}}"
    end = time.monotonic() + RUN_SECONDS
    run: dict[str, Any] = {}
    while time.monotonic() < end:
        runs = site.query(question)["runsOrError"]["results"]
        run = runs[0] if runs else {}
        if run.get("status") in {"SUCCESS", "FAILURE"}:
            break
        time.sleep(0.5)
    assert run.get("status") == "SUCCESS", f"{run}\n{site.log.read_text(encoding='utf-8')[-6_000:]}"
    return run
