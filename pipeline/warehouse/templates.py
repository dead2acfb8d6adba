"""The templates of ``sql/``: each file is rendered by Jinja before anything of it is read, header and statement alike.

A template sees data and nothing else (``TemplateData``), so that what is declared once, such as the columns of the
scorecard, need not be written again in each statement that has them. Macros stand in ``sql/macros/`` and are imported
from there: ``{% from 'macros/sums.sql' import at_least %}``.

What belongs here: rendering, and what a template sees. What does not: reading a header (``relations``).
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.vocabulary.indicators import indicators, scorecard
from pipeline.vocabulary.ratios import Ratio, ratios


@dataclass(frozen=True, slots=True)
class Kpi:
    """One table of ``sql/kpi``: how its figures lead to cells, as its own header says."""

    name: str
    """The qualified name, ``kpi.regional``."""
    lineage: str
    """A SELECT of the links: ``figure, territory_level, territory_code, period, item, figure_value, role,
    observation_id``."""
    shown: str
    """A SELECT of what it shows: ``figure, territory_level, territory_code, period`` (null for any), ``item, role``
    (``any`` for any) and ``cells``, the number that there must be at least behind the figure."""
    numbers: tuple[str, ...]
    """Its columns of numbers that identify no row: where one is filled, a figure is shown."""


@dataclass(frozen=True, slots=True)
class TemplateData:
    """What a template of ``sql/`` sees, by these names; all of it is declared elsewhere, once."""

    scorecard: tuple[str, ...]
    """Codes of the indicators that are columns of ``kpi.regional``, in order (``reference/indicators.toml``)."""
    counted: frozenset[str]
    """Codes of the indicators that count things, whose figures are whole."""
    ratios: tuple[Ratio, ...]
    """The ratios and changes of ``kpi.regional``, in the order of its columns (``reference/ratios.toml``)."""
    kpis: tuple[Kpi, ...] | None = None
    """The tables of ``sql/kpi`` (their headers); ``None`` in these files themselves, where the name is not defined."""


def template_data() -> TemplateData:
    """Return what the references declare."""
    counted = frozenset(indicator.code for indicator in indicators().values() if indicator.is_count)
    return TemplateData(scorecard=scorecard(), counted=counted, ratios=ratios())


class Templates:
    """The templates of some folders, the product's first, each read once."""

    def __init__(self, *folders: Path) -> None:
        self._macros = ", ".join(str(folder / "macros") for folder in folders)
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folders),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # what is rendered is SQL
        )

    def render(self, name: str, path: Path, seen: TemplateData) -> str:
        """Return a file with its template filled in: ``name`` is its path below its folder.

        Raises:
            ValueError: the template is wrong or names what there is not; the message says where, and what to do.
        """
        names = {name: value for name in TemplateData.__slots__ if (value := getattr(seen, name)) is not None}
        try:
            return self._environment.get_template(name).render(names)
        except TemplateError as error:
            raise ValueError(
                f"{_place(path, error)}: the template cannot be filled in: {error.message or type(error).__name__}. "
                f"Correct it; a template sees {', '.join(names)} and the macros of {self._macros}"
            ) from error


def _place(path: Path, error: TemplateError) -> str:
    """Return the file and line of an error: of the macro where one is to blame, else of the template."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or path}, line {error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".sql")]
    return f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else str(path)
