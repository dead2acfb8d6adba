"""What every command shares: where it prints, its exit codes, and how it shows how far it is.

What belongs here: printing. What does not: any command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from pipeline.cli.failing import WRONG_USE
from pipeline.cli.logs import log_sentence
from pipeline.vocabulary.typography import visible, writable

WIDE = 160
"""Columns where no terminal says how many it has, so that a log or a pipe holds whole lines."""


class _Console(Console):
    """A console on which texts of received files are shown and never obeyed."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(visible(writable(text)), **options)


def _console(*, stderr: bool) -> Console:
    console = _Console(stderr=stderr, soft_wrap=True, highlight=False)
    return console if console.is_terminal else _Console(stderr=stderr, soft_wrap=True, highlight=False, width=WIDE)


out = _console(stderr=False)
err = _console(stderr=True)


def say_error(sentence: str) -> None:
    """Print why a command could not do its work, or log it where logs are read by a machine."""
    if not log_sentence(sentence):
        err.print(sentence, style="red", markup=False)


def say_put_right(lines: Iterable[str]) -> None:
    """Print what was put right, or needs a look."""
    for line in lines:
        out.print(line, style="yellow", markup=False)


def say_hindered(line: str) -> None:
    """Print what could not be made beside a release that is published all the same."""
    say_put_right([line])


class WrongUseError(click.ClickException):
    """What was asked for cannot be done; the message says what can."""

    exit_code = WRONG_USE


@contextmanager
def writing(what: str, otherwise: str) -> Iterator[None]:
    """Let what the system says of a place that cannot be written end in one sentence.

    Args:
        what: what cannot be written, with its place.
        otherwise: what to do instead.
    """
    try:
        yield
    except OSError as error:
        raise WrongUseError(f"{what} cannot be written ({error.strerror or error}); {otherwise}") from error


def write_page(path: Path, text: str) -> None:
    """Write a text where it was asked for, whatever stands there, and make the folders that lack."""
    with writing(str(path), "give another place"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@contextmanager
def progress_bars(*, shown: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar for each long step, on a terminal only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not (shown and err.is_terminal)) as progress:
        bars: dict[str, Any] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in bars:
                bars[step] = progress.add_task(step, total=total)
            progress.update(bars[step], completed=done, total=total)

        yield tell
