"""Write the return: the workbook that a sender fills in, blank or filled in, and the same as CSV."""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from wres.reference.year_config import CollectionYear
from wres.returns.template.guidance_sheet import write_guidance_sheet
from wres.returns.template.return_sheet import SHEET, write_return_sheet
from wres.returns.template.sheet_layout import TemplateValues
from wres.returns.template.styles import Styles, height
from wres.returns.template_spec import Template
from wres.safe_text import escape_row

CSV_COLUMNS = ("collection_year", "organisation_code", "item", "ethnic_group", "value")
SHEETS = ("Guidance", SHEET, "Explanations", "Sign-off")
SIGN_OFF = {"signoff.role": "Role", "signoff.date": "Date"}
# The sheets are protected against slips, not against people: there is no password.
_ALLOWED = {"select_locked_cells": True, "select_unlocked_cells": True, "format_columns": True, "format_rows": True}
_EXPLANATION_WIDTH = 80


def write_template(
    target: Path | BinaryIO,
    template: Template,
    year: CollectionYear,
    organisation_code: str,
    organisation_name: str,
    last_year: Mapping[tuple[str, str], Decimal] | None = None,
    figures: Mapping[tuple[str, str], Decimal] | None = None,
    texts: Mapping[str, str] | None = None,
) -> None:
    """Write the workbook of one organisation, an .xlsx file, to a path or a file; the same input gives the same bytes.

    `figures` and `last_year` map (item code, ethnic group) to a number of people; a cell that is not in `figures` is
    left blank. `last_year` is shown beside. `texts` has the keys signoff.role, signoff.date (ISO date)
    and explanation.<Q code>.
    """
    import xlsxwriter

    filling = TemplateValues(
        template, year, organisation_code, organisation_name, last_year or {}, figures or {}, texts or {}
    )
    workbook = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, {"in_memory": True})
    workbook.set_properties(
        {
            "title": f"WRES disciplinary indicator: return {year.year}, {organisation_code}",
            "subject": f"Template {template.version}",
            "created": datetime(year.year, 1, 1),  # noqa: DTZ001 - not the clock, so that the bytes are the same
        }
    )
    styles = Styles(workbook)
    sheets = {name: workbook.add_worksheet(name) for name in SHEETS}
    write_return_sheet(sheets[SHEET], styles, filling)
    _write_explanations(sheets["Explanations"], styles, filling)
    _write_sign_off(sheets["Sign-off"], styles, filling)
    write_guidance_sheet(sheets["Guidance"], styles, filling)
    for name, sheet in sheets.items():
        _finish(sheet, name, filling)
    workbook.close()


def return_csv(
    year: CollectionYear, organisation_code: str, figures: Mapping[tuple[str, str], Decimal], texts: Mapping[str, str]
) -> bytes:
    """Return the return as CSV: UTF-8, one row a cell, then one row a text, in the columns of `CSV_COLUMNS`."""
    rows = [(item, group, f"{value:f}") for (item, group), value in figures.items()]
    rows += [(key, "", value) for key, value in texts.items()]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    writer.writerows(escape_row((year.year, organisation_code, *row)) for row in rows)
    return text.getvalue().encode()


def _write_explanations(sheet: Any, styles: Styles, filling: TemplateValues) -> None:
    """Write the sheet Explanations: a row for each query that may be asked."""
    sheet.write_string("A1", "Explanations", styles["title"])
    sheet.write_string(
        "A2",
        "Where a figure is unusual but right, say why. You can leave this empty and answer later.",
        styles["plain"],
    )
    for column, name in enumerate(("Code", "What it is about", "Explanation")):
        sheet.write_string(3, column, name, styles["header"])
    explanations = {
        key.removeprefix("explanation."): text for key, text in filling.texts.items() if key[:12] == "explanation."
    }
    codes = {**filling.template.queries, **{code: "" for code in explanations if code not in filling.template.queries}}
    for row, (code, about) in enumerate(sorted(codes.items()), start=4):
        sheet.set_row(row, max(33, height(explanations.get(code, ""), _EXPLANATION_WIDTH)))
        sheet.write_string(row, 0, code, styles["label_top"])
        sheet.write_string(row, 1, about, styles["prose"])
        _write_text_input(sheet, row, 2, explanations.get(code, ""), styles["input_text"])
    sheet.set_column("A:A", 10)
    sheet.set_column("B:B", 48)
    sheet.set_column("C:C", _EXPLANATION_WIDTH)
    sheet.freeze_panes(4, 1)
    sheet.repeat_rows(3)


def _write_sign_off(sheet: Any, styles: Styles, filling: TemplateValues) -> None:
    """Write the sheet Sign-off."""
    sheet.write_string("A1", "Sign-off", styles["title"])
    sheet.write_string(
        "A2",
        "Who in your organisation stands for these figures, by role, and since when. Give no name.",
        styles["plain"],
    )
    for row, (key, label) in enumerate(SIGN_OFF.items(), start=3):
        sheet.write_string(row, 0, label, styles["label"])
        text = filling.texts.get(key, "")
        if key == "signoff.date" and _as_date(text):
            sheet.write_datetime(row, 1, _as_date(text), styles["input_date"])
        else:
            _write_text_input(sheet, row, 1, text, styles["input_date" if key == "signoff.date" else "input_text"])
    sheet.data_validation(
        "B5",
        {
            "validate": "date",
            "criteria": ">=",
            "value": filling.year.snapshot,
            "input_title": "Date of the sign-off",
            "input_message": "The day on which the figures were signed off, for example 15/08/2022.",
            "error_title": "A date, please",
            "error_message": "Write a date on or after the snapshot date, for example 15/08/2022.",
        },
    )
    sheet.set_column("A:A", 14)
    sheet.set_column("B:B", 60)


def _finish(sheet: Any, name: str, filling: TemplateValues) -> None:
    """Protect a sheet and set its page."""
    if name != SHEET:
        sheet.fit_to_pages(1, 0)
    sheet.protect("", _ALLOWED)
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    who = f"{filling.organisation_code} {filling.organisation_name}"[:110].replace("&", "&&")  # a header holds 255
    sheet.set_header(f"&L{who}&RWRES return {filling.year.year}: {name}")
    sheet.set_footer(f"&LTemplate {filling.template.version}&RPage &P of &N")


def _write_text_input(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    if text:
        sheet.write_string(row, column, text, style)
    else:
        sheet.write_blank(row, column, None, style)


def _as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
