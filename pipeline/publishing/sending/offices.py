"""Offices: the addresses of each region's office, and what became of the files that it sent.

An office is told of the files in its own folder alone, and only of what the published release knows: what is held or
pending is told when it is published or read.

What belongs here: who, which files, which workbooks. What does not: the words (``messages``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.feedback import returned_of
from pipeline.settings import SettingError, Settings, is_address
from pipeline.vocabulary.territories import Territory, current_regions

_FILES = """
SELECT submission_id, file, accepted
FROM fact.submission
WHERE list_contains(?, submission_id) AND region_code = ? AND list_contains(?, source) AND withdrawn_on IS NULL
    AND status <> 'pending'
ORDER BY file, submission_id
"""
_REJECTIONS = """
SELECT coalesce(sheet, ''), coalesce(cell, ''), coalesce(raw_text, ''), message_fr
FROM fact.rejection
WHERE submission_id = ?
ORDER BY sheet, length(cell), cell, message_fr
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused cell, or a file where sheet and cell are empty."""

    sheet: str
    cell: str
    raw_text: str
    message_fr: str


@dataclass(frozen=True, slots=True)
class SentFile:
    """What became of one file of an office."""

    submission_id: str
    name: str
    accepted: int
    refusals: tuple[Refusal, ...]
    returned: tuple[Path, ...]
    """The workbook that goes back, its cells marked; none where nothing is refused."""


def addresses_of(settings: Settings) -> Mapping[str, Sequence[str]]:
    """Return the addresses of each office by region code; none where no file says so.

    Raises:
        SettingError: the file cannot be read, names no region of today, or an address that is none.
    """
    path = settings.sending.addresses
    if path is None:
        return {}
    begins = f"HOUSING_ADDRESSES={str(path)!r}:"
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        why = (error.strerror or str(error)) if isinstance(error, OSError) else str(error).splitlines()[0]
        raise SettingError(f"{begins} it cannot be read ({why}); correct or unset it") from error
    known = [region.code for region in current_regions()]
    for code, addresses in listed.items():
        if code not in known:
            raise SettingError(f"{begins} {code!r} is no code of a region; there are {', '.join(known)}")
        if not isinstance(addresses, list) or not addresses or not all(map(_is_address, addresses)):
            raise SettingError(f'{begins} {code!r} needs a list of addresses, as in "53" = ["habitat@exemple.fr"]')
    return {code: tuple(addresses) for code, addresses in listed.items()}


def _is_address(given: object) -> bool:
    return isinstance(given, str) and is_address(given)


def files_of(region: Territory, submissions: Collection[str], settings: Settings) -> list[SentFile]:
    """Return what became of those of some submissions that the office of a region sent and that are published."""
    from pipeline.reading.files import known_layouts

    own = [source for source, layout in known_layouts().items() if layout.partition == "region"]
    with duckdb.connect(settings.release_file, read_only=True) as release:
        rows = release.execute(_FILES, [list(submissions), region.code, own]).fetchall()
        found = [row for row in rows if Path(row[1]).parts[1:2] == (region.slug,)]
        return [
            SentFile(
                submission_id,
                Path(file).name,
                accepted,
                tuple(Refusal(*row) for row in release.execute(_REJECTIONS, [submission_id]).fetchall()),
                tuple(returned_of(settings, submission_id)),
            )
            for submission_id, file, accepted in found
        ]
