"""Write the sheet Return of the template: who and when, then a row an item, then what follows from the figures."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from wres.returns.consistency import TOTAL
from wres.returns.indicator_math import ENTERED
from wres.returns.template import formulas
from wres.returns.template import progress_formulas as progress
from wres.returns.template.formulas import ENTERED_ROWS
from wres.returns.template.input_cells import data_validation, write_input
from wres.returns.template.progress_formulas import SheetPlaces
from wres.returns.template.sheet_layout import (
    HEADER_ROW,
    LIKELIHOOD,
    RELATIVE,
    SheetLayout,
    TemplateValues,
    format_date,
)
from wres.returns.template.styles import Styles
from wres.returns.template_spec import OVERALL, PROGRESS_LABELS, Item, Template
from wres.returns.text import join_words

SHEET = "Return"
_BUT_OPTIONAL = " that is not optional"


def write_return_sheet(sheet: Any, styles: Styles, filling: TemplateValues) -> None:
    """Fill the sheet. Every text is written as a string, so that no name can become a formula."""
    layout = SheetLayout.of(filling)
    _write_top(sheet, styles, filling, layout)
    _write_header(sheet, styles, filling)
    section = ""
    for item in filling.template.items:
        if item.section != section:
            section = item.section
            _write_section(sheet, styles, layout.rows[item.code] - 1, section, layout)
        _write_item_row(sheet, styles, filling, item, layout)
    _write_section(sheet, styles, layout.rows[LIKELIHOOD] - 1, "Worked out from your figures", layout)
    _write_calculated(sheet, styles, filling, layout)
    _set_page(sheet, layout)


def _write_top(sheet: Any, styles: Styles, filling: TemplateValues, layout: SheetLayout) -> None:
    """Write who and when, how much is filled in, and how to fill it in."""
    groups = filling.template.ethnic_groups
    labels = join_words([*filling.template.group_labels.values()])
    year = filling.year
    sheet.write_string("A1", f"WRES disciplinary indicator: return {year.year}", styles["title"])
    asked = (
        f"Staff in post on {format_date(year.snapshot)}; entries from {format_date(year.entries_from)} to "
        f"{format_date(year.entries_to)}. "
        f"Fill in {labels} in every row{_BUT_OPTIONAL if year.optional_items else ''}; write 0 where "
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
    ranges = [layout.cells(layout.rows[code]) for code in required]
    wanted = len(required) * len(groups)
    filled_in = sum((code, group) in filling.figures for code in required for group in groups)
    sheet.write_string("A8", "Cells filled in", styles["label"])
    sheet.write_formula("B8", f'=COUNT({",".join(ranges)})&" of {wanted}"', styles["value"], f"{filled_in} of {wanted}")
    _write_progress(sheet, styles, filling, _find_places(filling, layout, ranges, wanted), filled_in)


def _find_places(filling: TemplateValues, layout: SheetLayout, ranges: list[str], wanted: int) -> SheetPlaces:
    """Return where the formulas of the progress find what they need."""
    rows = layout.rows
    inputs = [item.code for item in filling.template.items if item.code != TOTAL]
    last_year: list[str] = []
    if layout.last_year:
        columns = [*layout.last_year.values()]
        last_year = formulas.ranges(columns[0], columns[-1], (rows[code] for code in filling.summands))
    return SheetPlaces(
        required=ranges,
        wanted=wanted,
        checks=f"{layout.check}{min(rows.values())}:{layout.check}{max(rows.values())}",
        checked=len(inputs),
        staff=f"{layout.overall}{rows[TOTAL]}",
        unknown_staff=f"{layout.groups[filling.template.unknown_group]}{rows[TOTAL]}",
        entered=layout.cells(rows[ENTERED]),
        groups=len(layout.groups),
        ratio=formulas.relative_likelihood(filling.template, layout)[0],
        last_year=last_year,
    )


def _write_progress(sheet: Any, styles: Styles, filling: TemplateValues, places: SheetPlaces, filled_in: int) -> None:
    """Write, to the right of who and when, if it is ready, by when to send it, whom to ask, what may be asked about."""
    year, percent = filling.year, filling.year.thresholds["unknown_ethnicity_percent"]
    signed = all(filling.texts.get(key) for key in ("signoff.role", "signoff.date"))
    checks = [_check_result(filling, item) for item in filling.template.items if item.code != TOTAL]
    state = progress.ready_result(filled_in, places.wanted, checks, formulas.OPTIONAL_AND_EMPTY, signed=signed)
    for row, label in enumerate(PROGRESS_LABELS, start=4):
        sheet.write_string(f"C{row}", label, styles["label"])
    sheet.write_formula("E4", progress.ready(places, formulas.OPTIONAL_AND_EMPTY), styles["value_strong"], state)
    sheet.write_string("E5", f"{format_date(year.deadline)}, {year.deadline:%H:%M}", styles["value"])
    sheet.write_string("E6", f"{year.publication.team}: {year.publication.mailbox}", styles["value"])
    staff = {group: Fraction(count) for (code, group), count in filling.figures_with_total.items() if code == TOTAL}
    summands = set(filling.summands)
    before = sum((Fraction(count) for (code, _), count in filling.last_year.items() if code in summands), Fraction())
    likelihoods = formulas.likelihoods(filling.figures, filling.template)
    ratio = _compute_ratio(filling.template, likelihoods)
    complete = filled_in == places.wanted
    asked = progress.hints_result(
        filling.template, filling.figures, staff, before if complete else Fraction(), ratio, percent
    )
    sheet.write_formula("E7", progress.hints(places, percent), styles["value"], asked)


def _check_result(filling: TemplateValues, item: Item) -> str:
    """Work out what the column Check says of an item's row."""
    above = _upper_limits(filling, TOTAL if item.code in ENTERED_ROWS else item.part_of)
    optional = item.code in filling.year.optional_items
    return formulas.check_result(item, filling.template, filling.figures, above, optional=optional)


