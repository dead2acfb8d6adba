"""Commands for who describes a source: ``layout new``, ``layout test``, ``layout explain``, ``layout schema``."""

from __future__ import annotations

import json
import re
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pipeline.cells.isolation import Task, run_isolated
from pipeline.cells.workbook import Extra, Workbook
from pipeline.cells.worker import Interrupted
from pipeline.cli.common import out, say_error, write_page
from pipeline.cli.failing import DONE, REFUSED
from pipeline.cli.trying import Answer, Asked, Tried, of_sheets, try_out
from pipeline.layouts import LayoutError, extract
from pipeline.layouts.authoring.causes import Cause, Told, causes, lines_for_all
from pipeline.layouts.authoring.drift import Vintage, drifts, vintage_of
from pipeline.layouts.authoring.picture import Pictured, as_page
from pipeline.layouts.authoring.preview import in_terminal
from pipeline.layouts.authoring.propose import propose
from pipeline.layouts.authoring.trial_words import (
    Explanation,
    Language,
    ending,
    lines_of_causes,
    lines_of_cell,
    lines_of_drift,
    say,
)
from pipeline.layouts.layout_files import layout_schema, read_layout
from pipeline.layouts.wordings import matches
from pipeline.reading.files import known_layouts, read_cells
from pipeline.rejections import Rejection
from pipeline.rejections.reasons import AUTHOR_HINT
from pipeline.settings import Settings
from pipeline.vocabulary.declarations import TRIED
from pipeline.vocabulary.territories import region_by_slug, resolve_territory

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SOURCE = re.compile(r"\w+")
_LANG = click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="The language of what is said."
)
_REGION = click.option(
    "--region", default="", help="The region in whose folder FILE would lie (name, slug or code); the one it states."
)


@click.group()
def layout() -> None:
    """Describe where the figures of a source stand; see docs/layouts.md."""


@layout.command()
@click.argument("file", type=_FILE)
@click.option("--source", default="", help="The name of the source; that of the file without it.")
def new(file: Path, source: str) -> None:
    """Print a first layout for FILE, to be corrected by hand and kept as sources/SOURCE.toml."""
    click.echo(propose(_read(file), source or _name(file)), nl=False)


@layout.command()
@click.argument("described", metavar="LAYOUT")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option("--sheet", default="", help="Show and test the sheets of this name alone; * stands for anything.")
@_REGION
@_LANG
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write the picture as a page.")
@click.option("--json", "as_json", is_flag=True, help="Print counts, rows and refusals as JSON.")
def test(  # click
    described: str,
    files: tuple[Path, ...],
    sheet: str,
    region: str,
    lang: Language,
    page: Path | None,
    as_json: bool,  # noqa: FBT001  # click
) -> None:
    """Load FILE, or several vintages, aside with LAYOUT, a file or a known source; show what it claims and leaves.

    It is a whole load in a warehouse of its own: duplicates, totals, contracts and checks are told in its words, by
    cause. Of several files, also what differs between them. Nothing is received.

    Exit as a load: 0: nothing is refused; 1: something is, or cannot be read; 2: the layout is wrong; 3: a blocking
    check fails.
    """
    began = time.monotonic()
    answer = _tried(described, files, region)
    if sheet:
        answer = _restricted(answer, sheet)
    found = [causes(tried.told) for tried in answer.files]
    if page is not None:
        pictured = [
            Pictured(tried.path.name, tried.sheets, tried.claims, tried.every, of_file)
            for tried, of_file in zip(answer.files, found, strict=True)
        ]
        write_page(page, as_page(described, pictured, answer.checks(lang), lang))
    if as_json:
        click.echo(json.dumps(_report(answer, found), ensure_ascii=False, indent=2, default=str))
    else:
        _say(answer, found, lang)
        out.print(ending(answer.code, time.monotonic() - began, lang), markup=False)
    sys.exit(answer.code)


