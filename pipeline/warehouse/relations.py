"""The relations of ``sql/``: each file is one table or macro; its header is its contract, its text gives its inputs.

A file is ``sql/<schema>/<relation>.sql``: a header of TOML inside a block comment, then one SELECT, both rendered as a
template (``templates``) before they are read. A header that names ``parameters`` makes a table macro; one that says
``like`` has the columns of another relation, so that a table and the macro behind it describe them once. Dependencies
are what the SELECT reads; they are written nowhere else.

What belongs here: reading and ordering. What does not: running (``build``), checking (``audit``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from pipeline.contracts import Contract, make_contract
from pipeline.vocabulary.declarations import Declaration, unique
from pipeline.warehouse.reads import tables_read, tables_read_before
from pipeline.warehouse.templates import Kpi, TemplateData, Templates, template_data

SCHEMAS = ("dim", "fact", "kpi", "audit")
NUMBERS = ("DOUBLE", "INTEGER", "BIGINT")
_HEADER = re.compile(r"\A\s*/\*(.*?)\*/(.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation: its contract, its SELECT, what it reads, and its parameters if it is a macro."""

    contract: Contract
    sql: str
    inputs: frozenset[str]
    """Qualified names that the SELECT reads, those of the stage included."""
    parameters: tuple[str, ...] = ()
    is_view: bool = False
    """Whether it holds no rows of its own: the former name of another relation, or several under one name."""
    by: str = ""
    """The key of ``sql/touched`` by which it can be made anew in parts; where there is no such, it is made whole."""
    whole: frozenset[str] = frozenset()
    """What it reads whole even so."""

    @property
    def name(self) -> str:
        """The qualified name, ``kpi.regional``."""
        return self.contract.name

    @property
    def previous(self) -> frozenset[str]:
        """Qualified names that the SELECT reads in the release before this one."""
        return tables_read_before(self.sql)

    @property
    def is_macro(self) -> bool:
        """Whether it is a table macro rather than a table."""
        return bool(self.parameters)

    @property
    def is_table(self) -> bool:
        """Whether it holds rows of its own: it is no macro, and no view."""
        return not (self.is_macro or self.is_view)

    def row(self) -> dict[str, object]:
        """Return the relation as a row of ``stage.relation``."""
        return {"relation_name": self.name, "inputs": sorted(self.inputs), "statement": self.sql}


@dataclass(frozen=True, slots=True)
class Check:
    """One check of ``sql/checks``: a SELECT that returns the rows that are wrong, none when all is well."""

    name: str
    relation: str
    description: str
    description_fr: str
    is_blocking: bool
    sql: str
    by: str = ""
    """The key of ``sql/touched`` by which it is asked of what a load touches; where there is no such, of everything."""
    whole: frozenset[str] = frozenset()
    """What it reads whole even so."""

    @property
    def inputs(self) -> frozenset[str]:
        """Qualified names that the SELECT reads."""
        return tables_read(self.sql)

    @property
    def compares_releases(self) -> bool:
        """Whether it reads the previous release."""
        return bool(tables_read_before(self.sql))


@dataclass(frozen=True, slots=True)
class TouchedKey:
    """One file of ``sql/touched``: what the submissions touch that came, went or changed (``delta``)."""

    columns: tuple[tuple[str, ...], ...]
    """The columns by which rows are told to belong to it: the first of these that a table has."""
    sql: str


def read_header(path: Path, text: str) -> tuple[dict[str, Any], str]:
    """Return the header of an SQL file, of which ``text`` is the rendered text, and the statement below it.

    Raises:
        ValueError: there is no header, or it is not TOML; the message names the file.
    """
    match = _HEADER.match(text)
    if match is None:
        raise ValueError(f"{path}: expected a header /* … */ at the top, before the SELECT")
    try:
        return tomllib.loads(match[1]), match[2].strip().removesuffix(";").strip()
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: the header is not TOML: {error}") from error


