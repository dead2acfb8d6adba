"""Contracts: what a header must say, and what rows must keep, with the position of each row that does not."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from pipeline.contracts import Contract, glossary, make_contract, stage_contracts, validation
from pipeline.contracts.validation import Violation, violations
from pipeline.layouts.products import PRODUCTS, in_words
from pipeline.vocabulary.indicators import indicators

HEADER: dict[str, Any] = {
    "row_en": "One region.",
    "row_fr": "Une région.",
    "key": ["code"],
    "required": ["value"],
    "columns": ["code", "value", "qualifier", "precision"],
}


def _rows(*rows: tuple[Any, ...]) -> tuple[Contract, pl.DataFrame]:
    contract = make_contract("fact.test", HEADER)
    return contract, contract.frame([dict(zip(contract.column_names, row, strict=True)) for row in rows])


def test_rows_that_keep_their_contract_break_nothing() -> None:
    assert violations(*_rows(("a", 1.0, "=", 0.0), ("b", 2.0, None, None))) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("a", 1.0, "=", 0.0), ("b", None, "=", 0.0)], Violation("value", "not_nullable", (1,))),
        ([("a", 1.0, "?", 0.0), ("b", 1.0, "=", 0.0)], Violation("qualifier", "allowed", (0,))),
        ([("a", 1.0, "=", 0.0), ("b", 1.0, "=", -0.5)], Violation("precision", "minimum", (1,))),
        (
            [("a", 1.0, "=", 0.0), ("b", 1.0, "=", 0.0), ("a", 2.0, "=", 0.0)],
            Violation("code", "unique_key", (0, 2)),
        ),
    ],
)
def test_a_broken_rule_names_its_column_and_the_positions_of_its_rows(rows: Any, expected: Violation) -> None:
    assert violations(*_rows(*rows)) == [expected]


@pytest.mark.parametrize(
    ("label", "expected"),
    [("a", ["value", "qualifier"]), (None, ["label", "value", "qualifier"])],
    ids=["none is lacking", "one is lacking"],
)
def test_pandera_is_asked_of_what_rows_could_break_alone(
    label: str | None, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each column takes it half a millisecond, and where none is lacking a label cannot be: what is no number can."""
    asked: list[str] = []

    def telling(schema: Any, *_: object, **__: object) -> list[Violation]:
        asked.extend(schema.columns)
        return []

    monkeypatch.setattr(validation, "failures", telling)
    columns = {"columns": ["label", "value", "qualifier", "cell"], "required": ["label", "value"], "key": []}
    label_means = {"describe": {"label": {"en": "Its name.", "fr": "Son nom."}}}
    contract = make_contract("fact.test", HEADER | columns | label_means)
    violations(contract, contract.frame([{"label": label, "value": 1.0, "qualifier": "=", "cell": None}]))
    assert asked == expected


def test_what_is_no_number_is_none() -> None:
    broken = violations(*_rows(("a", 1.0, "=", 0.0), ("b", float("nan"), "=", 0.0)))
    assert broken == [Violation("value", "not_nullable", (1,))]


def test_all_broken_rules_are_told_at_once() -> None:
    broken = violations(*_rows(("a", None, "?", 0.0), ("a", 1.0, "=", -1.0)))
    assert {item.column for item in broken} == {"code", "value", "qualifier", "precision"}


def test_rows_of_other_columns_are_our_defect_and_not_the_datas() -> None:
    contract, frame = _rows(("a", 1.0, "=", 0.0))
    with pytest.raises(RuntimeError, match=r"fact\.test: columns"):
        violations(contract, frame.drop("value"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"columns": ["code", "value", "unheard_of"]}, r"fact\.test\.unheard_of: no definition; add \[unheard_of\]"),
        ({"required": ["absent"]}, r"fact\.test: absent is not among its columns"),
        ({"describe": {"absent": {"en": "x", "fr": "x"}}}, r"fact\.test: absent is not among its columns"),
        ({"describe": {"code": {"en": "x"}}}, r"fact\.test\.code: no definition"),
    ],
)
def test_a_header_that_leaves_something_unsaid_is_refused_with_the_place_to_say_it(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make_contract("fact.test", {**HEADER, **change})


@pytest.mark.parametrize("missing", ["row_en", "row_fr", "columns"])
def test_a_header_says_what_a_row_is_in_both_languages(missing: str) -> None:
    with pytest.raises(ValueError, match=f"the header has no '{missing}'"):
        make_contract("fact.test", {key: value for key, value in HEADER.items() if key != missing})


def test_a_relation_may_give_a_column_a_meaning_of_its_own() -> None:
    particular = {"type": "INTEGER", "en": "Own.", "fr": "Propre.", "unit": "EUR"}
    contract = make_contract("fact.test", {**HEADER, "describe": {"value": particular}})
    column = contract.columns[1]
    assert (column.type, column.comment, column.required) == ("INTEGER", "Propre. — Own. [EUR]", True)


def test_every_indicator_and_its_year_is_a_documented_column() -> None:
    for code, indicator in indicators().items():
        assert glossary(wide=True)[code]["fr"] == indicator.definition_fr
        assert glossary()[f"{code}_year"]["type"] == "INTEGER"


def test_in_a_relation_with_a_column_for_each_indicator_a_name_means_the_indicator() -> None:
    types = {code: glossary(wide=True)[code]["type"] for code in indicators()}
    assert types == {code: "BIGINT" if each.is_count else "DOUBLE" for code, each in indicators().items()}
    # inhabitants in one relation, whose activity is counted in another: no third name has two meanings
    assert {code for code in indicators() if glossary()[code].get("type") != "DOUBLE"} == {"population"}


@pytest.mark.parametrize("name", sorted(stage_contracts()))
def test_an_empty_stage_table_keeps_its_contract(name: str) -> None:
    contract = stage_contracts()[name]
    assert violations(contract, contract.frame([])) == []


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_table_that_a_layout_fills_says_what_makes_two_rows_the_same(product: str) -> None:
    contract = stage_contracts()[product]
    assert contract.natural_key
    assert set(contract.natural_key) <= set(contract.column_names)


def test_what_a_row_lacks_is_called_as_the_contracts_say_in_both_languages() -> None:
    assert in_words("corrected_sheet") == ("la feuille corrigée", "the corrected sheet")
    assert in_words("period_end") == ("quand la période finit", "when the period ends")
    assert in_words("sheet") == ("sheet", "sheet")


def test_a_contract_that_speaks_one_language_or_names_a_foreign_column_is_refused() -> None:
    described = {"code": {"en": "Code.", "fr": "Code.", "lack_fr": "le code"}}
    with pytest.raises(ValueError, match=r"fact\.test\.code: .*'lack_fr' and 'lack_en' only; add the other"):
        make_contract("fact.test", {**HEADER, "describe": described})
    with pytest.raises(ValueError, match=r"fact\.test: period_end is not among its columns"):
        make_contract("fact.test", {**HEADER, "natural_key": ["code", "period_end"]})
