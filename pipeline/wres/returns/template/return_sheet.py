"""Writes the sheet Return of the template: who and when, then a row an item, then what follows from the figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from wres.reference.year_config import CollectionYear
from wres.returns.indicator_math import ENTERED, Figures
from wres.returns.parsed_return import ETHNIC_GROUPS
from wres.returns.template import formulas
from wres.returns.template import progress_formulas as progress
from wres.returns.template.formulas import COLUMN, ENTERED_ROWS
from wres.returns.template.input_cells import data_validation, write_input
from wres.returns.template.progress_formulas import SheetPlaces
from wres.returns.template.styles import Styles
from wres.returns.template_spec import Item, Template

SHEET = "Return"
LIKELIHOOD, RELATIVE = "calculated.likelihood", "calculated.relative_likelihood"
_BUT_OPTIONAL = " that is not optional"
_HEADER_ROW = 10  # as a spreadsheet counts


@dataclass(frozen=True)
class TemplateValues:
    """Who a workbook is for and what goes into it; empty figures make the blank template."""

    template: Template
    year: CollectionYear
    organisation_code: str
    organisation_name: str
    last_year: Figures
    figures: Figures
    texts: Mapping[str, str]


def format_date(value: Any) -> str:
    """A date in words: 31 March 2022."""
    return f"{value.day} {value:%B %Y}"


def write_return_sheet(sheet: Any, styles: Styles, filling: TemplateValues) -> None:
    """Fill the sheet. Every text is written as a string, so that no name can become a formula."""
    rows = _rows(filling.template)
    last_row = rows[RELATIVE]
    _top(sheet, styles, filling, rows)
    _header(sheet, styles, filling)
    section = ""
    for item in filling.template.items:
        if item.section != section:
            section = item.section
            _section(sheet, styles, rows[item.code] - 1, section, filling)
        _item_row(sheet, styles, filling, item, rows)
    _section(sheet, styles, rows[LIKELIHOOD] - 1, "Worked out from your figures", filling)
    _calculated(sheet, styles, filling, rows)
    _layout(sheet, filling, last_row)


def _rows(template: Template) -> dict[str, int]:
    """The row of each item, and of the two calculated ones, with a heading row before each section."""
    rows: dict[str, int] = {}
    row, section = _HEADER_ROW, ""
    for item in template.items:
        row += 1 if item.section == section else 2
        section = item.section
        rows[item.code] = row
    return {**rows, LIKELIHOOD: row + 2, RELATIVE: row + 3}


def _top(sheet: Any, styles: Styles, filling: TemplateValues, rows: Mapping[str, int]) -> None:
    year = filling.year
    sheet.write_string("A1", f"WRES disciplinary indicator: return {year.year}", styles["title"])
    asked = (
        f"Staff in post on {format_date(year.snapshot)}; entries from {format_date(year.entries_from)} to "
        f"{format_date(year.entries_to)}. "
        f"Fill in White, BME and Unknown in every row{_BUT_OPTIONAL if year.optional_items else ''}; write 0 where "
        "there is nobody."
    )
    sheet.write_string("A2", asked, styles["plain"])
    sheet.write_string(
        "A3",
        "Totals and likelihoods work themselves out. Read the sheet Guidance first; send no names of staff.",
        styles["plain"],
    )
    pairs = [
        ("Organisation code", filling.organisation_code),
        ("Organisation name", filling.organisation_name),
        ("Collection year", str(year.year)),
        ("Template version", filling.template.version),
    ]
    for row, (label, value) in enumerate(pairs, start=4):
        sheet.write_string(f"A{row}", label, styles["label"])
        sheet.write_string(f"B{row}", value, styles["value"])
    required = [item.code for item in filling.template.items if item.required and item.code not in year.optional_items]
    ranges = [f"C{rows[code]}:E{rows[code]}" for code in required]
    wanted = len(required) * len(ETHNIC_GROUPS)
    given = sum((code, group) in filling.figures for code in required for group in ETHNIC_GROUPS)
    sheet.write_string("A8", "Cells filled in", styles["label"])
    sheet.write_formula("B8", f'=COUNT({",".join(ranges)})&" of {wanted}"', styles["value"], f"{given} of {wanted}")
    _progress(sheet, styles, filling, _places(filling, rows, ranges, wanted), given)


def _places(filling: TemplateValues, rows: Mapping[str, int], ranges: list[str], wanted: int) -> SheetPlaces:
    inputs = [item.code for item in filling.template.items if item.code != "workforce.total"]
    column = _check_column(filling)
    last_year = formulas.ranges("G", "I", (rows[code] for code in _summands(filling.template)))
    return SheetPlaces(
        required=ranges,
        wanted=wanted,
        checks=f"{column}{min(rows.values())}:{column}{max(rows.values())}",
        checked=len(inputs),
        total_row=rows["workforce.total"],
        entered_row=rows[ENTERED],
        ratio=f"D{rows[RELATIVE]}",
        last_year=last_year if filling.last_year else (),
    )


def _progress(sheet: Any, styles: Styles, filling: TemplateValues, places: SheetPlaces, given: int) -> None:
    """To the right of who and when: whether it is ready, by when, whom to ask, what may be asked about."""
    year, percent = filling.year, filling.year.thresholds["unknown_ethnicity_percent"]
    signed = all(filling.texts.get(key) for key in ("signoff.role", "signoff.date"))
    checks = [_check_result(filling, item) for item in filling.template.items if item.code != "workforce.total"]
    state = progress.ready_result(given, places.wanted, checks, formulas.OPTIONAL_AND_EMPTY, signed=signed)
    labels = ("Ready to send", "Send by", "Questions to", "May be asked about")
    for row, label in enumerate(labels, start=4):
        sheet.write_string(f"C{row}", label, styles["label"])
    sheet.write_formula("E4", progress.ready(places, formulas.OPTIONAL_AND_EMPTY), styles["value_strong"], state)
    sheet.write_string("E5", f"{format_date(year.deadline)}, {year.deadline:%H:%M}", styles["value"])
    sheet.write_string("E6", f"{year.publication.team}: {year.publication.mailbox}", styles["value"])
    staff = {group: Fraction(count) for (code, group), count in _all(filling).items() if code == "workforce.total"}
    summands = set(_summands(filling.template))
    before = sum((Fraction(count) for (code, _), count in filling.last_year.items() if code in summands), Fraction())
    likelihoods = formulas.likelihoods(filling.figures, filling.template)
    ratio = _ratio(filling.template, likelihoods)
    complete = given == places.wanted
    asked = progress.hints_result(filling.figures, staff, before if complete else Fraction(), ratio, percent)
    sheet.write_formula("E7", progress.hints(places, percent), styles["value"], asked)


def _check_column(filling: TemplateValues) -> str:
    """The column Check stands behind last year's figures, where these are shown."""
    return "J" if filling.last_year else "G"


