"""One function for each way to read a workbook; each returns how much it has seen, so that it does read.

As a script: ``python -m tests.benchmarks.readers FUNCTION FILE`` prints the seconds it took and its peak memory in MB.
"""

from __future__ import annotations

import resource
import sys
import time
import zipfile
from pathlib import Path
from xml.parsers import expat

TITLES = {
    "by_expat": "unzip and expat, the limit",
    "by_calamine": "python-calamine",
    "by_pandas": "pandas with calamine",
    "by_openpyxl": "openpyxl",
    "by_us": "ours, cells only",
    "by_us_claimed": "ours, that it has no known table, as frames",
}


def by_expat(path: Path) -> int:
    """Inflate and scan the sheets and the shared strings, doing nothing with them: nobody who reads XML is faster."""
    seen = 0
    with zipfile.ZipFile(path) as source:
        for name in source.namelist():
            if name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml":
                parser = expat.ParserCreate()
                with source.open(name) as part:
                    parser.ParseFile(part)
                seen += parser.CurrentByteIndex
    return seen


def by_calamine(path: Path) -> int:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as book:
        return sum(len(row) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())


def by_pandas(path: Path) -> int:
    import pandas as pd

    return sum(frame.size for frame in pd.read_excel(path, sheet_name=None, header=None, engine="calamine").values())


def by_openpyxl(path: Path) -> int:
    import openpyxl

    book = openpyxl.load_workbook(path)
    return sum(cell.value is not None for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


def by_us(path: Path) -> int:
    from pipeline.cells.read_workbook import read_workbook
    from pipeline.settings import Limits

    return sum(len(sheet.cells) for sheet in read_workbook(path, Limits()).sheets)


def by_us_claimed(path: Path) -> int:
    from pipeline.layouts.frames import frames_of
    from pipeline.reading.files import ReceivedFile, read_file
    from pipeline.settings import Limits

    extraction = read_file(ReceivedFile(path, "regional_return", ("bretagne",), path.name), Limits())
    return sum(frame.height for frame in frames_of([extraction]).values())


def _peak_megabytes() -> float:
    """Return the peak of this process alone: what the parent used before it started this one is not counted."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


if __name__ == "__main__":
    _start = time.perf_counter()
    globals()[sys.argv[1]](Path(sys.argv[2]))
    sys.stdout.write(f"{time.perf_counter() - _start} {_peak_megabytes()}\n")
