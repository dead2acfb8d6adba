"""Layout files: read as TOML, checked against the language, and described by a JSON Schema for those who write them.

What belongs here: files, and the messages about a wrong one. What does not: what they may say (``language``).
"""

from __future__ import annotations

import json
import tomllib
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.figures.suffixes import declared_wordings
from pipeline.layouts.language import Layout
from pipeline.vocabulary.declarations import source_files


class LayoutError(ValueError):
    """A layout file is wrong; the message names the file, the entry and what is expected."""


def load_layouts() -> dict[str, Layout]:
    """Return every layout by source: the product's, then those that the installation adds.

    Raises:
        DeclarationError: a file is not TOML, two are of one source, or a unit is declared wrongly or twice.
        LayoutError: a file says something that the language does not have.
    """
    declared_wordings()
    layouts = {}
    for path, content in source_files():
        layout = _layout(content, str(path))
        if layout.source != path.stem:
            raise LayoutError(f"{path}: source = {layout.source!r}, expected {path.stem!r}, the name of the file")
        layouts[layout.source] = layout
    return layouts


def read_layout(text: str, name: str) -> Layout:
    """Return the layout that a TOML text describes; ``name`` stands for it in messages.

    Raises:
        LayoutError: the text is not TOML, or says something that the language does not have.
    """
    try:
        return _layout(tomllib.loads(text), name)
    except tomllib.TOMLDecodeError as error:
        raise LayoutError(f"{name}: not TOML: {error}") from error


def _layout(content: dict[str, Any], name: str) -> Layout:
    try:
        return Layout.model_validate(content)
    except ValidationError as error:
        raise LayoutError(f"{name}: {'; '.join(map(_sentence, error.errors()))}") from error


def _sentence(detail: ErrorDetails) -> str:
    """Return one complaint with the place that it is about: ``tables.0.columns.2.parse: …``."""
    place = ".".join(str(step) for step in detail["loc"])
    return f"{place}: {detail['msg']}, found {detail['input']!r:.60}" if place else detail["msg"]


def layout_schema() -> str:
    """Return the JSON Schema of a layout file, by which an editor completes and checks one."""
    schema: dict[str, Any] = Layout.model_json_schema()
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "A source: where its figures stand",
    }
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
