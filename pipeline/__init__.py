"""The engine: plain functions over files and frames, from a received spreadsheet to a published release.

Its rooms are the flow, from the bottom up; each imports what stands below it and nothing else (``make lint``):

* ``settings``: folders and limits.
* ``vocabulary``: how words are compared; indicators, territories. ``rejections``: why something is refused.
* ``contracts``: what a table is. ``intake``: bytes in, the archive and the ledger.
* ``cells``: bytes to cells. ``figures``: one cell to one figure. ``corrections``: cells that we read otherwise.
* ``layouts``: cells to rows. ``reading``: all files to frames, in isolated processes, cached.
* ``checking``: the rules on rows. ``warehouse``: stage, relations, build, audit, releases.
* ``feedback``: to the sender. ``load``: the steps, once, as a list.
* ``proof``: to the sceptic. ``publishing``: to the reader. ``cli``: the command line.

``docs/architecture.md`` follows a workbook, a cell and a rejection through them.

What belongs here: everything that knows what a figure, a layout, a submission or a release is. What does not: Dagster
(``assets/``, which only wraps these functions), where a source's figures stand (``sources/``), formulas (``sql/``).
"""

import logging
import os

# DuckDB gives back what it is done with after a second. A load goes from one large table to the next in less, and would
# hold what several of them took. This is read when DuckDB is first imported.
os.environ.setdefault("DUCKDB_JE_MALLOC_CONF", "dirty_decay_ms:100,muzzy_decay_ms:0")

# whoever runs it says where logs go; nothing is written where nobody does
logging.getLogger(__name__).addHandler(logging.NullHandler())
