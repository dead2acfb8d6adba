"""A proposal is TOML that can be kept, whatever a workbook holds."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.cells.workbook import Workbook
from pipeline.layouts.authoring.propose import propose
from pipeline.layouts.authoring.toml_writer import TomlWriter, clean, pair, pattern, quoted
from pipeline.layouts.layout_files import read_layout
from tests.support.sheets import sheet

# any code point, lone surrogates too, and often what means something in TOML
TEXTS = st.text(st.one_of(st.sampled_from("\"'\\#[]{}=.\n\r\t\0\x1b\x7f\x85\u2028\ud83d\udc00é€😀 :"), st.characters()))
HOSTILE = [
    'dit "tout"',
    "C:\\new",
    "l'an '''d'or'''",
    '"""',
    "ligne\r\nsuivante",
    "\0\x1b[31m\x7f",
    "😀",
    "\ud83d",
    "#",
]


@given(TEXTS, TEXTS, TEXTS, TEXTS)
@example("Mises en chantier 'x\\', 2021", "\x7f", "\ud83d", "\0")
def test_whatever_a_workbook_holds_its_proposal_can_be_written_and_read(
    title: str, label: str, header: str, text: str
) -> None:
    rows: list[list[object]] = [
        [title], [f"{label} :", "Bretagne"], [f"{label} : 2021"], [],
        ["Nature", header, text, "Remarques"], ["Livraisons", 1, text, label], ["Agréments", 2, title, text],
        [], [], [], [header, text], ["a", title], ["b", label],
    ]  # fmt: skip
    book = Workbook("xlsx", [sheet(text or "x", rows), sheet(f"{title} caché", rows, visibility="hidden")])
    proposal = propose(book, header)
    assert proposal.encode("utf-8").decode("utf-8") == proposal
    assert tomllib.loads(proposal)["source"] == clean(header)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_header_is_declared_as_it_stands_but_for_its_spaces(text: str) -> None:
    rows: list[list[object]] = [["Nature", f"Nombre {text} x"], ["Livraisons", 1], ["Agréments", 2]]
    proposal = propose(Workbook("xlsx", [sheet("x", rows)]), "made_up")
    (table,) = read_layout(proposal, "proposal").tables
    shown = text.replace("\r\n", " ").replace("\ud83d", "\\ud83d")
    assert table.columns[1].headers == (f"Nombre {shown} x",)


@given(TEXTS)
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    toml = TomlWriter()
    toml.comment(text)
    toml.entry("text", text, "why")
    toml.offer("offered", [text, text], "why")
    toml.entry("texts", ["a", text, text])
    toml.entry("fixed", pair("indicator", text))
    written = tomllib.loads(toml.text())
    expected = list(dict.fromkeys(["a", clean(text)]))
    assert written == {"text": clean(text), "texts": expected, "fixed": {"indicator": clean(text)}}
    offered = toml.text().split("\n")[2]
    assert tomllib.loads(offered.removeprefix("# ")) == {"offered": [clean(text)]}


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("\n")
@example("'\r\n\x7f")
def test_an_expression_keeps_every_character(expression: str) -> None:
    toml = TomlWriter()
    toml.entry("pattern", pattern(expression))
    assert tomllib.loads(toml.text()) == {"pattern": expression}


def test_backslashes_of_an_expression_are_not_doubled_where_they_need_not_be() -> None:
    assert pattern(r"(\d{4})").as_string() == r"'(\d{4})'"
    assert pattern(r"l'an (\d{4})").as_string() == r'"l' + r"'an (\\d{4})" + '"'


def test_tables_stand_in_the_order_in_which_they_are_written_with_their_comments_above() -> None:
    toml = TomlWriter()
    cited = quoted('a "b"')
    toml.schema("./layout.schema.json")
    toml.entry("version", 1, "the first")
    for number in (1, 2):
        toml.blank()
        toml.comment(f"table {number} of {cited}")
        toml.table("tables")
        toml.entry("required", value=True)
        for name in ("columns", "columns", "sections"):
            toml.blank()
            toml.comment(f"of {number}")
            toml.inner(name)
            toml.entry("field", "value")
    one = """
# table {0} of "a \\"b\\""
[[tables]]
required = true

# of {0}
[[tables.columns]]
field = "value"

# of {0}
[[tables.columns]]
field = "value"

# of {0}
[[tables.sections]]
field = "value"
"""
    head = "#:schema ./layout.schema.json\nversion = 1  # the first\n"
    assert toml.text() == head + one.format(1) + one.format(2)


def test_an_inner_table_needs_an_outer_one() -> None:
    with pytest.raises(ValueError, match="columns: no table to stand in"):
        TomlWriter().inner("columns")
