"""Commands for who sends workbooks: ``check``, ``template``."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pipeline.cli.common import out, writing
from pipeline.cli.failing import REFUSED, WRONG_USE
from pipeline.feedback.annotate import UNREADABLE
from pipeline.feedback.check_before_sending import annotate_beside, check_files
from pipeline.feedback.placing import put_if_free
from pipeline.feedback.template import make_template
from pipeline.feedback.verdict import Verdict
from pipeline.reading.files import known_layouts
from pipeline.settings import Settings
from pipeline.vocabulary.territories import current_regions, region_by_slug, resolve_territory
from pipeline.vocabulary.typography import writable

_MOST = 200
"""How many rejections of one file, and how many remarks, are printed one by one; the rest is counted."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="regional_return", show_default=True, help="Which source the files belong to.")
@click.option("--json", "as_json", is_flag=True, help="Print an object for each file as JSON.")
@click.option(
    "--annotate",
    "folder",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[DIR]",
    help="Write a copy of each faulty file with its cells marked, into DIR or beside the file; say it after FILES.",
)
def check(files: tuple[Path, ...], source: str, as_json: bool, folder: str | None) -> None:  # noqa: FBT001  # click
    """Say what would be refused in FILES, before they are sent. Nothing is received.

    Say as well what to look at once more, though it is not refused: what is hidden, was repaired or was not read, and,
    where a release is published, which of its figures they would revise and which seem to be in another unit.

    A copy is never written over another file: it gets a number, as in "bilan - à corriger (2).xlsx".

    With --json, each file has its rejections, its remarks, what is accepted of it, and the path of its copy or null.
    Its faults and doubts are the same rejections and remarks under their former names, for one version.

    Exit 0: nothing to correct; 1: something to correct; 2: wrong use, or a file that cannot be read.
    """
    if source not in known_layouts():
        raise click.UsageError(f"unknown source {source!r}; known: {', '.join(known_layouts())}")
    if folder and Path(folder).is_file():
        raise click.UsageError(f"--annotate {folder}: it is a file; give a folder, or --annotate after the files")
    settings = Settings.from_environment()
    checked = list(check_files(list(dict.fromkeys(files)), source, settings))
    copies: dict[Path, Path] = {}
    try:
        if folder is not None:
            with writing(f"the annotated copy in {folder or 'the folder of the file'}", "give a DIR to --annotate"):
                copies.update(annotate_beside(checked, Path(folder) if folder else None, settings))
    finally:  # what was found is said, whether it could be written or not
        _say_all(checked, copies, as_json=as_json)
    rejections = [rejection for _, verdict in checked for rejection in verdict.rejections]
    if any(rejection.reason in UNREADABLE for rejection in rejections):
        sys.exit(WRONG_USE)
    sys.exit(REFUSED if rejections else 0)


def _say_all(checked: list[tuple[Path, Verdict]], copies: dict[Path, Path], *, as_json: bool) -> None:
    """Print what was found in each file and where its annotated copy stands."""
    if as_json:
        found = [_record(path, verdict, copies.get(path)) for path, verdict in checked]
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for path, verdict in checked:
        _say(path, verdict)
    for copy in copies.values():
        out.print(f"Copie annotée : {copy}", markup=False, soft_wrap=True)


def _record(path: Path, verdict: Verdict, copy: Path | None) -> dict[str, Any]:
    """Return what was found in a file as a script reads it: all that is printed, and nothing counted instead."""
    rejections = [{**asdict(rejection), "level": rejection.level} for rejection in verdict.rejections]
    remarks = [{**asdict(remark), "level": remark.level} for remark in verdict.remarks]
    return {
        "file": writable(str(path)),
        "rejections": rejections,
        "remarks": remarks,
        "faults": rejections,  # the names of 0.1, kept for one version
        "doubts": remarks,
        "accepted": [asdict(figure) for figure in verdict.accepted],
        "copy": None if copy is None else writable(str(copy)),
    }


def _say(path: Path, verdict: Verdict) -> None:
    """Print what must be corrected in a file, cell by cell, and how much of each sheet would be accepted."""
    if not verdict.rejections:
        out.print(f"{path} : rien à corriger.", style="green", markup=False, soft_wrap=True)
    for rejection in verdict.rejections[:_MOST]:
        where = " ".join(part for part in (str(path), rejection.sheet, rejection.cell) if part)
        out.print(f"{where} : {rejection.message_fr}", markup=False, soft_wrap=True)
    _say_rest(path, len(verdict.rejections), "à corriger ; pour les voir tous, demandez --json ou --annotate")
    for remark in verdict.remarks[:_MOST]:
        where = " ".join(part for part in (str(path), remark.sheet, remark.cell) if part)
        out.print(f"{where} : à vérifier. {remark.message_fr}", style="yellow", markup=False, soft_wrap=True)
    _say_rest(path, len(verdict.remarks), "à vérifier")
    for sheet, count in sorted(Counter(figure.sheet for figure in verdict.accepted).items()):
        out.print(f"{path} {sheet} : {count} accepté(s).", markup=False, soft_wrap=True)


def _say_rest(path: Path, count: int, what: str) -> None:
    """Print how many more there are than were printed."""
    if count > _MOST:
        out.print(f"{path} : et {count - _MOST} autre(s) {what}.", markup=False, soft_wrap=True)


@click.command()
@click.argument("region")
@click.argument("year", type=click.IntRange(2000, 2100))
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it; here, by region and year."
)
def template(region: str, year: int, output: Path | None) -> None:
    """Write the blank return of REGION (name, slug or code) for YEAR, ready to be filled and sent.

    A return that stands there already is never written over.
    """
    found = region_by_slug().get(region) or resolve_territory(region, level="region")
    if found is None or found.slug not in region_by_slug():
        names = ", ".join(known.name for known in current_regions())
        raise click.UsageError(f"unknown region {region!r}; known: {names}")
    path = output or Path(f"bilan-{found.slug}-{year}.xlsx")
    with tempfile.TemporaryDirectory(prefix="housing-") as aside:
        blank = Path(aside) / "blank.xlsx"
        make_template(found, year, blank, Settings.from_environment())
        with writing(str(path), "give another --output"):
            is_there = put_if_free(blank, path)
    if not is_there:
        raise click.UsageError(f"{path} exists and may be filled already; give another --output")
    out.print(f"Modèle vierge : {path}", markup=False, soft_wrap=True)


COMMANDS: tuple[Any, ...] = (check, template)
