"""The scorecard that a load prints: as many indicators as have room, whole."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.cli import loading
from pipeline.cli.common import out
from pipeline.settings import Settings

NARROW = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(warehouse=tmp_path)
    with duckdb.connect(settings.release_file) as connection:
        connection.execute("CREATE SCHEMA kpi")
        connection.execute(
            """
            CREATE TABLE kpi.regional_latest AS
            SELECT '53' AS region_code, 'Bretagne' AS region, 3451.0 AS households_housed,
                   CAST(2024 AS INTEGER) AS households_housed_year, 25000000.0 AS aid_amount_eur,
                   CAST(2018 AS INTEGER) AS aid_amount_eur_year, NULL::DOUBLE AS starts, NULL::INTEGER AS starts_year,
                   NULL AS households_housed_marks, NULL AS aid_amount_eur_marks, NULL AS starts_marks
            """
        )
    return settings


@pytest.mark.parametrize(
    ("width", "shown", "left"),
    [
        (90, ["households", "aid amount eur", "starts"], ""),
        (47, ["households", "aid amount eur"], "kpi.regional_latest: 1"),
        (46, ["households"], "kpi.regional_latest: 2"),
    ],
)
def test_the_first_indicators_that_have_room_are_printed_whole(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    width: int,
    shown: list[str],
    left: str,
) -> None:
    monkeypatch.setattr(out, "width", width)
    with duckdb.connect(settings.release_file, read_only=True) as release:
        loading._say_scorecard(release)
    told = capsys.readouterr().out
    assert [name for name in ("households", "aid amount eur", "starts") if name in told] == shown
    assert ("Further" in told) == bool(left)
    # the caption wraps where the table is narrow
    assert left in " ".join(told.split())
    assert f"3{NARROW}451 (2024)" in told
    assert (f"25{NARROW}000{NARROW}000 (2018)" in told) == ("aid amount eur" in shown)
