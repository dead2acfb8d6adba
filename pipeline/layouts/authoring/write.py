"""The words of a proposal: what was supposed of a workbook, as a layout file for a human to correct.

What belongs here: what is declared, what is offered as a comment, and why. What does not: finding it, and how TOML is
written (``toml_writer``).
"""

from __future__ import annotations

from pipeline.cells.workbook import Cell
from pipeline.layouts.authoring.cell_meanings import is_total, label_of
from pipeline.layouts.authoring.supposed import (
    SupposedColumn,
    SupposedContext,
    SupposedIndicator,
    SupposedSection,
    SupposedTable,
    SupposedWorkbook,
)
from pipeline.layouts.authoring.toml_writer import TomlWriter, lists, pair, pairs, pattern, quoted
from pipeline.layouts.language import NOTE_SHEETS
from pipeline.vocabulary.units import UNITS
from pipeline.vocabulary.words import fold

_MANY_SHEETS = 6  # beyond, a table is taken to stand on any sheet
_EXAMPLES = 4  # texts of a column that are shown
_EXAMPLE_LENGTH = 30
_NOT_REQUIRED = {"unit", "remark", "population"}
_TOLD_BY_CELLS = {"territory", "code", "period"}
"""What a column without a header is taken for by its cells alone."""


def write(supposed: SupposedWorkbook, source: str) -> str:
    """Return the proposal as TOML: what was recognised as declarations, what was not as comments."""
    toml = TomlWriter()
    _write_head(toml, supposed, source)
    for context in supposed.contexts:
        _write_context(toml, context)
    for number, table in enumerate(supposed.tables, start=1):
        _write_table(toml, table, number)
    if not supposed.tables:
        _write_empty_table(toml)
    for indicator in supposed.indicators:
        _write_indicator(toml, indicator)
    return toml.text()


def _write_head(toml: TomlWriter, supposed: SupposedWorkbook, source: str) -> None:
    toml.schema("./layout.schema.json")
    toml.comment(
        f"Proposed from a workbook of {supposed.sheet_count} sheets. Every line is a guess: keep what is right."
    )
    toml.comment(f"What is right is kept as sources/{source}.toml; `housing layout test` shows what it claims.")
    toml.entry("source", source)
    toml.entry("version", 1)
    toml.entry("title_fr", "À compléter")
    toml.entry("authority", 10, "the highest wins where two sources disagree")
    toml.entry("scopes", supposed.scopes)
    if supposed.is_undecided:
        toml.comment(
            "In each of these scopes a wording has another meaning, and nothing tells which: keep the one meant."
        )
    if supposed.unresolved:
        texts = ", ".join(map(quoted, supposed.unresolved))
        toml.comment(f"Known in another scope only, where it would make others ambiguous: {texts}.")
    if supposed.elsewhere:
        toml.comment(f"Another indicator in another scope: {', '.join(supposed.elsewhere)}.")
    if supposed.is_garbled:
        toml.comment(
            "Letters of this file were decoded wrongly (« RÃ©gion »): save it again in UTF-8, and propose anew."
        )
    if supposed.comma:
        toml.entry("comma", supposed.comma, "its figures prove it")
    if supposed.marks:
        toml.entry("marks", pairs(supposed.marks), "as its notes say")
    if supposed.missing:
        toml.entry("missing", pairs(supposed.missing), "a guess: what its notes say of these codes counts")
    toml.offer("fixed", pair("territory", "France"), "what holds for the whole workbook and stands nowhere in it")
    if supposed.without_table and supposed.tables:
        notes = (*NOTE_SHEETS, *supposed.without_table)
        toml.entry("note_sheets", notes, "on the last ones, no table was seen")
    for name, count in supposed.hidden:
        toml.comment(f"The sheet {quoted(name)} is hidden and was not looked at ({count} cells).")


def _write_context(toml: TomlWriter, context: SupposedContext) -> None:
    toml.blank()
    toml.comment(_evidence(context))
    if context.is_in_doubt:
        toml.comment("[[contexts]]")
    else:
        toml.table("contexts")
    declare = toml.offer if context.is_in_doubt else toml.entry
    declare("field", context.field)
    if context.labels:
        declare("labels", context.labels)
    if context.sheet_name:
        declare("sheet_name", pattern(context.sheet_name))
    if context.pattern:
        declare("pattern", pattern(context.pattern))
    if context.where:
        declare("where", context.where)


def _evidence(context: SupposedContext) -> str:
    """Return the sentence on where a context was found."""
    if context.found_in == "sheet names":
        return f"The names of the sheets: {', '.join(map(quoted, context.texts[:_MANY_SHEETS]))}"
    if context.found_in == "title":
        return f"The title of {context.place}: {quoted(context.texts[0])}"
    return f"{context.place} says {' '.join(quoted(text) for text in context.texts if text)}"


# -- tables ------------------------------------------------------------------------------------------------------


def _write_table(toml: TomlWriter, table: SupposedTable, number: int) -> None:
    """Write one table: keys first, then what names its own dimensions, then the rest."""
    sheets = list(dict.fromkeys(table.sheets))
    more = f" and {len(sheets) - _MANY_SHEETS} more sheets" if len(sheets) > _MANY_SHEETS else ""
    toml.blank()
    toml.comment(f"Seen at {table.area} of {', '.join(map(quoted, sheets[:_MANY_SHEETS]))}{more}.")
    toml.table("tables")
    toml.entry("name", f"table {number}")
    if len(sheets) <= _MANY_SHEETS:
        toml.entry("sheets", sheets)
    if table.header_rows != 2:
        toml.entry("header_rows", table.header_rows)
    if table.blank_rows:
        toml.entry("blank_rows", table.blank_rows)
    if table.indicator:
        toml.entry("fixed", pair("indicator", table.indicator), "a guess, of the title: see the end of the file")
    _write_total_words(toml, table)
    if table.side_by_side:
        toml.entry("side_by_side", value=True)
    _write_columns(toml, table)
    for section in table.sections:
        _write_section(toml, section)


