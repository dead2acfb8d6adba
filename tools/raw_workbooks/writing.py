"""Writing: every workbook of ``raw/``, one after the other.

What belongs here: which workbooks there are, and saving them. What does not: how one is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.feedback.listing import save
from tools.raw_workbooks.accounting import account, write_account
from tools.raw_workbooks.activity import activity_workbook
from tools.raw_workbooks.agreements import agreements_workbook
from tools.raw_workbooks.commitments import commitments_workbook
from tools.raw_workbooks.declarations import read_declarations
from tools.raw_workbooks.facts import Facts, read_facts
from tools.raw_workbooks.pages import FactWorkbook, Place
from tools.raw_workbooks.population import population_workbook
from tools.raw_workbooks.shapes import Declarations
from tools.raw_workbooks.stock import statement_workbook, stock_workbook

RAW = Path(__file__).resolve().parents[2] / "raw"


def write(facts_folder: Path, raw: Path, accounted: Path) -> list[Path]:
    """Write every workbook into a folder and the account of the facts into a file; return the workbooks written."""
    facts, declared = read_facts(facts_folder), read_declarations()
    written: list[Path] = []
    placed: dict[str, list[Place]] = {}
    for name, workbook in workbooks(facts, declared):
        path = raw / name
        if path in written:
            raise SystemExit(f"two workbooks are declared for {name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        save(workbook, path)
        written.append(path)
        placed[name] = workbook.placed
    write_account(account(facts.facts, placed, declared.unplaced), accounted)
    return written


def workbooks(facts: Facts, declared: Declarations) -> Iterator[tuple[str, FactWorkbook]]:
    """Yield every workbook with the path at which it stands below ``raw/``."""
    for book in declared.books:
        yield book.path, activity_workbook(book, facts, declared)
    for name, plan in declared.commitments.plans.items():
        yield f"commitments/{name}.xlsx", commitments_workbook(plan, facts, declared)
    yield "agreements/registre-des-conventions.xlsx", agreements_workbook(facts, declared)
    for stock in declared.stocks:
        yield f"social_stock/{stock.name}.xlsx", stock_workbook(stock, facts, declared)
    for statement in declared.stock_statements:
        yield f"social_stock/{statement.name}.xlsx", statement_workbook(statement, facts, declared)
    yield "population/populations-legales-2021.xlsx", population_workbook(facts, declared)
