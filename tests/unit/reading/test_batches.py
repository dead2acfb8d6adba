from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corrections.apply import Correction
from pipeline.intake.archive import archived_path
from pipeline.reading.batches import UnreadFile, as_json, from_json, split
from pipeline.reading.key import cache_key
from pipeline.reading.spread import OtherReaderError, read_batch
from pipeline.settings import SettingError, Settings

CORRECTED = (Correction("Activité", "C7", "12 34", "1234"),)


def file(number: int, size_bytes: int = 1_000, corrections: tuple[Correction, ...] = ()) -> UnreadFile:
    sha256 = f"{number:064x}"
    return UnreadFile(f"key{number}", sha256, "regional_return", ("corse",), "bilan.xlsx", size_bytes, corrections)


@given(sizes=st.lists(st.integers(0, 200 * 1024**2), max_size=1_500), workers=st.integers(1, 32))
def test_every_file_is_in_exactly_one_batch_and_no_batch_is_long(sizes: list[int], workers: int) -> None:
    files = [file(number, size) for number, size in enumerate(sizes)]
    batches = split(files, workers)
    assert Counter(each for batch in batches for each in batch) == Counter(files)
    for batch in batches:
        assert 1 <= len(batch) <= 500
        assert len(batch) == 1 or sum(each.size_bytes for each in batch) <= 64 * 1024**2


def test_small_files_make_a_batch_for_each_worker() -> None:
    assert [len(batch) for batch in split([file(number) for number in range(40)], 4)] == [10, 10, 10, 10]
    assert len(split([file(number) for number in range(3)], 8)) == 3
    assert split([], 4) == []


def test_a_batch_is_the_same_after_its_way_through_json() -> None:
    batch = (file(1), file(2, corrections=CORRECTED)._replace(region_slugs=()))
    assert from_json(json.loads(json.dumps(as_json(batch)))) == batch


@pytest.mark.parametrize("told", [[{"key": "a"}], [{**as_json((file(1),))[0], "size_bytes": "large"}], ["bilan.xlsx"]])
def test_what_is_no_batch_is_refused_in_a_sentence(told: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match="This is no batch of files"):
        from_json(told)


def test_a_file_is_read_as_it_was_sent_and_corrected(tmp_path: Path) -> None:
    task = file(2, corrections=CORRECTED).task(tmp_path)
    assert task.file.content == archived_path(tmp_path, task.sha256)
    assert (task.key, task.file.region_slugs, task.file.corrections) == ("key2", ("corse",), CORRECTED)


def test_a_host_that_shares_nothing_reads_no_batch(settings: Settings) -> None:
    with pytest.raises(SettingError, match="set HOUSING_SHARED_LEDGER"):
        read_batch(settings, (file(1),))


def test_a_host_with_other_code_declarations_or_limits_reads_nothing(settings: Settings, tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed: no hosts can share a ledger")
    pytest.importorskip("obstore", reason="obstore is not installed: no hosts can share a store")
    # a database that nobody can reach: it is refused before anything is asked
    shared = settings.changed(shared_ledger=f"postgres:host={tmp_path}", shared_store=f"file://{tmp_path}/store")
    plain = file(1)
    batch = (plain._replace(key=cache_key(plain, shared.limits)), file(2))
    with pytest.raises(OtherReaderError, match=r"would read 1 of 2 files otherwise .* \(bilan.xlsx\)"):
        read_batch(shared, batch)
    other = shared.changed(limits=shared.limits.changed(cells=7))
    with pytest.raises(OtherReaderError):
        read_batch(other, batch[:1])
    assert not shared.batches.exists()
