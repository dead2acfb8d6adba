"""Readings that are made and cached many at a time: each is what it would be alone. Every figure is invented."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipeline.intake import read_ledger, receive
from pipeline.intake.archive import sha256_of
from pipeline.layouts.products import PRODUCTS
from pipeline.reading import cache as cache_of_readings
from pipeline.reading import submissions as extractions
from pipeline.reading.cache import CacheDamagedError, ReadingCache, ReadingTask, fetch, read_into
from pipeline.reading.files import ReceivedFile
from pipeline.reading.submissions import read_submissions
from pipeline.rejections import FileRefusedError
from pipeline.settings import Limits, Settings
from tests.support.workbooks import regional_return

LIMITS = Limits()
TABLES = (*PRODUCTS, "cell", "part", "rejection")


def reading(path: Path, key: str) -> ReadingTask:
    return ReadingTask(key, ReceivedFile(path, "regional_return", ("bretagne",), path.name), sha256_of(path))


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Return three returns, of which the second is none."""
    found = [tmp_path / f"{number}.xlsx" for number in range(3)]
    for number, path in enumerate(found):
        regional_return(
            path, [("Livraisons", 2021, 10 + number, "logements"), ("Agréments", 2021, number, "logements")]
        )
    found[1].write_bytes(b"%PDF-1.7")
    return found


def test_what_is_read_together_is_what_each_gives_alone(paths: list[Path], tmp_path: Path) -> None:
    read_into(tmp_path / "together", [reading(path, path.stem) for path in paths], LIMITS)
    for path in paths:
        read_into(tmp_path / "alone", [reading(path, path.stem)], LIMITS)
    together, alone = ReadingCache(tmp_path / "together").readings, ReadingCache(tmp_path / "alone").readings
    assert together.keys() == alone.keys() == {"0", "1", "2"}
    assert len({item.folder for item in together.values()}) == 1
    for key, item in together.items():
        assert item[1:6] == alone[key][1:6]
        for table in TABLES:
            ours, theirs = fetch([item], table), fetch([alone[key]], table)
            assert (ours is None) == (theirs is None), table
            assert ours is None or theirs is None or ours.equals(theirs), table
    rejections = fetch([together["1"]], "rejection")
    assert rejections is not None
    assert rejections["reason"].to_list() == ["TYPE_FICHIER"]


def test_tables_come_in_the_order_that_is_asked_for(paths: list[Path], tmp_path: Path) -> None:
    read_into(tmp_path / "cache", [reading(path, path.stem) for path in paths], LIMITS)
    known = ReadingCache(tmp_path / "cache").readings

    def deliveries(*keys: str) -> list[float]:
        frame = fetch([known[key] for key in keys], "observation")
        return [] if frame is None else frame.filter(pl.col("indicator") == "deliveries")["value"].to_list()

    assert deliveries("0", "1", "2") == [10, 12]
    assert deliveries("2", "0") == [12, 10]
    assert deliveries("2") == [12]
    assert deliveries("1") == []


