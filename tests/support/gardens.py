"""What an installation declares of its own in tests: a source, its indicator and territory, a KPI and a check."""

from __future__ import annotations

SOURCE = """
source = "gardens"
version = 1
title_fr = "Relevé des jardins"
authority = 15
scopes = ["context"]
marks = { "°" = "P" }
missing = { "x" = "secret", "n.a." = "not_applicable" }

[indicators.gardens_counted]
label_fr = "Jardins relevés"
label_en = "Gardens counted"
unit = "gardens"
measure = "flow"
additive = true
scope = "context"
scorecard = true
definition_fr = "Jardins relevés au cours de l'année."

[[territories]]
code = "LITTORAL"
level = "other"
name = "Littoral"
aliases = ["Bord de mer"]

[[contexts]]
field = "period"
labels = ["Année"]

[[tables]]
name = "territoires"

[[tables.columns]]
field = "territory"
headers = ["Territoire"]
levels = ["region", "other"]
required = true

[[tables.columns]]
field = "value"
headers = ["Jardins"]
fixed = { indicator = "gardens_counted" }
required = true
"""
KPI = """/*
row_en = "One region and year: its gardens, halved."
row_fr = "Une région et une année : ses jardins, divisés par deux."
key = ["region_code", "year"]
columns = ["region_code", "year", "half_gardens", "observation_ids"]
lineage = '''
SELECT
    'half_gardens' AS figure, 'region' AS territory_level, region_code AS territory_code,
    CAST(year AS VARCHAR) AS period, '' AS item, half_gardens AS figure_value, 'term' AS role,
    unnest(observation_ids) AS observation_id
FROM kpi.half
'''
shown = '''
SELECT
    'half_gardens' AS figure, 'region' AS territory_level, region_code AS territory_code,
    CAST(year AS VARCHAR) AS period, '' AS item, 'term' AS role, 1 AS cells
FROM kpi.half
WHERE half_gardens IS NOT NULL
'''

[describe.half_gardens]
type = "DOUBLE"
en = "Half of the gardens."
fr = "La moitié des jardins."
*/
SELECT territory_code AS region_code, year, value / 2 AS half_gardens, [observation_id] AS observation_ids
FROM fact.annual_as_of(DATE '9999-12-31')
WHERE indicator = 'gardens_counted' AND territory_level = 'region' AND value IS NOT NULL
"""
CHECK = """/*
relation = "kpi.half"
blocking = false
en = "No region has half a garden."
fr = "Aucune région n'a un demi-jardin."
*/
SELECT * FROM kpi.half WHERE half_gardens % 1 <> 0
"""

DECLARED = {"sources/gardens.toml": SOURCE, "sql/kpi/half.sql": KPI, "sql/checks/odd.sql": CHECK}
"""The files of such an installation."""

COUNTED = [
    ("Année", 2023),
    (),
    ("Territoire", "Jardins"),
    ("Bretagne", 7),
    ("Corse", "x"),
    ("Occitanie", "n.a."),
    ("Bord de mer", "40°"),
]
"""A workbook of its source."""

TWICE = [
    ("sources/population.toml", SOURCE.replace('"gardens"', '"population"'), "source 'population'"),
    ("sources/gardens.toml", SOURCE.replace("gardens_counted", "starts"), "indicator 'starts'"),
    ("sources/gardens.toml", SOURCE.replace('"LITTORAL"', '"DROM"'), "territory 'other DROM'"),
    ("sources/gardens.toml", f"{SOURCE}\n[units.m2]\n", "unit 'm2'"),
    ("reference/reasons.toml", '[CORROMPU]\nlevel = "file"\nfr = "Non."\nen = "No."\n', "reason 'CORROMPU'"),
    ("sql/checks/conflicts.sql", CHECK, "file of sql/ 'checks/conflicts.sql'"),
]
"""Files of an installation that declare what the product has: name, text, and what is told of it."""
