"""The language itself: its schema and its reference page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import commands
from pipeline.layouts.language import Column, Context, Layout, RowRule, Section, Table
from pipeline.layouts.layout_files import layout_schema, read_layout
from pipeline.settings import PRODUCT

FOLDER = PRODUCT / "sources"
PAGE = (PRODUCT / "docs" / "layouts.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)

HEAD = 'source = "made_up"\nversion = 1\ntitle_fr = "Inventé"\nauthority = 1\n'
TABLE = '[[tables]]\nname = "t"\n[[tables.columns]]\nfield = "indicator"\nheaders = ["x"]\nrequired = true\n'


def completed(example: str) -> str:
    """Return an example as a whole layout."""
    if "source = " in example:
        return example
    if "[[tables]]" in example:
        return HEAD + example
    return HEAD + (TABLE + example if "[[tables." in example else example + TABLE)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_of_the_reference_page_is_read(example: str) -> None:
    assert read_layout(completed(example), "example").tables


def test_the_reference_page_speaks_of_every_word_of_the_language() -> None:
    words = {name for entry in (Layout, Table, Column, Context, Section, RowRule) for name in entry.model_fields}
    shown = "\n".join(EXAMPLES)
    missing = sorted(word for word in words if not re.search(rf"\b{word}\b", shown))
    assert missing == []


def test_the_committed_schema_is_that_of_the_language_and_every_layout_refers_to_it() -> None:
    assert (FOLDER / "layout.schema.json").read_text(encoding="utf-8") == layout_schema()
    for path in FOLDER.glob("*.toml"):
        assert path.read_text(encoding="utf-8").startswith("#:schema ./layout.schema.json\n"), path.name


def test_the_schema_explains_every_word() -> None:
    schema = json.loads(layout_schema())
    entries = [schema, *schema["$defs"].values()]
    assert all("description" in word for entry in entries for word in entry["properties"].values())
    assert all(entry["additionalProperties"] is False for entry in entries)


def test_the_schema_command_prints_the_schema(tmp_path: Path) -> None:
    assert CliRunner().invoke(commands, ["layout", "schema"]).output == layout_schema()
    assert CliRunner().invoke(commands, ["layout", "schema", str(tmp_path / "new" / "s.json")]).exit_code == 0
    assert (tmp_path / "new" / "s.json").read_text("utf-8") == layout_schema()
    elsewhere = CliRunner().invoke(commands, ["layout", "schema", str(tmp_path / "new" / "s.json" / "t.json")])
    assert elsewhere.exit_code == 2
    assert "t.json cannot be written" in elsewhere.output
