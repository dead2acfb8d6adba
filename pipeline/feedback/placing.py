"""Putting a file where a person may have left one: what somebody has worked on is never written over.

What belongs here: the one way in which copies and templates get to their place. What does not: what they hold.
"""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path


def put_if_free(made: Path, target: Path) -> bool:
    """Put a file in its place; return whether it stands there, which it does not where there was another one."""
    if target.exists() or target.is_symlink():
        return target.is_file() and filecmp.cmp(made, target, shallow=False)
    target.parent.mkdir(parents=True, exist_ok=True)
    incoming = target.with_name(f".{target.name}.tmp")
    shutil.copyfile(made, incoming)
    incoming.replace(target)
    return True
