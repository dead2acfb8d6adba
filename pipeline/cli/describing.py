"""Commands for who describes a source: ``layout new``, ``layout test``, ``layout schema``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from pipeline.cells.isolation import Task, run_isolated
from pipeline.cells.workbook import Extra, Workbook
from pipeline.cells.worker import Interrupted
from pipeline.cli.common import out, write_page
from pipeline.cli.failing import REFUSED
from pipeline.layouts import Extraction, Layout, LayoutError, extract
from pipeline.layouts.authoring.preview import as_page, claims, counted, in_terminal
from pipeline.layouts.authoring.propose import propose
from pipeline.layouts.layout_files import layout_schema, read_layout
from pipeline.reading.files import known_layouts, read_cells
from pipeline.rejections import REFUSED as REFUSED_LEVELS
from pipeline.rejections import Rejection
from pipeline.rejections.reasons import AUTHOR_HINT
from pipeline.settings import Settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def layout() -> None:
    """Describe where the figures of a source stand; see docs/layouts.md."""


@layout.command()
@click.argument("file", type=_FILE)
@click.option("--source", default="", help="The name of the source; that of the file without it.")
def new(file: Path, source: str) -> None:
    """Print a first layout for FILE, to be corrected by hand and kept as sources/SOURCE.toml."""
    workbook, _ = _read(file)
    click.echo(propose(workbook, source or _name(file)), nl=False)


@layout.command()
@click.argument("described", metavar="LAYOUT")
@click.argument("file", type=_FILE)
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write the picture as a page.")
@click.option("--json", "as_json", is_flag=True, help="Print counts, rows and refusals as JSON.")
def test(described: str, file: Path, page: Path | None, as_json: bool) -> None:  # noqa: FBT001  # click
    """Show what LAYOUT, a file or a known source, claims of FILE and what it leaves.

    Exit 0: nothing is refused; 1: something is; 2: the layout is wrong, or the file cannot be read.
    """
    known = _layout(described)
    workbook, remarks = _read(file, known.extra)
    extraction = extract(workbook, known, file_name=file.name)
    extraction.rejections += remarks
    refused = [rejection for rejection in extraction.rejections if rejection.level in REFUSED_LEVELS]
    found = claims(workbook, known, extraction)
    if page is not None:
        write_page(page, as_page(workbook, found, extraction))
    if as_json:
        report = {
            "layout": extraction.layout,
            "known_on": extraction.known_on,
            "cells": counted(extraction),
            "rows": {product: len(rows) for product, rows in extraction.rows.items()},
            "totals": len({(sheet, total) for sheet, total, _ in extraction.parts}),
            "rejections": [
                {**asdict(rejection.message()), AUTHOR_HINT: rejection.author_hint}
                for rejection in extraction.rejections
            ],
        }
        click.echo(json.dumps(report, ensure_ascii=False, indent=2, default=str))
    else:
        for sheet in workbook.sheets:
            if sheet.cells:
                out.print(in_terminal(sheet, found))
        _say(extraction)
    sys.exit(REFUSED if refused else 0)


@layout.command()
@click.argument("page", type=click.Path(dir_okay=False, path_type=Path), required=False)
def schema(page: Path | None) -> None:
    """Write the JSON Schema of a layout file to PAGE, or print it."""
    if page is None:
        click.echo(layout_schema(), nl=False)
    else:
        write_page(page, layout_schema())


def _say(extraction: Extraction) -> None:
    for sheet, roles in counted(extraction).items():
        counts = ", ".join(f"{count} {role}" for role, count in roles.items())
        out.print(f"{sheet}: {counts}", highlight=False, markup=False)
    rows = ", ".join(f"{len(rows)} × {product}" for product, rows in extraction.rows.items()) or "no rows"
    totals = len({(sheet, total) for sheet, total, _ in extraction.parts})
    out.print(f"{extraction.layout}: {rows}; {totals} totals to compare.", highlight=False, markup=False)
    for rejection in extraction.rejections:
        where = " ".join(filter(None, (rejection.sheet, rejection.cell)))
        out.print(f"  {where}: {rejection.message_fr}", highlight=False, markup=False)
        if rejection.author_hint:
            out.print(f"    {rejection.author_hint}", highlight=False, markup=False)


def _read(file: Path, extra: Extra = Extra.NONE) -> tuple[Workbook, list[Rejection]]:
    """Return the cells of a file and the remarks on them, read as a load does where a hostile one can do no harm."""
    settings = Settings.from_environment()
    ((_, result),) = run_isolated([Task(str(file), (file, settings.limits, file.name, extra))], read_cells, settings)
    if isinstance(result, Interrupted):
        result = result.rejection
    if isinstance(result, Rejection):
        raise click.UsageError(f"{file.name}: {result.message_fr}")
    return result


def _layout(described: str) -> Layout:
    path = Path(described)
    if described in known_layouts():
        return known_layouts()[described]
    if not path.is_file():
        raise click.UsageError(f"{described}: no such file, nor a known source ({', '.join(known_layouts())})")
    try:
        return read_layout(path.read_text(encoding="utf-8"), path.name)
    except LayoutError as error:
        raise click.UsageError(str(error)) from error


def _name(file: Path) -> str:
    return "_".join("".join(c if c.isalnum() else " " for c in file.stem.lower()).split())


COMMANDS = (layout,)
