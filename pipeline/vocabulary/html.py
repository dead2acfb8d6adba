"""Pages: templates in files, filled so that no text of a received file is ever anything but text.

What belongs here: how a template is found and filled. What does not: what a page shows (its room has the template).
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


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
    return Environment(
        loader=PackageLoader(room),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
