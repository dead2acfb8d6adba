"""A TOML document that is written from top to bottom, with the comments that a human reads before each part.

What belongs here: how TOML is written, whatever a text holds. What does not: what a proposal says (``write``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import tomlkit
from tomlkit.items import AoT, Comment, InlineTable, Item, String, Table, Trivia

from pipeline.vocabulary.typography import visible, writable

Value = str | int | bool | Iterable[str] | Item


def clean(text: str) -> str:
    """Return a text as one line that can be written as UTF-8, its spaces and line breaks as single spaces."""
    return " ".join(writable(text).split())


def quoted(text: str) -> str:
    """Return a text in quotation marks, as a comment cites it."""
    return tomlkit.string(clean(text)).as_string()


def pattern(expression: str) -> String:
    """Return a regular expression as a TOML string, without doubled backslashes where it can be."""
    is_literal = not {"'", "\n"} & set(expression) and visible(expression) == expression
    return tomlkit.string(writable(expression), literal=is_literal)


def pair(key: str, text: str) -> InlineTable:
    """Return an inline table of one entry: ``{ key = "text" }``."""
    value = tomlkit.string(clean(text))
    table = tomlkit.inline_table()
    table.append(key, value)
    value.trivia.indent = value.trivia.trail = " "
    return table


def pairs(texts: Mapping[str, str]) -> InlineTable:
    """Return an inline table: ``{ "." = "text" }``."""
    table = tomlkit.inline_table()
    for key, text in texts.items():
        table.append(tomlkit.key(tomlkit.string(clean(key)).value), tomlkit.string(clean(text)))
    return table


def lists(texts: Iterable[str]) -> InlineTable:
    """Return an inline table of texts that each stand for themselves: ``{ a = ["a"] }``."""
    table = tomlkit.inline_table()
    for text in texts:
        table.append(tomlkit.key(clean(text)), tomlkit.item([clean(text)]))
    return table


class TomlWriter:
    """A document, and the table of it that is being written.

    A comment above the header of a table belongs, for TOML, to the end of what stands before it.
    """

    def __init__(self) -> None:
        self._document = tomlkit.document()
        self._table: tomlkit.TOMLDocument | Table = self._document
        self._outer: Table | None = None

    def text(self) -> str:
        """Return the document as TOML."""
        return self._document.as_string()

    def schema(self, path: str) -> None:
        """Add the line by which editors find the schema of the file."""
        self._table.add(Comment(Trivia(comment=f"#:schema {path}")))

    def comment(self, text: str) -> None:
        """Add a line of comment; a control character in it is shown by its sign."""
        line = " ".join(writable(text).splitlines())
        self._table.add(tomlkit.comment(visible(line)))

    def blank(self) -> None:
        """Add an empty line."""
        self._table.add(tomlkit.nl())

    def entry(self, key: str, value: Value, why: str = "") -> None:
        """Add ``key = value``, with a comment behind it where there is one."""
        item = _item(value)
        self._table.add(key, item)
        if why:
            item.comment(why)
            item.trivia.comment_ws = "  "

    def offer(self, key: str, value: Value, why: str = "") -> None:
        """Add ``# key = value``, which whoever reads it may want to declare."""
        behind = f"  # {why}" if why else ""
        self._table.add(tomlkit.comment(f"{key} = {_item(value).as_string()}{behind}"))

    def table(self, name: str) -> None:
        """Begin the next ``[[name]]``."""
        self._table = self._outer = _next_of(self._document, name)

    def single(self, outer: str, name: str) -> None:
        """Begin the table ``[outer.name]``."""
        parent = self._document.get(outer)
        if not isinstance(parent, Table):
            parent = tomlkit.table(is_super_table=True)
            self._document.append(outer, parent)
        self._table = tomlkit.table()
        parent.append(name, self._table)

    def inner(self, name: str) -> None:
        """Begin the next ``[[outer.name]]`` of the table begun last by ``table``."""
        if self._outer is None:
            raise ValueError(f"{name}: no table to stand in")
        self._table = _next_of(self._outer, name)


def _next_of(parent: tomlkit.TOMLDocument | Table, name: str) -> Table:
    """Return a new last table of the array ``name`` of a parent."""
    array = parent.get(name)
    if not isinstance(array, AoT):
        array = tomlkit.aot()
        parent.append(name, array)
    table = tomlkit.table()
    array.append(table)
    table.trivia.indent = ""  # empty lines are written where they are wanted
    return table


def _item(value: Value) -> Item:
    if isinstance(value, Item | bool | int):
        return tomlkit.item(value)
    if isinstance(value, str):
        return tomlkit.string(clean(value))
    return tomlkit.item([clean(text) for text in dict.fromkeys(value)])
