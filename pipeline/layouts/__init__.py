"""Layouts: where the figures of a source stand, declared and not programmed.

Each ``<source>.toml`` here describes one source; ``model`` reads it, ``tables`` finds its tables on a sheet by the
words of their headers, ``extract`` gives every cell its role and turns rows into observations and records.

To add a source of a known shape, add one TOML file here and a sample in ``raw/<source>/``; no Python is needed.

What belongs here: declarations, and the one engine that applies them. What does not: anything about one source in
Python, what a number means (``pipeline.figures``), whether a figure is plausible (``pipeline.observations``).
"""

from pipeline.layouts.extract import Extraction, extract
from pipeline.layouts.model import Layout, LayoutError, load_layouts

__all__ = ["Extraction", "Layout", "LayoutError", "extract", "load_layouts"]