@pytest.fixture
def one_by_one(paths: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a cache of nine readings that came one by one, and two that came together."""
    monkeypatch.setattr(cache_of_readings, "_MOST_SMALL", 8)
    cache = tmp_path / "cache"
    for number in range(9):
        read_into(cache, [reading(paths[number % 3], f"alone {number}")], LIMITS)
    monkeypatch.setattr(cache_of_readings, "_SMALL_READINGS", 2)
    read_into(cache, [reading(path, f"together {path.stem}") for path in paths[:2]], LIMITS)
    return cache


def contents(cache: ReadingCache) -> dict[tuple[str, str], pl.DataFrame | None]:
    return {(key, table): fetch([item], table) for key, item in cache.readings.items() for table in TABLES}


def same(ours: pl.DataFrame | None, theirs: pl.DataFrame | None) -> bool:
    return (ours is None and theirs is None) or (ours is not None and theirs is not None and ours.equals(theirs))


def test_many_small_folders_are_packed_into_one_that_gives_the_same(one_by_one: Path) -> None:
    cache = ReadingCache(one_by_one)
    before = contents(cache)
    known = {key: item[1:6] for key, item in cache.readings.items()}
    assert len(list(one_by_one.iterdir())) == 10
    assert cache.pack()
    assert len(list(one_by_one.iterdir())) == 2
    for now in (cache, ReadingCache(one_by_one)):
        after = contents(now)
        assert after.keys() == before.keys()
        assert all(same(after[name], frame) for name, frame in before.items())
        assert {key: item[1:6] for key, item in now.readings.items()} == known
        assert not now.pack()
        assert now.damaged == 0


def test_what_is_damaged_is_not_packed(one_by_one: Path) -> None:
    cache = ReadingCache(one_by_one)
    (damaged,) = {item.folder for key, item in cache.readings.items() if key == "alone 0"}
    (damaged / "observation.arrows").write_bytes(b"damaged")
    names = {path.name for path in one_by_one.iterdir()}
    with pytest.raises(CacheDamagedError):
        cache.pack()
    assert {path.name for path in one_by_one.iterdir()} == names


def test_a_limit_that_one_of_several_crosses_is_judged_alone(paths: list[Path], tmp_path: Path) -> None:
    readings = [reading(path, path.stem) for path in paths]
    small = LIMITS.changed(file_bytes=paths[0].stat().st_size - 1)
    with pytest.raises(FileRefusedError):
        read_into(tmp_path / "cache", readings, small)
    assert ReadingCache(tmp_path / "cache").readings == {}
    with pytest.raises(FileRefusedError):  # it may be others, read before by the same process, that fill the memory
        read_into(tmp_path / "cache", readings[:1], small)
    read_into(tmp_path / "cache", readings[:1], small, is_alone=True)
    (only,) = ReadingCache(tmp_path / "cache").readings.values()
    rejections = fetch([only], "rejection")
    assert rejections is not None
    assert rejections["reason"].to_list() == ["LIMITE_DEPASSEE"]


def test_what_nobody_needs_is_dropped_with_its_folder(paths: list[Path], tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    read_into(cache, [reading(path, path.stem) for path in paths[:2]], LIMITS)
    read_into(cache, [reading(paths[2], "2")], LIMITS)
    index = ReadingCache(cache)
    index.keep({index.readings["0"].folder})
    assert index.readings.keys() == {"0", "1"}
    assert ReadingCache(cache).readings.keys() == {"0", "1"}


def settings_of(tmp_path: Path, **limits: int) -> Settings:
    return Settings(
        raw=tmp_path / "raw",
        warehouse=tmp_path / "warehouse",
        limits=LIMITS.changed(**limits),
        workers=1,
        settle_seconds=0,
    )


def test_a_file_that_takes_its_worker_down_is_refused_and_its_neighbours_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path, seconds=3)
    folder = settings.raw / "regional_return" / "bretagne"
    for number in range(24):
        regional_return(folder / f"{number:02}.xlsx", [("Livraisons", 2021, number, "logements")])
    receive(settings)
    submissions = read_ledger(settings.ledger)
    monkeypatch.setattr(extractions, "read_into", _dies_of_the_seventh)
    done: list[str] = []
    found = read_submissions(submissions, settings, on_done=lambda submission: done.append(Path(submission.file).name))
    refused = [Path(item.submission.file).name for item in found if item.frame("rejection") is not None]
    assert refused == ["07.xlsx"]
    assert sum("observation" in item.reading.heights for item in found) == 23
    assert sorted(done) == [f"{number:02}.xlsx" for number in range(24)]
    batches = {item.reading.folder for item in found}
    assert 1 < len(batches) < 24  # its batch was read file by file, the others were not


def _dies_of_the_seventh(cache: Path, readings: list[ReadingTask], limits: Limits, is_alone: bool = False) -> list[str]:
    """Stand in for a reader that a file takes down, whatever it is read with. A worker imports it by name."""
    if any(item.file.name == "07.xlsx" for item in readings):
        raise SystemExit(3)
    return read_into(cache, readings, limits, is_alone)
