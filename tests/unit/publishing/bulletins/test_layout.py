"""What comes from files is text and nothing else, on every page of the site."""

from __future__ import annotations

import pytest

from pipeline.publishing.bulletins.layout import MENU, render_page
from pipeline.publishing.bulletins.shown import Shown

HOSTILE = '<script>alert("1")</script><img src=x onerror=alert(1)>'


@pytest.mark.parametrize(
    ("template", "content"),
    [
        ("commitments.html", {"plans": [{"title": HOSTILE, "lines": []}]}),
        (
            "coverage.html",
            {
                "today": "",
                "sources": [
                    {
                        "title": HOSTILE,
                        "years": [],
                        "summaries": [
                            {
                                "year": 2021,
                                "due_on": HOSTILE,
                                "came": "",
                                "after": "",
                                "lacking": [{"status": "late", "words": HOSTILE, "regions": [(HOSTILE, HOSTILE)]}],
                            }
                        ],
                        "lines": [{"name": HOSTILE, "link": "", "cells": []}],
                    }
                ],
            },
        ),
        (
            "contradictions.html",
            {
                "kinds": [
                    {
                        "title": HOSTILE,
                        "lines": [
                            {
                                "message": HOSTILE,
                                "verdict": "",
                                "status": "",
                                "link": HOSTILE,
                                "sides": [{"text": HOSTILE, "place": HOSTILE, "publisher": HOSTILE, "link": ""}],
                            }
                        ],
                    }
                ]
            },
        ),
        (
            "changes.html",
            {
                "compared_with": HOSTILE,
                "of_day": HOSTILE,
                "kinds": [
                    {
                        "title": HOSTILE,
                        "about": HOSTILE,
                        "count": 1,
                        "has_figures": True,
                        "has_territories": True,
                        "has_places": True,
                        "lines": [
                            {
                                "label": HOSTILE,
                                "territory": HOSTILE,
                                "period": HOSTILE,
                                "old": Shown(HOSTILE, 1, HOSTILE),
                                "new": None,
                                "change": None,
                                "place": HOSTILE,
                                "message": HOSTILE,
                                "message_link": HOSTILE,
                            }
                        ],
                    }
                ],
            },
        ),
    ],
)
def test_a_hostile_text_is_shown_and_never_obeyed(template: str, content: dict[str, object]) -> None:
    page = render_page(template, title=HOSTILE, here="x.html", **content)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_every_page_forbids_scripts_and_the_network() -> None:
    page = render_page("commitments.html", title="Engagements", here=MENU["Engagements"], plans=[])
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert 'aria-current="page"' in page
    assert "http" not in page.replace("http-equiv", "")


def test_an_address_that_is_none_is_no_link() -> None:
    rows = [{"title": "T", "publisher": "P", "published_on": "1er mars 2026", "address": "javascript:alert(1)"}]
    content = {"release_id": "r", "as_of": "j", "submissions": 1, "observations": 1, "relations": []}
    page = render_page("method.html", title="Méthode", here="m", publications=rows, **content)
    assert 'href="javascript' not in page


def test_lines_do_not_end_before_a_colon() -> None:
    assert Shown("1").in_words == "1"
    page = render_page("commitments.html", title="A : b", here="", plans=[])
    assert "<h1>Engagements" in page
    assert "\u00a0: tels que publiés" in page
    assert "\u00a0" not in page.partition("<body>")[0]
