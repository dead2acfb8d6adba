"""The site of a release as readers see it: for everyone, on a telephone, in the dark and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.load import load
from pipeline.publishing.bulletins import make_bulletins
from pipeline.settings import Settings
from tests.ui.conftest import FLAGS

PAGES = (
    "index",
    "region-32",
    "region-94",
    "indicateur-social_stock",
    "indicateurs",
    "engagements",
    "reponses",
    "contradictions",
    "changements",
    "methode",
    "chiffre-households_housed-REG-32-2021",
)
TELEPHONE = {"width": 390, "height": 844}
DESK = {"width": 1100, "height": 900}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, browser_path: str) -> Path:
    assert browser_path  # without a browser nothing is made
    settings = Settings(warehouse=tmp_path_factory.mktemp("warehouse"), settle_seconds=0)
    load(settings)
    make_bulletins(settings)
    return settings.bulletins


@pytest.fixture(scope="module")
def browser(browser_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A reader; their colours and window may be given."""
    given: dict[str, Any] = getattr(request, "param", {})
    # what looks at a page must run in it; the page itself allows nothing
    context = browser.new_context(bypass_csp=True, **given)
    yield context.new_page()
    context.close()


def read_pages(folder: Path) -> list[str]:
    """The pages that are looked at: one of each kind."""
    return [*PAGES, min(folder.glob("contradiction-*.html")).stem]


def wrong(page: Page) -> list[str]:
    """What axe-core finds, with the first place of each."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found.response["violations"]]


@pytest.mark.parametrize(
    "reader",
    [
        {"viewport": DESK, "color_scheme": "light"},
        {"viewport": DESK, "color_scheme": "dark"},
        {"viewport": TELEPHONE, "color_scheme": "light"},
    ],
    indirect=True,
    ids=["light", "dark", "telephone"],
)
def test_everyone_can_read_it(folder: Path, reader: Page) -> None:
    for name in read_pages(folder):
        reader.goto((folder / f"{name}.html").as_uri())
        for details in reader.locator("details").all():
            details.evaluate("each => each.open = true")
        assert wrong(reader) == [], name


@pytest.mark.parametrize("reader", [{"viewport": TELEPHONE}], indirect=True)
def test_a_telephone_needs_no_sideways_scroll(folder: Path, reader: Page) -> None:
    for name in read_pages(folder):
        reader.goto((folder / f"{name}.html").as_uri())
        assert reader.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], name


def test_the_nation_and_each_region_are_two_pages_of_paper_at_most(folder: Path, reader: Page) -> None:
    for path in [folder / "index.html", *sorted(folder.glob("region-*.html"))]:
        reader.goto(path.as_uri())
        paper = reader.pdf(prefer_css_page_size=True, print_background=True)
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2, path.name


@pytest.mark.parametrize("reader", [{"color_scheme": "dark"}], indirect=True)
def test_paper_is_white_even_where_the_screen_is_dark(folder: Path, reader: Page) -> None:
    reader.goto((folder / "index.html").as_uri())
    colours = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    assert reader.evaluate(colours) == ["rgb(20, 23, 27)", "rgb(231, 234, 238)"]
    reader.emulate_media(media="print")
    assert reader.evaluate(colours) == ["rgb(255, 255, 255)", "rgb(27, 31, 36)"]


def test_each_picture_has_its_words_and_its_table(folder: Path, reader: Page) -> None:
    for name in ("index", "region-32", "indicateur-social_stock"):
        reader.goto((folder / f"{name}.html").as_uri())
        for figure in reader.locator("figure").all():
            svg = figure.locator("svg").first
            assert svg.get_attribute("aria-label") or svg.locator("title").first.text_content()
            assert figure.locator("table tbody tr").count() >= 1


def test_a_figure_leads_to_its_cell_without_a_server(
    folder: Path, reader: Page, request: pytest.FixtureRequest
) -> None:
    asked: list[str] = []
    reader.on("request", lambda each: asked.append(each.url))
    reader.goto((folder / "index.html").as_uri())
    reader.locator("svg.map a", has_text="Hauts-de-").click()
    reader.get_by_role("link", name="12 084").first.click()
    assert reader.locator("td.asked mark").text_content() == "12 084"
    assert all(url.startswith("file:") for url in asked)
    pictures: Path | None = request.config.getoption("--screenshots")
    if pictures is not None:
        reader.set_viewport_size({"width": 900, "height": 1000})
        reader.goto((folder / "region-32.html").as_uri())
        reader.screenshot(path=pictures / "bulletin.png")
        reader.locator("svg.map").screenshot(path=pictures / "tile-map.png")
