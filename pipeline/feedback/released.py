"""What a release says of each file of which something is refused now.

What belongs here: asking the release. What does not: what follows from it (``folders``), how it is put (``verdict``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import duckdb

from pipeline.feedback.verdict import Accepted, Verdict, accepted_row
from pipeline.rejections import Message

_REJECTIONS = """
SELECT s.sha256, r.submission_id, s.file, r.reason, r.message_fr, r.message_en, r.sheet, r.cell, r.raw_text
FROM fact.rejection AS r JOIN fact.submission AS s USING (submission_id)
ORDER BY s.file, r.submission_id
"""
_REMARKS = """
SELECT submission_id, reason, message_fr, message_en, sheet, cell, raw_text
FROM audit.remark SEMI JOIN fact.rejection USING (submission_id)
WHERE row_level = 'remark'
ORDER BY submission_id, sheet, cell, reason, message_fr
"""
_ACCEPTED = """
SELECT * FROM (
    SELECT DISTINCT -- a file that was put back has several vintages of each of its cells
        c.submission_id, c.sheet, c.cell, c.raw_text, o.label, o.territory_level, o.territory_code, o.period_start,
        o.period_end, o.value, o.unit, o.missing_reason, o.qualifier, o.value_low, o.value_high, o.obs_status
    FROM audit.cell_coverage AS c
    LEFT JOIN fact.observation_history AS o USING (submission_id, sheet, cell)
    WHERE c.went_to NOT IN ('fact.rejection', 'audit.remark')
)
SEMI JOIN fact.rejection USING (submission_id)
"""


class Refused(NamedTuple):
    """One submission of which something is refused now."""

    sha256: str
    submission_id: str
    verdict: Verdict


def refused_in(release: Path) -> Iterator[Refused]:
    """Yield each submission of which something is refused now, with its verdict."""
    with duckdb.connect(release, read_only=True) as connection:
        rejected: dict[tuple[str, str, str], list[Message]] = {}
        for sha256, submission_id, file, *message in connection.execute(_REJECTIONS).fetchall():
            rejected.setdefault((sha256, submission_id, file), []).append(Message(*message))
        if not rejected:
            return  # what is accepted takes long to put together
        remarks: dict[str, list[Message]] = {}
        for submission_id, *message in connection.execute(_REMARKS).fetchall():
            remarks.setdefault(submission_id, []).append(Message(*message))
        accepted: dict[str, list[Accepted]] = {}
        for row in _rows(connection, _ACCEPTED):
            accepted.setdefault(row["submission_id"], []).append(accepted_row(row))
    for (sha256, submission_id, file), found in rejected.items():
        name = PurePosixPath(file).name
        told = accepted.get(submission_id, ()), remarks.get(submission_id, ())
        yield Refused(sha256, submission_id, Verdict.of(name, found, *told))


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))
