"""The blank return that a regional office fills: hard to fill wrongly, and read by the layout of its source as it is.

What belongs here: the sheets of the template, its lists and what each cell accepts.
What does not: reading it once filled (``sources/regional_return.toml``).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.feedback.listing import A4, FONT, TITLE_HEIGHT, fitted, save
from pipeline.reading.files import known_layouts
from pipeline.settings import Settings
from pipeline.vocabulary.indicators import Indicator, indicators
from pipeline.vocabulary.territories import Territory, territories
from pipeline.vocabulary.units import unit
from pipeline.warehouse.relations import load_relations
from pipeline.warehouse.releases import published_release

SOURCE = "regional_return"
SHEET = "Activité"
GUIDE = "Mode d'emploi"
LISTS = "_listes"
HEADER = ("Indicateur", "Territoire", "Année", "Valeur", "Unité", "Rappel N-1", "Remarque")
WIDTHS = (48, 30, 12, 18, 16, 18, 50)
_FIRST_ROW = 6
_MOST = 999_999_999_999
"""A number of more digits is a slip, whatever is counted."""

_GUIDE = """
Bilan annuel d'activité {year}, {region}

Ce classeur sert à transmettre les chiffres de l'année {year}.

1. Ouvrez la feuille « {sheet} » et indiquez la date d'envoi.

2. Remplissez la colonne « Valeur » : seules les cellules jaunes sont à remplir. L'unité est rappelée à côté ; n'écrivez
que le nombre. Un parc ou un effectif se compte au 31 décembre de l'année.

3. Si un chiffre n'est pas disponible, laissez la cellule vide et dites pourquoi dans « Remarque ». N'écrivez zéro que
si le résultat est réellement nul. La colonne « Rappel N-1 » n'est là que pour comparer : elle reprend, en gris, le
chiffre publié pour l'année précédente.

4. Le détail par département se saisit sous les lignes de la région : choisissez l'indicateur et le département dans les
listes. Si tous les départements sont remplis, leur somme doit être égale au chiffre de la région.

5. Enregistrez au format .xlsx et renvoyez le classeur. S'il est à corriger, il vous revient avec les cellules
concernées commentées et surlignées, en rose si elles sont à corriger, en bleu si elles sont seulement à vérifier :
corrigez-le et renvoyez-le sous le même nom. La page « Ce qui est refusé, ce qui est signalé, ce qui est lu », que
l'équipe nationale vous envoie sur demande, donne un exemple de chaque cas.

