"""Corrections by the national team: a CSV file a year, one row a figure that a return states wrongly.

A correction names the figure that it was made for, so it fails once that figure is another (`from`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from wres.errors import WresError
from wres.reference.reference_csv import read_rows
from wres.reference.year_config import CollectionYear
from wres.returns.template_spec import Item, load_template
from wres.safe_text import unfit_characters, words_of

COLUMNS = ("organisation", "item", "group", "from", "to", "reason", "who", "when")
_COUNT = re.compile(r"[0-9]{1,9}(\.[05])?")


@dataclass(frozen=True, slots=True)
class Correction:
    """One figure of one return: what it states (`sent`), what counts in its place (`value`), and who says so and why.

    `line` is that of the file. `who` is a role, `when` a day as 2022-10-05.
    """

    line: int
    organisation_code: str
    item: str
    ethnic_group: str
    sent: Decimal
    value: Decimal
    reason: str
    who: str
    when: str

    @property
    def cell(self) -> tuple[str, str]:
        """Return the figure: item and ethnic group."""
        return self.item, self.ethnic_group


def read_corrections(folder: Path, calendar: CollectionYear) -> list[Correction]:
    """Return the corrections of a year, in the order of the file; none where there is no file.

    Args:
        folder: holds YEAR.csv with the header organisation,item,group,from,to,reason,who,when.
        calendar: the year, whose template says which figures there are.

    Raises:
        WresError: the file cannot be read, or a line of it cannot be a correction; the text says which and why.
    """
    path = folder / f"{calendar.year}.csv"
    if not path.exists():
        return []
    (line, header), *rows = read_rows(path)
    if tuple(header) != COLUMNS:
        raise_correction_error(calendar.year, line, f"the header is not {','.join(COLUMNS)}", "begin the file with it")
    corrections: dict[tuple[str, str, str], Correction] = {}
    for line, row in rows:
        correction = _read_correction(calendar, line, row)
        first = corrections.setdefault((correction.organisation_code, *correction.cell), correction)
        if first is not correction:
            raise_correction_error(
                calendar.year, line, f"line {first.line} corrects the same figure", "keep the right one"
            )
    return list(corrections.values())


def raise_correction_error(year: int, line: int, problem: str, remedy: str) -> NoReturn:
    """Raise the WresError for a line of a year's file."""
    raise WresError(f"corrections/{year}.csv, line {line}: {problem}; {remedy}.")


def _read_correction(calendar: CollectionYear, line: int, row: list[str]) -> Correction:
    """Read one line of the file."""
    year = calendar.year
    if len(row) != len(COLUMNS):
        raise_correction_error(
            year, line, f"there are {len(row)} values, not {len(COLUMNS)}", "put a text that has commas in quotes"
        )
    fields = dict(zip(COLUMNS, row, strict=True))
    if empty := [column for column in COLUMNS if not fields[column]]:
        remedies = {"who": "say by role who decides it, such as collection manager; no person's name"}
        raise_correction_error(year, line, f"{empty[0]} is empty", remedies.get(empty[0], "fill it in"))
    for column in ("reason", "who"):
        if unfit := unfit_characters(fields[column]):
            raise_correction_error(year, line, f"{column} has characters that no text has ({unfit})", "type it again")
        if not words_of(fields[column]):
            raise_correction_error(year, line, f"{column} is {fields[column]!r}, which says nothing", "say it in words")
    template = load_template(calendar.template_version)
    items = {item.code: item for item in template.items}
    if fields["item"] not in items:
        raise_correction_error(
            year, line, f"template {template.version} has no item {fields['item']!r}", "see its Guidance sheet"
        )
    if fields["group"] not in template.ethnic_groups:
        raise_correction_error(
            year, line, f"{fields['group']!r} is no ethnic group", f"give one of {', '.join(template.ethnic_groups)}"
        )
    if "@" in fields["who"]:
        raise_correction_error(year, line, f"{fields['who']!r} is somebody's address", "say by role who decides it")
    sent, value = (_count(calendar, line, column, fields, items[fields["item"]]) for column in ("from", "to"))
    if sent == value:
        raise_correction_error(
            year, line, f"from and to are both {value.normalize():f}", "take the line out, or correct it"
        )
    return Correction(
        line=line,
        organisation_code=fields["organisation"].upper(),
        item=fields["item"],
        ethnic_group=fields["group"],
        sent=sent,
        value=value,
        reason=fields["reason"],
        who=fields["who"],
        when=_format_day(year, line, fields["when"]),
    )


def _count(calendar: CollectionYear, line: int, column: str, values: Mapping[str, str], item: Item) -> Decimal:
    """Return a number of people that the item may have: whole, or a half where two years are averaged."""
    text = values[column]
    value = Decimal(text) if _COUNT.fullmatch(text) else None
    if value is None or value % item.step:
        halves = " or a half" if item.step < 1 else ""
        raise_correction_error(
            calendar.year, line, f"{column} is {text!r}, no number of people", f"give a whole number{halves}"
        )
    limit = calendar.thresholds["beyond_any_employer"]
    if value > Decimal(str(limit)):
        raise_correction_error(
            calendar.year, line, f"{column} is {text}, beyond any employer's size", f"give at most {limit:,.0f}"
        )
    return value


def _format_day(year: int, line: int, text: str) -> str:
    try:
        day = date.fromisoformat(text).isoformat()
    except ValueError:
        day = ""
    if day != text:  # Python reads more ways of writing a date than this one
        raise_correction_error(year, line, f"when is {text!r}, no date", "write it as 2022-10-05")
    return day
