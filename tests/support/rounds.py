"""Rounds of a fault: the same small installation each time, something happens to a load, and what holds after it.

Every round begins with a copy of one installation: one release is published, and three returns wait, one of them a new
version of one that is published. What an undisturbed load makes of it is known; whatever happens to a load, the release
is one of the two whole ones, and the next load publishes the tables of the undisturbed one. Every figure is invented.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import duckdb

from pipeline.load import load
from tests.support.interposing import Ended, Installation
from tests.support.workbooks import regional_return

Tables = dict[str, str]
"""Each table of a release with a digest of its rows."""

BRETAGNE = "regional_return/bretagne/bilan.xlsx"
CORSE = "regional_return/corse/bilan.xlsx"
MAYOTTE = "regional_return/mayotte/bilan.xlsx"
COMPLEMENT = "regional_return/corse/complement.xlsx"

_Item = TypeVar("_Item")


class Call(NamedTuple):
    """A call that changes the disk, as a load without a fault made it."""

    who: str
    """``parent`` or ``worker``."""
    takes_room: bool
    name: str
    path: str

    @property
    def kind(self) -> str:
        """What the call does where, whatever the names that were made up for it."""
        place = re.sub(r"\.incoming-[^/]*", "incoming", self.path)
        folder, *others = place.split("/") or [""]
        suffix = Path(place).suffix if folder != "archive" else ""
        return f"{self.name} {folder} {'incoming' in others} {suffix}"


@dataclass(frozen=True)
class Undisturbed:
    """An installation before a load, and what the load makes of it where nothing happens."""

    start: Installation
    done: Installation
    """The same after the load."""
    old: Tables
    new: Tables
    received: frozenset[str]
    """The SHA-256 of all that was received, before or by the load."""
    calls: list[Call]
    seconds: float

    @contextmanager
    def copied(self, home: Path, *, after: bool = False) -> Iterator[Installation]:
        """Return a copy of the installation, before or after the load, for one round; then it is removed."""
        shutil.copytree((self.done if after else self.start).home, home)
        try:
            yield Installation(home, self.start.library)
        finally:
            shutil.rmtree(home)

    def killable(self, victim: str) -> list[str]:
        """Return the kinds of the calls before which the victim can be killed, in the order of counting."""
        return [
            call.kind for call in self.calls if "write" not in call.name and victim in ("group", "parent", call.who)
        ]

    @property
    def writing(self) -> list[str]:
        """Return the kinds of the calls that a full disk can refuse, in the order of counting."""
        return [call.kind for call in self.calls if call.takes_room]


def send(place: Path, value: int, region: str) -> None:
    """Write a return with one figure, and one cell that nobody can read."""
    rows = [["Livraisons", 2021, value, "logements"], ["Agréments", 2021, "12 34", None]]
    regional_return(place, rows, region=region)


def prepare(home: Path, library: Path) -> Undisturbed:
    """Make the installation that every round begins with, and load a copy of it without any fault."""
    start = Installation(home / "start", library)
    send(start.raw / BRETAGNE, 10, "Bretagne")
    send(start.raw / CORSE, 20, "Corse")
    ended = start.run("load")
    assert ended.code == 1, ended
    send(start.raw / BRETAGNE, 11, "Bretagne")
    send(start.raw / MAYOTTE, 30, "Mayotte")
    send(start.raw / COMPLEMENT, 20, "Corse")
    copy = Installation(home / "undisturbed", library)
    shutil.copytree(start.home, copy.home)
    ended = copy.run("load", FAULT_LIST=home / "calls")
    assert ended.code == 1, ended
    return Undisturbed(
        start,
        copy,
        tables_of(start.release),
        tables_of(copy.release),
        frozenset(archived(copy)),
        read_calls(home / "calls", copy.warehouse),
        ended.seconds,
    )


def read_calls(listed: Path, warehouse: Path) -> list[Call]:
    """Read the list of calls that a load made."""
    calls = []
    for line in listed.read_text(encoding="utf-8").splitlines():
        who, room, name, path = line.split(" ", 3)
        calls.append(Call(who, room == "room", name, path.removeprefix(str(warehouse)).removeprefix("/")))
    return calls


def chosen(kinds: Sequence[str], most: int) -> list[int]:
    """Return the places of some things, of which the kinds are given: the first of each, then others; 0 for all."""
    if not most:
        return list(range(len(kinds)))
    firsts = [kinds.index(kind) for kind in dict.fromkeys(kinds)]
    others = sorted(set(range(len(kinds))) - set(firsts))
    return sorted([*evenly(firsts, most), *evenly(others, max(0, most - len(firsts)))])


def evenly(items: Sequence[_Item], most: int) -> list[_Item]:
    """Return at most so many items, evenly from the first to the last."""
    if most >= len(items):
        return list(items)
    return [items[number * len(items) // most] for number in range(most)]


# -- what holds after a round ------------------------------------------------------------------------------------------


def tables_of(release: Path) -> Tables:
    """Return a digest of each table and view of a release, without the times at which things happened.

    What tells of publishing is left out, as ``housing verify`` does.
    """
    with duckdb.connect(release, read_only=True) as connection:
        columns = connection.execute(
            "SELECT schema_name || '.' || table_name, string_agg('\"' || column_name || '\"', ', ') "
            "FROM duckdb_columns() WHERE NOT internal AND data_type NOT LIKE 'TIMESTAMP%' GROUP BY ALL"
        ).fetchall()
        return {
            name: str(connection.execute(f"SELECT count(*), sum(hash({listed})) FROM {name}").fetchone())
            for name, listed in columns
            if not name.startswith("audit.release")
        }


def differing(found: Tables, expected: Tables) -> list[str]:
    """Return the names of the tables that differ."""
    return sorted(name for name in found | expected if found.get(name) != expected.get(name))


def archived(installation: Installation) -> set[str]:
    """Return the SHA-256 of all that is whole in the archive."""
    files = [path for path in (installation.warehouse / "archive").glob("??/*") if path.is_file()]
    return {path.name for path in files if hashlib.sha256(path.read_bytes()).hexdigest() == path.name}


def told(installation: Installation) -> bytes:
    """Return the whole lines of the ledger."""
    content = (installation.warehouse / "ledger.jsonl").read_bytes()
    return content[: content.rfind(b"\n") + 1]


def assert_told_well(ended: Ended) -> None:
    """Whatever happened, a person is told of it in a sentence that blames the right thing."""
    for unwanted in ("Traceback", "error of the program", "INTERNAL Error"):
        assert unwanted not in ended.out + ended.err, (ended.code, ended.out, ended.err)
    if ended.code == 5:
        _, *others = ended.err.strip().splitlines()
        assert all(line.startswith("The note of this run could not be") for line in others), ended.err


def state_of(installation: Installation, undisturbed: Undisturbed) -> str:
    """Return which release is published: the ``old`` or the ``new`` whole one, or one with something ``pending``."""
    found = tables_of(installation.release)
    if found == undisturbed.old:
        return "old"
    if found == undisturbed.new:
        return "new"
    with duckdb.connect(installation.release, read_only=True) as connection:
        query = "SELECT count(*) FROM fact.submission WHERE status = 'pending'"
        (pending,) = connection.execute(query).fetchone() or (0,)
    assert pending, differing(found, undisturbed.new)
    assert figures(installation) >= 2
    return "pending"


def figures(installation: Installation) -> int:
    """Return how many figures are published."""
    with duckdb.connect(installation.release, read_only=True) as connection:
        (count,) = connection.execute("SELECT count(*) FROM fact.observation").fetchone() or (0,)
    return int(count)


def assert_next_load_completes(installation: Installation, undisturbed: Undisturbed) -> None:
    """Load without a fault: the tables of the undisturbed load are published, and nothing received or told is lost.

    It runs in this process, where all is imported already: that is half of what a load of three returns takes.
    """
    before = told(installation)
    report = load(installation.settings)
    assert not report.pending, report.pending
    assert differing(tables_of(installation.release), undisturbed.new) == [], report.said
    assert archived(installation) >= undisturbed.received
    assert told(installation).startswith(before)
    assert installation.none_is_left()
