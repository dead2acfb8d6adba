"""Made-up histories of files that state figures, as tables of a stage: for what holds of any history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

FIRST = date(2022, 1, 1)
FIGURES = [
    ("starts", "32", "2021"),
    ("starts", "32", "2020"),
    ("starts", "FR", "2021"),
    ("approvals", "32", "2021"),
    # what is held against others: parts of a total, those of a region, a rate of change
    ("approvals_social", "32", "2021"),
    ("approvals_anru", "32", "2021"),
    ("starts", "D59", "2021"),
    ("starts_growth", "32", "2021"),
]
SOURCES = ["regional_return", "national_statement"]


@dataclass(frozen=True)
class File:
    """What lies at a place: since when, what it states, and what it has to be told of."""

    source: str
    place: int
    since: date
    withdrawn: date | None
    figures: tuple[tuple[int, int | None, str], ...]
    """Of each: its place among ``FIGURES``, the value, the qualifier."""
    line: int | None
    """The value of the one line of a plan, where it states one."""
    is_refused: bool
    """Whether a further cell of it is refused."""


days = st.integers(0, 9).map(lambda number: FIRST + timedelta(days=number))
figures = st.tuples(
    st.integers(0, len(FIGURES) - 1), st.sampled_from([None, 100, 104, 200, 104_000]), st.sampled_from("==>~")
)
files = st.builds(
    File,
    source=st.sampled_from(SOURCES),
    place=st.integers(0, 2),
    since=days,
    withdrawn=st.none() | st.none() | days,
    figures=st.lists(figures, max_size=4, unique_by=lambda figure: figure[0]).map(tuple),
    line=st.none() | st.none() | st.integers(1, 3),
    is_refused=st.booleans(),
)
steps = st.dictionaries(st.integers(1, 5), files | st.none(), min_size=1, max_size=2)
"""What becomes of some files, by their numbers: another content, or nothing at all."""
states = st.dictionaries(st.integers(1, 5), files, min_size=2)
"""Some files, by their numbers."""


def successor(state: dict[int, File], number: int) -> str:
    """Return the file that took the place of another one, empty for none."""
    later = (f"{file.source}/{other}" for other, file in state.items() if other > number)
    at_place = (f"{file.source}/{other}" for other, file in state.items() if file.place == state[number].place)
    return min(set(later) & set(at_place), key=lambda name: name.split("/")[1], default="")


def stage_tables(state: dict[int, File]) -> dict[str, str]:
    """Return the stage of some files, in the order of their numbers."""
    tables = {
        "observation": ["file | cell | indicator | territory | period | value | qualifier | known_on"],
        "target": ["file | cell | line_id | indicator | period | value | known_on"],
        "cell": ["file | cell | role"],
        "rejection": ["file | cell"],
        "submission": ["file | known_on | received_at | withdrawn_on | superseded_by"],
        "stretch": ["file | holds_from | place | ledger_event"],
    }
    for number, file in state.items():
        name = f"{file.source}/{number}"
        since, withdrawn = file.since, file.withdrawn and max(file.withdrawn, file.since)
        told = [since, f"2022-01-01T08:00:0{number}", withdrawn or "·", successor(state, number) or "·"]
        tables["submission"].append(" | ".join(map(str, [name, *told])))
        tables["stretch"].append(f"{name} | {since} | place {file.place} | {number}")
        for at, (place, value, qualifier) in enumerate(file.figures, 1):
            what = " | ".join(FIGURES[place])
            said = "· | =" if value is None else f"{value} | {qualifier}"
            tables["observation"].append(f"{name} | B{at} | {what} | {said} | {since}")
            tables["cell"].append(f"{name} | B{at} | value")
        if file.line is not None:
            tables["target"].append(f"{name} | C1 | A | starts | 2021 | {file.line} | {since}")
            tables["cell"].append(f"{name} | C1 | value")
        if file.is_refused:
            tables["rejection"].append(f"{name} | D1")
            tables["cell"].append(f"{name} | D1 | unclaimed")
    return {name: "\n".join(lines) for name, lines in tables.items() if len(lines) > 1}
