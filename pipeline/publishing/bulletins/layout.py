"""The frame of every page of the site: its menu, its style, the meaning of its marks.

What belongs here: what all pages have. What does not: what one shows.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from pipeline.publishing.bulletins.shown import page_name
from pipeline.vocabulary.html import render
from pipeline.vocabulary.mark_words import NOT_KNOWN, SIGNS, words

_FIXED = "\N{NO-BREAK SPACE}"
_BEFORE = re.compile(r" (?=[:;?!»])|(?<=«) ")
"""Spaces at which a line of French never ends."""
ROOM = "pipeline.publishing.bulletins"
MENU = {
    "France et régions": "index.html",
    "Indicateurs": page_name("indicateurs"),
    "Engagements": page_name("engagements"),
    "Qui a répondu": page_name("reponses"),
    "Contradictions": page_name("contradictions"),
    "Changements": page_name("changements"),
    "Méthode": page_name("methode"),
}


def render_page(template: str, /, **content: object) -> str:
    """Return a page as HTML, in the frame of the site; ``title`` is its title, ``here`` its own name."""
    signs = [(sign, words(mark)) for mark, sign in SIGNS.items()]
    page = render(ROOM, template, menu=MENU, css=_style(), signs=signs, not_known=NOT_KNOWN, **content)
    head, body = page.split("<body>", 1)
    return f"{head}<body>{_BEFORE.sub(_FIXED, body)}"


@cache
def _style() -> str:
    """Return the style sheet: it stands in each page, which can be sent alone."""
    return resources.files(ROOM).joinpath("templates", "site.css").read_text(encoding="utf-8")
