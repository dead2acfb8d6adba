"""A worker that kills itself at some moment of reading a batch: ``python -m tests.support.killed_worker MOMENT …``."""

from __future__ import annotations

import json
import os
import signal
import sys

from pipeline.reading import spread
from pipeline.reading.batches import from_json
from pipeline.reading.shared import SharedReadings
from pipeline.settings import Settings
from pipeline.stores.database import Database

MOMENTS = {
    "while it reads": (spread, "read_all"),
    "before its readings are given": (SharedReadings, "give"),
    "between the store and the index": (Database, "index_readings"),
}
"""What is called at each moment."""


def _killed(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    moment, settings, batch = sys.argv[1:]
    setattr(*MOMENTS[moment], _killed)
    spread.read_batch(Settings(**json.loads(settings)), from_json(json.loads(batch)))