def _write_header(sheet: Any, styles: Styles, filling: TemplateValues) -> None:
    """Write the headings of the columns."""
    labels = filling.template.group_labels
    last_year = [f"{label} last year" for label in labels.values()] if filling.last_year else []
    names = ["Item", "Data item", *labels.values(), "All groups", *last_year, "Check"]
    for column, name in enumerate(names):
        look = "header_check" if name == "Check" else "header_number" if column >= 2 else "header"
        sheet.write_string(HEADER_ROW - 1, column, name, styles[look])


def _write_section(sheet: Any, styles: Styles, row: int, title: str, layout: SheetLayout) -> None:
    sheet.write_string(f"A{row}", title, styles["section"])
    for column in range(1, layout.width):
        sheet.write_blank(row - 1, column, None, styles["section"])


def _write_item_row(sheet: Any, styles: Styles, filling: TemplateValues, item: Item, layout: SheetLayout) -> None:
    """Write one item: its cells to fill in or its totals, what the row still needs, and last year's figures."""
    rows, figures = layout.rows, filling.figures
    row = rows[item.code]
    whole = "_whole" if item.step == 1 else ""
    sheet.write_string(f"A{row}", item.code, styles["code"])
    sheet.write_string(f"B{row}", item.label, styles["indented" if item.part_of else "item"])
    if item.code == TOTAL:
        _write_total_row(sheet, styles, filling, layout)
    else:
        for group, column in layout.groups.items():
            write_input(sheet, f"{column}{row}", figures.get((item.code, group)), styles["input" + whole])
        first = f"{layout.groups[filling.template.ethnic_groups[0]]}{row}"
        sheet.data_validation(layout.cells(row), data_validation(item, first, _last_year_words(filling, item)))
        above = TOTAL if item.code in ENTERED_ROWS else item.part_of
        optional = item.code in filling.year.optional_items
        text = formulas.check(item, row, rows[above] if above else None, layout, optional=optional)
        sheet.write_formula(f"{layout.check}{row}", text, styles["check"], _check_result(filling, item))
    text, value = formulas.row_total(row, item.code, filling.template, layout, filling.figures_with_total)
    sheet.write_formula(f"{layout.overall}{row}", text, styles["total" + whole], value)
    for group, column in layout.last_year.items():
        if (before := filling.last_year.get((item.code, group))) is not None:
            look = "before" if before == int(before) else "before_half"
            sheet.write_number(f"{column}{row}", float(before), styles[look])


