"""Layouts: where the figures of a source stand, declared and not programmed.

Each ``<source>.toml`` here describes one source; ``model`` reads it, ``tables`` finds its tables on a sheet by the
words of their headers, ``advice`` says what an unknown header may be, ``context`` what stands outside them, ``rows``
reads keys and records, ``values`` the figures of a row, ``totals`` says which are sums, ``comments`` what people wrote
beside figures, and ``extract`` sees to it that every cell ends in one role. ``extraction`` holds what comes of it, and
makes typed frames of it. ``draft`` proposes a layout for an unknown workbook, ``preview`` shows what one claims.

To add a source of a known shape, add one TOML file here and a sample in ``raw/<source>/``; no Python is needed.
``docs/layouts.md`` has an example for each thing that a layout can say.

What belongs here: declarations, and the one engine that applies them. What does not: anything about one source in
Python, what a number means (``pipeline.figures``), whether a figure is plausible (``pipeline.checking.rules``).
"""

from pipeline.layouts.extraction import Extraction
from pipeline.layouts.extractor import extract
from pipeline.layouts.language import Layout
from pipeline.layouts.layout_files import LayoutError, load_layouts

__all__ = ["Extraction", "Layout", "LayoutError", "extract", "load_layouts"]
