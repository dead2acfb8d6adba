"""A lake whose data stand in an object store, which is a server on this machine; its key is shown nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.publishing.lake.connect import LakeError, open_lake
from pipeline.publishing.lake.publish import publish_to_lake
from pipeline.publishing.lake.store import secret_for
from pipeline.settings import SettingError, Settings
from tests.support.lakes import deliver, differing_in
from tests.support.part_of_sql import part_of_sql

pytest.importorskip("duckdb_extension_httpfs", reason="the extension of DuckDB for object stores is not installed")
boto3 = pytest.importorskip("boto3", reason="no object store for tests is installed")
server = pytest.importorskip("moto.server", reason="no object store for tests is installed")

KEY, SECRET, TOKEN = "an-identifier", "un-secret-tres-secret", "a-session"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a store with a bucket ``figures``, which the environment leads to."""
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    address = f"http://{host}:{port}"
    for name, value in (
        ("ACCESS_KEY_ID", KEY), ("SECRET_ACCESS_KEY", SECRET), ("SESSION_TOKEN", TOKEN), ("REGION", "us-east-1"),
        ("ENDPOINT_URL", address),
    ):  # fmt: skip
        monkeypatch.setenv(f"AWS_{name}", value)
    boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket="figures")
    yield address
    running.stop()


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    part = part_of_sql(tmp_path_factory)
    return settings.changed(sql=part, lake=str(tmp_path / "catalogue.ducklake"), lake_data="s3://figures/lake")


def test_releases_stand_in_the_store_and_are_read_from_it(settings: Settings, store: str) -> None:
    deliver(settings, 10, 12)
    listed = boto3.client("s3", endpoint_url=store, region_name="us-east-1").list_objects_v2(Bucket="figures")
    assert all(each["Key"].startswith("lake/") for each in listed["Contents"])
    assert differing_in(settings) == {}


def test_the_key_is_kept_by_nobody_and_shown_by_nothing(settings: Settings, store: str, tmp_path: Path) -> None:
    deliver(settings, 10)
    with open_lake(settings) as connection:
        told = str(connection.execute("FROM duckdb_secrets()").fetchall())
    assert store.removeprefix("http://") in told
    assert "persistent=false" in told.lower() or "memory" in told
    assert SECRET not in told
    assert TOKEN not in told
    for file in (*tmp_path.rglob("*"),):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()


@pytest.mark.usefixtures("store")
def test_a_bucket_that_is_not_there_is_told_in_a_line_without_the_key(settings: Settings) -> None:
    deliver(settings, 10)
    Path(settings.lake).unlink()
    with pytest.raises(LakeError, match=r"The lake was not written and stays as it was: .*s3://nowhere") as told:
        publish_to_lake(settings.changed(lake_data="s3://nowhere/lake"))
    sentence = str(told.value)
    assert "\n" not in sentence
    assert not {word for word in (KEY, SECRET, TOKEN) if word in sentence}


def test_what_is_missing_or_not_encrypted_is_told_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "ENDPOINT_URL"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    with pytest.raises(SettingError, match="AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set"):
        secret_for("s3://figures/lake")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    assert "USE_SSL" not in secret_for("s3://figures/lake")  # it is DuckDB's default
    for address in ("http://store.example.org", "store.example.org:9000", "ftp://127.0.0.1"):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        with pytest.raises(SettingError, match="https://") as told:
            secret_for("s3://figures/lake")
        assert SECRET not in str(told.value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://store.example.org")
    assert "USE_SSL 'true'" in secret_for("s3://figures/lake")


@pytest.mark.parametrize("place", ["s3://figures", "s3:///lake", "gs://figures/lake", "https://figures/lake"])
def test_only_a_folder_or_a_place_in_a_bucket_can_hold_data(settings: Settings, place: str) -> None:
    with pytest.raises(ValueError, match="s3://bucket/prefix"):
        settings.changed(lake_data=place)