Les intitulés sont protégés, sans mot de passe, pour éviter une modification par mégarde : un intitulé modifié ne serait
pas reconnu à la lecture.
"""

_GUIDE_WIDTH, _GUIDE_GAP = 110, 6
_UNLOCKED = Protection(locked=False)
_INPUT = PatternFill("solid", fgColor="FFFFF9E5")
_HEAD = PatternFill("solid", fgColor="FF1F4E78")
_TITLE = Font(FONT, 16, bold=True, color="FF1F4E78")
_GREY = Font(FONT, 11, color="FF808080", italic=True)
_THIN = Border(*(Side("thin", color="FFBFBFBF"),) * 4)


def make_template(region: Territory, year: int, path: Path, settings: Settings) -> None:
    """Write the blank return of a region for a year.

    Args:
        region: one of today's regions.
        year: the year that the figures are about.
        path: the workbook to write.
        settings: where the SQL stands that says which indicators are asked for, and the release that knows last year.
    """
    asked = asked_indicators(settings)
    departments = departments_of(region)
    workbook = Workbook()
    guide = workbook.worksheets[0]
    _write_guide(guide, region, year)
    names = _write_lists(workbook, asked, [_named(department) for department in departments])
    before = last_year(region, year, asked, settings)
    _write_activity(workbook.create_sheet(SHEET, 1), region, year, asked, before, departments, names)
    workbook.active = 1
    for sheet in workbook.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == SHEET
    path.parent.mkdir(parents=True, exist_ok=True)
    save(workbook, path)


def asked_indicators(settings: Settings) -> list[Indicator]:
    """Return the indicators of ``kpi.regional`` that a return may name, in the order of its columns."""
    columns = load_relations(*settings.sql_folders)["kpi.regional"].contract.column_names
    scopes = known_layouts()[SOURCE].scopes
    known = indicators()
    return [known[name] for name in columns if name in known and known[name].scope in scopes]


def departments_of(region: Territory) -> list[Territory]:
    """Return the departments of a region, in the order of their codes."""
    found = (t for t in territories() if t.level == "department" and t.parent_code == region.code and not t.valid_to)
    return sorted(found, key=lambda territory: territory.code)


def last_year(
    region: Territory, year: int, asked: list[Indicator], settings: Settings
) -> dict[str, tuple[float, bool]]:
    """Return what the published release knows of the year before, by indicator: the value, and whether it is hedged."""
    if published_release(settings) is None:
        return {}
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        cursor = connection.execute("FROM kpi.regional WHERE region_code = ? AND year = ?", [region.code, year - 1])
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {
        indicator.code: (row[indicator.code], indicator.code in (row["hedged"] or "").split(", "))
        for row in rows
        for indicator in asked
        if row[indicator.code] is not None
    }


def _named(territory: Territory) -> str:
    """Return a name with its code, without which Guadeloupe is two territories."""
    return f"{territory.code} - {territory.name}"


# -- sheets ------------------------------------------------------------------------------------------------------


def _write_guide(sheet: Worksheet, region: Territory, year: int) -> None:
    sheet.title = GUIDE
    sheet.column_dimensions["A"].width = _GUIDE_WIDTH
    sheet.sheet_view.showGridLines = False
    paragraphs = _GUIDE.format(region=region.name, year=year, sheet=SHEET).strip().split("\n\n")
    for row, paragraph in enumerate(paragraphs, start=1):
        text = " ".join(paragraph.split())
        sheet.cell(row, 1, text).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = _GUIDE_GAP + fitted([(text, _GUIDE_WIDTH)])
    sheet["A1"].font, sheet.row_dimensions[1].height = _TITLE, TITLE_HEIGHT + _GUIDE_GAP
    _print_on_a4(sheet)
    sheet.protection.enable()


def _write_lists(workbook: Workbook, asked: list[Indicator], places: list[str]) -> dict[str, str]:
    """Write the lists that cells choose from on a sheet that nobody sees; return what names each of them."""
    sheet = workbook.create_sheet(LISTS)
    sheet.sheet_state = "veryHidden"
    units = sorted({unit(indicator.unit).label_fr for indicator in indicators().values()})
    layout = known_layouts()[SOURCE]
    sheet.cell(1, 1, layout.label)
    made_for = next(context.defined_name for context in layout.contexts if context.field == "template")
    workbook.defined_names[made_for] = DefinedName(made_for, attr_text=f"{quote_sheetname(LISTS)}!$A$1")
    labels = [indicator.label_fr for indicator in asked]
    measured = [indicator.label_fr for indicator in asked if not unit(indicator.unit).is_count]
    names = {"indicateurs": labels, "territoires": places, "unites": units, "montants": measured}
    for column, (name, choices) in enumerate(names.items(), start=2):
        letter = get_column_letter(column)
        for row, choice in enumerate(choices, start=1):
            sheet.cell(row, column, choice)
        reach = f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(choices)}"
        workbook.defined_names[f"liste_{name}"] = DefinedName(f"liste_{name}", attr_text=reach)
    sheet.protection.enable()
    return {name: f"liste_{name}" for name in names}


def _write_activity(
    sheet: Worksheet,
    region: Territory,
    year: int,
    asked: list[Indicator],
    before: dict[str, tuple[float, bool]],
    departments: list[Territory],
    lists: dict[str, str],
) -> None:
    sheet["A1"] = f"Bilan annuel d'activité {year}"
    sheet["A1"].font, sheet.row_dimensions[1].height = _TITLE, TITLE_HEIGHT
    sheet["A2"] = "Région"
    sheet["B2"] = region.name
    sheet["A3"] = "Date d'envoi"
    sheet["B3"].number_format = "dd/mm/yyyy"
    _open(sheet, 3, 2)
    _accept(sheet, "B3", _date_since(year))
    for column, (title, width) in enumerate(zip(HEADER, WIDTHS, strict=True), start=1):
        head = sheet.cell(_FIRST_ROW - 1, column, title)
        head.font, head.fill, head.border = Font(FONT, 11, bold=True, color="FFFFFFFF"), _HEAD, _THIN
        sheet.column_dimensions[get_column_letter(column)].width = width
    rules: dict[tuple[Any, ...], DataValidation] = {}
    for row, indicator in enumerate(asked, start=_FIRST_ROW):
        stated = (indicator.label_fr, _named(region), year, None, unit(indicator.unit).label_fr)
        for column, value in enumerate(stated, start=1):
            sheet.cell(row, column, value)
        _open(sheet, row, 4, 7)
        shown = "#,##0" if unit(indicator.unit).is_count else "#,##0.00"
        sheet.cell(row, 4).number_format = shown
        _recall(sheet.cell(row, 6), shown, before.get(indicator.code))
        key = (unit(indicator.unit).family, indicator.minimum)
        rules.setdefault(key, _number(indicator)).add(sheet.cell(row, 4).coordinate)
    first = _FIRST_ROW + len(asked)
    last = first + len(asked) * len(departments) - 1  # one row for each figure of each department
    for row in range(first, last + 1):
        sheet.cell(row, 3, year)
        _open(sheet, row, 1, 2, 4, 5, 7)
    _accept(sheet, f"A{first}:A{last}", _choice(lists["indicateurs"], "un indicateur"))
    _accept(sheet, f"B{first}:B{last}", _choice(lists["territoires"], "un département"))
    _accept(sheet, f"D{first}:D{last}", _of_a_department(first, lists["montants"]))
    _accept(sheet, f"E{first}:E{last}", _choice(lists["unites"], "une unité"))
    for rule in rules.values():
        sheet.add_data_validation(rule)
    for cells in sheet.iter_rows(min_row=_FIRST_ROW, max_row=last, max_col=len(HEADER)):
        for cell in cells:
            cell.border = _THIN
    sheet.freeze_panes = sheet.cell(_FIRST_ROW, 2).coordinate
    sheet.print_title_rows = f"{_FIRST_ROW - 1}:{_FIRST_ROW - 1}"
    _print_on_a4(sheet)
    sheet.protection.enable()


def _print_on_a4(sheet: Worksheet) -> None:
    """Let a sheet be printed across one page, and down as many as it takes."""
    setup = sheet.page_setup
    setup.paperSize, setup.orientation, setup.fitToHeight = A4, "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _recall(cell: Any, shown: str, before: tuple[float, bool] | None) -> None:
    """Write last year's figure, greyed, for comparison."""
    if before is not None:
        value, is_hedged = before
        cell.value, cell.font = value, _GREY
        cell.number_format = f'"≈ "{shown}' if is_hedged else shown


