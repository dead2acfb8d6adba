"""What the modules on annotated copies share: a workbook of a sender that uses much of what workbooks can hold."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.support.annotating import (
    added_before,
    parts,
    rewritten,
)
from tests.support.files import RELATED


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """A workbook with all that a load and a save would lose: stored results, macros, a header image, a chart …"""
    book = Workbook()
    sheet, notes, chart = book.worksheets[0], book.create_sheet("Notes d'Ève"), book.create_sheet("Graphique")
    sheet.title = "Activité"
    for values in (["Indicateur", "Valeur", "Part"], ["Livraisons", "12 34", 0.125], ["Agréments", 7, 0.5]):
        sheet.append(values)
    sheet["B4"] = "=B3*2"
    sheet["C2"].number_format = "0.0 %"
    sheet["B2"].font = Font(bold=True, color="FF00AA00")
    sheet["B2"].protection = Protection(locked=False)
    sheet["D2"] = date(2024, 3, 1)
    sheet["B3"].comment = Comment("Chiffre <vérifié> & signé", "Ève")
    sheet.merge_cells("A6:C6")
    sheet.protection.enable()
    validation = DataValidation(type="whole", operator="between", formula1="0", formula2="99")
    validation.add("B2:B3")
    sheet.add_data_validation(validation)
    sheet.conditional_formatting.add(
        "B2:B3",
        CellIsRule("lessThan", ["0"], fill=PatternFill("solid", fgColor="FF00FF00")),  # type: ignore[no-untyped-call]
    )
    sheet.row_dimensions[3].hidden = True
    notes["A1"] = "Bonjour"
    notes.sheet_state = "hidden"
    notes.defined_names["locale"] = DefinedName("locale", attr_text="'Notes d''Ève'!$A$1")
    sheet.print_title_rows = "1:1"
    drawn = BarChart()
    drawn.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    chart.add_chart(drawn, "A1")
    book.active = 0
    path = tmp_path / "bilan.xlsm"
    book.save(path)
    header = b'<legacyDrawingHF xmlns:r="%s" r:id="rIdHF"/>' % RELATED.encode()
    relation = '<Relationship Id="{}" Type="' + RELATED + '/{}" Target="{}"/>'
    kept = parts(path)
    activity = next(name for name, data in kept.items() if b"12 34" in data or b"dataValidation " in data)
    listing = f"xl/worksheets/_rels/{Path(activity).name}.rels"
    return rewritten(
        path,
        {
            activity: lambda data: re.sub(
                rb"(<f>B3\*2</f>)<v ?/>", rb"\1<v>14</v>", added_before(b"</worksheet>", header)(data)
            ),
            listing: added_before(
                b"</Relationships>", relation.format("rIdHF", "vmlDrawing", "/xl/drawings/header.vml").encode()
            ),
            "xl/drawings/header.vml": b'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="LH"/></xml>',
            "xl/vbaProject.bin": bytes(range(256)),
            "xl/_rels/workbook.xml.rels": added_before(
                b"</Relationships>", relation.format("rIdVba", "vbaProject", "/xl/vbaProject.bin").encode()
            ),
            "[Content_Types].xml": lambda data: added_before(
                b"</Types>",
                b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>',
            )(data).replace(
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            ),
        },
    )
