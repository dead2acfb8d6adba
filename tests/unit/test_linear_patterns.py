"""Time by text: no pattern of the engine, and no function that takes a whole text, takes more than its share of time.

Time is only ever compared with time: four times the text may take some four times as long, and not sixteen.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from heapq import nlargest
from itertools import count, product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import pipeline
from pipeline.figures import Expected, read_text, states_unit
from pipeline.figures.display import display_of
from pipeline.figures.periods import period_status, read_period
from pipeline.layouts.labels import bare_text
from pipeline.layouts.wordings import matches
from pipeline.vocabulary.territories import resolve_territory
from pipeline.vocabulary.typography import plain, repair_mojibake, visible
from pipeline.vocabulary.words import fold

Pattern = re.Pattern[Any]
Run = Callable[[str], object]

_SEARCHES = ("search", "sub", "finditer", "findall", "split")
_SIZE, _TIMES = 400, 4
_MOST = 9.0
"""Four times the text: 4 is linear, 16 quadratic."""
_WORST = 3
"""As many of the slowest texts of a pattern are looked at closely."""

# -- the patterns --------------------------------------------------------------------------------------------------


def _modules() -> list[ModuleType]:
    names = [found.name for found in pkgutil.walk_packages(pipeline.__path__, "pipeline.")]
    return [importlib.import_module(name) for name in names if not name.endswith("__main__")]


def _held(value: object) -> Iterator[Pattern]:
    """Yield the patterns that a value is or holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _held([*value, *value.values()])
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from _held(each)


def _written_in_calls(source: str) -> Iterator[tuple[Pattern, bool]]:
    """Yield the patterns that calls such as ``re.sub("…", …)`` write, and whether they are searched for."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            first, module, name = node.args[0], node.func.value, node.func.attr
            is_call = isinstance(module, ast.Name) and module.id == "re" and name != "compile"
            if is_call and isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
                yield re.compile(first.value), name in _SEARCHES


def _patterns() -> dict[str, tuple[Pattern, bool]]:
    """Return every pattern of the engine by where it stands, and whether a text is searched for it."""
    found: dict[str, tuple[Pattern, bool]] = {}
    for module in _modules():
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        searched = set(re.findall(rf"\b(\w+)\.(?:{'|'.join(_SEARCHES)})\b", source))
        some = re.search(r"\b(?!re\.)[a-z]\w*\.(?:search|sub|finditer|findall)\(", source) is not None
        for name, value in vars(module).items():
            is_named = name in searched
            for at, pattern in enumerate(_held(value)):
                found[f"{module.__name__}.{name}[{at}]"] = (
                    pattern,
                    is_named or (some and not isinstance(value, re.Pattern)),
                )
        for at, written in enumerate(_written_in_calls(source)):
            found[f"{module.__name__}, call {at}"] = written
    return found


# -- the texts -----------------------------------------------------------------------------------------------------

_SIGNS = " \n\u00a0.,-_…'\"()[]<>/=:;*10a%€é"
_WORDS = (
    *_SIGNS,
    "(1)",
    " a ",
    "- ",
    "a=",
    "_x",
    '="',
    "''",
    "du ",
    ", au ",
    "<c ",
    "<v:shape ",
    "</",
    "mars ",
    "plus ",
)
_ENDS = (("", "\0"), ("a", "z\ny"), ("(", " !"), ("ab - ", "!\n!"), ("<a ", "\0"))
_PAIRS = ("".join(pair) for pair in product(_SIGNS, " a("))
_REPEATED = tuple(dict.fromkeys((*_WORDS, *_PAIRS)))


def _text(family: tuple[str, tuple[str, str]], size: int) -> str:
    """Return a text of a family: something repeated, between a beginning and an end that lead astray."""
    repeated, (before, after) = family
    return before + repeated * (size // len(repeated)) + after


_SHORT = {family: _text(family, _SIZE) for family in product(_REPEATED, _ENDS)}
"""A short text of each family."""


# -- time ----------------------------------------------------------------------------------------------------------


def _cost(run: Run, text: str, times: int = 1) -> int:
    """Return the least processor time, in nanoseconds, of some runs."""
    costs = []
    for _ in range(times):
        start = time.process_time_ns()
        run(text)
        costs.append(time.process_time_ns() - start)
    return min(costs)


def _grows(run: Run) -> Iterator[str]:
    """Yield the families of texts with which a run takes far more than its share of time."""
    small = [(_cost(run, text), family) for family, text in _SHORT.items()]
    for _, family in nlargest(_WORST, small, key=lambda item: item[0]):
        texts = _text(family, _SIZE), _text(family, _SIZE * _TIMES)
        # what is disturbed by others on the machine is so for a while, and not each time
        if all(_factor(run, *texts) > _MOST for _ in range(5)):
            yield f"{family!r}: {_factor(run, *texts):.0f} times the time for {_TIMES} times the text"


def _factor(run: Run, short: str, long: str) -> float:
    return _cost(run, long, 3) / max(_cost(run, short, 3), 1000)


PATTERNS = _patterns()


def _runs(pattern: Pattern, *, is_searched: bool) -> list[Run]:
    def found_in(text: Any) -> list[Any]:
        return list(pattern.finditer(text))

    methods: list[Callable[[Any], object]] = [pattern.match, pattern.fullmatch, *([found_in] if is_searched else [])]
    if isinstance(pattern.pattern, str):
        return [*methods]
    return [lambda text, method=method: method(text.encode()) for method in methods]  # type: ignore[misc]


@pytest.mark.parametrize("place", PATTERNS)
def test_a_pattern_takes_time_in_proportion_to_the_text(place: str) -> None:
    pattern, is_searched = PATTERNS[place]
    slow = [found for run in _runs(pattern, is_searched=is_searched) for found in _grows(run)]
    assert slow == [], pattern.pattern


# -- functions that take a whole text ------------------------------------------------------------------------------

_EXPECTED = Expected("EUR", "")
FUNCTIONS: dict[str, Run] = {
    "fold": fold,
    "plain": plain,
    "visible": visible,
    "repair_mojibake": repair_mojibake,
    "states_unit": states_unit,
    "read_text": lambda text: read_text(text, _EXPECTED),
    "read_period": read_period,
    "period_status": period_status,
    "bare_text": bare_text,
    "display_of": display_of,
    "resolve_territory": resolve_territory,
    "matches": lambda text: matches(text, ("*a*1*a*(1)*é b",)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_a_text_takes_time_in_proportion_to_it(name: str) -> None:
    calls = count()

    def run(text: str) -> object:
        return FUNCTIONS[name](f"{text}{next(calls)}")  # another text each time: most of them remember what they read

    assert list(_grows(run)) == []


def test_dotted_leaders_are_found_at_the_end_alone() -> None:
    assert [bare_text(text) for text in ("  Livraisons ......", "a . . . ", "a… ", "a__", "a. b", "a .", "....")] == [
        *("Livraisons", "a", "a", "a", "a. b", "a .", None)
    ]
