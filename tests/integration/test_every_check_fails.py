"""Every check of ``sql/checks`` is tried by a whole load that makes it fail; one that never could would check nothing.

The unit tests fail each check on rows of their own. Here the rows come as they really come, from returns in ``raw/``:
so a check whose rows an earlier step always puts right is found out. What no return can break, because it is our own
work, is spoiled between two steps of a load.

A new check needs an entry in ``STATED`` or in ``SPOILED``; the last test names the one that has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import duckdb
import pytest

from pipeline.intake import read_ledger
from pipeline.intake.ledger import Ledger
from pipeline.intake.withdraw import withdraw
from pipeline.load import Run, Step, load, steps
from pipeline.settings import Settings
from pipeline.vocabulary.days import today
from pipeline.warehouse.acceptance import accept
from pipeline.warehouse.audit import AuditFailedError, Outcome, run_check
from pipeline.warehouse.releases import published_release
from tests.support.installations import begin_with
from tests.support.stage_tables import checks
from tests.support.workbooks import correction_file, regional_return, table_workbook

Row = dict[str, str]
"""What a row says that a check finds, as ``audit.check`` keeps it: texts."""

STATED: dict[str, Row] = {
    "changes_are_plausible": {"indicator": "starts", "territory": "Bretagne", "value": "400.0"},
    "conflicts": {"kind": "same_day", "territory": "Normandie"},
    "corrections_are_small": {"old_raw_text": "1 000", "new_raw_text": "25"},
    "corrections_to_review": {"status": "removable", "cell": "C7", "old_text": "200"},
    # what it had sent is taken back
    "coverage_not_late": {"source": "regional_return", "region": "Mayotte"},
    "known_before_received": {"file": "regional_return/guadeloupe/bilan.xlsx", "known_on": "2072-03-15"},
    "national_is_consistent": {"indicator": "deliveries", "published_value": "25.0"},
    "ratios_are_plausible": {"figure": "aid_amount_per_aid_eur", "region": "Corse", "plausible_least": "20"},
    "reconciliation_inconsistent": {"kind": "regions_to_nation", "stated_value": "25.0"},
    "rejections": {"raw_text": "12 34", "reason": "NOMBRE_ILLISIBLE"},
    "revisions": {"file": "regional_return/corse/bilan.xlsx"},
    "scales_are_plausible": {"indicator": "approvals", "territory": "Bretagne", "value": "13.0"},
    "totals_consistent": {"stated_value": "12.0", "parts_sum": "11.0"},
}
"""Each check that what is sent, declared or withdrawn makes fail (``send_what_is_wrong``), with a row that it finds
then and did not find before."""


class Spoiling(NamedTuple):
    """What is done to the working database between building and auditing, and a row that the check then finds."""

    statement: str
    row: Row


SPOILED: dict[str, Spoiling] = {
    "every_observation_is_loaded": Spoiling(
        "INSERT INTO stage.observation SELECT * REPLACE ('Z99' AS cell) FROM stage.observation LIMIT 1",
        {"relation": "fact.observation_history", "cell": "Z99"},
    ),
    "every_value_cell_has_an_end": Spoiling(
        "UPDATE audit.cell_coverage SET went_to = NULL WHERE file LIKE '%/bretagne/%' AND role = 'value'",
        {"file": "regional_return/bretagne/bilan.xlsx", "cell": "C7", "role": "value"},
    ),
    "unclaimed_cells_are_rejected": Spoiling(
        "UPDATE audit.cell_coverage SET role = 'unclaimed' WHERE file LIKE '%/bretagne/%' AND cell = 'A1'",
        {"file": "regional_return/bretagne/bilan.xlsx", "cell": "A1"},
    ),
    "every_kpi_figure_has_its_cells": Spoiling(
        "DELETE FROM audit.lineage WHERE relation_name = 'kpi.regional' AND territory_code = '94'",
        {"relation_name": "kpi.regional", "territory_code": "94", "cells_found": "0"},
    ),
    "kpi_regional_matches_observations": Spoiling(
        "UPDATE kpi.regional SET deliveries = deliveries + 1 WHERE region = 'Corse'",
        {"indicator": "deliveries", "region_code": "94", "quoted_value": "201.0", "known_value": "200.0"},
    ),
    "every_region_is_on_the_scorecard": Spoiling(
        "DELETE FROM kpi.regional_latest WHERE region = 'La Réunion'", {"name": "La Réunion", "scorecard_rows": "0"}
    ),
    "national_value_is_never_partial": Spoiling(
        "UPDATE kpi.national SET value = regions_sum, basis = 'sum_of_regions' WHERE indicator = 'deliveries'",
        {"indicator": "deliveries", "value": "350.0", "reporting": "3"},
    ),
    "missing_is_never_zero": Spoiling(
        "UPDATE fact.observation_history SET precision = NULL WHERE territory_code = '53'", {"raw_text": "100"}
    ),
    "observations_reference_known_dims": Spoiling(
        "UPDATE fact.observation_history SET unit = 'EUR' WHERE territory_code = '06'",
        {"territory_code": "06", "unit": "EUR"},
    ),
    "one_current_vintage_per_key": Spoiling(
        "UPDATE fact.observation_history SET superseded_on = holds_from WHERE territory_code = '94'",
        {"current_vintages": "0"},
    ),
    "vintages_end_after_they_start": Spoiling(
        "UPDATE fact.observation_history SET superseded_on = holds_from - 1 WHERE territory_code = '53'",
        {"known_on": "2022-03-15", "superseded_on": "2022-03-14"},
    ),
}
"""Each check of our own work, which no file should ever make fail, in the order of spoiling."""

EXPIRED = ("corrections_apply", {"cell": "C7", "raw_text": "201"})
"""The blocking check that what we declare makes fail: a correction of a text that its cell does not say."""

SENT = "regional_return/{}/{}.xlsx"
RECENT = "dernier"
LAST_DUE = today().year - (1 if (today().month, today().day) > (6, 30) else 2)
"""The last year of which returns were due."""


def send(
    settings: Settings, slug: str, rows: Sequence[Sequence[Any]], region: str, name: str = "bilan", **options: Any
) -> None:
    regional_return(settings.raw / SENT.format(slug, name), rows, region=region, **options)


def state_nationally(settings: Settings, deliveries: str) -> None:
    rows: list[list[Any]] = [
        ["Chiffres (exemple inventé)"],
        ["Date de publication", "15/07/2022"],
        ["Publié par", "Un éditeur inventé"],
        ["Territoire", "France"],
        [],
        ["Indicateur", "Année", "Valeur", "Unité"],
        ["Livraisons", 2021, deliveries, "logements"],
    ]
    table_workbook(settings.raw / "national_statement/chiffres.xlsx", rows, sheet="Chiffres")


def what_is_sound(settings: Settings) -> None:
    """Load three returns and a national statement that no check has anything against, but that others are late."""
    for slug, region, value in (("bretagne", "Bretagne", 100), ("corse", "Corse", 200), ("mayotte", "Mayotte", 50)):
        send(settings, slug, [["Livraisons", 2021, value, None]], region)
    send(settings, "mayotte", [["Livraisons", LAST_DUE, 50, None]], "Mayotte", RECENT, issued=f"01/07/{LAST_DUE + 1}")
    state_nationally(settings, "1 000")
    load(settings)


def correct(settings: Settings, old_text: str) -> None:
    """Declare that the figure of Corse was meant to be 210."""
    place = SENT.format("corse", "bilan")
    corse = next(item.submission_id for item in read_ledger(settings.ledger) if item.file == place)
    correction_file(settings.raw / "corrections/corrections.xlsx", (corse, "Activité", "C7", old_text, "210"))


def send_what_is_wrong(settings: Settings) -> None:
    """Put into ``raw/`` what makes each check of ``STATED`` fail, and take a return back."""
    years = [["Mises en chantier", 2020, 100, None], ["Mises en chantier", 2021, 400, None]]
    scales = [["Agréments", 2020, 12_500, None], ["Agréments", 2021, 13, None]]
    unreadable = [["Ménages logés", 2021, "12 34", None]]
    send(settings, "bretagne", [["Livraisons", 2021, 100, None], *years, *scales, *unreadable], "Bretagne")
    correct(settings, "200")
    cents = [["Montant des aides", 2021, 1234, "€"], ["Aides et services", 2021, 63_174, None]]
    send(settings, "corse", [["Livraisons", 2021, 300, None], *cents], "Corse", issued="15/06/2022")
    for name, value in (("bilan", 10), ("autre", 20)):
        send(settings, "normandie", [["Livraisons", 2021, value, None]], "Normandie", name)
    send(settings, "guadeloupe", [["Livraisons", 2021, 10, None]], "Guadeloupe", issued="15/03/2072")
    parts = [["Livraisons", 2021, value, place] for place, value in (("Gard", 5), ("Lot", 6), ("Total", 12))]
    send(settings, "occitanie", parts, "Occitanie", header=("Indicateur", "Année", "Valeur", "Territoire"))
    state_nationally(settings, "25")
    for name in ("bilan", RECENT):
        withdraw(settings, SENT.format("mayotte", name), "mauvaise année")


def found(outcomes: Iterable[Outcome]) -> dict[str, list[Row]]:
    """Return the first rows that each check found, as ``audit.check`` keeps them."""
    return {outcome.name: json.loads(str(outcome.row()["sample"] or "[]")) for outcome in outcomes}


def has(rows: list[Row], wanted: Row) -> bool:
    return any(wanted.items() <= row.items() for row in rows)


def kept(settings: Settings) -> dict[str, list[Row]]:
    """Return what the checks of the published release found."""
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        rows = connection.execute("SELECT check_name, coalesce(sample, '[]') FROM audit.check").fetchall()
    return {name: json.loads(sample) for name, sample in rows}


@pytest.fixture
def sound(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return begin_with(what_is_sound, settings, tmp_path_factory)


def test_what_is_sent_makes_each_check_fail_and_is_published_with_its_rows(sound: Settings) -> None:
    before = kept(sound)
    assert {name for name, rows in before.items() if rows} == {"coverage_not_late"}
    send_what_is_wrong(sound)
    report = load(sound)
    after = found(report.outcomes)
    passing = {name: after[name] for name, row in STATED.items() if not has(after[name], row)}
    assert passing == {}, "these checks did not find the row that STATED has for them"
    failed_before = {name for name, row in STATED.items() if has(before.get(name, []), row)}
    assert failed_before == set(), "these checks found the row of STATED before it was there"
    # the national figure that falls from 1,000 to 25 is held besides, and accepted here
    assert report.held is not None
    assert [(each.figure, each.old_value, each.new_value) for each in report.held.movements] == [
        ("deliveries", 1000, 25)
    ]
    accept(sound, Ledger(sound.ledger), "", "à l'essai", "A. Analyste")
    assert {name for name, rows in kept(sound).items() if rows} == {
        outcome.name for outcome in report.outcomes if not outcome.passed
    }


def spoil(run: Run) -> None:
    """Build, then spoil one thing after another: each check passes until its own is spoiled, and fails from then on."""
    run.build()
    for name, spoiling in SPOILED.items():
        assert run_check(run.connection, checks()[name]).passed, f"{name} fails before its turn in SPOILED"
        run.connection.execute(spoiling.statement)
        rows = found([run_check(run.connection, checks()[name])])[name]
        assert has(rows, spoiling.row), f"{name} found {rows}"


def test_what_is_spoiled_in_a_load_makes_each_blocking_check_fail_and_publishes_nothing(
    sound: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    published, told = published_release(sound), Ledger(sound.ledger).publications
    monkeypatch.setattr(
        steps, "STEPS", tuple(Step("build", spoil, only_if_due=True) if s.name == "build" else s for s in steps.STEPS)
    )
    correct(sound, "201")
    with pytest.raises(AuditFailedError) as stopped:
        load(sound)
    after = found(stopped.value.failed)
    wanted = {name: spoiling.row for name, spoiling in SPOILED.items()} | dict([EXPIRED])
    assert {name: row for name, row in wanted.items() if not has(after.get(name, []), row)} == {}
    assert all(f"{name}: " in str(stopped.value) for name in wanted)
    assert (published_release(sound), Ledger(sound.ledger).publications) == (published, told)


def test_every_check_has_a_load_in_which_it_fails() -> None:
    tried = STATED.keys() | SPOILED.keys() | {EXPIRED[0]}
    without = sorted(checks().keys() - tried)
    assert without == [], "no whole load makes these checks fail: give each an entry in STATED or in SPOILED"
    assert sorted(tried - checks().keys()) == [], "these are no checks any more"


def test_what_stops_a_release_is_tried_by_a_load_that_publishes_nothing() -> None:
    blocking = {name for name, check in checks().items() if check.is_blocking}
    assert blocking == SPOILED.keys() | {EXPIRED[0]}
