"""The key under which a reading is cached: all that decides what it gives, and nothing else.

What belongs here: which declarations a reading depends on. What does not: which code (``code``), where it is kept
(``cache``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING

from pipeline.contracts import stage_contracts
from pipeline.corrections.apply import Correction
from pipeline.figures.suffixes import declared_wordings
from pipeline.layouts import load_layouts
from pipeline.reading.code import READS, code_sha256, sha256_over
from pipeline.rejections import reasons
from pipeline.settings import Limits, declaration_folders
from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.territories import territories

if TYPE_CHECKING:
    from pipeline.intake import Submission
    from pipeline.reading.batches import UnreadFile

_DESCRIBES = {"label_en", "definition_fr", "scorecard", "plausible_change", "largest_restatement"}
"""What an indicator says of itself that no reading asks for."""


def cache_key(submission: Submission | UnreadFile, limits: Limits, corrections: Sequence[Correction] = ()) -> str:
    """Return the key of the reading of a submission whose cells are corrected so, within some limits.

    It covers the content, the place in ``raw/`` that decides which layout and region apply, the source's file, the
    vocabulary, the code that reads, the limits and the corrections. A change of the command line, of a definition, of a
    sentence or of another source changes none.
    """
    parts = (
        submission.sha256,
        f"{submission.source}/{'|'.join(submission.region_slugs)}/{submission.name}",
        code_sha256(READS),
        limits.model_dump_json(),
        _declared_sha256(),
        _source_sha256(submission.source),
        json.dumps(corrections) if corrections else "[]",  # there are thousands of keys, and few are corrected
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@cache
def _declared_sha256() -> str:
    """Return the SHA-256 over what wordings resolve to, the level of each reason, and the columns of what is read."""
    known = {
        "indicators": [
            {name: value for name, value in asdict(each).items() if name not in _DESCRIBES}
            for each in indicators().values()
        ],
        "territories": [asdict(territory) for territory in territories()],
        "units": [(wording.pattern, asdict(unit)) for wording, unit in declared_wordings()],
        "reasons": {code: reason.level for code, reason in reasons().items()},
        "columns": {
            name: [(c.name, c.type, c.required, c.lack_fr, c.lack_en) for c in contract.columns]
            for name, contract in stage_contracts().items()
        },
    }
    return hashlib.sha256(json.dumps(known, default=str).encode()).hexdigest()


@cache
def _source_sha256(source: str) -> str:
    """Return the SHA-256 of a source's file; for none, of the names of all sources, which the rejection lists."""
    paths = [path for folder in declaration_folders("sources") if (path := folder / f"{source}.toml").is_file()]
    return sha256_over(paths) if paths else hashlib.sha256("\n".join(load_layouts()).encode()).hexdigest()
