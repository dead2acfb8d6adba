"""SDMX-CSV 2.0 of the annual figures: https://github.com/sdmx-twg/sdmx-csv.

What belongs here: the columns of the file. What does not: a figure. The code lists of SDMX are named in the dictionary
with their versions; REF_AREA, INDICATOR, POPULATION, UNIT_MEASURE and QUALIFIER have codes of ours.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.warehouse.build import quoted

FILE = "annual.sdmx.csv"
_ANNUAL = """
    SELECT
        'dataflow' AS STRUCTURE,
        'HOUSING:ANNUAL(1.0)' AS STRUCTURE_ID,
        'I' AS ACTION,
        'A' AS FREQ,
        territory_id AS REF_AREA,
        indicator AS INDICATOR,
        if(population = '', '_Z', population) AS POPULATION,
        year AS TIME_PERIOD,
        value AS OBS_VALUE,
        unit AS UNIT_MEASURE,
        -- R is ours; to others a revised figure is a normal one
        if(obs_status = 'R', 'A', coalesce(obs_status, 'A')) AS OBS_STATUS,
        qualifier AS QUALIFIER,
        at_least AS AT_LEAST,
        at_most AS AT_MOST,
        basis AS BASIS,
        known_on AS LAST_UPDATE
    FROM kpi.annual
    WHERE value IS NOT NULL
    ORDER BY INDICATOR, REF_AREA, TIME_PERIOD
"""


def write_sdmx(release: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the annual figures as SDMX-CSV."""
    release.execute(f"COPY ({_ANNUAL}) TO {quoted(str(folder / FILE))} (FORMAT csv, HEADER true)")
