"""Dagster: the flow of ``pipeline`` as assets, checks, jobs, a schedule and a sensor. Thin wrappers, nothing else.

One module for each concept. The assets, by stage:

* ``received``: what was received, one asset a source;
* ``read``: what was read, one asset a source;
* ``stage``: the typed tables that SQL starts from;
* ``relations``: one asset for each file of ``sql/``, with the dependencies that its text has;
* ``release``: the last audit and the publication.

``checks`` are the audits, ``partitions`` the regions, ``resources`` what a run holds, ``failing`` what is shown of a
failure, ``metadata`` how a frame or a contract is shown; ``jobs``, ``schedules``, ``sensors``; ``definitions`` puts
them together.

What belongs here: names, groups, dependencies, and how a result is shown. What does not: whatever a plain function of
``pipeline`` can hold. ``pipeline`` never imports this package.

No module here postpones its annotations (``from __future__ import annotations``): Dagster reads them.
"""

import warnings

from dagster import BetaWarning

import pipeline  # noqa: F401  # first, for it says how DuckDB is to hold memory

# A run for several regions at once is "in beta" in Dagster; whoever starts the UI need not be told each time.
warnings.filterwarnings("ignore", category=BetaWarning, message=".*backfill_policy.*")
