"""The tool that writes ``raw/`` stops with a sentence where a key, a figure or a column is not what it expects."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tools.raw_workbooks.__main__ import main
from tools.raw_workbooks.declarations import DECLARATIONS, read_declarations
from tools.raw_workbooks.facts import FACTS, read_facts
from tools.raw_workbooks.writing import workbooks

BILAN = "regional_return/hauts-de-france/bilan-regional-2020-2021.xlsx"
MEANT = " in a source that begins with « Action Logement Hauts-de-France présente »; one is meant"


def changed(folder: Path, source: Path, file: str, old: str, new: str) -> Path:
    """Return a copy of a folder in which one text of one file is another."""
    copy = folder / source.name
    shutil.copytree(source, copy)
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "regional.toml",
            '[grand-est.activite-2023]\nhand = "A"\ntitle =',
            '[grand-est.activite-2023]\nhand = "A"\ntitre =',
            r"regional\.toml: grand-est\.activite-2023\.titre: unknown key",
        ),
        (
            "regional.toml",
            'period = "2021", label = "Aides et services attribuées"',
            'period = "2021", wording = "x", label = "Aides et services attribuées"',
            r"regional\.toml: hauts-de-france\.bilan-regional-2020-2021\.figures\.1\.wording: unknown key",
        ),
        (
            "national.toml",
            "[2022-01-19_bilan-2021]",
            '[2022-01-19_bilan-2021]\nname = "x"',
            r"national\.toml: 2022-01-19_bilan-2021\.name: unknown key",
        ),
        (
            "commitments.toml",
            'plan = "Engagements 2017"',
            'plan = "Engagements 2017"\ndate = "x"',
            r"commitments\.toml: plans\.engagements-2017\.date: unknown key",
        ),
        ("stock.toml", "[grand-est-2022]", 'x = "y"\n[grand-est-2022]', r"stock\.toml: x: unknown key"),
        ("stock.toml", 'total = "Grand Est"\n', "", r"stock\.toml: grand-est-2022\.total: a key that is needed"),
        (
            "stock.toml",
            "[statements.2020_guadeloupe]",
            '[statements.2020_guadeloupe]\nhand = "B"',
            r"stock\.toml: statements\.2020_guadeloupe\.hand: unknown key",
        ),
        ("hands.toml", 'fill = "D9D9D9"', 'fill = "grey"', r"hands\.toml: B\.fill: .*'grey'"),
        ("hands.toml", "[D]", "[E]", r"hands\.toml: the hands are A, B, C, E; expected are A, B, C, D"),
        (
            "regional.toml",
            "[mayotte.bilan-2022]",
            "[atlantide.bilan-2022]",
            r"regional\.toml: atlantide\.bilan-2022: no region of today has the folder atlantide",
        ),
        ("wordings.toml", '"mobility_aids"', '"mobility"', r"wordings\.toml: themes\.0: no such indicator: mobility"),
    ],
)
def test_a_declaration_that_is_not_understood_is_refused_with_its_file_and_its_entry(
    tmp_path: Path, file: str, old: str, new: str, sentence: str
) -> None:
    with pytest.raises(SystemExit, match=sentence):
        read_declarations(changed(tmp_path, DECLARATIONS, file, old, new))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'period = "2021", label = "Ménages logés"',
            'period = "1921", label = "Ménages logés"',
            f"{BILAN}, « Ménages logés »: facts.csv has no figure for households_housed, Hauts-de-France, 1921{MEANT}",
        ),
        (
            'period = "2021", label = "Ménages logés"',
            'period = "2021", label = "Ménages déménagés"',
            "no indicator, or several, for « Ménages déménagés » in action_logement",
        ),
        (
            'period = "2021", label = "Aides et services attribuées", indicator = "aids_services"',
            'period = "2021", label = "Ménages logés", indicator = "households_housed"',
            f"{BILAN}: two figures for one indicator, territory and period",
        ),
    ],
)
def test_a_figure_that_is_not_found_or_means_two_things_stops_with_a_sentence(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    declared = read_declarations(changed(tmp_path, DECLARATIONS, "regional.toml", old, new))
    with pytest.raises(SystemExit) as stopped:
        list(workbooks(read_facts(FACTS), declared))
    assert stopped.value.code == sentence


def test_a_figure_that_was_published_twice_stops_with_a_sentence() -> None:
    facts = read_facts(FACTS)
    with pytest.raises(SystemExit, match=r"facts\.csv has 2 figures for households_housed, Hauts-de-France, 2021 in"):
        list(workbooks(replace(facts, facts=facts.facts * 2), read_declarations()))


def test_a_target_is_no_figure_of_a_workbook() -> None:
    facts = read_facts(FACTS)
    aims = tuple(replace(fact, status="target") for fact in facts.facts)
    with pytest.raises(SystemExit, match=r"facts\.csv has no figure for households_housed, Hauts-de-France, 2021 in"):
        list(workbooks(replace(facts, facts=aims), read_declarations()))


def test_a_department_that_is_counted_wrongly_stops_the_table_that_it_is_in() -> None:
    facts = read_facts(FACTS)
    wrong = tuple(
        replace(fact, value=str(int(fact.value) + 1))
        if (fact.territory_name, fact.indicator, fact.period) == ("Finistère", "social_stock_rpls", "2020-01-01")
        else fact
        for fact in facts.facts
    )
    assert wrong != facts.facts
    with pytest.raises(SystemExit, match="the departments of bretagne-2020 do not sum to their region"):
        list(workbooks(replace(facts, facts=wrong), read_declarations()))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (",as_worded,", ",worded,", r"fundings\.csv: the columns are .*, worded, .*; expected are .*, as_worded, .*"),
        (",24,", ",24,,", r"fundings\.csv, row 2: 11 cells; expected are 10"),
    ],
)
def test_a_file_of_facts_with_another_shape_stops_with_a_sentence(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    with pytest.raises(SystemExit, match=sentence):
        read_facts(changed(tmp_path, FACTS, "fundings.csv", old, new))


def test_a_file_of_facts_that_is_missing_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--facts", str(tmp_path), "--raw", str(tmp_path / "raw")])
    assert (result.exit_code, result.output) == (1, f"there is no facts.csv in {tmp_path}\n")
    assert not (tmp_path / "raw").exists()