def _check_result(filling: TemplateValues, item: Item) -> str:
    """What the column Check says of an item's row."""
    above = _above(filling, "workforce.total" if item.code in ENTERED_ROWS else item.part_of)
    return formulas.check_result(item, filling.figures, above, optional=item.code in filling.year.optional_items)


def _header(sheet: Any, styles: Styles, filling: TemplateValues) -> None:
    labels = filling.template.group_labels
    last_year = [f"{label} last year" for label in labels.values()] if filling.last_year else []
    names = ["Item", "Data item", *labels.values(), "All groups", *last_year, "Check"]
    for column, name in enumerate(names):
        look = "header_check" if name == "Check" else "header_number" if column >= 2 else "header"
        sheet.write_string(_HEADER_ROW - 1, column, name, styles[look])


def _section(sheet: Any, styles: Styles, row: int, title: str, filling: TemplateValues) -> None:
    sheet.write_string(f"A{row}", title, styles["section"])
    for column in range(1, 10 if filling.last_year else 7):
        sheet.write_blank(row - 1, column, None, styles["section"])


def _item_row(sheet: Any, styles: Styles, filling: TemplateValues, item: Item, rows: Mapping[str, int]) -> None:
    row, figures = rows[item.code], filling.figures
    whole = "_whole" if item.step == 1 else ""
    sheet.write_string(f"A{row}", item.code, styles["code"])
    sheet.write_string(f"B{row}", item.label, styles["indented" if item.part_of else "item"])
    if item.code == "workforce.total":
        _total_row(sheet, styles, filling, rows)
    else:
        for group in ETHNIC_GROUPS:
            write_input(sheet, f"{COLUMN[group]}{row}", figures.get((item.code, group)), styles["input" + whole])
        sheet.data_validation(f"C{row}:E{row}", data_validation(item, row, _last_year_words(filling, item)))
        above = "workforce.total" if item.code in ENTERED_ROWS else item.part_of
        optional = item.code in filling.year.optional_items
        text = formulas.check(item, row, rows[above] if above else None, optional=optional)
        sheet.write_formula(f"{_check_column(filling)}{row}", text, styles["check"], _check_result(filling, item))
    sheet.write_formula(f"F{row}", *_with(styles["total" + whole], formulas.row_total(row, item.code, _all(filling))))
    for column, group in zip("GHI", ETHNIC_GROUPS, strict=True):
        if (before := filling.last_year.get((item.code, group))) is not None:
            look = "before" if before == int(before) else "before_half"
            sheet.write_number(f"{column}{row}", float(before), styles[look])


