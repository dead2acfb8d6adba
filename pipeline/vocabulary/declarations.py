"""Declarations: tables of ``reference/`` and of the sources' files, the product's and those that an installation adds.

What belongs here: finding them, and refusing what is declared twice. What does not: what a table means (``indicators``,
``territories``, ``rejections.reasons``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.settings import declaration_folders, is_trial


class DeclarationError(ValueError):
    """Something is declared wrongly, or twice; the message names the file or files, and what to do."""


class Declaration(NamedTuple):
    """One table, and the file that declares it."""

    name: str
    table: dict[str, Any]
    file: Path


def declarations(kind: str) -> dict[str, Declaration]:
    """Return the tables of one kind by name: those of ``reference/<kind>.toml``, then those that sources bring.

    A source's file brings some under ``[<kind>.<name>]``, as ``[indicators.bicycle_stands]``.

    Raises:
        DeclarationError: a file is not TOML, or a name is declared twice.
    """
    return unique(_declared(kind), kind.removesuffix("s"))


def unique(found: Iterable[Declaration], what: str) -> dict[str, Declaration]:
    """Return declarations by name.

    Raises:
        DeclarationError: a name is declared twice; the message names it and both files.
    """
    by_name: dict[str, Declaration] = {}
    for declaration in found:
        first = by_name.setdefault(declaration.name, declaration)
        if first is not declaration:
            raise DeclarationError(
                f"the {what} {declaration.name!r} is declared in {first.file} and in {declaration.file}; rename or "
                "remove one of the two"
            )
    return by_name


def _declared(kind: str) -> Iterator[Declaration]:
    for path in (folder / f"{kind}.toml" for folder in declaration_folders("reference")):
        if path.is_file():
            yield from (Declaration(name, table, path) for name, table in read_toml(path).items())
    for path, content in source_files():
        yield from (Declaration(name, table, path) for name, table in content.get(kind, {}).items())


TRIED = ".tried"
"""The folder of a home that lasts as long as one trial: a file in it stands for the one of its source, or adds one."""


@cache
def source_files() -> tuple[tuple[Path, dict[str, Any]], ...]:
    """Return the file of each source and what it says, the product's first, last one that is only tried out.

    Raises:
        DeclarationError: a file is not TOML, or two are of the same source.
    """
    folders = declaration_folders(TRIED) if is_trial() else ()  # in any other home such a folder says nothing
    tried = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    instead = {path.name for path in tried}
    paths = [path for folder in declaration_folders("sources") for path in sorted(folder.glob("*.toml"))]
    unique((Declaration(path.stem, {}, path) for path in paths), "source")
    return tuple((path, read_toml(path)) for path in (*(p for p in paths if p.name not in instead), *tried))


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a file says.

    Raises:
        DeclarationError: it is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationError(f"{path}: not TOML: {error}; correct the file") from error
