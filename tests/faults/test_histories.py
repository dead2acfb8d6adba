"""Random histories through whole loads: whatever came, went or changed, a load publishes what a full build makes.

``FAULT_NIGHTS`` says how many loads follow one another. Every figure is invented.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from pipeline.intake import Ledger, Submission
from pipeline.intake.withdraw import withdraw
from pipeline.load import load
from pipeline.proof.verify import verify
from pipeline.reading import submissions
from pipeline.reading.cache import ReadingTask, read_into
from pipeline.reading.pending import HeldError
from pipeline.settings import Limits, Settings
from pipeline.warehouse.acceptance import accept
from pipeline.warehouse.lock import hold_warehouse
from tests.support.bounds import NIGHTS
from tests.support.loading import deltas
from tests.support.workbooks import correction_file, regional_return

_REGIONS = [("bretagne", "Bretagne"), ("corse", "Corse"), ("normandie", "Normandie")]
_LABELS = ["Livraisons", "Agréments", "Mises en chantier", "Ménages logés"]
_CORRECTIONS = "corrections/corrections.xlsx"
_UNREADABLE = "illisible"


def _never_reads(cache: Path, readings: list[ReadingTask], limits: Limits, is_alone: bool = False) -> list[str]:
    """Stand in for a reader whose disk is full. A worker imports it by name."""
    if any(reading.file.region_slugs for reading in readings):
        raise OSError(28, "No space left on device", "cache")
    return read_into(cache, readings, limits, is_alone)


class _Offices:
    """Who sends files to ``raw/``, takes them back and corrects them, at random."""

    def __init__(self, settings: Settings, chance: random.Random) -> None:
        self._settings = settings
        self._chance = chance
        self._sent: dict[Path, list[bytes]] = {}
        self._corrected: list[tuple[str, str, str, str, str]] = []

    def begin(self) -> None:
        for number in range(9):
            self._send(number)

    def _send(self, number: int) -> None:
        slug, region = _REGIONS[number % len(_REGIONS)]
        path = self._settings.raw / f"regional_return/{slug}/bilan-{number}.xlsx"
        labels = self._chance.sample(_LABELS, self._chance.randint(1, len(_LABELS)))
        values = [self._chance.choice(["100", "104", "environ 100", "plus de 90", "nd", _UNREADABLE]) for _ in labels]
        rows = [
            [label, self._chance.choice([2020, 2021]), value, None] for label, value in zip(labels, values, strict=True)
        ]
        issued = f"{self._chance.randint(1, 28):02}/0{self._chance.randint(1, 9)}/2022"
        regional_return(path, rows, region=region, issued=issued)
        self._sent.setdefault(path, []).append(path.read_bytes())

    # -- what may happen between two loads ---------------------------------------------------------------------------

    def send_another(self) -> None:
        self._send(9 + self._chance.randint(0, 50))

    def send_again(self) -> None:
        self._send(self._chance.randrange(9))

    def put_back(self) -> None:
        path = self._chance.choice(sorted(self._sent))
        path.write_bytes(self._chance.choice(self._sent[path]))

    def send_what_nobody_can_read(self) -> None:
        (self._settings.raw / "regional_return/corse/bilan-abime.xlsx").write_bytes(self._chance.randbytes(200))

    def take_back(self) -> None:
        standing = [each for each in self._submissions() if each.withdrawn_at is None]
        withdraw(self._settings, self._chance.choice(standing).submission_id, "à refaire")

    def correct(self) -> None:
        """Correct a refused cell, or take the oldest correction out of the file."""
        with duckdb.connect(self._settings.release_file, read_only=True) as release:
            query = "SELECT submission_id, sheet, cell FROM fact.rejection WHERE raw_text = ? ORDER BY ALL"
            refused = release.execute(query, [_UNREADABLE]).fetchall()
        if refused and self._chance.random() < 0.7:
            self._corrected.append((*self._chance.choice(refused), _UNREADABLE, "77"))
        else:
            del self._corrected[:1]
        correction_file(self._settings.raw / _CORRECTIONS, *self._corrected)

    def _submissions(self) -> list[Submission]:
        return [each for each in Ledger(self._settings.ledger).submissions if each.source == "regional_return"]


@pytest.mark.parametrize("seed", range(2))
def test_a_load_publishes_what_a_full_build_makes(
    seed: int, tmp_path: Path, tally: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse", workers=1, settle_seconds=0)
    chance = random.Random(seed)
    offices = _Offices(settings, chance)
    offices.begin()
    load(settings)
    events = [
        offices.send_another, offices.send_again, offices.put_back, offices.send_what_nobody_can_read,
        offices.take_back, offices.correct,
    ]  # fmt: skip
    for _ in range(-(-NIGHTS // 2)):
        before = deltas(settings)
        event = chance.choice(events)
        event()
        with monkeypatch.context() as patch:
            if is_pending := chance.random() < 0.2:
                patch.setattr(submissions, "read_into", _never_reads)
            try:
                report = load(settings)
            except HeldError:  # what is published cannot be read as it is corrected now
                patch.undo()
                report = load(settings)
        if report.held is not None:
            with hold_warehouse(settings, "test"):
                accept(settings, Ledger(settings.ledger), "", "recompté", "un analyste")
        assert verify(settings).is_equal, event.__name__
        how = "in parts" if deltas(settings) > before else "whole, or not at all"
        tally[f"{event.__name__}{', not readable' if is_pending else ''}: built {how}; as a full build"] += 1
