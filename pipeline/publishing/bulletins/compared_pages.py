"""The page of the cells of one contradiction, change or vintage: what is held against what, each cell on its sheet.

What belongs here: which cells stand on such a page, and where on it each side is. What does not: the page
(``proof.explain``), the lists that lead to it (``other_pages``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.proof.explain import SheetOf, figure_page, section_id
from pipeline.publishing.bulletins.cell_pages import cells_by_key
from pipeline.publishing.bulletins.content import Content
from pipeline.publishing.bulletins.layout import MENU
from pipeline.publishing.bulletins.shown import Row, page_name
from pipeline.publishing.bulletins.site import Page
from pipeline.publishing.bulletins.territory_pages import indicator_page

_DIGITS = 16
_MENU_OF = {"contradiction": "Contradictions", "changement": "Changements"}
"""The page of the menu that lists them; a vintage stands on the page of its indicator."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What is held against what: its page, what that page is about, and the cells with the side of each."""

    page: str
    label: str
    title: str
    cells: tuple[tuple[str, str], ...]
    """Side, a key of ``explain.ROLES``, and key of the cell."""
    back: tuple[tuple[str, str], ...]
    """Addresses and names of the pages that lead here."""


class ComparedPages:
    """The pages of all contradictions, changes and vintages of the site, their cells read for all at once."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def contradiction(self, row: Row) -> Compared:
        """Return what a row of ``audit.contradiction`` compares."""
        through = [row["through_cell_id"]] if row["through_cell_id"] else []
        sides = {"left": [row["left_cell_id"]], "right": row["right_cell_ids"], "through": through}
        return self._compared("contradiction", row["kind"], sides, row["kind_fr"], row["message_fr"], row)

    def change(self, row: Row) -> Compared:
        """Return what a row of ``audit.release_change`` compares."""
        new = "refused" if row["change"] == "refused" else "new"
        sides = {new: row["new_cell_ids"], "old": row["old_cell_ids"]}
        label = self._content.indicators.get(row["indicator"] or "", {}).get("label_fr") or row["source"] or ""
        title = " · ".join(word for word in (row["territory"], row["period_label"], row["message_fr"]) if word)
        return self._compared("changement", row["change"], sides, label, title, row)

    def vintage(self, row: Row) -> Compared:
        """Return the statement of one vintage, a row of ``Content.revised``."""
        label = self._content.indicators[row["indicator"]]["label_fr"]
        title = f"{row['territory']} · {row['period_label']} · publication {row['vintage']}"
        return self._compared("revision", row["indicator"], {"stated": [row["observation_id"]]}, label, title, row)

    def link(self, compared: Compared, side: str) -> str:
        """Return where the first cell of a side stands; empty where the release does not hold it any more."""
        at = next((at for at, (of, _) in enumerate(self._held(compared)) if of == side), None)
        return "" if at is None else f"{compared.page}#{section_id(at)}"

    def cells(self, compared: Compared, side: str) -> list[Row]:
        """Return the cells of a side that the release still holds."""
        return [self._rows[key] for of, key in self._held(compared) if of == side]

    def pages(self, sheets: SheetOf) -> Iterator[Page]:
        """Yield the page of each contradiction and each change whose cells the release holds."""
        found = [compared for compared in self._all if self._held(compared)]
        # two rows about the same cells have one page
        for compared in {each.page: each for each in found}.values():
            yield self._page(compared, sheets)

    @cached_property
    def _all(self) -> list[Compared]:
        content = self._content
        vintages = (row for code in content.by_indicator for row in content.revised.get(code, ()))
        return [
            *map(self.contradiction, content.contradictions),
            *map(self.change, content.changes),
            *map(self.vintage, vintages),
        ]

    @cached_property
    def _rows(self) -> dict[str, dict[str, Any]]:
        return cells_by_key(self._content, (key for compared in self._all for _, key in compared.cells))

    def _held(self, compared: Compared) -> list[tuple[str, str]]:
        return [(side, key) for side, key in compared.cells if key in self._rows]

    def _compared(
        self, word: str, kind: str, sides: dict[str, list[str] | None], label: str, title: str, row: Row
    ) -> Compared:
        cells = tuple((side, key) for side, keys in sides.items() for key in keys or ())
        digest = hashlib.sha256(repr((kind, cells)).encode()).hexdigest()[:_DIGITS]
        back = [(MENU[name], name) for of, name in _MENU_OF.items() if of == word]
        return Compared(page_name(word, digest), label, title, cells, (*back, *self._back(row)))

    def _back(self, row: Row) -> Iterator[tuple[str, str]]:
        indicator = row["indicator"]
        if indicator in self._content.by_indicator:
            yield indicator_page(indicator), self._content.indicators[indicator]["label_fr"]
        link = self._content.page_of(indicator, row["territory_id"], row["period"])
        if link:
            yield link, f"{row['territory']} · {row['period_label']}"

    def _page(self, compared: Compared, sheets: SheetOf) -> Page:
        cells = [{**self._rows[key], "stands_for": side} for side, key in self._held(compared)]

        def make() -> str:
            return figure_page(cells, sheets, label=compared.label, title=compared.title, number="", back=compared.back)

        return Page(compared.page, {"compared": compared, "cells": cells}, make)