@layout.command()
@click.argument("file", type=_FILE)
@click.argument("cell")
@click.option("--layout", "described", default="", help="A file or a known source; the one whose folder FILE lies in.")
@click.option("--sheet", default="", help="The sheet of CELL; the only one that has such a cell.")
@_REGION
@_LANG
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON.")
def explain(  # click
    file: Path,
    cell: str,
    described: str,
    sheet: str,
    region: str,
    lang: Language,
    as_json: bool,  # noqa: FBT001  # click
) -> None:
    """Say which entry of a layout claims CELL of FILE and why, what became of it, what would claim it otherwise.

    FILE is loaded aside as by 'layout test'. Without --layout, and outside raw/, the known source is taken that reads
    most of it.

    Exit 0: the cell is claimed and not refused; 1: it is refused, or nothing claims it; 2: wrong use.
    """
    answer = _tried(described or _likeliest(file), (file,), region, (cell, sheet), lang)
    told = answer.explanation
    if told is None:
        reasons = "; ".join(each.message.message_fr for tried in answer.files for each in tried.told)
        raise click.UsageError(f"{file.name}: {reasons or answer.sentence}")
    if as_json:
        click.echo(json.dumps(asdict(told), ensure_ascii=False, indent=2))
    else:
        label = answer.files[0].read.extraction.layout if answer.files[0].read else ""
        for line in lines_of_cell(told, label, lang):
            out.print(line, highlight=False, markup=False)
    refused = any(each.is_refused and _is_of(each, told) for tried in answer.files for each in tried.every)
    sys.exit(REFUSED if refused or told.claim == "unclaimed" else DONE)


def _is_of(told: Told, explained: Explanation) -> bool:
    return (told.message.sheet, told.message.cell) == (explained.sheet, explained.cell)


def _likeliest(file: Path) -> str:
    """Return the source in whose folder a file lies, else the one whose layout reads most of it."""
    known = known_layouts()
    folders = [parent.name for parent in file.absolute().parents if parent.name in known]
    if folders:
        return folders[0]
    workbook = _read(file)
    found = {
        name: sum(map(len, extract(workbook, each, file_name=file.name).rows.values())) for name, each in known.items()
    }
    best = max(found, key=lambda name: found[name])
    if not found[best]:
        raise click.UsageError(f"{file.name}: no known source reads any of it; say which layout with --layout")
    return best


@layout.command()
@click.argument("page", type=click.Path(dir_okay=False, path_type=Path), required=False)
def schema(page: Path | None) -> None:
    """Write the JSON Schema of a layout file to PAGE, or print it."""
    if page is None:
        click.echo(layout_schema(), nl=False)
    else:
        write_page(page, layout_schema())


# -- trying out ----------------------------------------------------------------------------------------------------


def _tried(
    described: str,
    files: Sequence[Path],
    region: str,
    explained: tuple[str, str] | None = None,
    lang: Language = "fr",
) -> Answer:
    """Load files aside with a layout; what it says wrongly is a wrong use."""
    source, text = _layout(described)
    asked = Asked(
        source,
        tuple(path.absolute() for path in dict.fromkeys(files)),
        _slug(region),
        Settings.from_environment(),
        explained,
        lang,
    )
    answer = try_out(text, asked)
    if answer.is_wrong_use:
        raise click.UsageError(answer.sentence.replace(f"{TRIED}/{source}.toml", Path(described).name))
    return answer


def _layout(described: str) -> tuple[str, str | None]:
    """Return the source of a layout, and what it says where it is a file; whether that is right the trial says."""
    path = Path(described)
    if not path.is_file():
        if described in known_layouts():
            return described, None
        raise click.UsageError(f"{described}: no such file, nor a known source ({', '.join(known_layouts())})")
    try:
        text = path.read_text(encoding="utf-8")
        source = tomllib.loads(text).get("source")
        if not isinstance(source, str) or not _SOURCE.fullmatch(source):
            read_layout(text, path.name)
            raise click.UsageError(
                f"{path.name}: source = {source!r}: a name of a folder is needed: letters, digits, _"
            )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path.name}: not TOML: {error}") from error
    except LayoutError as error:
        raise click.UsageError(str(error)) from error
    return source, text


def _slug(region: str) -> str:
    """Return the folder of a region given by name, slug or code; empty for none."""
    if not region:
        return ""
    found = region_by_slug().get(region) or resolve_territory(region, level="region")
    if found is None or found.slug not in region_by_slug():
        raise click.UsageError(f"unknown region {region!r}; known: {', '.join(region_by_slug())}")
    return found.slug


def _restricted(answer: Answer, pattern: str) -> Answer:
    """Return what is told of the sheets of one name; what is refused elsewhere counts for nothing."""
    every = [sheet.name for tried in answer.files if tried.read for sheet in tried.read.workbook.sheets]
    names = [name for name in every if matches(name, (pattern,))]
    if every and not names:
        raise click.UsageError(f"--sheet {pattern!r}: no such sheet; there are: {', '.join(dict.fromkeys(every))}")
    answer = of_sheets(answer, names)
    is_refused = any(told.is_refused for tried in answer.files for told in tried.told)
    if answer.code in {DONE, REFUSED}:
        answer.code = REFUSED if is_refused or answer.hindered else DONE
    return answer


