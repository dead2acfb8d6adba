"""The picture of a trial in a real browser: one sheet at a time, what is refused in place, nothing of a cell obeyed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from pipeline.cells.workbook import Workbook
from pipeline.layouts import extract, load_layouts
from pipeline.layouts.authoring.causes import Told, causes
from pipeline.layouts.authoring.picture import Pictured, as_page
from pipeline.layouts.authoring.preview import claims
from pipeline.rejections import Level
from tests.support.sheets import BLOCK, sheet
from tests.ui.conftest import FLAGS

HEAD = ["Indicateur", "Année", "Valeur", "Unité"]
HOSTILE = "<script>document.title = 'obeyed'</script><img src=x onerror=\"document.title = 'obeyed'\">"


@pytest.fixture
def page(tmp_path: Path, browser_path: str) -> Iterator[Page]:
    first = sheet("Activité", [*BLOCK, HEAD, ["Livraisons", 2021, 12], [HOSTILE, 2021, 12]])
    second = sheet("Activité <b>", [*BLOCK, HEAD, ["Livraisons", 2020, "12 34"]])
    book = Workbook("xlsx", [first, second])
    layout = load_layouts()["regional_return"]
    extraction = extract(book, layout)
    told = [Told(each.message(), is_refused=each.level is not Level.REMARK) for each in extraction.rejections]
    pictured = Pictured(HOSTILE, book.sheets, claims(book, layout, extraction), told, causes(told))
    (tmp_path / "page.html").write_text(as_page(HOSTILE, [pictured], [HOSTILE], "fr"), "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, headless=True, args=FLAGS)
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.goto((tmp_path / "page.html").as_uri())
        yield page
        browser.close()


def test_a_sheet_is_shown_at_a_time_and_a_refusal_leads_to_its_cell(page: Page) -> None:
    expect(page.locator(".pane:visible")).to_have_id("s1")
    page.locator(".tabs a").nth(1).click()
    expect(page.locator(".pane:visible")).to_have_id("s2")
    page.locator(".causes a[href='#s1-A7']").click()
    expect(page.locator(".pane:visible")).to_have_id("s1")
    expect(page.locator("#s1-A7 .why")).to_be_in_viewport()
    page.locator(".causes a[href='#s2-C6']").click()
    expect(page.locator(".pane:visible")).to_have_id("s2")


def test_the_sentence_of_a_refused_cell_is_read_by_hovering_by_keyboard_and_aloud(page: Page) -> None:
    cell = page.locator("td.refused").first
    said = cell.locator(".why").text_content() or ""
    assert said.startswith("refusé : Indicateur inconnu")
    assert said.removeprefix("refusé : ") in (cell.get_attribute("title") or "")
    expect(cell.locator(".why")).not_to_be_in_viewport()
    cell.focus()
    expect(cell.locator(".why")).to_be_in_viewport()
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert [each["id"] for each in found.response["violations"]] == []


def test_roles_are_filtered_and_no_cell_is_obeyed(page: Page) -> None:
    value = page.locator("#s1 td.value").first
    shown = value.evaluate("cell => getComputedStyle(cell).color")
    page.locator("#show-value").uncheck()
    assert value.evaluate("cell => getComputedStyle(cell).color") != shown
    assert page.locator("script, img").count() == 0
    assert page.title() == HOSTILE
    assert page.locator("#s1 td", has_text="obeyed").count() >= 1
