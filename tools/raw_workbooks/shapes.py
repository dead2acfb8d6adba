"""The shapes of the declarations: which keys an entry of a file of ``declarations/`` has, and what may stand there.

What belongs here: shapes, and what can be said of one entry alone. What does not: reading the files (``declarations``)
and what the keys mean, which the head of each file explains.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.territories import region_by_slug

HandName = Literal["A", "B", "C", "D"]
Corner = Annotated[str, Field(pattern=r"^[A-Z]+[1-9][0-9]*$")]
Colour = Annotated[str, Field(pattern=r"^[0-9A-F]{6}$")]
Words = Annotated[str, Field(min_length=1)]


class Declared(BaseModel):
    """What every declaration is: fixed once it is read, and without a key that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Look(Declared):
    """A taste in fonts, fills and rules."""

    font: Words = "Calibri"
    size: int = Field(default=11, ge=6, le=20)
    ink: Colour = "000000"
    fill: Colour = "D9E1F2"
    rule: Literal["hair", "thin", "medium"] = "thin"


class Hand(Look):
    """The look of one hand, and its words for the region and the date."""

    region_label: Words
    date_label: Words


class Theme(Declared):
    """A theme that a regional committee files figures under; without indicators it takes those of no other theme."""

    name: Words
    indicators: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _knows_its_indicators(self) -> Theme:
        if unknown := [code for code in self.indicators if code not in indicators()]:
            raise ValueError(f"no such indicator: {', '.join(unknown)}")
        return self


class Wordings(Declared):
    """Words that several workbooks share."""

    units: Mapping[str, Words]
    addresses: Mapping[str, Words]
    themes: tuple[Theme, ...]

    @model_validator(mode="after")
    def _has_one_theme_for_the_rest(self) -> Wordings:
        if sum(not theme.indicators for theme in self.themes) != 1:
            raise ValueError("exactly one theme has no indicators and takes all others")
        return self

    def theme_of(self, code: str) -> str:
        """Return the theme of an indicator."""
        rest = next(theme.name for theme in self.themes if not theme.indicators)
        return next((theme.name for theme in self.themes if code in theme.indicators), rest)


class Figure(Declared):
    """One figure of a workbook: its label there, and where to find it in ``facts.csv``."""

    period: Words
    indicator: Words
    label: str = ""
    """Empty for the wording of ``facts.csv``."""
    territory: str = ""
    source: str = ""
    remark: str = ""
    population: str = ""
    """Whose figure it is, where that is another population than the indicator's definition says."""
    unit: str = ""
    """What stands in its unit column, where its wording alone does not say the scale."""
    written_territory: str = ""
    """Where it is, where ``facts.csv`` names a landlord as its territory."""
    written_period: str = ""
    """How its period is written, where ``facts.csv`` says it in another way than the publication."""
    quoted: str = ""
    """The words of a note of the same text that state it; then no row of ``facts.csv`` is looked up."""


class Breakdown(Declared):
    """A total whose parts are published with it."""

    by: Words
    total: Figure


class Book(Declared):
    """One workbook of a region or of the Group: what was published at once, in one hand."""

    name: Words
    region_slug: str = ""
    """The folder of the region; empty where no region reports it."""
    folder: Literal["regional_return", "national_statement", "housing_context"] = "national_statement"
    """The source that it belongs to."""
    hand: HandName
    title: Words
    source: Words
    figures: tuple[Figure, ...] = ()
    note: str = ""
    aside: Figure | None = None
    breakdown: Breakdown | None = None
    corner: Corner = "A1"
    unit: str = ""
    date_cell: bool = False
    provisional: bool = False
    year_word: bool = False
    period_group: bool = False

    @model_validator(mode="after")
    def _is_a_book(self) -> Book:
        if self.region_slug and self.region_slug not in region_by_slug():
            raise ValueError(f"no region of today has the folder {self.region_slug}")
        if not self.figures and self.breakdown is None:
            raise ValueError("a workbook needs figures or a breakdown")
        return self

    @property
    def region(self) -> str:
        """The region's name; empty for the Group."""
        return region_by_slug()[self.region_slug].name if self.region_slug else ""

    @property
    def path(self) -> str:
        """Where it stands below ``raw/``."""
        return "/".join(filter(None, (self.folder, self.region_slug, f"{self.name}.xlsx")))

    @property
    def scopes(self) -> tuple[str, ...]:
        """Whose figures it holds."""
        return ("all_landlords", "context") if self.folder == "housing_context" else ("action_logement",)


