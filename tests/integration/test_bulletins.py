"""The whole site of the release of ``raw/``: every link leads somewhere, every figure is that of SQL."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.proof.explain import explain, rows
from pipeline.publishing.bulletins import renew_bulletins
from pipeline.publishing.bulletins.cell_pages import cells_of_figures
from pipeline.publishing.bulletins.content import Content
from pipeline.publishing.bulletins.make import Made, make_site
from pipeline.publishing.bulletins.shown import cell_page
from pipeline.publishing.bulletins.site import MANIFEST
from pipeline.settings import Settings
from tests.integration.conftest import Housing
from tests.support.pages import Seen, seen
from tests.support.workbooks import regional_return

DAY = date(2026, 11, 27)
_SCALES = {"M€": 1e6, "Md€": 1e9}
_TEXT = re.compile(r"(?P<sign>[−+]?)\u202f?(?P<number>[0-9\u202f]+(?:,[0-9]+)?)(?:\u00a0(?P<unit>M€|Md€|€|%|‰|.*))?$")
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, release: duckdb.DuckDBPyConnection) -> Path:
    folder = tmp_path_factory.mktemp("site") / "bulletins"
    made = make_site(release, folder, folder.with_name("aside"), DAY)
    assert made.pages == made.written > 500
    return folder


@pytest.fixture(scope="module")
def annual(release: duckdb.DuckDBPyConnection) -> Rows:
    return rows(release, "FROM kpi.annual", [])


@cache
def page(path: Path) -> Seen:
    return seen(path.read_text(encoding="utf-8"))


def pages(folder: Path) -> dict[str, Seen]:
    return {path.name: page(path) for path in sorted(folder.glob("*.html"))}


def as_number(text: str) -> float:
    """The number that a French text says, whatever hedge stands before it."""
    found = _TEXT.search(text.replace("environ ", "").replace("plus de ", "").replace("moins de ", ""))
    assert found, text
    value = float(found["number"].replace("\u202f", "").replace(",", "."))
    return value * _SCALES.get(found["unit"] or "", 1) * (-1 if found["sign"] == "−" else 1)


def test_there_is_a_page_for_each_territory_indicator_and_figure(folder: Path, annual: Rows) -> None:
    names = set(pages(folder))
    assert {cell_page(row) for row in annual} <= names
    assert {f"indicateur-{row['indicator']}.html" for row in annual} <= names
    assert len([name for name in names if name.startswith("region-")]) == 18
    assert {"index.html", "reponses.html", "contradictions.html", "changements.html", "engagements.html"} <= names


def test_every_tag_is_closed_and_every_link_leads_to_a_page(folder: Path) -> None:
    found = pages(folder)
    assert {name: each.wrong for name, each in found.items() if each.wrong} == {}
    for name, each in found.items():
        inside = [link for link in each.links if not link.startswith("http")]
        targets = [link.partition("#") for link in inside]
        assert [link for link, _, _ in targets if link and link not in found] == [], name
        assert [part for link, _, part in targets if not link and part not in each.ids] == [], name
        assert "script" not in each.tags
        assert len(each.ids) == len(set(each.ids)), name


def test_every_figure_that_is_shown_is_that_of_sql(folder: Path, annual: Rows) -> None:
    of_page = {cell_page(row): row for row in annual}
    names = ("value", "change_percent", "change_on_last_percent", "rank", "share_percent")
    shown = 0
    for name, each in pages(folder).items():
        for link, value, text in each.figures:
            if link in of_page and not name.startswith("indicateur-"):
                assert value in {of_page[link][column] for column in names}, (name, link)
            if not text.startswith("entre "):
                said = re.sub(r"^au moins |(?:er|e)$| par an$", "", text)
                assert as_number(said) == pytest.approx(value, abs=0.051), (name, link, text)
            shown += 1
    assert shown > 1000


def test_every_known_figure_stands_on_the_page_of_its_indicator_and_no_partial_sum_does(
    folder: Path, annual: Rows
) -> None:
    found = pages(folder)
    for row in annual:
        stands = [
            value for link, value, _ in found[f"indicateur-{row['indicator']}.html"].figures if link == cell_page(row)
        ]
        assert (row["value"] in stands) is (row["value"] is not None), row


def leads(folder: Path, name: str) -> None:
    """Every figure of a page leads to a place that there is; nothing with digits stands there without a link."""
    of_page = page(folder / name)
    assert of_page.bare == [], name
    assert [text for link, _, text in of_page.figures if not link] == [], name
    for link in of_page.links:
        file, _, place = link.partition("#")
        assert not place or place in page(folder / (file or name)).ids, (name, link)


def test_both_sides_of_a_contradiction_lead_to_their_cells(folder: Path, release: duckdb.DuckDBPyConnection) -> None:
    leads(folder, "contradictions.html")
    text = (folder / "contradictions.html").read_text(encoding="utf-8")
    found = rows(release, "SELECT left_text, right_text, right_cell_ids FROM audit.contradiction", [])
    assert text.count('class="sentence" href="contradiction-') == len(found)
    sides = re.findall(r'href="(contradiction-[0-9a-f]+\.html)#(cellule-[0-9]+)">([^<]+)</a>', text)
    assert len(sides) >= 2 * len(found)
    sums = {len(row["right_cell_ids"]) for row in found if row["right_text"] is None}
    assert max(sums) > 1
    shown = 0
    for name, place, said in sides:
        _, _, section = (folder / name).read_text(encoding="utf-8").partition(f'<section id="{place}">')
        shown += f"<mark>{said}</mark>" in section.partition("</section>")[0]
    # a sum is the text of none of its cells
    assert shown == len(sides) - sum(row["right_text"] is None for row in found)


def test_each_vintage_of_a_revised_figure_leads_to_its_own_cell(folder: Path) -> None:
    text = (folder / "indicateur-approvals.html").read_text(encoding="utf-8").partition('id="revisions"')[2]
    found = re.findall(r'href="(revision-[0-9a-f]+\.html)#cellule-1"><data value="[^"]*">([^<%]*)<', text)
    assert {"48\u202f538", "48\u202f575"} <= {shown for _, shown in found}
    for name, shown in found:
        written = re.findall("<mark>([^<]*)</mark>", (folder / name).read_text(encoding="utf-8"))
        assert as_number(shown) == as_number(written[0].replace(" ", "\u202f"))


def test_every_figure_of_every_page_leads_to_its_cell(folder: Path) -> None:
    for name, of_page in pages(folder).items():
        assert [text for link, _, text in of_page.figures if not link] == [], name


def test_the_cells_behind_a_figure_are_those_of_explain(release: duckdb.DuckDBPyConnection, annual: Rows) -> None:
    found = cells_of_figures(Content(release, DAY))
    for row in annual[::40]:
        year = str(row["year"])
        cells = found["kpi.annual", row["indicator"], row["territory_id"], year]
        expected = {cell["observation_id"] for cell in explain(release, row["indicator"], row["territory_id"], year)}
        of_year = {cell["observation_id"] for cell in cells}
        assert of_year <= expected
        assert {row["stated_observation_id"], *(row["parts_observation_ids"] or ())} - {None} <= of_year


def test_the_page_of_a_figure_shows_its_cell_as_written(folder: Path) -> None:
    text = (folder / "chiffre-households_housed-REG-32-2021.html").read_text(encoding="utf-8")
    assert "<mark>8 311</mark>" in text
    assert "regional_return/hauts-de-france/" in text


def test_what_changed_is_made_alone(
    folder: Path, release: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory
) -> None:
    aside = tmp_path_factory.mktemp("aside") / "aside"
    made = make_site(release, folder, aside, DAY)
    assert made == Made(made.pages, 0)
    later = make_site(release, folder, aside, date(2031, 1, 1))
    assert 0 < later.written < 60  # who is late and how far commitments are; no page of a figure
    assert make_site(release, folder, aside, DAY).written == later.written
    assert (folder / MANIFEST).is_file()


def test_a_site_that_cannot_be_made_is_one_line(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    assert renew_bulletins(settings, said.append) is None
    assert len(said) == 1
    assert said[0].startswith("The bulletins were not made")
    settings.warehouse.mkdir(exist_ok=True)
    settings.release_file.touch()  # what nobody foresaw says no more than what is so
    monkeypatch.setattr("pipeline.publishing.bulletins.make.duckdb.connect", lambda *_, **__: 1 / 0)
    assert renew_bulletins(settings, said.append) is None
    assert "ZeroDivisionError" in said[1]
    assert said[1].endswith("The release is published all the same.")
    assert "Nothing of this run" not in said[1]
    assert [line for line in said if "\n" in line] == []


def test_a_region_reads_on_its_page_what_everybody_reads_of_it(
    folder: Path, release: duckdb.DuckDBPyConnection
) -> None:
    found = rows(release, "FROM audit.coverage_on($1) WHERE is_expected AND year >= 2018", [DAY])
    everybody = (folder / "reponses.html").read_text(encoding="utf-8")
    assert "regional_return" not in everybody  # a source has its name, not its code
    assert len({row["status"] for row in found}) > 1
    for year in {row["year"] for row in found}:
        of_year = everybody.partition(f"<h3>Activité {year},")[2].partition("<h3")[0]
        for row in (each for each in found if each["year"] == year):
            page_of_region = (folder / f"region-{row['region_code']}.html").read_text(encoding="utf-8")
            (state,) = re.findall(rf'<th scope="row">{year}</th><td(?: class="late")?>([^<]*)</td>', page_of_region)
            is_named = f'href="region-{row["region_code"]}.html"' in of_year
            assert (state == "en retard", is_named) == (row["status"] == "late", row["status"] != "accepted"), row


def test_a_file_that_was_refused_as_a_whole_is_told_with_its_region(settings: Settings, housing: Housing) -> None:
    bretagne = [("Ménages logés", 2020, "1 234", "ménages")]
    regional_return(settings.raw / "regional_return" / "bretagne" / "bilan.xlsx", bretagne)
    broken = settings.raw / "regional_return" / "corse" / "bilan.xlsx"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"PK\x03\x04 no workbook")
    housing("load")
    assert housing("bulletin").returncode == 0
    text = (settings.bulletins / "reponses.html").read_text(encoding="utf-8")
    refused = re.findall(r'<li><span class="rejected">Reçu et refusé en entier</span> \(1\)\s: (.*)</li>', text)
    assert refused == ['<a href="region-94.html">Corse</a>']
    assert "1 région sur 18" in text


def test_what_changed_leads_to_the_cells_of_both_releases(settings: Settings, housing: Housing) -> None:
    path = settings.raw / "regional_return" / "bretagne" / "bilan.xlsx"
    before = [("Ménages logés", 2021, "1 234", "ménages"), ("Réhabilitations", 2021, "plus de 70", "logements")]
    regional_return(path, before)
    housing("load")
    later = [("Ménages logés", 2021, "1 342", "ménages"), ("Livraisons", 2021, "58", "logements")]
    later.append(("Réhabilitations", 2021, "93 (p)", "logements"))
    regional_return(path, [*later, ("Mises en chantier", 2021, "12 et quelques", "logements")])
    housing("load")
    done = housing("bulletin")
    assert done.returncode == 0, done.stderr
    leads(settings.bulletins, "changements.html")
    found = {text: link for link, _, text in page(settings.bulletins / "changements.html").figures}
    assert {"1\u202f234", "1\u202f342", "58"} <= set(found)
    # what is hedged or not final is so here too
    assert "93</data></a>&nbsp;<abbr" in (settings.bulletins / "changements.html").read_text(encoding="utf-8")
    expected = {"1\u202f234": "1 234", "1\u202f342": "1 342", "58": "58", "plus de 70": "plus de 70", "93": "93 (p)"}
    for shown, written in expected.items():
        name, _, place = found[shown].partition("#")
        _, _, section = (settings.bulletins / name).read_text(encoding="utf-8").partition(f'id="{place}"')
        assert f"<mark>{written}</mark>" in section.partition("</section>")[0]
    text = (settings.bulletins / "changements.html").read_text(encoding="utf-8")
    refused = re.search(r'href="(changement-[^"#]+)#cellule-1">[^<]*12 et quelques', text)
    assert refused
    assert "<mark>12 et quelques</mark>" in (settings.bulletins / refused[1]).read_text(encoding="utf-8")
    headings = re.findall(r'<h2 id="k[0-9]+">(.*) \([0-9]+\)</h2>', text)
    assert not set(headings) & set(re.findall("<caption>(.*)</caption>", text))


def test_the_command_makes_it_of_what_is_published(settings: Settings, housing: Housing) -> None:
    assert housing("bulletin").returncode == 1
    path = settings.raw / "regional_return" / "bretagne" / "bilan.xlsx"
    rows_of = [("Ménages logés", 2021, "1 234", "ménages"), ("Agréments", 2021, "77", "logements")]
    regional_return(path, rows_of, below=("Note : <script>alert(1)</script>",))
    assert housing("load").returncode in {0, 1}
    assert not settings.bulletins.exists()
    done = housing("bulletin")
    assert (done.returncode, done.stderr) == (0, "")
    assert "index.html" in done.stdout
    text = (settings.bulletins / "region-53.html").read_text(encoding="utf-8")
    assert "1\u202f234" in text
    assert all("<script" not in each.read_text(encoding="utf-8") for each in settings.bulletins.glob("*.html"))
    assert '"written": 0' in housing("bulletin", "--json").stdout
