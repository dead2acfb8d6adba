"""Layouts: where the figures of a source stand, declared and not programmed.

The declarations: each file of ``sources/`` describes one source in the words of ``language``, with wordings that
``wordings`` compares and the ``fields`` that it may fill; ``layout_files`` reads and checks it. ``compiled`` is what
follows from it, ``layout_cache`` what reading with it has understood so far.

Applying one to a workbook: ``extractor`` sees to it that every cell ends in one role. A sheet is a ``grid`` of rows
(``row_shapes``). ``headings`` says which column a stack of header cells stands for, ``groups`` what stands over several
columns, ``unheaded`` which column without one is which, ``headers`` what some rows are the header of, with ``findings``
of what does not fit, ``header_search`` which rows are one; ``extent`` finds the end of a table, ``tables`` all tables
of a sheet. ``misfits`` rejects what does not fit, with the ``suggestions`` of what an unknown header may be.
``context`` finds the facts outside the tables, ``keys`` says what the cell of a key means, ``rows`` reads keys,
sections and records, ``columns`` knows what a column is for, ``values`` reads the figures of a row, with
``missing_codes`` where there is none, ``fast_path`` takes rows that need no reading, ``totals`` says which are sums,
``comment_remarks`` what people wrote beside figures.

What comes of it: ``extraction`` holds it, ``frames`` makes typed frames of it, ``products`` says what it can be.
``authoring`` proposes a layout for an unknown workbook and shows what one claims.

To add a source of a known shape, add one TOML file to ``sources/`` and a sample to ``raw/<source>/``; no Python is
needed. ``docs/layouts.md`` has an example for each thing that a layout can say.

What belongs here: declarations, and the one engine that applies them. What does not: anything about one source in
Python, what a number means (``pipeline.figures``), whether a figure is plausible (``pipeline.checking.rules``).
"""

from pipeline.layouts.extraction import Extraction
from pipeline.layouts.extractor import extract
from pipeline.layouts.language import Layout
from pipeline.layouts.layout_files import LayoutError, load_layouts

__all__ = ["Extraction", "Layout", "LayoutError", "extract", "load_layouts"]