@dataclass(frozen=True, slots=True)
class _Sql:
    """All that some folders of SQL hold, rendered and read."""

    relations: dict[str, Relation]
    checks: tuple[Check, ...]
    examples: dict[str, str]
    touched: dict[str, TouchedKey]


def _read(folders: tuple[Path, ...]) -> _Sql:
    """Return what folders hold, read again only when a file of them, or what templates see, has changed."""
    files = [path for folder in folders for path in sorted(folder.rglob("*.sql"))]
    stamps = tuple((str(path), status.st_mtime_ns, status.st_size) for path in files for status in (path.stat(),))
    return _read_once(folders, stamps, template_data())


@lru_cache(maxsize=4)
def _read_once(folders: tuple[Path, ...], _stamps: tuple[tuple[str, int, int], ...], seen: TemplateData) -> _Sql:
    files, templates = sql_files(*folders), Templates(*folders)

    def rendered(kind: str, seen: TemplateData) -> dict[str, tuple[Path, str]]:
        """Return the files of a schema, or of checks or examples: path and text, by the name of the file."""
        of_kind = {name: path for name, path in files.items() if name.startswith(f"{kind}/") and name.count("/") == 1}
        return {path.stem: (path, templates.render(name, path, seen)) for name, path in of_kind.items()}

    def of_schema(schema: str, seen: TemplateData) -> dict[str, tuple[dict[str, Any], str]]:
        return {f"{schema}.{name}": read_header(path, text) for name, (path, text) in rendered(schema, seen).items()}

    kpis = of_schema("kpi", seen)
    seen = replace(seen, kpis=_kpis(files, {name: header for name, (header, _) in kpis.items()}))
    found = {
        name: file
        for schema in SCHEMAS
        for name, file in (kpis if schema == "kpi" else of_schema(schema, seen)).items()
    }
    checks = tuple(_check(path, text) for path, text in rendered("checks", seen).values())
    examples = {name: text for name, (_, text) in rendered("examples", seen).items()}
    touched = {name: _touched_key(path, text) for name, (path, text) in rendered("touched", seen).items()}
    return _Sql(_in_order(folders, found), checks, examples, touched)


def sql_files(*folders: Path) -> dict[str, Path]:
    """Return the files of some folders by their path below it.

    Raises:
        DeclarationError: two folders have a file of one name.
    """
    found = [
        Declaration(path.relative_to(folder).as_posix(), {}, path)
        for folder in folders
        for path in sorted(folder.rglob("*.sql"))
    ]
    return {name: declaration.file for name, declaration in unique(found, "file of sql/").items()}


def _kpis(files: Mapping[str, Path], headers: Mapping[str, dict[str, Any]]) -> tuple[Kpi, ...]:
    """Return what the headers of ``sql/kpi`` say of how the figures of each table lead to cells.

    Raises:
        ValueError: a table says nothing of it; the message names the file and what to add.
    """
    found = []
    for name, header in headers.items():
        if "parameters" in header or header.get("without_lineage"):
            continue
        lacking = [key for key in ("lineage", "shown") if not header.get(key)]
        if lacking:
            raise ValueError(
                f"{files[name.replace('.', '/') + '.sql']}: the header does not say how its figures lead to "
                f"cells; add {' and '.join(lacking)}, each one SELECT (sql/README.md), or, if it holds no figure of "
                f"its own, without_lineage with the reason"
            )
        contract = make_contract(name, _with_columns(name, header, headers))
        found.append(Kpi(name, header["lineage"].strip(), header["shown"].strip(), _numbers(contract)))
    return tuple(found)


def _numbers(contract: Contract) -> tuple[str, ...]:
    """Return the columns of numbers that identify no row."""
    return tuple(
        column.name for column in contract.columns if column.type in NUMBERS and column.name not in contract.key
    )


def load_relations(*folders: Path) -> dict[str, Relation]:
    """Return every relation by qualified name, in an order in which each follows what it reads.

    Args:
        folders: ``sql/`` of the product, and that of an installation which adds to it.

    Raises:
        ValueError: a template or a header is wrong or incomplete, a relation reads one that does not exist, or
            relations read each other in a circle; the message names the files.
    """
    return dict(_read(folders).relations)