# -- telling -------------------------------------------------------------------------------------------------------


def _say(answer: Answer, found: Sequence[Sequence[Cause]], lang: Language) -> None:
    for tried, of_file in zip(answer.files, found, strict=True):
        for sheet in tried.sheets:
            out.print(in_terminal(sheet, tried.claims))
        for line in (*_counts(tried, lang), *lines_of_causes(of_file, lang)):
            out.print(line, highlight=False, markup=False)
    if len(answer.files) > 1:
        drifted = list(drifts(_vintages(answer)))
        for line in lines_of_drift(drifted, lines_for_all([each for every in found for each in every]), lang):
            out.print(line, highlight=False, markup=False)
    if not answer.files and answer.sentence:
        say_error(answer.sentence)
    for line in (*answer.checks(lang), *(say("hindered", lang, file=f, cause=c) for f, c in answer.hindered.items())):
        out.print(line, highlight=False, markup=False)


def _counts(tried: Tried, lang: Language) -> list[str]:
    """Return how much of a file has each role, and how much a load makes of it."""
    lines = [
        f"{sheet}: {', '.join(f'{count} {role}' for role, count in roles.items())}"
        for sheet, roles in tried.counted.items()
    ]
    refused = sum(told.is_refused for told in tried.told)
    products = ", ".join(f"{count} × {product}" for product, count in tried.accepted.items())
    words = {"refused": refused, "remarks": len(tried.told) - refused, "totals": len(tried.totals)}
    label = tried.read.extraction.layout if tried.read else "–"
    rows = products or say("nothing", lang)
    return [*lines, say("counts", lang, file=tried.path.name, layout=label, rows=rows, **words)]


def _vintages(answer: Answer) -> list[Vintage]:
    names = [tried.path.name for tried in answer.files]
    shown = [
        name if names.count(name) == 1 else str(tried.path) for name, tried in zip(names, answer.files, strict=True)
    ]
    return [
        vintage_of(name, tried.sheets, tried.claims, tried.rows, tried.told)
        for name, tried in zip(shown, answer.files, strict=True)
        if tried.read
    ]


def _report(answer: Answer, found: Sequence[Sequence[Cause]]) -> dict[str, Any]:
    """Return all that is told as a script reads it; of one file, what it is stands beside how the load ends."""
    files = [_record(tried, of_file) for tried, of_file in zip(answer.files, found, strict=True)]
    whole = {
        "code": answer.code,
        "sentence": answer.sentence,
        "checks_failed": {outcome.name: outcome.failures for outcome in answer.failed},
        "not_read": answer.hindered,
    }
    if len(files) == 1:
        return {**files[0], **whole}
    every = lines_for_all([each for of_file in found for each in of_file])
    return {
        "files": files,
        "drift": [each._asdict() for each in drifts(_vintages(answer))],
        "serves_all": every,
        **whole,
    }


def _record(tried: Tried, found: Sequence[Cause]) -> dict[str, Any]:
    extraction = tried.read.extraction if tried.read else None
    return {
        "file": str(tried.path),
        "layout": extraction.layout if extraction else None,
        "known_on": extraction.known_on if extraction else None,
        "cells": tried.counted,
        "rows": tried.accepted,
        "totals": len(tried.totals),
        "rejections": [
            {**asdict(each.message), "level": each.message.level, AUTHOR_HINT: each.hint} for each in tried.told
        ],
        "causes": [
            {"reason": each.first.message.reason, "count": each.count, "cost": each.cost, "line": each.line}
            for each in found
        ],
    }


def _read(file: Path) -> Workbook:
    """Return the cells of a file, read as a load does where a hostile one can do no harm."""
    settings = Settings.from_environment()
    task = Task(str(file), (file, settings.limits, file.name, Extra.NONE))
    ((_, result),) = run_isolated([task], read_cells, settings)
    if isinstance(result, Interrupted):
        result = result.rejection
    if isinstance(result, Rejection):
        raise click.UsageError(f"{file.name}: {result.message_fr}")
    workbook, _ = result
    return workbook


def _name(file: Path) -> str:
    return "_".join("".join(c if c.isalnum() else " " for c in file.stem.lower()).split())


COMMANDS = (layout,)
