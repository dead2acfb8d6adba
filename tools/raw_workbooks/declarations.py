"""Reading the declarations: which published figure stands in which workbook, and in which hand.

What belongs here: reading the files of ``declarations/``. What does not: which keys there are (``shapes``), and the
figures (``facts``). Whatever is wrong in a declaration stops the run with its file, its entry and its key:
``regional.toml: grand-est.activite-2023.figures.2.labell: unknown key``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tools.raw_workbooks.shapes import (
    Agreements,
    Book,
    Commitments,
    Declarations,
    Declared,
    Hand,
    HandName,
    Stock,
    StockStatement,
    Unplaced,
    Wordings,
)

DECLARATIONS = Path(__file__).resolve().parent / "declarations"

STATEMENTS = "statements"
"""The table of ``stock.toml`` that has the publications without a table of departments."""
Entry = Mapping[str, Any]
AnyDeclared = TypeVar("AnyDeclared", bound=Declared)


def read_declarations(folder: Path = DECLARATIONS) -> Declarations:
    """Read the files of a folder."""
    return Declarations(
        books=(*_regional(folder), *_national(folder), *_context(folder)),
        commitments=_read(Commitments, "commitments.toml", _toml(folder, "commitments.toml")),
        agreements=_read(Agreements, "agreements.toml", _toml(folder, "agreements.toml")),
        stocks=tuple(_stocks(folder)),
        stock_statements=tuple(_stock_statements(folder)),
        hands=_hands(folder),
        wordings=_read(Wordings, "wordings.toml", _toml(folder, "wordings.toml")),
        unplaced=_read(Unplaced, "unplaced.toml", _toml(folder, "unplaced.toml")).rows,
    )


def _regional(folder: Path) -> Iterator[Book]:
    for file in ("regional.toml", "regional_beside.toml"):
        for slug, books in _tables(file, _toml(folder, file)):
            for name, entry in _tables(file, books, slug):
                yield _read(Book, file, entry, slug, name, name=name, region_slug=slug, folder="regional_return")


def _national(folder: Path) -> Iterator[Book]:
    for file in ("national.toml", "national_programmes.toml"):
        for name, entry in _tables(file, _toml(folder, file)):
            yield _read(Book, file, entry, name, name=name, region_slug="")


def _context(folder: Path) -> Iterator[Book]:
    for file in ("context_demand.toml", "context_production.toml"):
        for name, entry in _tables(file, _toml(folder, file)):
            yield _read(Book, file, entry, name, name=name, region_slug="", hand="A", folder="housing_context")


def _stocks(folder: Path) -> Iterator[Stock]:
    file = "stock.toml"
    for name, entry in _tables(file, _toml(folder, file)):
        if name != STATEMENTS:
            yield _read(Stock, file, entry, name, name=name)


def _stock_statements(folder: Path) -> Iterator[StockStatement]:
    file = "stock.toml"
    for name, entry in _tables(file, _toml(folder, file).get(STATEMENTS, {}), STATEMENTS):
        yield _read(StockStatement, file, entry, STATEMENTS, name, name=name)


def _hands(folder: Path) -> dict[HandName, Hand]:
    file = "hands.toml"
    names: tuple[HandName, ...] = get_args(HandName)
    entries = dict(_tables(file, _toml(folder, file)))
    if set(entries) != set(names):
        raise SystemExit(f"{file}: the hands are {', '.join(entries)}; expected are {', '.join(names)}")
    return {name: _read(Hand, file, entries[name], name) for name in names}


def _toml(folder: Path, file: str) -> Entry:
    """Read one file."""
    try:
        return tomllib.loads((folder / file).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SystemExit(f"there is no {file} in {folder}") from error
    except tomllib.TOMLDecodeError as error:
        raise SystemExit(f"{file}: {error}") from error


def _tables(file: str, entries: Entry, *above: str) -> Iterator[tuple[str, Entry]]:
    """Yield the tables of a file, or of a table of it, by their names; anything beside them is an unknown key."""
    for name, entry in entries.items():
        if not isinstance(entry, dict):
            raise SystemExit(f"{file}: {'.'.join((*above, name))}: unknown key")
        yield name, entry


def _read(shape: type[AnyDeclared], file: str, entry: Entry, *place: str, **named: str) -> AnyDeclared:
    """Return an entry in its shape; what its place in the file says (``named``) is no key of the entry itself."""
    if twice := sorted(named.keys() & entry.keys()):
        raise SystemExit(f"{file}: {'.'.join((*place, twice[0]))}: unknown key")
    try:
        return shape.model_validate({**entry, **named})
    except ValidationError as error:
        raise SystemExit("\n".join(_sentence(file, place, detail) for detail in error.errors())) from error


def _sentence(file: str, place: tuple[str, ...], detail: ErrorDetails) -> str:
    """Return one complaint with its file, its entry and its key."""
    where = ": ".join(filter(None, (file, ".".join(map(str, (*place, *detail["loc"]))))))
    if detail["type"] == "extra_forbidden":
        return f"{where}: unknown key"
    if detail["type"] == "missing":
        return f"{where}: a key that is needed"
    message = detail["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if detail["type"] == "value_error" else f"{where}: {message}: {detail['input']!r:.60}"
