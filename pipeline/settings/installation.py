"""Where an installation stands: its home, and the folders of declarations, the product's and its own.

The *product* is what is installed: ``sources/``, ``reference/`` and ``sql/``, which nobody edits. An *installation* is
a folder of its own, the home, with ``raw/``, ``warehouse/`` and, if wanted, declarations that add to the product's. In
a clone both are one.

What belongs here: finding the home. What does not: making one (``cli.installing``), its folders (``variables``).
"""

from __future__ import annotations

import os
from pathlib import Path

PREFIX = "HOUSING_"
TRIAL = f"{PREFIX}TRIAL"
"""Set by a trial for the processes that it starts; nobody else sets it."""
MARK = "housing.toml"
"""The file by which ``housing init`` marks a home."""

_PACKAGE = Path(__file__).resolve().parents[1]
PRODUCT = next(folder for folder in (_PACKAGE / "product", _PACKAGE.parent) if (folder / "sources").is_dir())
"""The folder that holds the product's declarations: inside the installed package, or the clone."""
IS_CLONE = _PACKAGE.parent == PRODUCT


class SettingError(ValueError):
    """A setting cannot be used; the message names the variable, what it says, what is expected and what to do."""


def home() -> Path:
    """Return the folder of this installation.

    That is ``HOUSING_HOME``; unset, the nearest folder upwards that ``housing init`` marked; else the clone.

    Raises:
        SettingError: there is none.
    """
    found = _find_home()
    if found is None:
        raise SettingError(
            f"{Path.cwd()} is no installation and lies in none; make one with 'housing init .', or name one in "
            "HOUSING_HOME"
        )
    return found


def _find_home() -> Path | None:
    text = os.environ.get(f"{PREFIX}HOME", "")
    if text:
        folder = Path(text)
        if not folder.is_dir():
            raise SettingError(
                f"HOUSING_HOME={text!r}: no such folder; make it with 'housing init {text}', or unset it"
            )
        return folder.resolve()
    here = Path.cwd()
    marked = next((folder for folder in (here, *here.parents) if (folder / MARK).is_file()), None)
    return marked or (PRODUCT if IS_CLONE else None)


def declaration_folders(folder: str) -> tuple[Path, ...]:
    """Return the folders of one name that hold declarations: the product's, then the one that the home adds.

    ``declaration_folders("sources")`` is the product's ``sources/`` and, where there is a home that has one, its own.
    """
    product, here = PRODUCT / folder, _find_home()
    added = product if here is None else here / folder
    return (product, added) if added.is_dir() and added.resolve() != product.resolve() else (product,)


def is_trial() -> bool:
    """Whether this process tries something out in a home that lasts as long (``housing layout test``)."""
    return bool(os.environ.get(TRIAL))
