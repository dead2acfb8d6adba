"""Logs of the commands: one JSON object a line on the standard error, where ``HOUSING_LOG_FORMAT=json`` asks for it.

Each has ``time``, ``level``, ``run`` (empty outside of one), ``message`` and ``logger``. Without it, nothing is logged:
what is to be said is printed.

What belongs here: how a record is written. What does not: what is logged.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime

from pipeline.vocabulary.typography import writable

_OURS = logging.getLogger("pipeline")


class _AsJson(logging.Formatter):
    """One line for each record; a text of a received file can break none."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "run": getattr(record, "run", ""),
            "message": writable(record.getMessage()),
            "logger": record.name,
        }
        return json.dumps(told, ensure_ascii=False)


class _JsonHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Our own handler, to be known again."""


def begin_logs() -> None:
    """Write logs as JSON where the environment asks for it; what is wrong with the setting, the settings say."""
    for handler in [each for each in _OURS.handlers if isinstance(each, _JsonHandler)]:
        _OURS.removeHandler(handler)
    if os.environ.get("HOUSING_LOG_FORMAT") == "json":
        handler = _JsonHandler()  # on what is the standard error now
        handler.setFormatter(_AsJson())
        _OURS.addHandler(handler)
        _OURS.setLevel(logging.INFO)


def log_sentence(sentence: str) -> bool:
    """Log why a command failed; return whether logs are written at all."""
    is_logged = any(isinstance(each, _JsonHandler) for each in _OURS.handlers)
    if is_logged:
        logging.getLogger(__name__).error("%s", sentence)
    return is_logged
