"""The command line, ``housing``: what an operator types and what a script reads.

``loading`` runs and goes back, ``asking`` reads the release, ``sending`` serves who sends workbooks,
``describing`` who describes a source, ``installing`` lays out an installation.

What belongs here: options, exit codes, how results are shown. What does not: any work of the flow.

Exit codes: 0 done; 1 done, and something was refused (``check``), differs (``verify``) or is not found; 2 wrong use, a
file that cannot be read (``check``) or written, or the warehouse is held by another run; 3 the audit failed and the
published release stays.
"""

from __future__ import annotations

import sys

import click

from pipeline.cli import asking, describing, installing, loading, sending
from pipeline.cli.common import AUDIT_FAILED, WRONG_USE, say_error
from pipeline.intake.ledger import LedgerDamagedError, UnknownSubmissionError
from pipeline.load import AuditFailedError
from pipeline.proof.verify import NothingPublishedError
from pipeline.warehouse.lock import WarehouseBusyError
from pipeline.warehouse.releases import UnknownReleaseError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="housing-activity-pipeline", prog_name="housing")
def commands() -> None:
    """Housing activity: from spreadsheets to published national and regional figures."""


for command in (*loading.COMMANDS, *asking.COMMANDS, *sending.COMMANDS, *describing.COMMANDS, *installing.COMMANDS):
    commands.add_command(command)


def main() -> None:
    """Run the command line; an error that is expected ends in one sentence and an exit code, never in a traceback."""
    try:
        commands(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(WRONG_USE)
    except AuditFailedError as error:
        say_error(error)
        sys.exit(AUDIT_FAILED)
    except (
        WarehouseBusyError,
        LedgerDamagedError,
        UnknownReleaseError,
        UnknownSubmissionError,
        NothingPublishedError,
        ValueError,
    ) as error:
        say_error(error)
        sys.exit(WRONG_USE)
