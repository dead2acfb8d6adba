"""Compound files ([MS-CFB]), the envelope of an xls workbook, where libraries find them too badly kept to open.

What belongs here: the bytes of a stream, whatever its declared size and whoever else claims its sectors. What does not:
whether these bytes are whole, which their records tell (``xls_records``); the type of a file (``sniff``).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
_LAST_SECTOR = 0xFFFFFFF9
_IN_HEADER = 109
"""How many sectors of the table of sectors the header names; others follow in a chain of their own."""
_STREAM, _ROOT = 2, 5
_ENTRY = 128


def stream(data: bytes, *names: str) -> bytes:
    """Return the content of the first stream that has one of the given names.

    Raises:
        KeyError: there is none.
        struct.error: the file is cut off.
    """
    compound = _Compound(data)
    entries = list(compound.entries())
    for label, kind, first, size in entries:
        if kind == _STREAM and label.lower() in names:
            if size >= compound.smallest:
                return b"".join(compound.sectors(first))
            return compound.small(first, next(at for _, kind, at, _ in entries if kind == _ROOT))
    raise KeyError(names)


class _Compound:
    """The sectors of a compound file, chained by a table of which each place says what follows."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        self._size, self._small_size = 1 << shift, 1 << small_shift
        self._first_entry, self.smallest, self._small_table = struct.unpack_from("<I4xII", data, 48)
        self._table: list[int] = []
        of_table = dict.fromkeys(self._table_sectors())  # each once, or a small file could name one endlessly
        self._table = [link for sector in of_table for link in self._links(sector)]

    def entries(self) -> Iterator[tuple[str, int, int, int]]:
        """Yield the name, the kind, the first sector and the size of what the directory lists."""
        directory = b"".join(self.sectors(self._first_entry))
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            label, length, kind, first, size = struct.unpack_from("<64sHB49xII", directory, at)
            yield label[: max(0, length - 2)].decode("utf-16-le", "replace"), kind, first, size

    def sectors(self, first: int) -> Iterator[bytes]:
        """Yield the sectors of a chain up to its end, or to where it leaves the file."""
        for sector in _chain(self._table, first):
            yield self._sector(sector)

    def small(self, first: int, container: int) -> bytes:
        """Return a stream of small sectors, which stand in a container and are chained by a table of their own."""
        content = b"".join(self.sectors(container))
        table = [link for sector in _chain(self._table, self._small_table) for link in self._links(sector)]
        places = (sector * self._small_size for sector in _chain(table, first))
        return b"".join(content[at : at + self._small_size] for at in places)

    def _table_sectors(self) -> Iterator[int]:
        yield from self._within(struct.unpack_from(f"<{_IN_HEADER}I", self._data, 76))
        following, seen = struct.unpack_from("<I", self._data, 68)[0], set[int]()
        while following <= _LAST_SECTOR and following not in seen:
            seen.add(following)
            *named, following = self._links(following)
            yield from self._within(named)

    def _within(self, sectors: Iterable[int]) -> Iterator[int]:
        return (sector for sector in sectors if (sector + 1) * self._size < len(self._data))

    def _links(self, sector: int) -> tuple[int, ...]:
        content = self._sector(sector)
        return struct.unpack(f"<{self._size // 4}I", content.ljust(self._size, b"\xff"))

    def _sector(self, sector: int) -> bytes:
        return self._data[(sector + 1) * self._size : (sector + 2) * self._size]


def _chain(table: list[int], first: int) -> Iterator[int]:
    """Yield the sectors that follow each other in a table, none of them twice."""
    seen = set[int]()
    while first < len(table) and first not in seen:
        seen.add(first)
        yield first
        first = table[first]
