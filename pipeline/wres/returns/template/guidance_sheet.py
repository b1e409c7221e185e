"""Write the sheet Guidance of the template: how to fill it in, and what each item means."""

from typing import Any

from wres.returns.template.sheet_layout import TemplateValues, format_date
from wres.returns.template.styles import Styles, height
from wres.returns.text import join_words

_WIDTH = 95


def write_guidance_sheet(sheet: Any, styles: Styles, filling: TemplateValues) -> None:
    """Fill the sheet: topics first, then a row an item."""
    sheet.write_string("A1", "Guidance", styles["title"])
    row = _write_table(
        sheet, styles, 2, ("Topic", "", "What it means"), [(name, "", text) for name, text in _topics(filling)]
    )
    items = [
        (item.code, item.label, item.guidance + (_OPTIONAL_ITEM if item.code in filling.year.optional_items else ""))
        for item in filling.template.items
    ]
    _write_table(sheet, styles, row + 1, ("Item", "Data item", "What it means"), items)
    sheet.set_column("A:A", 40)
    sheet.set_column("B:B", 46)
    sheet.set_column("C:C", _WIDTH)


def _write_table(
    sheet: Any, styles: Styles, row: int, header: tuple[str, str, str], rows: list[tuple[str, str, str]]
) -> int:
    """Write a table of three columns; return the row below it."""
    for column, name in enumerate(header):
        sheet.write_string(row, column, name, styles["header"])
    for offset, (about, label, text) in enumerate(rows, start=row + 1):
        sheet.set_row(offset, height(text, _WIDTH))
        sheet.write_string(offset, 0, about, styles["prose" if label else "label_top"])
        sheet.write_string(offset, 1, label, styles["prose"])
        sheet.write_string(offset, 2, text, styles["prose"])
    return row + 1 + len(rows)


def _topics(filling: TemplateValues) -> list[tuple[str, str]]:
    """List the topics, each with its text."""
    year = filling.year
    dates = (
        f"Staff in post on {format_date(year.snapshot)}. Entries from {format_date(year.entries_from)} to "
        f"{format_date(year.entries_to)}. "
        f"Send by {format_date(year.deadline)}; nothing is taken after {format_date(year.hard_close)}."
    )
    averaged = [("Two years", _TWO_YEARS)] if filling.template.window == "two_year_average" else []
    optional = [("Optional rows", _OPTIONAL_ROWS)] if year.optional_items else []
    template = filling.template
    labels = [*template.group_labels.values()]
    topics = {
        "How to fill in": (
            f"Fill in the cells under {join_words(labels)} on the sheet Return; the rest is locked. Write 0 where "
            "there is nobody; an empty cell counts as not answered. The column Check says what a row still needs."
        ),
        "People, not posts": _PEOPLE,
        ", ".join(labels): template.group_guidance,
        "Entering the process": _ENTERING,
        "Totals and likelihoods": (
            "These work themselves out. A likelihood is entries divided by staff; " + template.comparison().guidance
        ),
    }
    return [("Dates", dates), *topics.items(), *_MORE_TOPICS.items(), *optional, *averaged]


_TWO_YEARS = (
    "This collection averages two years of entries: the year's own and the year before's. Halves are allowed in these "
    "two rows only."
)
_OPTIONAL_ITEM = " Optional: leave the row empty where there is nobody, and it counts as 0."
_OPTIONAL_ROWS = (
    "The rows marked as optional below may be left empty where there is nobody; an empty cell in them counts as 0."
)
_PEOPLE = (
    "Count people (headcount), each once, not full-time equivalents. Leave out those who work through the bank only."
)
_ENTERING = (
    "A person enters when a formal disciplinary investigation into them begins. Count each person once in the year. "
    "Informal action does not count."
)
_MORE_TOPICS = {
    "Explanations": "If a figure is unusual but right, say why on the sheet Explanations beside the code of the query.",
    "Sign-off": (
        "The role of the director who signs the figures off, and the date, on the sheet Sign-off. No name is wanted; "
        "one that is given is not kept."
    ),
    "No personal data": "Send counts only. A file with names, payroll numbers or a row for each person is refused.",
}
