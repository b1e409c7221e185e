"""Count the people who entered a formal disciplinary investigation in a window: each once, however many cases."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from wres.prepare.count_staff import (
    Counts,
    StaffCount,
    group_of,
    normalise_people,
    read_day,
    refuse_month_first,
    stated_groups,
)
from wres.prepare.extract_reader import Extract
from wres.prepare.questions import Question, ask_about, place_column, place_ethnic_categories
from wres.prepare.value_map import UNREADABLE, SenderMap
from wres.reference.year_config import CollectionYear
from wres.returns.indicator_math import ENTERED, ENTERED_PREVIOUS_YEAR
from wres.returns.template_spec import Template

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class CaseCount:
    """The counts of the cases, and the questions that are open."""

    figures: Counts = field(default_factory=dict)
    exclusions: dict[str, int] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    further_cases: int = 0
    from_staff: int = 0
    people: set[str] = field(default_factory=set)  # who entered, in any window
    without_staff_row: set[str] = field(default_factory=set)  # those whose cases state no group and who are no staff
    disagreeing: int = 0
    missing_columns: list[str] = field(default_factory=list)


def windows(template: Template, calendar: CollectionYear) -> dict[str, tuple[date, date]]:
    """Return the first and last day that each item about entries counts."""
    days = {ENTERED: (calendar.entries_from, calendar.entries_to)}
    if any(item.code == ENTERED_PREVIOUS_YEAR for item in template.items):
        before = calendar.entries_from.replace(year=calendar.entries_from.year - 1)
        days[ENTERED_PREVIOUS_YEAR] = (before, calendar.entries_from - timedelta(days=1))
    return days


def count_cases(
    extract: Extract, staff: StaffCount, template: Template, calendar: CollectionYear, sender_map: SenderMap
) -> CaseCount:
    """Count one extract of cases; the order of its rows and columns makes no difference."""
    import pandas as pd

    rows, count = extract.rows, CaseCount()
    number = pd.Series(rows.index, index=rows.index)
    people = normalise_people(rows["person"], extract.headings["person"])
    kind = {
        name: place_column(rows[name], name, sender_map) if name in rows else pd.Series("in", index=rows.index)
        for name in ("case_type", "case_stage")
    }
    count.missing_columns = [name for name in ("case_type", "case_stage") if name not in rows]
    refuse_month_first("cases", extract.headings["date_entered"], rows["date_entered"])
    day = rows["date_entered"].map({text: read_day(text) for text in rows["date_entered"].unique()})
    ordinal = day.map(lambda value: value.toordinal() if isinstance(value, date) else 0).astype(int)
    wanted = windows(template, calendar)
    first, last = min(begin for begin, _ in wanted.values()), max(end for _, end in wanted.values())
    # What tells a case apart: not disciplinary, informal, outside all windows, of a person who is outside the return.
    tests = {
        "Not disciplinary": kind["case_type"] == "out",
        "Informal, so it is no entry": kind["case_stage"] == "out",
        "No date, and the map leaves such cases out": (ordinal == 0)
        & (place_column(_hide_unreadable(rows["date_entered"]), "date_entered", sender_map) == "out"),
        "Entered before or after the days that are counted": (ordinal != 0)
        & ((ordinal < first.toordinal()) | (ordinal > last.toordinal())),
        "Of bank or other staff who are outside the return": people.isin(staff.bank_only),
        "No person's number, and the map leaves such cases out": (people == "")
        & (sender_map.place("person", "") == "out"),
    }
    remaining = pd.Series(True, index=rows.index)
    for reason, test in tests.items():
        count.exclusions[reason] = int((remaining & test).sum())
        remaining &= ~test
    for name, meaning in kind.items():
        if name in rows:
            where = remaining & meaning.isna()
            count.questions += ask_about(name, rows[name][where], number[where], "cases")
    where = remaining & (ordinal == 0)
    count.questions += ask_about("date_entered", _hide_unreadable(rows["date_entered"])[where], number[where], "cases")
    where = remaining & (people == "")
    count.questions += ask_about("person", rows["person"][where], number[where], "cases")
    rows, people, ordinal = rows[remaining], people[remaining], ordinal[remaining]
    for item, (begin, end) in wanted.items():
        inside = (ordinal >= begin.toordinal()) & (ordinal <= end.toordinal())
        _count_window(item, rows[inside], people[inside], staff, template, sender_map, count)
    return count


def write_unmatched(count: CaseCount, unknown: str) -> str | None:
    """Return the sentence on people whose ethnic group nobody states, for the staff extract lacks them; None for none.

    `unknown` is the label under which they are counted.
    """
    absent, everybody = len(count.without_staff_row), len(count.people)
    if not absent:
        return None
    return (
        f"People with a case whose number is not in the staff extract, counted under {unknown}: {absent:,} of "
        f"{everybody:,}. Write the numbers alike in both extracts, keep those who have left in the staff extract, or "
        "give the cases a column with the ethnic category."
    )


def _hide_unreadable(dates: "pd.Series") -> "pd.Series":
    """Return a column of dates as it may be shown: blank stays blank, and what is no date is not quoted."""
    return dates.map({text: text and UNREADABLE for text in dates.unique()})


def _count_window(
    item: str,
    rows: "pd.DataFrame",
    people: "pd.Series",
    staff: StaffCount,
    template: Template,
    sender_map: SenderMap,
    count: CaseCount,
) -> None:
    """Count the people of one window. Ethnicity is the cases' own; where they state none, that of the staff extract."""
    import pandas as pd

    if "ethnic_category" in rows:
        stated = place_ethnic_categories(rows["ethnic_category"], template, sender_map)
        where = stated.isna()
        groups = template.ethnic_groups
        count.questions += ask_about("ethnic_category", rows["ethnic_category"][where], people[where], "people", groups)
    else:
        stated = pd.Series(template.unknown_group, index=rows.index)
    of_cases = stated_groups(stated, people, template)
    silent = ~of_cases.any(axis="columns")
    of_staff = staff.ethnicity.reindex(of_cases.index, fill_value=False)
    merged = of_cases.where(~silent, of_staff)
    group = group_of(merged, template)
    count.figures |= {(item, name): Decimal(int((group == name).sum())) for name in template.ethnic_groups}
    count.people.update(of_cases.index)
    count.without_staff_row.update(of_cases.index[silent].difference(staff.ethnicity.index))
    count.further_cases += len(people) - len(of_cases)
    count.from_staff += int((silent & (group != template.unknown_group)).sum())
    count.disagreeing += int((merged.sum(axis="columns") > 1).sum())
