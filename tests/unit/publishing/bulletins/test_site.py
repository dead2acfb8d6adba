"""The folder of the site: only what changed is made, the old one is whole until the new one is, and nothing is left."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.publishing.bulletins import site
from pipeline.publishing.bulletins.site import MANIFEST, Page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "bulletins"


def made(folder: Path, contents: dict[str, str], make: Callable[[str], str] = str) -> list[str]:
    """Make a site of pages, and return those that were made."""
    names: list[str] = []

    def page(name: str, text: str) -> Page:
        def write() -> str:
            names.append(name)
            return make(text)

        return Page(name, text, write)

    planned = site.plan(folder, folder.with_name("aside"), (page(*each) for each in contents.items()))
    if planned.is_due:
        site.carry_out(planned, lambda *_: None)
    return names


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}


def test_only_what_changed_is_made_and_what_stays_is_the_same_file(folder: Path) -> None:
    assert made(folder, {"a.html": "1", "b.html": "2"}) == ["a.html", "b.html"]
    stays = (folder / "a.html").stat().st_ino
    assert made(folder, {"a.html": "1", "b.html": "2"}) == []
    assert made(folder, {"a.html": "1", "b.html": "3"}) == ["b.html"]
    assert texts(folder) == {"a.html": "1", "b.html": "3"}
    assert (folder / "a.html").stat().st_ino == stays
    assert [path.name for path in folder.parent.iterdir()] == ["bulletins"]


def test_a_page_that_there_is_no_more_goes(folder: Path) -> None:
    made(folder, {"a.html": "1", "b.html": "2"})
    assert made(folder, {"a.html": "1"}) == []
    assert texts(folder) == {"a.html": "1"}


def test_a_page_that_was_removed_is_made_again(folder: Path) -> None:
    made(folder, {"a.html": "1", "b.html": "2"})
    (folder / "b.html").unlink()
    assert made(folder, {"a.html": "1", "b.html": "2"}) == ["b.html"]


@pytest.mark.parametrize("manifest", ["", "[1]", "{", None])
def test_without_a_whole_manifest_everything_is_made_again(folder: Path, manifest: str | None) -> None:
    made(folder, {"a.html": "1"})
    (folder / MANIFEST).write_text(manifest, encoding="utf-8") if manifest is not None else (folder / MANIFEST).unlink()
    assert made(folder, {"a.html": "1"}) == ["a.html"]
    assert set(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))) == {"a.html"}


def test_the_old_site_is_whole_while_the_new_one_is_made(folder: Path) -> None:
    made(folder, {"a.html": "1", "b.html": "1"})
    seen: list[dict[str, str]] = []

    def look(text: str) -> str:
        seen.append(texts(folder))
        return text

    made(folder, {"a.html": "2", "b.html": "2"}, look)
    assert seen == [{"a.html": "1", "b.html": "1"}] * 2
    assert texts(folder) == {"a.html": "2", "b.html": "2"}


def test_one_that_fails_leaves_the_old_site_and_nothing_else(folder: Path) -> None:
    made(folder, {"a.html": "1"})

    def fail(_: str) -> str:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        made(folder, {"a.html": "2"}, fail)
    assert texts(folder) == {"a.html": "1"}
    assert [path.name for path in folder.parent.iterdir()] == ["bulletins"]


def test_what_a_killed_one_left_is_thrown_away(folder: Path) -> None:
    aside = folder.with_name("aside")
    aside.mkdir()
    (aside / "half.html").write_text("<p>", encoding="utf-8")
    made(folder, {"a.html": "1"})
    assert texts(folder) == {"a.html": "1"}
    assert not aside.exists()


def test_the_folders_change_places_where_the_system_cannot_exchange_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "elsewhere")
    made(folder, {"a.html": "1"})
    made(folder, {"a.html": "2"})
    assert texts(folder) == {"a.html": "2"}
    assert [path.name for path in folder.parent.iterdir()] == ["bulletins"]


def test_a_file_in_place_of_the_folder_gives_way(folder: Path) -> None:
    folder.write_text("no folder", encoding="utf-8")
    made(folder, {"a.html": "1"})
    assert texts(folder) == {"a.html": "1"}
