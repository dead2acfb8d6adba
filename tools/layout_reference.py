"""Write the reference of docs/layouts.md anew: every key of a layout once, as ``sources/layout.schema.json`` has it.

What belongs here: the tables of keys. What does not: what a key means, which the language itself says
(``pipeline.layouts.language``), and when to use it, which the page says by question.
"""

from __future__ import annotations

import json
from typing import Any

from pipeline.layouts.layout_files import layout_schema
from pipeline.settings import PRODUCT

PAGE = PRODUCT / "docs" / "layouts.md"
BEGIN, END = "<!-- made by tools/layout_reference.py -->", "<!-- end -->"

_READ, _FORMED = "ReadField", "formed"
_NEEDED = "is to be given"
_HEADINGS = {
    "": "The file",
    "Table": "A table: `[[tables]]`",
    _READ: "How a field is read: in a column, a section, a context and a part of a form",
    _FORMED: "Forms: in a column and a section",
    "Column": "A column: `[[tables.columns]]`",
    "Section": "A section: `[[tables.sections]]`",
    "RowRule": "Which rows: `[[tables.ignore_rows]]`, `[[tables.keep_rows]]`",
    "Context": "A fact outside the tables: `[[contexts]]`",
}


def keys() -> dict[str, dict[str, Any]]:
    """Return the keys of each kind of entry with what the schema says of them; what kinds share stands apart, once."""
    schema = json.loads(layout_schema())
    found = {
        name: {key: {**said, _NEEDED: key in kind.get("required", ())} for key, said in kind["properties"].items()}
        for name, kind in {"": schema, **schema["$defs"]}.items()
    }
    found[_FORMED] = {key: said for key, said in found["Column"].items() if key in found["Section"]}
    found[_FORMED] = {key: said for key, said in found[_FORMED].items() if key not in found[_READ]}
    for name in ("Column", "Section", "Context"):
        shared = {*found[_READ], *found[_FORMED]}
        found[name] = {key: said for key, said in found[name].items() if key not in shared}
    return {name: found[name] for name in _HEADINGS}


def _values(said: dict[str, Any]) -> list[str]:
    """Return the values that a key or its entries may have, where they are listed."""
    if "enum" in said:
        return [f"`{value}`" for value in said["enum"] if value]
    inner = [said.get("items"), said.get("additionalProperties"), *said.get("anyOf", ())]
    return next((found for each in inner if isinstance(each, dict) and (found := _values(each))), [])


def _row(key: str, said: dict[str, Any]) -> str:
    """Return the row of one key: what it says, its values, its default as TOML would have it."""
    text = " ".join(said["description"].split())
    values = ", ".join(value for value in _values(said) if value not in text)
    default = said.get("default")
    shown = "–" if default in (None, "", []) else f"`{json.dumps(default, ensure_ascii=False)}`"
    cells = (f"`{key}`", f"{text}{f' One of {values}.' if values else ''}", "to be given" if said[_NEEDED] else shown)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def reference() -> str:
    """Return the tables of all keys, as Markdown."""
    found = []
    for name, said in keys().items():
        found.append(f"\n### {_HEADINGS[name]}\n\n| key | what it says | default |\n|---|---|---|")
        found += [_row(key, entry) for key, entry in sorted(said.items())]
    return "\n".join(found) + "\n"


def with_reference(page: str) -> str:
    """Return the page with its reference made anew."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n{reference()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(with_reference(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
