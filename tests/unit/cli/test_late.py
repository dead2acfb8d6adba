"""What a command imports: the heavy libraries only where it uses them."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from pipeline.cli import commands

HEAVY = {"polars", "duckdb", "pandera", "dagster", "jinja2", "rich", "apprise", "openpyxl", "xlsxwriter", "altair"}
_IMPORTED = """
import contextlib, sys
from pipeline.cli import commands
with contextlib.suppress(SystemExit):
    commands(sys.argv[1:])
print("imported:", *{name.partition(".")[0] for name in sys.modules})
"""


def imported_by(*arguments: str) -> set[str]:
    """Return the top packages that a command has imported when it ends."""
    run = subprocess.run([sys.executable, "-c", _IMPORTED, *arguments], capture_output=True, text=True, check=True)
    return set(run.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_imports_nothing_heavy(option: str) -> None:
    imported = imported_by(option)
    assert "click" in imported
    assert not imported & HEAVY


def test_help_says_of_each_command_what_the_command_says() -> None:
    context = click.Context(commands, info_name="housing")
    shown = CliRunner().invoke(commands, ["--help"]).output
    names = commands.list_commands(context)
    assert len(names) > 15
    for name in names:
        command = commands.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert f"  {name}  " in shown
        assert command.get_short_help_str(40).removesuffix("...") in shown


def test_an_unknown_command_is_named() -> None:
    result = CliRunner().invoke(commands, ["laod"])
    assert result.exit_code == 2
    assert "No such command 'laod'" in result.output
