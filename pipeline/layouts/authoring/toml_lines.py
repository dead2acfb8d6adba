"""By which lines of its file an entry of a layout is declared, which the reader of TOML does not tell.

What belongs here: finding the heads ``[[tables.columns]]`` in a text. What does not: what an entry says (``language``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.layouts.language import Layout

EntryPath = tuple[str | int, ...]
"""The names and numbers on the way to an entry: ``("tables", 0, "columns", 2)``."""

_HEAD = re.compile(r"\s*(\[\[?)\s*([\w\-.]+)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"([A-Za-z_]+)\s*=")
_QUOTES = ("'''", '"""')


def entry_lines(text: str) -> dict[EntryPath, range]:
    """Return the lines of each entry, counted from 1: of ``[[…]]``, and of each key that stands above the first one."""
    found: dict[EntryPath, range] = {}
    counts: dict[EntryPath, int] = {}
    path: EntryPath = ()
    for number, line in _outside_strings(text):
        if head := _HEAD.fullmatch(line):
            path = _counted(head[2].split("."), counts, is_list=head[1] == "[[")
        elif len(path) <= 1 and (key := _KEY.match(line)):
            path = (key[1],)
        if path and line.strip() and not line.lstrip().startswith("#"):
            first = found[path].start if path in found else number
            found[path] = range(first, number + 1)
    return found


def _counted(names: list[str], counts: dict[EntryPath, int], *, is_list: bool) -> EntryPath:
    """Return the path of a head: each list on the way is at its last entry, its own list begins a new one.

    A table of its own, ``[tables.columns.choices]``, is a part of the entry that it stands in.
    """
    path: EntryPath = ()
    entry: EntryPath = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if is_list and position == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            entry = path = (*path, counts[path])
    return path if is_list else entry or path


def _outside_strings(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines, each with its number, that begin in no string of several lines."""
    inside = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not inside:
            yield number, line
        for quotes in _QUOTES:
            if line.count(quotes) % 2 and inside in {"", quotes}:
                inside = "" if inside else quotes


def path_of(entry: object, layout: Layout) -> EntryPath:
    """Return the path of an entry of a layout; empty for what is none of its own."""
    for number, context in enumerate(layout.contexts):
        if context is entry:
            return ("contexts", number)
    for number, table in enumerate(layout.tables):
        if table is entry:
            return ("tables", number)
        lists = (
            ("columns", table.columns),
            ("sections", table.sections),
            ("ignore_rows", table.ignore_rows),
            ("keep_rows", table.keep_rows),
        )
        for name, entries in lists:
            for place, each in enumerate(entries):
                if each is entry:
                    return ("tables", number, name, place)
    return ()


def lines_of(path: EntryPath, lines: dict[EntryPath, range]) -> str:
    """Return the lines of an entry as people write them, ``12-15``; those of what holds it where it has none."""
    while path and path not in lines:
        path = path[:-1]
    if not path:
        return ""
    first, last = lines[path].start, lines[path].stop - 1
    return str(first) if first == last else f"{first}-{last}"
