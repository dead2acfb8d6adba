"""The command line, ``housing``: what an operator types and what a script reads.

``loading`` runs, ``keeping`` goes back and proves, ``asking`` reads the release, ``status`` tells how things stand,
``publishing`` makes what readers get, ``sending`` serves who sends workbooks, ``describing`` who describes a source,
``installing`` lays out an installation, ``migrating`` moves one, ``failing`` has the exit codes of each failure, whose
sentence stands in ``pipeline.publishing.sentences``.

A command's module is imported when the command is asked for: who asks for help does not wait for a database.

What belongs here: options, exit codes, how results are shown. What does not: any work of the flow.

Exit codes: 0 done; 1 something that this run read or tried was refused, is pending, differs or was not found; 2 wrong
use; 3 the audit failed or the release is held, and the published one stays; 4 another run holds the warehouse; 5 the
machine failed (disk, permission, damaged file, interruption).
"""

from __future__ import annotations

import gc
import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from pipeline.cli.late import LateGroup
from pipeline.cli.logs import begin_logs, log_sentence

_WHERE = {
    "loading": ("load", "receive", "rebuild"),
    "keeping": ("verify", "releases", "rollback", "accept", "withdraw", "restore"),
    "status": ("status",),
    "asking": ("query", "explain", "diff", "dictionary"),
    "publishing": ("note", "bulletin", "export", "lake"),
    "sending": ("check", "template"),
    "describing": ("layout",),
    "installing": ("init",),
    "migrating": ("migrate",),
}
"""The commands of each module."""
_COLLECT_AFTER = 20_000
"""How many objects are made before Python looks for garbage among them, else 700: what is imported is there to stay,
and looking through it again and again took a twentieth of a load."""


@click.group(
    cls=LateGroup,
    modules={name: f"{__name__}.{module}" for module, names in _WHERE.items() for name in names},
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="housing-activity-pipeline", prog_name="housing")
def commands() -> None:
    """Housing activity: from spreadsheets to published national and regional figures."""


def main() -> None:
    """Run the command line; whatever goes wrong ends in one sentence and an exit code, never in a traceback."""
    begin_logs()
    gc.set_threshold(_COLLECT_AFTER)
    signal.signal(signal.SIGTERM, _interrupt)  # a machine that shuts down asks as Ctrl-C does
    try:
        commands(standalone_mode=False)
    except BrokenPipeError:
        sys.stderr.close()  # whoever reads what is printed has gone away, as head does
        sys.exit(0)
    except click.ClickException as error:
        if not log_sentence(error.format_message()):
            error.show()
        sys.exit(error.exit_code)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last place where anything can be said
        from pipeline.cli.common import say_error
        from pipeline.cli.failing import ending_of

        code, sentence = ending_of(error)
        say_error(sentence)
        for line in getattr(error, "__notes__", ()):  # what was not told of it either
            say_error(line)
        sys.exit(code)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
