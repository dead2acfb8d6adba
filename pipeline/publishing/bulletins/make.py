"""Making the site of the published release: all its pages, and only what changed of them.

What belongs here: which pages there are, and from which release. What does not: any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from pipeline.load import Progress
from pipeline.proof.explain import figure_page
from pipeline.publishing.bulletins import site
from pipeline.publishing.bulletins.cell_pages import Key, Sheets, agreement_page, cells_of_figures, commitment_page
from pipeline.publishing.bulletins.compared_pages import ComparedPages
from pipeline.publishing.bulletins.content import Content, Rows
from pipeline.publishing.bulletins.layout import MENU
from pipeline.publishing.bulletins.other_pages import other_pages
from pipeline.publishing.bulletins.shown import cell_page, figure
from pipeline.publishing.bulletins.site import Page
from pipeline.publishing.bulletins.territory_pages import indicator_page, territory_page, territory_pages
from pipeline.publishing.sentences import after_publishing
from pipeline.settings import Settings
from pipeline.vocabulary.days import today
from pipeline.warehouse.build import Config

STEP = "bulletins"


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: pages in all, and those that were written."""

    pages: int
    written: int


def make_bulletins(settings: Settings, on_progress: Progress = lambda *_: None, day: date | None = None) -> Made:
    """Make the site of the published release in ``warehouse/bulletins``, only what changed.

    Args:
        settings: where everything stands.
        on_progress: told how many pages are made.
        day: what is late, and how much of a period is over, is told as on this day; today in Paris unless told.

    Raises:
        FileNotFoundError: nothing is published.
    """
    if not settings.release_file.exists():
        raise FileNotFoundError(2, "nothing is published yet; run 'housing load' first", str(settings.release_file))
    config: Config = {"enable_external_access": "false"}
    with (
        site.alone(settings.bulletins),
        duckdb.connect(settings.release_file, read_only=True, config=config) as release,
    ):
        return make_site(release, settings.bulletins, settings.bulletins_aside, day or today(), on_progress)


def make_site(
    release: duckdb.DuckDBPyConnection, folder: Path, aside: Path, day: date, on_progress: Progress = lambda *_: None
) -> Made:
    """Make the site of an open release in ``folder``, what changed ``aside`` first; the caller holds it alone."""
    planned = site.plan(folder, aside, _pages(Content(release, day)))
    if planned.is_due:
        site.carry_out(planned, lambda done, total: on_progress(STEP, done, total))
    return Made(len(planned.digests), len(planned.changed))


def renew_bulletins(
    settings: Settings, say: Callable[[str], None], on_progress: Progress = lambda *_: None
) -> Made | None:
    """Make the site after a release was published: what hinders it is one line, and hinders nothing else."""
    try:
        return make_bulletins(settings, on_progress)
    except Exception as error:  # noqa: BLE001  # the release is published, whatever becomes of its site
        say(after_publishing("The bulletins were not made", error))
        return None


def _pages(content: Content) -> Iterator[Page]:
    yield from territory_pages(content)
    compared, sheets = ComparedPages(content), Sheets(content)
    yield from other_pages(content, compared)
    yield from _Cells(content, sheets).pages()
    yield from compared.pages(sheets)


class _Cells:
    """The pages of the cells of every figure of the site."""

    def __init__(self, content: Content, sheets: Sheets) -> None:
        self._content = content
        self._sheets = sheets

    @cached_property
    def _cells(self) -> dict[Key, Rows]:
        return cells_of_figures(self._content)

    def pages(self) -> Iterator[Page]:
        """Yield the page of each annual figure, commitment and count of agreements."""
        for row in self._content.annual:
            cells = self._cells.get(("kpi.annual", row["indicator"], row["territory_id"], str(row["year"])), [])
            shown = figure(row)
            title = f"{row['territory']} · {row['year']}"
            text = f"{shown.in_words}{f' ({shown.why})' if shown.why else ''}"
            yield self._page(cell_page(row), cells, row["label_fr"], title, text, self._back(row))
        for row in self._content.targets:
            cells = self._cells.get(("kpi.target_progress", f"{row['plan']}, {row['line_id']}", "", ""), [])
            yield self._page(
                commitment_page(row), cells, row["label"], row["plan"], "", [("Engagements", MENU["Engagements"])]
            )
        names = {(row["level"], row["code"]): row for row in self._content.territories}
        for row in self._content.agreements:
            territory = names.get((row["territory_level"], row["territory_code"]))
            if territory is not None:
                yield self._agreement(row, territory)

    def _agreement(self, row: Mapping[str, Any], territory: Mapping[str, Any]) -> Page:
        of = territory["territory_id"]
        cells = self._cells.get(("kpi.agreements", row["agreement_kind"], of, str(row["year"])), [])
        title = f"{row['territory']} · {row['year']} · {row['agreement_kind']}"
        back = [(row["territory"], territory_page(territory["level"], territory["code"]))]
        return self._page(agreement_page(row, of), cells, "Conventions", title, "", back)

    def _back(self, row: Mapping[str, Any]) -> list[tuple[str, str]]:
        level, code = row["territory_level"], row["territory_code"]
        is_shown = level == "national" or (level == "region" and code in self._content.regions)
        found = [(row["label_fr"], indicator_page(row["indicator"]))]
        return [*found, (row["territory"], territory_page(level, code))] if is_shown else found

    def _page(self, name: str, cells: Rows, label: str, title: str, text: str, back: list[tuple[str, str]]) -> Page:
        ways = [(address, word) for word, address in (*back, ("Méthode", MENU["Méthode"]))]
        made_of = {"cells": cells, "label": label, "title": title, "number": text, "back": ways}

        def make() -> str:
            return figure_page(cells, self._sheets, label=label, title=title, number=text, back=ways)

        return Page(name, made_of, make)
