"""Starting: Dagster on a person's machine, with its state beside the warehouse and nothing to warn of.

``python -m assets.starting --host 127.0.0.1 --port 3000`` is ``dagster dev`` with these options.

What belongs here: what has to stand before ``dagster dev`` starts. What does not: what it shows (``definitions``).
"""

import os
import sys
from pathlib import Path

import dagster as dg
from dagster._core.events import DagsterEventType

_SEEN = "EVENT_LOG_CONSUMER_CURSOR-{}"
"""Where Dagster keeps how far it has looked for runs to start once more; it warns where nothing is kept."""
_ENDS = (DagsterEventType.RUN_FAILURE, DagsterEventType.RUN_SUCCESS)
_SUPERSEDED = "ignore:Function `dev_command` is superseded"
"""``dg dev`` is a tool of developers, which installations do not have."""


def prepare(instance: dg.DagsterInstance) -> None:
    """Tell a new installation of Dagster that it has seen every run: there is none."""
    storage = instance.daemon_cursor_storage
    keys = {_SEEN.format(end.value) for end in _ENDS}
    missing = keys - storage.get_cursor_values(keys).keys()
    if missing and not instance.get_runs_count():
        storage.set_cursor_values(dict.fromkeys(missing, "0"))


def main() -> None:
    """Start ``dagster dev`` in place of this process, in the folder that ``dagster.yaml`` stands in."""
    home = os.environ.setdefault("DAGSTER_HOME", str(Path.cwd()))
    Path(home).mkdir(parents=True, exist_ok=True)
    with dg.DagsterInstance.get() as instance:
        prepare(instance)
    given = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = f"{given},{_SUPERSEDED}" if given else _SUPERSEDED
    program = Path(sys.executable).with_name("dagster")
    os.execv(program, [str(program), "dev", *sys.argv[1:]])  # noqa: S606  # nosec B606  # our own program


if __name__ == "__main__":
    main()