def _write_total_row(sheet: Any, styles: Styles, filling: TemplateValues, layout: SheetLayout) -> None:
    """Write the staff of each group as a formula, or as the number that was stated where that is another one."""
    row = layout.rows[TOTAL]
    for group, column in layout.groups.items():
        place = f"{column}{row}"
        text, value = formulas.total(group, filling.summands, layout, filling.figures)
        stated = filling.figures.get((TOTAL, group))
        if stated is not None and float(stated) != value:
            sheet.write_number(place, float(stated), styles["total_whole"])
        else:
            sheet.write_array_formula(f"{place}:{place}", text, styles["total_whole"], value)
    sheet.write_string(f"{layout.check}{row}", "Adds itself up", styles["check"])


def _write_calculated(sheet: Any, styles: Styles, filling: TemplateValues, layout: SheetLayout) -> None:
    """Write the likelihood of each group and of all, and the relative likelihood."""
    rows = layout.rows
    row = rows[LIKELIHOOD]
    entered = [rows[code] for code in ENTERED_ROWS if code in rows]
    values = formulas.likelihoods(filling.figures, filling.template)
    sheet.write_string(f"A{row}", LIKELIHOOD, styles["code"])
    sheet.write_string(f"B{row}", "Likelihood of entering the process", styles["item"])
    for group, column in {**layout.groups, OVERALL: layout.overall}.items():
        text = formulas.likelihood(column, rows[TOTAL], entered)
        value = float(values[group]) if group in values else ""
        sheet.write_formula(f"{column}{row}", text, styles["percent"], value)
    sheet.write_string(f"A{row + 1}", RELATIVE, styles["code"])
    sheet.write_string(f"B{row + 1}", filling.template.comparison().label, styles["item"])
    ratio = _compute_ratio(filling.template, values)
    place, text = formulas.relative_likelihood(filling.template, layout)
    sheet.write_formula(place, text, styles["ratio"], "" if ratio is None else float(ratio))


def _compute_ratio(template: Template, likelihoods: Mapping[str, Fraction]) -> Fraction | None:
    """Divide the likelihoods of the two groups that the template compares; None where it cannot be worked out."""
    compared = template.comparison()
    above, below = likelihoods.get(compared.ethnic_group), likelihoods.get(compared.comparator)
    return above / below if above is not None and below else None


def _set_page(sheet: Any, layout: SheetLayout) -> None:
    """Set widths, what stays in sight, and what is printed."""
    sheet.set_column("A:A", 34)
    sheet.set_column("B:B", 42)
    sheet.set_column(layout.numbers, 10)
    sheet.set_column(f"{layout.check}:{layout.check}", 26)
    sheet.set_row(HEADER_ROW - 1, 32)
    sheet.freeze_panes(HEADER_ROW, 2)
    sheet.repeat_rows(HEADER_ROW - 1)
    sheet.print_area(0, 0, layout.rows[RELATIVE] - 1, layout.width - 1)
    sheet.fit_to_pages(1, 1)  # two pages would leave a handful of rows on the second


def _last_year_words(filling: TemplateValues, item: Item) -> str:
    """Say last year's figures of a row, for the words that stand beside a chosen cell; empty where there are none."""
    before = [
        f"{label} {format(filling.last_year[item.code, group].normalize(), 'f')}"
        for group, label in filling.template.group_labels.items()
        if (item.code, group) in filling.last_year
    ]
    return f"Last year: {', '.join(before)}." if before else ""


def _upper_limits(filling: TemplateValues, code: str | None) -> dict[str, Decimal] | None:
    """Return the figures of the row that another row may not exceed, by group."""
    if code is None:
        return None
    figures = filling.figures_with_total
    return {group: figures[code, group] for group in filling.template.ethnic_groups if (code, group) in figures}
