"""What a layout says of one field that is read, wherever it stands: how its text is read, and which form it has.

What belongs here: what columns, sections and contexts have in common. What does not: where each stands (``language``).
"""

from __future__ import annotations

from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.figures.period_parts import read_part
from pipeline.figures.periods import read_period
from pipeline.layouts.fields import DEFAULT_PARSERS, Parser
from pipeline.layouts.forms import ANYTHING, parse_form

Dimension = Literal["indicator", "territory", "period", "breakdown"]
PeriodPart = Literal["", "year", "half_year", "quarter", "month", "day"]
Level = Literal["national", "region", "department", "other"]


class Entry(BaseModel):
    """An entry of a layout file: nothing unknown, nothing changed once read."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ReadField(Entry):
    """A field that is read somewhere, and how."""

    field: str = ""
    """What it fills: a dimension, `value`, `unit`, `remark`, or a column of the product's stage contract."""
    parse: Parser | None = None
    """How its text is read, where the field's name does not already say so."""
    part: PeriodPart = ""
    """For a period whose year and month stand apart: which part this one is."""
    slash: Literal["", "month", "quarter", "half_year"] = ""
    """For periods written as `2009/1`: what the number behind the year is; without it, such a period is refused."""
    levels: tuple[Level, ...] = ()
    """For a territory: the levels allowed, the preferred first."""
    capitals: Level | None = None
    """For territories of two levels mixed: the level that a name in CAPITALS has first; others never have it."""
    choices: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Each code with the wordings that stand for it; any other wording is refused.

    For a territory, an indicator or a period: the names that only this source uses, under the one that is known.
    """
    whole: tuple[str, ...] = ()
    """For a breakdown: the wordings of the whole, of which the others are parts."""
    adds_up: bool = False
    """For a breakdown: the whole is the sum of the parts beside it, and is compared with them."""

    @model_validator(mode="after")
    def _periods_make_sense(self) -> ReadField:
        dimensions = getattr(self, "named_by", ()) or (self.field,)
        if self.slash and ("period" not in dimensions or self.part):
            raise ValueError(f"{self.field}: 'slash' is for whole periods, as 2009/1")
        if tuple(dimensions) == ("period",):
            for code in self.choices:
                if (read_part(code, self.part) if self.part else read_period(code, self.slash)) is None:
                    raise ValueError(f"{self.field}: choices: {code!r} is no period; write it as a workbook would")
        return self

    @property
    def parser(self) -> Parser:
        """How the text is read."""
        return self.parse or DEFAULT_PARSERS.get(self.field) or ("choice" if self.choices else "text")

    @property
    def key(self) -> str:
        """The name under which what it says is known: the field, or one part of it."""
        return f"{self.field}:{self.part}" if self.part else self.field


_OF_A_PART = ("part", "slash", "levels", "capitals", "choices", "whole")
"""What an entry with a form says of each of its parts, and not of them all."""


class FormedField(ReadField):
    """A field whose cell, or whose header, may state other facts beside it, each in a place of its own."""

    form: str = ""
    """The form of the text, or of the header of figures, all of it: `"pp_{indicator}_{period:yy}"`.

    Its parts are `{indicator}`, `{territory}`, `{period}` and `{breakdown}`; `*` is anything. `{period:yy}` is a year
    of two digits, from 1970 to 2069; so are `yyyy`, and with a month, a quarter or a half-year `yyyymm`, `yyq`, `yys`.
    """
    parts: dict[Dimension, ReadField] = Field(default_factory=dict)
    """How parts of the form are read: `parts.indicator.choices = { deliveries = ["livr"] }`."""

    @property
    def every_part(self) -> tuple[ReadField, ...]:
        """The parts of the form in their order, one that is not read among them."""
        names = [part.name for part in parse_form(self.form).parts] if self.form else []
        return tuple(self.parts.get(cast("Dimension", name)) or ReadField(field=name) for name in names)

    @model_validator(mode="before")
    @classmethod
    def _name_parts(cls, declared: Any) -> Any:
        """Give each part its name as a field, and to figures what their header states."""
        if not isinstance(declared, dict) or not isinstance(form := declared.get("form", ""), str) or not form:
            return declared
        found = dict(declared)
        if isinstance(parts := declared.get("parts", {}), dict):
            found["parts"] = {
                name: {**part, "field": name} if isinstance(part, dict) else part for name, part in parts.items()
            }
        if DEFAULT_PARSERS.get(str(declared.get("field"))) == "figure":
            if "named_by" in declared or "headers" in declared:
                raise ValueError("'form' says what the header states; take out 'named_by' and 'headers'")
            found["named_by"] = [part.name for part in parse_form(form).parts if part.name != ANYTHING]
        return found

    @model_validator(mode="after")
    def _form_makes_sense(self) -> FormedField:
        if not self.form:
            if self.parts:
                raise ValueError(f"{self.field}: 'parts' are those of a 'form', and there is none")
            return self
        names = [part.name for part in parse_form(self.form).parts]
        if self.parser != "figure" and self.field not in names:
            raise ValueError(f"{self.field}: the form {self.form!r} has no part {{{self.field}}}")
        if unknown := [name for name in self.parts if name not in names]:
            raise ValueError(f"{self.field}: the form {self.form!r} has no part {{{unknown[0]}}}")
        if said := [name for name in _OF_A_PART if name in self.model_fields_set]:
            raise ValueError(f"{self.field}: say {said[0]!r} of a part of the form, as parts.<field>.{said[0]}")
        return self
