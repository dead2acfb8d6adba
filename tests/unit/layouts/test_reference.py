"""The reference in docs/layouts.md: every key of the language, once."""

from __future__ import annotations

import json
import re

from pipeline.layouts.layout_files import layout_schema
from tools.layout_reference import BEGIN, END, PAGE, keys, with_reference

SCHEMA = json.loads(layout_schema())


def test_the_reference_is_that_of_the_language() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_reference(page), "run `make generated`"


def test_every_key_of_the_schema_has_a_row_and_none_stands_twice_under_one_heading() -> None:
    tables = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].split("\n### ")[1:]
    shown = [re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) for table in tables]
    assert shown == [sorted(said) for said in keys().values()]
    kinds = [SCHEMA["properties"], *(entry["properties"] for entry in SCHEMA["$defs"].values())]
    assert {key for kind in kinds for key in kind} == {key for table in shown for key in table}


def test_each_entry_of_the_schema_has_its_keys_under_its_own_heading_or_a_shared_one() -> None:
    found = keys()
    for name, entry in SCHEMA["$defs"].items():
        own = {*found[name], *found["ReadField"], *found["formed"]}
        assert set(entry["properties"]) <= own, name
