"""The data dictionary: one page about every relation of the release, made from the contracts and nothing else.

What belongs here: laying out a page. What does not: any definition (``contracts``, headers of ``sql/``).
"""

from __future__ import annotations

from pathlib import Path

from pipeline.contracts import Column
from pipeline.warehouse.relations import SCHEMAS, Relation, load_examples, load_relations

HEAD = """# Data dictionary

What stands in `warehouse/housing.duckdb`, made by `housing dictionary` from the headers of `sql/` and the glossary of
`pipeline/contracts/`. The same words are the COMMENTs inside the file: `SELECT * FROM duckdb_columns()` shows them.
"""


def data_dictionary(*folders: Path) -> str:
    """Return the page as Markdown: schemas in the order of the flow, relations by name, columns in their order."""
    relations = load_relations(*folders)
    examples = load_examples(*folders)
    pages = [HEAD]
    for schema in SCHEMAS:
        pages.append(f"## {schema}\n")
        pages += [
            _relation(relation, examples.get(name.replace(".", "_", 1), ""))
            for name, relation in sorted(relations.items())
            if name.startswith(f"{schema}.")
        ]
    return "\n".join(pages)


def _relation(relation: Relation, example: str) -> str:
    contract = relation.contract
    call = f"({', '.join(relation.parameters)})" if relation.is_macro else ""
    sources = ", ".join(f"`{name}`" for name in sorted(relation.inputs))
    lines = [f"### {contract.name}{call}\n", f"{contract.row_en} *{contract.row_fr}*\n"]
    if contract.key:
        lines.append(f"Key: {', '.join(f'`{name}`' for name in contract.key)}.")
    lines.append(f"Made from: {sources}.\n")
    lines += ["| column | type | unit | definition | définition |", "|---|---|---|---|---|"]
    lines += [_column(column) for column in contract.columns]
    if example:
        lines += ["", "```sql", example.strip(), "```"]
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    cells = (f"`{column.name}`", column.type, column.unit, _with_values(column, column.en), column.fr)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _with_values(column: Column, definition: str) -> str:
    return (
        f"{definition} One of {', '.join(f'`{value}`' for value in column.allowed)}." if column.allowed else definition
    )