def _write_total_words(toml: TomlWriter, table: SupposedTable) -> None:
    grand = [word for word in table.total_words if table.sections and "general" in fold(word)]
    if words := [word for word in table.total_words if word not in grand]:
        toml.entry("total_words", words)
    if grand:
        toml.entry("grand_total_words", grand)


def _write_columns(toml: TomlWriter, table: SupposedTable) -> None:
    required: set[str] = set(_NOT_REQUIRED)
    for column in table.declared:
        _write_column(toml, column, is_required=column.field not in required)
        required.add(column.field)
    for names, columns in table.named.items():
        headers = ", ".join(column.header for column in columns[:4])
        _begin_column(toml, f"{len(columns)} columns: {headers} …")
        toml.entry("field", "value")
        toml.entry("named_by", names)
        if names == ("breakdown",):
            toml.entry("whole", [column.header for column in columns if is_total(column.header)])
            toml.entry("choices", lists(column.header for column in columns if not is_total(column.header)))
            toml.entry("adds_up", value=True)
        toml.entry("required", value=True)
    if table.unrecognised and not table.tells_rows_apart():
        toml.comment("Rows differ by a column that was not recognised alone: say what it is before any is ignored.")
    for column in table.unrecognised:
        why = f"Not recognised: {_examples(column.samples)}. {column.note}".rstrip(" .")
        if table.tells_rows_apart():
            _begin_column(toml, why)
            toml.entry("role", "ignore")
            toml.entry("headers", [column.header])
        else:
            toml.comment(f"{column.header}: {why}")
    for column in table.columns:
        if not column.header and column.field in _TOLD_BY_CELLS:
            _begin_column(toml, f"Without a header: {_examples(column.samples)}")
            toml.entry("field", column.field)
            toml.entry("blank_header", value=True)
            if column.field == "territory":
                toml.entry("levels", column.levels)
                toml.entry("required", value=True)
        elif not column.header:
            toml.comment(f"A column without a header holds {_examples(column.samples)}: see blank_header.")
    if not table.declared and not table.named:
        _write_empty_column(toml)  # without a required column, any row could be the header


def _write_column(toml: TomlWriter, column: SupposedColumn, *, is_required: bool) -> None:
    note = f"; {column.note}" if column.note else ""
    _begin_column(toml, f"{_examples(column.samples)}{note}")
    toml.entry("field", column.field)
    if column.part:
        toml.entry("part", column.part)
    toml.entry("headers", [column.header])
    if column.above:
        (toml.entry if column.is_repeated else toml.offer)("under", column.above)
    if column.field in {"territory", "parent"}:
        toml.entry("levels", column.levels)
    if column.field == "breakdown":
        whole, why = column.whole, "what the others are parts of"
        (toml.entry if whole else toml.offer)("whole", [whole or "Ensemble"], why)
    if column.indicator:
        toml.entry("fixed", pair("indicator", label_of(column.indicator)))
    elif column.field == "value":
        why = "or another: this label is the nearest" if column.nearest else "which one: no label is near"
        toml.offer("fixed", pair("indicator", column.nearest), why)
    if is_required:
        toml.entry("required", value=True)


def _write_section(toml: TomlWriter, section: SupposedSection) -> None:
    toml.blank()
    toml.comment(_examples(section.samples))
    toml.inner("sections")
    toml.entry("field", section.field)
    if section.part:
        toml.entry("part", section.part)
    if section.levels:
        toml.entry("levels", section.levels)


def _write_indicator(toml: TomlWriter, indicator: SupposedIndicator) -> None:
    """Write an indicator that nobody has declared yet; whoever keeps it says what it counts."""
    toml.single("indicators", indicator.code)
    toml.entry("label_fr", indicator.label)
    toml.entry("label_en", indicator.label, "to be translated")
    toml.entry("unit", indicator.unit, "a guess, of its words")
    toml.entry("measure", indicator.measure, "a guess: a flow is of a period, a stock of a day")
    toml.entry("additive", UNITS.get(indicator.unit) is None or UNITS[indicator.unit].takes_scale)
    toml.entry("scope", "context")
    toml.entry("definition_fr", "À compléter")


def _write_empty_table(toml: TomlWriter) -> None:
    toml.blank()
    toml.comment("No table was found: no row of several cells has rows of several cells under it.")
    toml.blank()
    toml.table("tables")
    toml.entry("name", "à compléter")
    _write_empty_column(toml)


def _write_empty_column(toml: TomlWriter) -> None:
    _begin_column(toml)
    toml.entry("field", "value")
    toml.entry("headers", ["À compléter"])
    toml.entry("required", value=True)


def _begin_column(toml: TomlWriter, comment: str = "") -> None:
    toml.blank()
    if comment:
        toml.comment(comment)
    toml.inner("columns")


def _examples(samples: list[Cell]) -> str:
    """Return the first of the texts that cells hold: ``Bretagne, Corse, Grand Est, Normandie …``."""
    texts = list(dict.fromkeys(" ".join(cell.text.split())[:_EXAMPLE_LENGTH] for cell in samples))
    return ", ".join(texts[:_EXAMPLES]) + (" …" if len(texts) > _EXAMPLES else "") or "nothing"
