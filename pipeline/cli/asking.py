"""Commands that read releases and what describes them: ``query``, ``explain``, ``diff``, ``dictionary``."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from pipeline.cli.common import WrongUseError, out, write_page
from pipeline.cli.failing import REFUSED
from pipeline.proof.contradictions_page import contradictions_page
from pipeline.proof.dictionary import data_dictionary
from pipeline.proof.diff import changes_between, two_releases
from pipeline.proof.explain import page
from pipeline.proof.questions_page import questions_page
from pipeline.proof.reasons_page import reasons_page
from pipeline.publishing.sentences import OF_THE_DATABASE
from pipeline.settings import Settings
from pipeline.vocabulary.words import fold


@click.command()
@click.argument("figure")
@click.argument("territory", default="")
@click.argument("period", default="")
@click.option("--json", "as_json", is_flag=True, help="Print the cells as JSON.")
@click.option("--html", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write a page that shows them.")
@click.option("--open", "is_opened", is_flag=True, help="Write the page, and open it when this is a terminal.")
def explain(
    figure: str,
    territory: str,
    period: str,
    as_json: bool,  # noqa: FBT001  # click passes flags by name
    path: Path | None,
    is_opened: bool,  # noqa: FBT001
) -> None:
    """Show the cells behind a figure of any relation: housing explain households_housed Hauts-de-France 2021.

    FIGURE is an indicator, or a column of a kpi relation such as aid_amount_per_aid_eur, of a territory and a period.
    It may also be a register (funding, target, agreement) or a name in it: a beneficiary, a line of a plan, a party. Of
    these, TERRITORY and PERIOD may be left out: housing explain funding Bretagne.

    The page shows each cell on its sheet, and the relations between; --open writes it to warehouse/explained/ unless
    --html says where.

    Exit 0: found; 1: nothing is known of it.
    """
    settings = Settings.from_environment()
    try:
        if path is None and not is_opened:
            _show("FROM audit.explain(?, ?, ?)", [figure, territory, period], as_json=as_json, as_records=True)
            return
        with _release(settings) as connection:
            text = page(connection, figure, territory, period)
    except duckdb.InvalidInputException as error:  # an unknown name: the macro says which are the nearest
        out.print(str(error).removeprefix("Invalid Input Error: "), markup=False, soft_wrap=True)
        sys.exit(REFUSED)
    if text is None:
        out.print("no rows")
        sys.exit(REFUSED)
    if path is None:
        name = "_".join(re.sub(r"[^a-z0-9]+", "-", fold(word)) for word in (figure, territory, period) if word)
        path = settings.warehouse / "explained" / f"{name}.html"
    write_page(path, text)
    out.print(f"Written: {path}", markup=False, soft_wrap=True)
    if is_opened and out.is_terminal:
        click.launch(str(path))


@click.command(context_settings={"ignore_unknown_options": True})  # SQL may begin with a comment, "-- which …"
@click.argument("sql")
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
def query(sql: str, as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Run SQL on the published release, read-only: housing query "FROM kpi.regional_latest".

    Rows that are too wide for the terminal are shown one below the other.
    """
    _show(sql, [], as_json=as_json, as_records=False)


def _show(sql: str, parameters: list[str], *, as_json: bool, as_records: bool) -> None:
    if not sql.strip().strip(";").strip():
        raise WrongUseError('there is no SQL to run; ask as in housing query "FROM kpi.regional_latest"')
    with _release(Settings.from_environment()) as connection:
        try:
            cursor = connection.execute(sql, parameters)
            names = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchall() if names else []
        except duckdb.Error as error:
            if isinstance(error, OF_THE_DATABASE) or (as_records and isinstance(error, duckdb.InvalidInputException)):
                raise
            raise WrongUseError(str(error)) from error
    _print(names, rows, as_json=as_json, as_records=as_records)


def _print(names: list[str], rows: list[tuple[Any, ...]], *, as_json: bool, as_records: bool) -> None:
    if as_json:
        records = [dict(zip(names, row, strict=True)) for row in rows]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2, default=str))
    elif not rows:
        out.print("no rows")
        sys.exit(REFUSED)
    elif as_records or not _fits(table := _table(names, rows)):
        _print_records(names, rows)
    else:
        out.print(table, markup=False)


@click.command()
@click.argument("before", default="")
@click.argument("after", default="")
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def diff(before: str, after: str, as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Show what release AFTER changes against release BEFORE: the last two, unless told; 'housing releases' lists them.

    The columns are those of audit.release_change, which tells the same of a release and the one before it.

    Exit 0: there are changes, or none; 1: there is no such release.
    """
    settings = Settings.from_environment()
    earlier, later = two_releases(settings, before, after)
    names, rows = changes_between(earlier, later, settings)
    if rows or as_json:
        _print(names, rows, as_json=as_json, as_records=True)
    else:
        out.print(f"{later.release_id} changes nothing against {earlier.release_id}.")


def _release(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open the published release, from which a query never reaches beyond: no other file, no extension, no network."""
    if not settings.release_file.exists():
        raise click.ClickException("nothing is published yet; run 'housing load' first")
    return duckdb.connect(settings.release_file, read_only=True, config={"enable_external_access": "false"})


def _table(names: list[str], rows: list[tuple[Any, ...]]) -> Table:
    table = Table()
    for name in names:
        table.add_column(name)
    for row in rows:
        table.add_row(*map(_shown, row))
    return table


def _fits(table: Table) -> bool:
    """Whether a table can be shown without cutting a word."""
    return Measurement.get(out, out.options.update(max_width=sys.maxsize), table).minimum <= out.width


def _shown(value: object) -> Text:
    """Return a value as it is shown: nothing for null, a whole number without a decimal point; never as markup."""
    if isinstance(value, float) and value.is_integer():
        return Text(str(int(value)))
    if isinstance(value, list):
        return Text(", ".join(map(str, value)))
    return Text("" if value is None else str(value))


def _print_records(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    for row in rows:
        table = Table(show_header=False)
        for name, value in zip(names, row, strict=True):
            if value is not None:
                table.add_row(name, _shown(value))
        out.print(table, markup=False)


@click.command()
@click.argument("page", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--reasons", "which", flag_value="reasons", help="What is refused and remarked, with examples.")
@click.option("--contradictions", "which", flag_value="contradictions", help="What the sources contradict.")
@click.option("--questions", "which", flag_value="questions", help="What analysts ask, and the answers.")
def dictionary(page: Path | None, which: str | None) -> None:
    """Write the data dictionary, made from the contracts, to PAGE: docs/data-dictionary.md where none is named.

    With --reasons, write that of the reasons instead, docs/reasons.md; with --contradictions, what the sources of the
    published release contradict, docs/contradictions.md; with --questions, what analysts ask it, docs/questions.md.
    """
    settings = Settings.from_environment()
    if which is None:
        text = data_dictionary(*settings.sql_folders)
    elif which == "reasons":
        text = reasons_page()
    else:
        with _release(settings) as release:
            is_of_questions = which == "questions"
            text = questions_page(release, *settings.sql_folders) if is_of_questions else contradictions_page(release)
    write_page(page or Path("docs", f"{which or 'data-dictionary'}.md"), text)


COMMANDS = (query, explain, diff, dictionary)
