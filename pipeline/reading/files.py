"""Reading one submission: bytes to cells, cells to rows. This runs in a worker process and imports only what it needs.

What belongs here: the few lines that join ``cells`` and ``layouts``. What does not: processes and limits
(``cells.isolation``), keeping what it gave (``cache``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.cells.encoding import repair
from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Extra, Workbook
from pipeline.corrections.apply import Correction, correct
from pipeline.layouts import Extraction, Layout, extract, load_layouts
from pipeline.rejections import Rejection, refuse_file
from pipeline.settings import Limits
from pipeline.vocabulary.territories import Territory, region_by_slug


@cache
def known_layouts() -> dict[str, Layout]:
    """Return the product's layouts, read once a process."""
    return load_layouts()


class ReceivedFile(NamedTuple):
    """A file, and all that decides how it is read."""

    content: Path
    """Where the bytes stand."""
    source: str
    """Which layout applies."""
    region_slugs: tuple[str, ...] | None
    """The folders of regions that it lies in; ``None`` for a file that lies nowhere yet."""
    name: str
    """The name that it was sent under."""
    corrections: tuple[Correction, ...] = ()
    """Cells whose text is replaced before anything reads it."""


class OpenedFile(NamedTuple):
    """A file of which the cells are read, and which is not interpreted yet."""

    workbook: Workbook
    layout: Layout
    name: str
    regions: list[Territory]
    remarks: list[Rejection]
    """Texts that were repaired, and corrections that no longer fit."""

    def interpret(self) -> Extraction:
        """Apply the layout."""
        extraction = extract(self.workbook, self.layout, file_name=self.name, regions=self.regions)
        extraction.rejections += self.remarks
        return extraction


def read_file(file: ReceivedFile, limits: Limits) -> Extraction:
    """Read a file with the layout of its source; refuse it as ``open_file`` does."""
    return open_file(file, limits).interpret()


def open_file(file: ReceivedFile, limits: Limits) -> OpenedFile:
    """Read the cells of a file, and find the layout that applies to it.

    Raises:
        FileRefusedError: the file cannot be read within the limits, or its folder is no source or region that is known.
    """
    layout = known_layouts().get(file.source)
    if layout is None:
        raise refuse_file("SOURCE_INCONNUE", found=file.source, expected=", ".join(known_layouts()))
    regions: list[Territory] = []
    if layout.partition == "region" and file.region_slugs is not None:
        regions = [region_by_slug()[slug] for slug in file.region_slugs if slug in region_by_slug()]
        if not regions:
            found = "/".join((file.source, *file.region_slugs))
            raise refuse_file("SOURCE_INCONNUE", found=found, expected=", ".join(region_by_slug()))
    workbook, remarks = read_cells(file.content, limits, file.name, layout.extra)
    remarks += correct(workbook, file.corrections)
    return OpenedFile(workbook, layout, file.name, regions, remarks)


def read_cells(content: Path, limits: Limits, name: str, extra: Extra) -> tuple[Workbook, list[Rejection]]:
    """Return the cells of a file as every layout sees them, with a remark for each text that was repaired.

    Raises:
        FileRefusedError: the file cannot be read within the limits.
    """
    workbook = read_workbook(content, limits, name, extra)
    return workbook, repair(workbook)
