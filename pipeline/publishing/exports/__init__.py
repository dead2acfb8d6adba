"""The exports of a release: tables, their description, SDMX-CSV and a publication workbook, for who has no DuckDB.

What belongs here: writing them. What does not: what a table holds (``sql/``) or means (``pipeline.contracts``).
"""

from pipeline.publishing.exports.export import Exported, export_release, renew_exports

__all__ = ["Exported", "export_release", "renew_exports"]
