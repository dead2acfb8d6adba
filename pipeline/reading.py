"""Reading one submission: bytes to cells, cells to rows. This runs in a worker process and imports only what it needs.

What belongs here: the few lines that join ``cells`` and ``layouts``. What does not: processes and limits
(``cells.worker``), remembering (``extractions``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.cells.corrections import Correction, correct
from pipeline.cells.encoding import repair
from pipeline.cells.model import Workbook
from pipeline.cells.read import read_workbook
from pipeline.layouts import Extraction, Layout, extract, load_layouts
from pipeline.rejections import Rejection, refuse_file
from pipeline.settings import Limits
from pipeline.territories import Territory, region_by_slug


@cache
def known_layouts() -> dict[str, Layout]:
    """Return the product's layouts, read once a process."""
    return load_layouts()


class Opened(NamedTuple):
    """A submission of which the cells are read, and which is not interpreted yet."""

    workbook: Workbook
    layout: Layout
    file_name: str
    regions: list[Territory]
    remarks: list[Rejection]
    """What is told of texts that were repaired, and of corrections that no longer fit."""

    def interpret(self) -> Extraction:
        """Apply the layout."""
        extraction = extract(self.workbook, self.layout, file_name=self.file_name, regions=self.regions)
        extraction.rejections += self.remarks
        return extraction


def read_submission(
    content: Path,
    source: str,
    region_slugs: tuple[str, ...] | None,
    file_name: str,
    limits: Limits,
    corrections: tuple[Correction, ...] = (),
) -> Extraction:
    """Read a file with the layout of its source: see ``open_submission``."""
    return open_submission(content, source, region_slugs, file_name, limits, corrections).interpret()


def open_submission(
    content: Path,
    source: str,
    region_slugs: tuple[str, ...] | None,
    file_name: str,
    limits: Limits,
    corrections: tuple[Correction, ...] = (),
) -> Opened:
    """Read the cells of a file, to which the layout of its source applies.

    Args:
        content: where the bytes stand.
        source: which layout applies.
        region_slugs: the folders of regions that the file lies in; ``None`` for a file that lies nowhere yet.
        file_name: the name that it was sent under.
        limits: what the reading may cost.
        corrections: cells whose text is replaced before anything reads it.

    Raises:
        FileRefusedError: the file cannot be read, or its folder is no source or region that is known.
    """
    layout = known_layouts().get(source)
    if layout is None:
        raise refuse_file("SOURCE_INCONNUE", found=source, expected=", ".join(known_layouts()))
    regions: list[Territory] = []
    if layout.partition == "region" and region_slugs is not None:
        regions = [region_by_slug()[slug] for slug in region_slugs if slug in region_by_slug()]
        if not regions:
            found = "/".join((source, *region_slugs))
            raise refuse_file("SOURCE_INCONNUE", found=found, expected=", ".join(region_by_slug()))
    workbook = read_workbook(content, limits, file_name, layout.extra)
    remarks = [*repair(workbook), *correct(workbook, corrections)]
    return Opened(workbook, layout, file_name, regions, remarks)
