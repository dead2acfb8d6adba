"""The description of the exported tables, as a Frictionless data package: https://datapackage.org/standard/.

What belongs here: from contracts to ``datapackage.json``. What does not: the tables themselves (``tables``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.contracts import Column, Contract
from pipeline.intake.archive import sha256_of
from pipeline.publishing.exports.tables import CSV

FILE = "datapackage.json"
_TYPES = {
    "VARCHAR": "string",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "VARCHAR[]": "array",
}


def write_data_package(folder: Path, tables: Sequence[Contract], release_id: str, created: str) -> None:
    """Write ``datapackage.json`` beside the tables, which are written: it has their sizes and hashes."""
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "housing-activity",
        "title": "Activité du logement : chiffres, registres et indicateurs clés",
        "description": "Chaque chiffre a sa cellule d'origine. — Each figure has the cell that it came from.",
        "version": release_id,
        "created": created,
        "licenses": [
            {"name": "other", "title": "Licence de chaque publication : dim.publication, colonne licence."},
        ],
        "resources": [_resource(folder, contract, {each.name for each in tables}) for contract in tables],
    }
    (folder / FILE).write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _resource(folder: Path, contract: Contract, exported: set[str]) -> dict[str, Any]:
    file = folder / CSV / f"{contract.name}.{CSV}"
    schema: dict[str, Any] = {"fields": [_field(column) for column in contract.columns]}
    if contract.key:
        schema["primaryKey"] = list(contract.key)
    links = [
        {"fields": [name], "reference": {"resource": table, "fields": [key]}}
        for name, (table, key) in contract.references.items()
        if table in exported
    ]
    if links:
        schema["foreignKeys"] = links
    return {
        "name": contract.name,
        "path": file.relative_to(folder).as_posix(),
        "title": contract.row_fr,
        "description": contract.row_en,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{sha256_of(file)}",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": _TYPES[column.type], "description": column.comment}
    if column.type == "VARCHAR[]":
        field["arrayItem"] = {"type": "string"}
    if column.unit:
        field["unit"] = column.unit
    constraints: dict[str, Any] = {}
    # an empty text is a value here (no breakdown, the population of the definition), and no missing one in CSV
    if column.required and column.type != "VARCHAR":
        constraints["required"] = True
    if column.allowed and "" not in column.allowed and column.type == "VARCHAR":
        constraints["enum"] = list(column.allowed)
    if column.minimum is not None:
        constraints["minimum"] = _bound(column.minimum, column.type)
    if column.maximum is not None:
        constraints["maximum"] = _bound(column.maximum, column.type)
    if constraints:
        field["constraints"] = constraints
    return field


def _bound(bound: float, kind: str) -> float | int:
    return bound if kind == "DOUBLE" else int(bound)
