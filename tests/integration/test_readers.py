"""What readers get beside a release follows it, and hinders nothing."""

from __future__ import annotations

from typing import Any

import dagster as dg
import pytest

from pipeline.publishing.renewal import renew_for_readers
from pipeline.settings import Settings
from pipeline.warehouse.releases import published_release
from tests.support.dagster_runs import make_installation
from tests.support.workbooks import regional_return

BRETAGNE = "regional_return/bretagne/bilan.xlsx"


@pytest.fixture
def _for_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the bulletins and the exports, as an installation does."""
    for place in ("assets.readers", "assets.accepting", "pipeline.cli.keeping"):
        monkeypatch.setattr(f"{place}.renew_for_readers", renew_for_readers)


def _exported(settings: Settings) -> set[str]:
    return {path.name for path in settings.exports.iterdir()}


@pytest.mark.usefixtures("_for_readers")
def test_a_night_makes_the_site_and_the_exports_of_what_it_published(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        made = make_installation(tmp_path / "home", instance)
        regional_return(made.settings.raw / BRETAGNE, [["Livraisons", 2021, 12, None]])
        assert made.run("nightly").success
        release = published_release(made.settings)
        assert release is not None
        assert (made.settings.bulletins / "index.html").is_file()
        assert _exported(made.settings) == {release.release_id}

        def hindered(*_: object) -> None:
            raise OSError(28, "No space left on device", "/disk")

        monkeypatch.setattr("pipeline.publishing.exports.export.export_release", hindered)
        regional_return(made.settings.raw / BRETAGNE, [["Livraisons", 2021, 13, None]])
        night = made.run("nightly")
        assert night.success
        assert published_release(made.settings) != release
        (told,) = [event.metadata["hindered"].value for event in night.asset_materializations_for_node("bulletins")]
        assert "The exports were not made: /disk: No space left on device" in str(told)


@pytest.mark.usefixtures("_for_readers")
def test_a_rollback_takes_the_site_and_the_exports_with_it(settings: Settings, housing: Any) -> None:
    for value in (12, 13):
        regional_return(settings.raw / BRETAGNE, [["Livraisons", 2021, value, None]])
        housing("load")
    assert not settings.bulletins.exists()  # a load alone makes neither
    assert housing("rollback").returncode == 0
    release = published_release(settings)
    assert release is not None
    assert _exported(settings) == {release.release_id}
    assert (settings.bulletins / "index.html").is_file()
