"""A group of commands whose modules are imported late: when one of them is asked for.

What is shown of all of them, a sentence each, is read off their modules without running those.

What belongs here: finding commands. What does not: which there are (``pipeline.cli``).
"""

from __future__ import annotations

import ast
import signal
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click


class LateGroup(click.Group):
    """A group that knows of each command only its name and the module that has it among its ``COMMANDS``."""

    def __init__(self, *arguments: Any, modules: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._modules = modules

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of the commands."""
        return sorted(self._modules)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Return a command; ``None`` where there is none of that name."""
        if name not in self._modules:
            return None
        found: tuple[click.Command, ...] = import_module(self._modules[name]).COMMANDS
        if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
            # who started this wants it to go on (nohup, a scheduler); importing polars has put its own handler there
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        return next(command for command in found if command.name == name)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the name of each command and the beginning of its help."""
        helps = {name: text for module in set(self._modules.values()) for name, text in _helps(module)}
        names = self.list_commands(context)
        room = formatter.width - 6 - max(map(len, names))
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, click.Command(name, help=helps[name]).get_short_help_str(room)) for name in names]
            )


def _helps(module: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the help of each command that a module's functions are made; those of a group are its own."""
    spec = find_spec(module)
    tree = ast.parse(Path(spec.origin).read_bytes()) if spec and spec.origin else ast.Module([], [])
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            for decorator in function.decorator_list:
                match decorator:
                    case ast.Call(func=ast.Attribute(ast.Name("click"), "command" | "group"), args=arguments):
                        named = [each.value for each in arguments if isinstance(each, ast.Constant)]
                        yield str(named[0]) if named else function.name, ast.get_docstring(function) or ""
