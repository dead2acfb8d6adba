"""A command does not look through all that it imports for garbage."""

from __future__ import annotations

import subprocess
import sys

_LOOKS = """
import gc, sys
looks = []
gc.callbacks.append(lambda phase, told: looks.append(told) if phase == "start" else None)
from pipeline.cli import main
del looks[:]
sys.argv = ["housing", "load", "--help"]
try:
    main()
except SystemExit:
    pass
print("looks:", len(looks))
"""


def test_what_a_command_imports_is_not_looked_through_again_and_again() -> None:
    told = subprocess.run([sys.executable, "-c", _LOOKS], capture_output=True, text=True, check=True).stdout
    assert int(told.rpartition("looks:")[2]) < 10
