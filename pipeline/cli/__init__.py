"""The command line, ``housing``: what an operator types and what a script reads.

``loading`` runs, ``keeping`` goes back and proves, ``asking`` reads the release, ``status`` tells how things stand,
``publishing`` makes what readers get, ``sending`` serves who sends workbooks, ``describing`` who describes a source,
``installing`` lays out an installation, ``failing`` has the exit codes of each failure, whose sentence stands in
``pipeline.publishing.sentences``.

What belongs here: options, exit codes, how results are shown. What does not: any work of the flow.

Exit codes: 0 done; 1 something that this run read or tried was refused, is pending, differs or was not found; 2 wrong
use; 3 the audit failed or the release is held, and the published one stays; 4 another run holds the warehouse; 5 the
machine failed (disk, permission, damaged file, interruption).
"""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from pipeline.cli import asking, describing, installing, keeping, loading, publishing, sending, status
from pipeline.cli.common import say_error
from pipeline.cli.failing import ending_of, leave_quietly
from pipeline.cli.logs import begin_logs, log_sentence


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="housing-activity-pipeline", prog_name="housing")
def commands() -> None:
    """Housing activity: from spreadsheets to published national and regional figures."""


for module in (loading, keeping, status, asking, publishing, sending, describing, installing):
    for command in module.COMMANDS:
        commands.add_command(command)


def main() -> None:
    """Run the command line; whatever goes wrong ends in one sentence and an exit code, never in a traceback."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        # who started this wants it to go on (nohup, a scheduler); importing polars has put its own handler there
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    begin_logs()
    signal.signal(signal.SIGTERM, _interrupt)  # a machine that shuts down asks as Ctrl-C does
    try:
        commands(standalone_mode=False)
    except BrokenPipeError:
        leave_quietly()
    except click.ClickException as error:
        if not log_sentence(error.format_message()):
            error.show()
        sys.exit(error.exit_code)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last place where anything can be said
        code, sentence = ending_of(error)
        say_error(sentence)
        for line in getattr(error, "__notes__", ()):  # what was not told of it either
            say_error(line)
        sys.exit(code)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