def _open(sheet: Worksheet, row: int, *columns: int) -> None:
    """Let the cells be filled."""
    for column in columns:
        cell = sheet.cell(row, column)
        cell.protection, cell.fill = _UNLOCKED, _INPUT


# -- what cells accept -------------------------------------------------------------------------------------------


def _accept(sheet: Worksheet, reach: str, rule: DataValidation) -> None:
    rule.add(reach)
    sheet.add_data_validation(rule)


def _number(indicator: Indicator) -> DataValidation:
    measured = unit(indicator.unit)
    least = indicator.minimum if indicator.minimum is not None else -_MOST
    if measured.is_count:
        return _rule(
            "whole",
            least,
            _MOST,
            "Écrivez un nombre entier, sans unité ni texte. Si le chiffre manque, laissez la cellule vide.",
        )
    return _decimal(least, 100 if measured.family == "proportion" else _MOST)


def _decimal(least: float, most: float) -> DataValidation:
    between = f"entre {least:g} et {most:g}" if most < _MOST else "positif" if least >= 0 else "sans texte"
    return _rule(
        "decimal",
        least,
        most,
        f"Écrivez un nombre {between}, sans unité. Si le chiffre manque, laissez la cellule vide.",
    )


def _of_a_department(row: int, measured: str) -> DataValidation:
    """Accept the figure of a row that says of what and of where it is: without a department it would be the region's.

    Blanks are not passed over here, for a spreadsheet then passes over the rule itself where a cell that it looks at is
    blank; a cell may be emptied all the same.
    """
    conditions = (
        *(f'$A{row}<>""', f'$B{row}<>""', f"ISNUMBER($D{row})", f"$D{row}>=0", f"$D{row}<={_MOST}"),
        f"OR($D{row}=INT($D{row}),COUNTIF({measured},$A{row})>0)",
    )
    rule = _with_message(
        DataValidation(type="custom", formula1=f"AND({','.join(conditions)})"),
        "Choisissez d'abord l'indicateur et le département de la ligne, puis écrivez un nombre positif sans unité, "
        "entier sauf pour un montant. Si le chiffre manque, laissez la cellule vide.",
    )
    rule.allow_blank = False
    return rule


def _rule(kind: Any, least: float, most: float, message: str) -> DataValidation:
    return _with_message(
        DataValidation(type=kind, operator="between", formula1=f"{least:.0f}", formula2=f"{most:.0f}"), message
    )


def _date_since(year: int) -> DataValidation:
    first = (date(year, 1, 1) - date(1899, 12, 30)).days
    return _with_message(
        DataValidation(type="date", operator="greaterThanOrEqual", formula1=str(first)),
        f"Écrivez la date d'envoi sous la forme jj/mm/aaaa ; elle ne peut pas précéder l'année {year}.",
    )


def _choice(source: str, what: str) -> DataValidation:
    return _with_message(DataValidation(type="list", formula1=source), f"Choisissez {what} dans la liste déroulante.")


def _with_message(rule: DataValidation, message: str) -> DataValidation:
    """Let a rule refuse what it does not accept, and say why in French."""
    rule.allow_blank = True
    rule.errorStyle = "stop"
    rule.showErrorMessage = rule.showInputMessage = True
    rule.errorTitle, rule.error = "Saisie refusée", message
    rule.promptTitle, rule.prompt = "Saisie attendue", message
    return rule
