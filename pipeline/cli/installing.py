"""The command that lays out an installation: ``init``.

What belongs here: the folders of a home and what stands in them at first. What does not: what the product declares.
"""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.common import out, writing
from pipeline.reading.files import known_layouts
from pipeline.settings import MARK, PRODUCT
from pipeline.vocabulary.territories import current_regions

_MARK_TEXT = """\
# This folder is an installation of the housing activity pipeline: commands that start in it, or below it, use its raw/
# and its warehouse/. What stands in sources/, reference/ and sql/ here adds to what the product declares.
"""
_DG_TEXT = """\
# By this file `dg`, started in this folder, finds the definitions.
directory_type = "project"

[project]
# a folder in which dg looks for components of its own; there are none
root_module = "sources"
defs_module = "sources"
code_location_name = "housing"
code_location_target_module = "assets.definitions"
"""
_WORKSPACE_TEXT = """\
# By this file `dagster dev`, started in this folder, finds the definitions.
load_from:
  - python_module:
      module_name: assets.definitions
      location_name: housing
"""
_READMES = {
    "raw": "Workbooks as received: `raw/<source>/…`, `raw/regional_return/<region>/…`. Nothing here is ever changed.\n",
    "sources": "Sources of this installation, one TOML file each; `housing layout new FILE` proposes one.\n",
    "reference": "Indicators, territories and reasons of this installation, in files named as those of the product.\n",
    "sql": "Relations and checks of this installation: `kpi/<name>.sql`, `checks/<name>.sql`, `examples/<name>.sql`.\n",
}


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Lay out an installation in FOLDER: raw/ with a folder for each source, warehouse/, and room for declarations.

    What stands there already is left as it is; a folder that is an installation already is completed.
    """
    with writing(str(folder), "give another folder"):
        made = _lay_out(folder)
    for path in made:
        out.print(f"  {path}", markup=False, soft_wrap=True)
    out.print(f"{folder} is an installation. Put workbooks into {folder / 'raw'}, then: housing load", markup=False)


def _lay_out(home: Path) -> list[Path]:
    """Make the folders and files that lack, and return them."""
    made: list[Path] = []
    files = {
        MARK: _MARK_TEXT,
        "dg.toml": _DG_TEXT,
        "workspace.yaml": _WORKSPACE_TEXT,
        **{f"{name}/README.md": text for name, text in _READMES.items()},
        "dagster.yaml": (PRODUCT / "dagster.yaml").read_text(encoding="utf-8"),
        "warehouse/README.md": (PRODUCT / "warehouse" / "README.md").read_text(encoding="utf-8"),
    }
    for source, layout in known_layouts().items():
        regions = [region.slug for region in current_regions()] if layout.partition == "region" else [""]
        for region in regions:
            (home / "raw" / source / region).mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = home / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            made.append(path)
    return made


COMMANDS = (init,)
