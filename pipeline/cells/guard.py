"""What can be refused before a single byte is inflated.

What belongs here: the size of the file and what its archive declares.
What does not: what the file is (``sniff``), and lies: declared sizes are counted again by ``zip_archive``.

Names such as ``../../etc/passwd`` in an archive are harmless, since nothing is ever extracted to disk.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.cells.limits import FILE_SIZE, PARTS, UNCOMPRESSED_SIZE, check_count, check_size, count
from pipeline.cells.zip_archive import ZipArchive
from pipeline.rejections import Wording, refuse_file
from pipeline.settings import Limits

_ZIP_SIGNATURE = b"PK\x03\x04"

# Below this size a ratio means nothing: the styles of an honest workbook repeat themselves a lot.
_RATIO_FROM = 1024**2
_ENCRYPTED = 0x1


@contextmanager
def inspected(path: Path, limits: Limits) -> Iterator[ZipArchive | None]:
    """Open a file's archive, ``None`` for one that is none.

    Refuse a file that is empty, too large, or whose archive declares more than the limits allow.

    Raises:
        FileRefusedError: with the limit that was crossed.
    """
    file_bytes = path.stat().st_size
    if not file_bytes:
        raise refuse_file("FICHIER_VIDE")
    check_size(FILE_SIZE, file_bytes, limits.file_bytes)
    with path.open("rb") as stream:
        signature = stream.read(len(_ZIP_SIGNATURE))
    if signature != _ZIP_SIGNATURE:
        yield None
        return
    with ZipArchive(path, limits) as archive:
        _inspect_entries(archive.entries, limits)
        yield archive


def _inspect_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    check_count(PARTS, len(entries), limits.archive_entries)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise refuse_file("PASSWORD")
    check_size(UNCOMPRESSED_SIZE, sum(entry.file_size for entry in entries), limits.uncompressed_bytes)
    for entry in entries:
        ratio = entry.file_size // max(1, entry.compress_size)
        if entry.file_size > _RATIO_FROM and ratio > limits.compression_ratio:
            found, allowed = count(ratio), count(limits.compression_ratio)
            what = Wording(
                f"son taux de compression est de {found.fr}, pour {allowed.fr} au plus",
                f"its compression ratio is {found.en}, at most {allowed.en}",
            )
            raise refuse_file("DANGEREUX", found=what)
