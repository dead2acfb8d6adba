"""The steps of a load, in their order, and whoever runs them all.

What belongs here: the list, and which steps are passed over. What does not: what a step does (``run``).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from pipeline.load.report import Report
from pipeline.load.run import Progress, Run
from pipeline.settings import Settings
from pipeline.warehouse.lock import hold_warehouse


class Step(NamedTuple):
    """One step: its name, what it does, and when it is passed over."""

    name: str
    run: Callable[[Run], object]
    only_if_due: bool = False
    """Whether it is passed over where there is nothing to publish."""
    unless_idle: bool = False
    """Whether it is passed over where there is nothing to read either."""


STEPS = (
    Step("recover", Run.recover),
    Step("receive", Run.receive),
    Step("correct", Run.correct, unless_idle=True),
    Step("read", Run.read, unless_idle=True),
    Step("stage", Run.stage, only_if_due=True),
    Step("build", Run.build, only_if_due=True),
    Step("audit", Run.audit, only_if_due=True),
    Step("publish", Run.publish),
    Step("tidy", Run.tidy, only_if_due=True),
    Step("give back", Run.give_back),
)
"""The steps, in their order."""


def load(
    settings: Settings,
    *,
    source: str = "",
    regions: frozenset[str] = frozenset(),
    who: str = "housing load",
    on_progress: Progress = lambda *_: None,
    force: bool = False,
    around: Callable[[Run], AbstractContextManager[None]] = lambda _: nullcontext(),
) -> Report:
    """Take what is new in ``raw/``, build the warehouse from everything ever received, audit and publish it.

    Args:
        settings: where everything stands.
        source: look for new files in this source's folder only.
        regions: look for new files in these regions' folders only.
        who: what another run is told that finds the warehouse held.
        on_progress: told how far each step is.
        force: build and publish even when nothing changed since the last release.
        around: what begins before the first step and ends after the last, as the note of the run does.

    Raises:
        AuditFailedError: a blocking check failed.
        WarehouseBusyError: another run holds the warehouse.
    """
    with hold_warehouse(settings, who):
        run = Run(settings, source=source, regions=regions, force=force, on_progress=on_progress)
        with around(run):
            run_steps(run)
        return run.report


def run_steps(run: Run, *, first: str = "recover", last: str = "give back") -> None:
    """Run the steps from one to another, both included, and end the run; the caller holds the warehouse."""
    names = [step.name for step in STEPS]
    with run:
        for step in STEPS[names.index(first) : names.index(last) + 1]:
            if step.unless_idle and run.is_idle:
                run.leave_unread()
            elif not step.only_if_due or run.is_due:
                step.run(run)