def _total_row(sheet: Any, styles: Styles, filling: TemplateValues, rows: Mapping[str, int]) -> None:
    row = rows["workforce.total"]
    for group in ETHNIC_GROUPS:
        place = f"{COLUMN[group]}{row}"
        text, value = formulas.total(group, _summands(filling.template), rows, filling.figures)
        stated = filling.figures.get(("workforce.total", group))
        if stated is not None and float(stated) != value:
            sheet.write_number(place, float(stated), styles["total_whole"])
        else:
            sheet.write_array_formula(f"{place}:{place}", text, styles["total_whole"], value)
    sheet.write_string(f"{_check_column(filling)}{row}", "Adds itself up", styles["check"])


def _calculated(sheet: Any, styles: Styles, filling: TemplateValues, rows: Mapping[str, int]) -> None:
    row = rows[LIKELIHOOD]
    entered = [rows[code] for code in ENTERED_ROWS if code in rows]
    values = formulas.likelihoods(filling.figures, filling.template)
    sheet.write_string(f"A{row}", LIKELIHOOD, styles["code"])
    sheet.write_string(f"B{row}", "Likelihood of entering the process", styles["item"])
    for group, column in {**COLUMN, "all": "F"}.items():
        text = formulas.likelihood(column, rows["workforce.total"], entered)
        value = float(values[group]) if group in values else ""
        sheet.write_formula(f"{column}{row}", text, styles["percent"], value)
    sheet.write_string(f"A{row + 1}", RELATIVE, styles["code"])
    sheet.write_string(f"B{row + 1}", "Relative likelihood, BME to white", styles["item"])
    ratio = _ratio(filling.template, values)
    text = formulas.relative_likelihood(row)
    sheet.write_formula(f"D{row + 1}", text, styles["ratio"], "" if ratio is None else float(ratio))


def _ratio(template: Template, likelihoods: Mapping[str, Fraction]) -> Fraction | None:
    """Divide the likelihoods of the two groups that the template compares; None where it cannot be worked out."""
    compared = template.comparison()
    above, below = likelihoods.get(compared.ethnic_group), likelihoods.get(compared.comparator)
    return above / below if above is not None and below else None


def _layout(sheet: Any, filling: TemplateValues, last_row: int) -> None:
    sheet.set_column("A:A", 34)
    sheet.set_column("B:B", 42)
    sheet.set_column("C:I", 10)
    sheet.set_column(f"{_check_column(filling)}:{_check_column(filling)}", 26)
    sheet.set_row(_HEADER_ROW - 1, 32)
    sheet.freeze_panes(_HEADER_ROW, 2)
    sheet.repeat_rows(_HEADER_ROW - 1)
    sheet.print_area(0, 0, last_row - 1, 9 if filling.last_year else 6)
    sheet.fit_to_pages(1, 1)  # two pages would leave a handful of rows on the second


def _last_year_words(filling: TemplateValues, item: Item) -> str:
    """Last year's figures of a row, for the words that stand beside a chosen cell; empty where there are none."""
    before = [
        f"{label} {format(filling.last_year[item.code, group].normalize(), 'f')}"
        for group, label in filling.template.group_labels.items()
        if (item.code, group) in filling.last_year
    ]
    return f"Last year: {', '.join(before)}." if before else ""


def _summands(template: Template) -> list[str]:
    return [item.code for item in template.items if item.in_total]


def _all(filling: TemplateValues) -> Figures:
    """The figures with the total that the sheet shows."""
    totals = {}
    for group in ETHNIC_GROUPS:
        given = [filling.figures[c, group] for c in _summands(filling.template) if (c, group) in filling.figures]
        if given:
            totals["workforce.total", group] = sum(given, Decimal(0))
    return {**totals, **filling.figures}


def _above(filling: TemplateValues, code: str | None) -> dict[str, Decimal] | None:
    if code is None:
        return None
    figures = _all(filling)
    return {group: figures[code, group] for group in ETHNIC_GROUPS if (code, group) in figures}


def _with(style: Any, formula: tuple[str, formulas.Stored]) -> tuple[str, Any, formulas.Stored]:
    return formula[0], style, formula[1]