class Signature(Declared):
    """The day on which a plan was signed, and how ``agreements.csv`` words it."""

    day: date
    stated: Words


class Aim(Declared):
    """A commitment that stands in ``facts.csv`` alone: where to find it there, and what it is a commitment of."""

    line: Words
    indicator: Words
    period: Words
    measures: Words
    territory: str = "France"
    label: str = ""
    remark: str = ""
    quoted: str = ""
    """The words of a note of the same text that state it; then no row of ``facts.csv`` is looked up."""


class Plan(Declared):
    """A plan whose commitments stand in a workbook of their own."""

    plan: Words
    title: Words
    corner: Corner = "A1"
    signature: Signature | None = None
    source: str = ""
    """How the title of the publication begins in ``facts.csv``, of a plan that ``commitments.csv`` does not have."""
    aims: tuple[Aim, ...] = ()
    stated: Mapping[str, Words] = Field(default_factory=dict)
    """The indicator in ``facts.csv`` that each line of ``commitments.csv`` states, where there is one."""

    @model_validator(mode="after")
    def _is_a_plan(self) -> Plan:
        if self.source and not self.aims:
            raise ValueError("a publication without commitments needs no workbook")
        return self


class Commitments(Declared):
    """The plans by the name of their workbooks, and the words of their lines."""

    plans: Mapping[str, Plan]
    units: Mapping[str, Words]
    remarks: Mapping[str, str]


class Count(Declared):
    """A count of agreements that stands in ``facts.csv``."""

    indicator: Words
    organisation: Words
    territory: Words
    event: Words
    remark: Words


class Landlord(Declared):
    """A landlord that a text finances, by its name and the territory that the text says it works in."""

    name: Words
    territory: str = ""


class Agreements(Declared):
    """The words of the register."""

    event_dates: Mapping[str, Words]
    states: Mapping[str, Words]
    years: Mapping[str, Words]
    remarks: Mapping[str, str]
    stated_counts: Mapping[str, Words]
    stated_durations: Words
    durations_from: Words
    stated_amounts: Words
    landlords: Mapping[str, tuple[Landlord, ...]]
    """Those that ``fundings.csv`` names in one row, one by one."""
    counts: tuple[Count, ...] = ()


class StockColumn(Declared):
    """One column of a table of departments."""

    period: Words
    label: Words
    indicator: Words


class Stock(Declared):
    """A published table of departments."""

    name: Words
    source: Words
    region: Words
    total: Words
    hand: HandName
    columns: Annotated[tuple[StockColumn, ...], Field(min_length=1)]
    number_format: str = ""
    corner: Corner = "A1"
    bare_codes: bool = False


class StockStatement(Declared):
    """A publication that states stocks or movements of regions or of France, without their departments."""

    name: Words
    source: Words
    """How its title begins in ``facts.csv``."""


class Unplaced(Declared):
    """The rows of ``facts.csv`` that stand in no workbook, each with the reason."""

    rows: Mapping[str, Words]


class Declarations(Declared):
    """Everything that is declared."""

    books: tuple[Book, ...]
    commitments: Commitments
    agreements: Agreements
    stocks: tuple[Stock, ...]
    stock_statements: tuple[StockStatement, ...]
    hands: Mapping[HandName, Hand]
    wordings: Wordings
    unplaced: Mapping[str, Words]
    """Why a row of ``facts.csv``, by its number, stands in no workbook."""