def split_relations(relations: dict[str, Relation]) -> tuple[dict[str, Relation], dict[str, Relation]]:
    """Return the relations that the audit judges, and those that tell what it found and are made after it."""
    found = {"stage.check"}
    for name, relation in relations.items():  # each after those that it reads
        if relation.inputs & found:
            found.add(name)
    after_audit = {name: relation for name, relation in relations.items() if name in found}
    return {name: relation for name, relation in relations.items() if name not in after_audit}, after_audit


def load_checks(*folders: Path) -> list[Check]:
    """Return every check of ``sql/checks``, by name."""
    return list(_read(folders).checks)


def load_touched_keys(*folders: Path) -> dict[str, TouchedKey]:
    """Return every key of ``sql/touched`` by its name; one may read what those before it in the alphabet touch."""
    return dict(_read(folders).touched)


def load_examples(*folders: Path) -> dict[str, str]:
    """Return every example of ``sql/examples`` by its name, ``kpi_regional``, as SQL that can be run."""
    return dict(_read(folders).examples)


def _in_order(folders: tuple[Path, ...], files: Mapping[str, tuple[dict[str, Any], str]]) -> dict[str, Relation]:
    """Return the relations that files describe, each after those that it reads."""
    headers = {name: header for name, (header, _) in files.items()}
    relations = {
        name: Relation(
            make_contract(name, _with_columns(name, header, headers)),
            sql,
            _tables_read(name, sql),
            tuple(header.get("parameters", ())),
            is_view=bool(header.get("view")),
            by=header.get("by", ""),
            whole=frozenset(header.get("whole", ())),
        )
        for name, (header, sql) in files.items()
    }
    for relation in relations.values():
        missing = {name for name in relation.inputs if not name.startswith("stage.")} - relations.keys()
        if missing:
            places = " or ".join(map(str, folders))
            raise ValueError(f"{relation.name} reads {', '.join(sorted(missing))}, which no file of {places} makes")
    graph = {name: relation.inputs & relations.keys() for name, relation in relations.items()}
    try:
        return {name: relations[name] for name in TopologicalSorter(graph).static_order()}
    except CycleError as error:
        raise ValueError(f"these relations read each other in a circle: {' → '.join(error.args[1])}") from error


def _tables_read(name: str, sql: str) -> frozenset[str]:
    """Return what the SELECT of a relation reads.

    Raises:
        ValueError: DuckDB cannot read it; the message names the file.
    """
    try:
        return tables_read(sql)
    except ValueError as error:
        raise ValueError(f"{name.replace('.', '/')}.sql: {error}; correct it") from error


def _with_columns(name: str, header: dict[str, Any], headers: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return a header with the columns and descriptions of the relation that it is ``like``, if it is like one."""
    like = header.get("like")
    if like is None:
        return header
    if like not in headers or "columns" not in headers[like]:
        raise ValueError(f"{name}: like = '{like}', which no file describes; name a relation that lists its columns")
    model = headers[like]
    describe = {**model.get("describe", {}), **header.get("describe", {})}
    shared: dict[str, Any] = {name: model[name] for name in ("columns", "wide", "required") if name in model}
    return {**shared, **header, "describe": describe}


def _check(path: Path, text: str) -> Check:
    header, sql = read_header(path, text)
    if header.get("by") and not header["blocking"]:
        raise ValueError(f"{path}: what it finds is listed, of everything: a check with by must be blocking; remove by")
    return Check(
        name=path.stem,
        relation=header["relation"],
        description=header["en"],
        description_fr=header["fr"],
        is_blocking=header["blocking"],
        sql=sql,
        by=header.get("by", ""),
        whole=frozenset(header.get("whole", [])),
    )


def _touched_key(path: Path, text: str) -> TouchedKey:
    header, sql = read_header(path, text)
    return TouchedKey(tuple(map(tuple, header["keys"])), sql)
