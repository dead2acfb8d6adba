"""Commands that read the published release and what describes it: ``query``, ``explain``, ``dictionary``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.table import Table

from pipeline.cli.common import REFUSED, out
from pipeline.dictionary import data_dictionary
from pipeline.settings import Settings


@click.command()
@click.argument("indicator")
@click.argument("territory")
@click.argument("period")
@click.option("--json", "as_json", is_flag=True, help="Print the cells as JSON.")
def explain(indicator: str, territory: str, period: str, as_json: bool) -> None:  # noqa: FBT001  # click
    """Show the cells behind a figure: housing explain households_housed Hauts-de-France 2021."""
    _show("FROM audit.explain(?, ?, ?)", [indicator, territory, period], as_json=as_json, transposed=True)


@click.command()
@click.argument("sql")
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
def query(sql: str, as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Run SQL on the published release, read-only: housing query "FROM kpi.regional_latest"."""
    _show(sql, [], as_json=as_json, transposed=False)


def _show(sql: str, parameters: list[str], *, as_json: bool, transposed: bool) -> None:
    settings = Settings.from_environment()
    if not settings.published.exists():
        raise click.ClickException("nothing is published yet; run 'housing load' first")
    # a query never reaches beyond the release: no other file, no extension, no network
    with duckdb.connect(settings.published, read_only=True, config={"enable_external_access": "false"}) as connection:
        try:
            cursor = connection.execute(sql, parameters)
            names = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        told = [dict(zip(names, row, strict=True)) for row in rows]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    elif not rows:
        out.print("no rows")
        sys.exit(REFUSED)
    elif transposed:
        _print_records(names, rows)
    else:
        _print_rows(names, rows)


def _print_rows(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    table = Table()
    for name in names:
        table.add_column(name)
    for row in rows:
        table.add_row(*map(_shown, row))
    out.print(table, markup=False)


def _shown(value: object) -> str:
    """Return a value as text: nothing for null, a whole number without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _print_records(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    for row in rows:
        table = Table(show_header=False)
        for name, value in zip(names, row, strict=True):
            table.add_row(name, _shown(value))
        out.print(table, markup=False)


@click.command()
@click.argument("page", type=click.Path(dir_okay=False, path_type=Path), default=Path("docs/data-dictionary.md"))
def dictionary(page: Path) -> None:
    """Write the data dictionary, made from the contracts, to PAGE."""
    page.write_text(data_dictionary(Settings.from_environment().sql), encoding="utf-8")


COMMANDS = (query, explain, dictionary)
