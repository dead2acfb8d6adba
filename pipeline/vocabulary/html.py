"""Pages: templates in files, filled so that no text of a received file is ever anything but text.

What belongs here: how a template is found and filled. What does not: what a page shows (its room has the template).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where a page is filled
    from jinja2 import Environment


def render(room: str, template: str, **content: object) -> str:
    """Return a page as HTML: ``render("pipeline.proof", "figure.html", title="…")``.

    Args:
        room: the package whose folder ``templates`` holds the template.
        template: the name of its file.
        content: what it shows; every text is escaped.
    """
    return _environment(room).get_template(template).render(**content)


@cache
def _environment(room: str) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(room),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
