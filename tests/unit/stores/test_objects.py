"""Objects are put once and brought whole, in a folder and in an S3 store; what hinders it is one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.settings import SettingError, Settings
from pipeline.stores import objects as module
from pipeline.stores.errors import SharedStoreError
from pipeline.stores.hosts import objects_of
from pipeline.stores.objects import Objects
from tests.support.certificates import certify
from tests.support.objects import BUCKET, s3


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with s3() as environment:
        yield environment


@pytest.fixture(params=["folder", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Objects:
    if request.param == "folder":
        return Objects(f"file://{tmp_path}/store")
    for name, value in request.getfixturevalue("server").items():
        monkeypatch.setenv(name, value)
    return Objects(f"s3://{BUCKET}/{tmp_path.name}")


def written(folder: Path, content: bytes, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_the_first_to_put_a_name_wins_and_nothing_changes_it(objects: Objects, tmp_path: Path) -> None:
    assert objects.put("archive/ab/one", written(tmp_path, b"first"))
    assert not objects.put("archive/ab/one", written(tmp_path, b"second"))
    assert objects.bring("archive/ab/one", tmp_path / "here" / "one")
    assert (tmp_path / "here" / "one").read_bytes() == b"first"
    assert objects.sizes("archive") == {"ab/one": 5}
    assert objects.sizes("arch") == {}


def test_of_many_that_put_a_name_at_once_one_wins(objects: Objects, tmp_path: Path) -> None:
    files = [written(tmp_path, b"%d" % number * 1000, str(number)) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda file: objects.put("one", file), files)) == 1


def test_what_is_not_there_is_told_and_leaves_nothing(objects: Objects, tmp_path: Path) -> None:
    assert not objects.bring("archive/none", tmp_path / "here" / "none")
    assert list((tmp_path / "here").iterdir()) == []
    objects.remove(["archive/none"])
    objects.put("archive/some", written(tmp_path, b""))
    objects.remove(["archive/some", "archive/none"])
    assert objects.sizes("archive") == {}


def test_a_large_object_goes_in_parts(objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ONE_REQUEST_BYTES", 1000)
    content = bytes(range(256)) * 50_000  # two parts and a bit
    assert objects.put("large", written(tmp_path, content))
    assert not objects.put("large", written(tmp_path, b"x" * 2000, "other"))
    assert objects.bring("large", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == content


def test_a_store_that_cannot_be_reached_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    monkeypatch.setattr(module, "_RETRIES", {"max_retries": 0, "retry_timeout": timedelta(seconds=1)})
    with pytest.raises(SharedStoreError) as told:
        Objects("s3://bucket/prefix").put("archive/one", written(tmp_path, b"x"))
    assert told.value.filename == "s3://bucket/prefix/archive/one"
    assert "HOUSING_SHARED_STORE" in str(told.value)
    assert "a-secret" not in str(told.value)


def test_what_is_not_encrypted_leaves_this_machine_never(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://s3.example.org")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with pytest.raises(SettingError, match="AWS_ENDPOINT_URL: an address that begins with https://"):
        Objects("s3://bucket").put("one", written(tmp_path, b"x"))


def test_a_store_is_known_by_its_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, certificate = certify(tmp_path, "127.0.0.1")
    monkeypatch.setattr(module, "_RETRIES", {"max_retries": 0, "retry_timeout": timedelta(seconds=1)})
    with s3(certificate) as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SharedStoreError, match="HTTP error"):
            Objects(f"s3://{BUCKET}/x").put("one", written(tmp_path, b"x"))
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert Objects(f"s3://{BUCKET}/x").put("one", written(tmp_path, b"x"))


@pytest.mark.parametrize(
    ("ledger", "store", "says"),
    [
        ("postgres:dbname=a", "", "needed together"),
        ("", "s3://bucket", "needed together"),
        ("dbname=a", "s3://bucket", "a database of PostgreSQL is needed"),
        ("postgres:dbname=a password=b", "s3://bucket", "a password stands in no setting"),
        ("postgres:dbname=a", "ftp://x", "s3://bucket/prefix is needed"),
    ],
)
def test_settings_that_share_half_of_it_are_refused(
    ledger: str, store: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOUSING_SHARED_LEDGER", ledger)
    monkeypatch.setenv("HOUSING_SHARED_STORE", store)
    with pytest.raises(SettingError, match=says) as told:
        Settings.from_environment()
    assert "password=b" not in str(told.value)
    assert str(told.value).count("correct or unset it") == 1  # what follows from one fault is no other


def test_one_machine_shares_nothing() -> None:
    assert objects_of(Settings()) is None
