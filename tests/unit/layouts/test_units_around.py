"""A figure has the unit that its sheet states, wherever it does; two that contradict each other refuse it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.cells.workbook import Comment, Workbook
from pipeline.figures.stated_units import statement_in, together
from pipeline.layouts import Extraction, extract, load_layouts
from tests.support.sheets import Rows, observations_of, sheet

RETURN = load_layouts()["regional_return"]
HEADER = ["Indicateur", "Année", "Valeur"]
AIDS = ["Montant des aides", 2021, 104.4]


def read(
    above: Rows = [],  # noqa: B006 - never changed
    *,
    header: Sequence[object] = HEADER,
    rows: Sequence[Sequence[object]] = (AIDS,),
    below: Rows = [],  # noqa: B006 - never changed
    name: str = "Activité",
    file: str = "bilan.xlsx",
    comment: Comment | None = None,
    printed: str = "",
) -> Extraction:
    own = sheet(name, [["Région :", "Bretagne"], *above, [], list(header), *map(list, rows), [], *below])
    own.comments = [comment] if comment else []
    own.page_texts = [printed]
    return extract(Workbook("xlsx", [own]), RETURN, file_name=file)


def values(found: Extraction) -> list[float]:
    return [row["value"] for row in observations_of(found)]


def reasons(found: Extraction) -> list[str]:
    return [item.reason for item in found.rejections]


@pytest.mark.parametrize(
    "above",
    [
        [["Unité : k€"]],
        [["Unités :", "k€"]],
        [["Montants en KEUR"]],
        [["Bilan 2021 - montants exprimés en K euros"]],
        [["(en milliers d'euros)"]],
        [[None, None, "k€"]],
        [["Aides versées (k€ TTC)"]],
        [["Les sommes sont en milliers d’€."]],
        [["en milliers"]],
    ],
    ids=str,
)
def test_a_unit_above_a_table_is_that_of_its_amounts(above: Rows) -> None:
    assert values(read(above)) == [104_400.0]


def test_a_unit_in_a_note_a_name_or_a_comment_is_that_of_the_amounts() -> None:
    assert values(read(below=[["NB : les montants sont en k€"]])) == [104_400.0]
    assert values(read(name="Bilan (k€)")) == [104_400.0]
    assert values(read(file="aides en k€.xlsx")) == [104_400.0]
    assert values(read(printed="Montants en k€")) == [104_400.0]
    assert values(read(comment=Comment(3, 3, "Ève", "montants en k€"))) == [104_400.0]


def test_a_unit_in_the_label_or_beside_the_row_is_that_of_the_row() -> None:
    rows = [["Montant des aides (en k€)", 2021, 104.4], ["Montant des aides", 2020, 104.4, "k€"]]
    assert values(read(rows=rows)) == [104_400.0, 104_400.0]


@pytest.mark.parametrize(
    "header", ["Valeur en k€", "Valeur\nen k€", "Montant ou nombre (en k€)", "Résultat en milliers d'euros"]
)
def test_a_unit_in_a_header_is_that_of_its_column(header: str) -> None:
    assert values(read(header=["Indicateur", "Année", header])) == [104_400.0]
    assert values(read(rows=[["Montant des aides en k€", 2021, 104.4]])) == [104_400.0]


def test_a_unit_in_a_remark_is_that_of_its_row() -> None:
    header = ["Indicateur", "Année", "Valeur", "Observations"]
    rows = [
        [*AIDS, "montants en k€"],
        ["Montant des aides", 2020, 104.4, "objectif atteint"],
        ["Agréments", 2021, 7, "12 M€"],
    ]
    assert values(read(header=header, rows=rows)) == [104_400.0, 104.4, 7.0]


def test_what_is_said_of_amounts_is_not_said_of_dwellings() -> None:
    rows = [AIDS, ["Agréments", 2021, 7]]
    assert values(read([["Montants en k€"]], rows=rows)) == [104_400.0, 7.0]
    in_doubt = read([["en k€"]], rows=rows)
    assert (values(in_doubt), reasons(in_doubt)) == ([104_400.0], ["UNITE_INATTENDUE"])
    told = read(
        [["en k€"]],
        header=["Indicateur", "Année", "Valeur", "Unité"],
        rows=[[*AIDS, ""], ["Agréments", 2021, 7, "logements"]],
    )
    assert values(told) == [104_400.0, 7.0]


@pytest.mark.parametrize(
    ("above", "header", "row"),
    [
        ([["Montants en M€"]], ["Indicateur", "Année", "Valeur (k€)"], AIDS),
        ([], ["Indicateur", "Année", "Valeur (M€)", "Unité"], [*AIDS, "k€"]),
        ([["Unité : €"]], ["Indicateur", "Année", "Valeur", "Unité"], [*AIDS, "k€"]),
        ([["Montants en k€"]], HEADER, ["Montant des aides", 2021, "104,4 M€"]),
        ([["Montants en k€"]], HEADER, ["Montant des aides (M€)", 2021, 104.4]),
        ([["Montants en k€"], ["Sommes en M€"]], HEADER, AIDS),
    ],
)
def test_units_that_contradict_each_other_refuse_the_figure(above: Rows, header: list[str], row: list[object]) -> None:
    found = read(above, header=header, rows=[row])
    assert (values(found), reasons(found)) == ([], ["UNITES_CONTRADICTOIRES"])


@pytest.mark.parametrize(
    "text", ["Bilan 2021", "12 M€ versés en 2021", "Mme Eur", "Milan", "Total : 104 M€", "m", "5 ha"]
)
def test_a_text_that_states_no_unit_of_a_table_states_none(text: str) -> None:
    assert statement_in(text) is None


def test_two_ways_of_writing_a_unit_agree() -> None:
    assert together("EUR", ("k€", "milliers d'euros")) == "k€"
    assert together("dwellings", ("logements", "nombre de logements")) == "logements"
    assert together("EUR", ("", "")) == ""


@pytest.mark.parametrize("mark", ['"', "”", "〃", "''", "idem", "Id.", '- " -', "ditto"])
def test_a_sign_of_repetition_is_refused_in_a_value_a_key_and_a_unit(mark: str) -> None:
    header = ["Indicateur", "Année", "Valeur", "Unité"]
    found = read(
        header=header, rows=[["Agréments", 2021, mark, ""], [mark, 2021, 7, ""], ["Livraisons", 2020, 5, mark]]
    )
    assert values(found) == []
    assert reasons(found).count("REPETITION") == 3


def test_one_unit_line_for_each_of_several_tables() -> None:
    rows: Rows = [
        ["Région :", "Corse"], ["Montants en k€"], HEADER, AIDS, [],
        ["Montants en M€"], HEADER, ["Montant des aides", 2020, 104.4],
    ]  # fmt: skip
    assert values(extract(Workbook("xlsx", [sheet("Activité", rows)]), RETURN)) == [104_400.0, 104_400_000.0]
