"""Count the staff in post on the snapshot: each person once, under the item of one assignment."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from wres.errors import WresError
from wres.prepare.extract_reader import Extract
from wres.prepare.questions import Question, ask_about, place_column, place_ethnic_categories
from wres.prepare.value_map import UNREADABLE, SenderMap
from wres.reader.dates import read_date
from wres.reference.year_config import CollectionYear
from wres.returns.template_spec import Template

if TYPE_CHECKING:
    import pandas as pd

Counts = dict[tuple[str, str], Decimal]
CONSULTANTS, MANAGERS = "workforce.medical.consultants", "workforce.medical.senior_medical_managers"
_GRADES = ("consultants", "senior_medical_managers", "non_consultant_career_grade", "trainee_grades", "other")
BANK = "Bank, honorary, agency and other assignments that are outside the return"
_FIRST_TWO_PARTS = re.compile(r"(\d\d?)([-/. ])(\d\d?)(?=\2)")
# Why an assignment is not counted, the last the closest to being counted: a person is listed under the last that holds.
REASONS = (
    "Not started on the snapshot",
    "Left before the snapshot",
    "Assignment status is not in post",
    BANK,
    "Pay scale or staff group is outside the return, as the map says",
)


@dataclass
class StaffCount:
    """The counts of the staff, the people by number for the cases, and the questions that are open."""

    figures: Counts
    people: int
    several_assignments: int
    exclusions: dict[str, int]
    questions: list[Question]
    ethnicity: "pd.DataFrame"  # index person; a column for each known ethnic group: whether any row says so
    in_post: "pd.Index"
    bank_only: "pd.Index"
    disagreeing: int = 0
    missing_columns: list[str] = field(default_factory=list)


def count_staff(
    extract: Extract, case_people: "pd.Series", template: Template, calendar: CollectionYear, sender_map: SenderMap
) -> StaffCount:
    """Count one extract of staff; the order of its rows and columns makes no difference.

    `case_people` has the numbers of those with a case: their ethnic category is asked about too where it has no place.
    """
    import pandas as pd

    rows = extract.rows
    questions: list[Question] = []
    people = normalise_people(rows["person"], extract.headings["person"])
    questions += _ask_where(people == "", "person", pd.Series("", index=rows.index), pd.Series(rows.index), sender_map)
    rows, people = rows[people != ""], people[people != ""]
    status = _place_optional_column(rows, "assignment_status", sender_map)
    category = _place_optional_column(rows, "assignment_category", sender_map)
    for name in ("start_date", "end_date"):
        if name in rows:
            refuse_month_first("staff", extract.headings[name], rows[name])
    start, start_questions = _read_days(rows, "start_date", people, sender_map, blank=date.min)
    end, end_questions = _read_days(rows, "end_date", people, sender_map, blank=date.max)
    snapshot = calendar.snapshot.toordinal()
    group = place_column(rows["staff_group"], "staff_group", sender_map)
    item = _find_items(rows, group, sender_map)
    reason = pd.Series(len(REASONS), index=rows.index)  # in post
    for number, out in reversed(
        list(enumerate((start > snapshot, end < snapshot, status == "out", category == "out", item == "out")))
    ):
        reason = reason.mask(out, number)
    in_post = reason == len(REASONS)
    # A status is asked about only where nothing else has put the row out, and so on: old rows hold old codes.
    placed = {"assignment_status": status, "assignment_category": category, "staff_group": group}
    for name, meaning in placed.items():
        if name in rows:
            where = in_post & meaning.isna()
            questions += ask_about(name, rows[name][where], people[where], "people")
    where = in_post & item.isna() & group.notna()
    questions += ask_about("pay_scale", rows["pay_scale"][where], people[where], "people")
    questions += [*start_questions, *end_questions]
    ethnic = place_ethnic_categories(rows["ethnic_category"], template, sender_map)
    ethnicity = stated_groups(ethnic, people, template)
    where = ethnic.isna() & (people.isin(people[in_post]) | people.isin(case_people))
    groups = template.ethnic_groups
    questions += ask_about("ethnic_category", rows["ethnic_category"][where], people[where], "people", groups)
    best = reason.groupby(people).max()
    exclusions = {text: int((best == number).sum()) for number, text in enumerate(REASONS)}
    chosen = _choose(rows[in_post], people[in_post], item[in_post], template, sender_map)
    either = ethnicity.loc[chosen.index]
    return StaffCount(
        figures=_tabulate(chosen, group_of(either, template), template),
        people=len(chosen),
        several_assignments=int((people[in_post].value_counts() > 1).sum()),
        exclusions=exclusions,
        questions=questions,
        ethnicity=ethnicity,
        in_post=chosen.index,
        bank_only=best.index[best == REASONS.index(BANK)],
        disagreeing=int((either.sum(axis="columns") > 1).sum()),
        missing_columns=[
            name for name in ("assignment_status", "assignment_category", "start_date", "end_date") if name not in rows
        ],
    )


def normalise_people(values: "pd.Series", heading: str) -> "pd.Series":
    """Return a person's number for comparing: capitals, no leading zeros, no commas between thousands.

    Of an assignment number it is the part in front.
    """
    texts = values.str.strip().str.upper()
    texts = texts.mask(texts.str.fullmatch(r"\d{1,3}(,\d{3})+"), texts.str.replace(",", "", regex=False))
    if "assignment" in heading.casefold():
        texts = texts.str.replace(r"[-/]\d+$", "", regex=True)
    plain = texts.str.lstrip("0")
    return texts.mask(texts.str.fullmatch(r"\d+") & (plain != ""), plain)


def stated_groups(groups: "pd.Series", people: "pd.Series", template: Template) -> "pd.DataFrame":
    """Say for each person, in a column for each known ethnic group, if any of the person's rows states it."""
    import pandas as pd

    known = [group for group in template.ethnic_groups if group != template.unknown_group]
    return pd.DataFrame({group: (groups == group).groupby(people).any() for group in known}, dtype=bool)


def group_of(stated: "pd.DataFrame", template: Template) -> "pd.Series":
    """Return the ethnic group of each person: the one that rows state; unknown where they state none, or several."""
    import pandas as pd

    groups = pd.Series(template.unknown_group, index=stated.index, dtype=str)
    single = stated.sum(axis="columns") == 1
    for group in stated.columns:
        groups = groups.mask(single & stated[group], group)
    return groups


def _ask_where(
    where: "pd.Series", name: str, values: "pd.Series", who: "pd.Series", sender_map: SenderMap
) -> list[Question]:
    """Ask about rows that are no word to be placed, such as a blank number, unless the map answers."""
    if not where.any() or all(sender_map.place(name, value) for value in values[where].unique()):
        return []
    return ask_about(name, values[where], who[where], "rows")


def _place_optional_column(rows: "pd.DataFrame", name: str, sender_map: SenderMap) -> "pd.Series":
    """Place a column that an extract may lack; without it everybody is in."""
    import pandas as pd

    return place_column(rows[name], name, sender_map) if name in rows else pd.Series("in", index=rows.index)


def _read_days(
    rows: "pd.DataFrame", name: str, people: "pd.Series", sender_map: SenderMap, blank: date
) -> tuple["pd.Series", list[Question]]:
    """Read a column of dates as day numbers; what is no date is asked about, without quoting it."""
    import pandas as pd

    if name not in rows:
        return pd.Series(blank.toordinal(), index=rows.index), []
    days = {text: read_day(text) for text in rows[name].unique()}
    unreadable = rows[name].map({text: bool(text) and day is None for text, day in days.items()}).astype(bool)
    answer = sender_map.place(name, UNREADABLE)
    shown = pd.Series(UNREADABLE, index=rows.index)
    questions = [] if answer else ask_about(name, shown[unreadable], people[unreadable], "people")
    never = date.max if blank == date.min else date.min  # starts never, or ended long ago
    instead = (never if answer == "out" else blank).toordinal()
    ordinals = {
        text: day.toordinal() if day else blank.toordinal() if not text else instead for text, day in days.items()
    }
    return rows[name].map(ordinals), questions


@cache
def read_day(text: str) -> date | None:
    """Read a date; ESR's 31/12/4712 is the end of time."""
    return read_date(text) if text else None


def refuse_month_first(kind: str, heading: str, dates: "pd.Series") -> None:
    """Refuse a column of dates in which the month seems to stand first, for half of them would be read as other days.

    It seems so where some dates can be read only with the month first, and no day after the 12th shows the opposite.
    """
    texts = [text for text in dates.unique() if text]
    days = {text: read_day(text) for text in texts}
    swapped = (_FIRST_TWO_PARTS.sub(r"\3\2\1", text, count=1) for text, day in days.items() if day is None)
    month_first = {text for text in swapped if read_day(text)}
    if month_first and all(day is None or day.day <= 12 for day in days.values()):
        raise WresError(
            f"The dates of the {kind} extract under {heading} seem to have the month first, as in 04/25/2021. They are "
            "read with the day first, so that 04/05/2021 is 4 May 2021. Make the extract again with dates such as "
            "2021-04-25 or 25/04/2021, and see that no spreadsheet has changed them."
        )


def _find_items(rows: "pd.DataFrame", group: "pd.Series", sender_map: SenderMap) -> "pd.Series":
    """Return the item of each assignment, `out`, or missing; each different combination is worked out once."""
    import pandas as pd

    role = rows["job_role"] if "job_role" in rows else pd.Series("", index=rows.index)
    keys = list(zip(group.fillna(""), rows["pay_scale"], role, strict=True))
    known = {key: place_assignment(key[0], key[1], key[2], sender_map) for key in set(keys)}
    return pd.Series([known[key] for key in keys], index=rows.index, dtype=object)


def place_assignment(group: str, scale: str, role: str, sender_map: SenderMap) -> str | None:
    """Return the item of an assignment: for a doctor by job role, then pay scale; for others by pay scale."""
    paid = sender_map.place("pay_scale", scale)
    if group == "out" or paid == "out":
        return "out"
    if group == "medical":
        by_scale = paid if paid in _GRADES else sender_map.place("job_role", scale)
        grade = sender_map.place("job_role", role) or by_scale
        return f"workforce.medical.{grade}" if grade else None
    if paid is None or paid in _GRADES or not group:
        return None
    return f"workforce.{group}.{paid}"


def _choose(
    rows: "pd.DataFrame", people: "pd.Series", item: "pd.Series", template: Template, sender_map: SenderMap
) -> "pd.Series":
    """Return the item of each person: by the primary assignment, the most hours, and the last row of the return."""
    import pandas as pd

    order = {entry.code: rank for rank, entry in enumerate(template.items)}
    fte = pd.to_numeric(rows["fte"], errors="coerce").fillna(0.0) if "fte" in rows else pd.Series(0.0, rows.index)
    primary = place_column(rows["primary"], "primary", sender_map) == "yes" if "primary" in rows else fte < 0
    frame = pd.DataFrame({"person": people, "item": item, "primary": primary, "fte": fte})
    frame["rank"] = frame["item"].map(order).fillna(-1)
    best = frame.sort_values(["primary", "fte", "rank"]).drop_duplicates("person", keep="last").set_index("person")
    managers = frame["person"][frame["item"] == MANAGERS]
    chosen = best["item"]
    return chosen.mask((chosen == CONSULTANTS) & chosen.index.isin(managers), MANAGERS)


def _tabulate(chosen: "pd.Series", groups: "pd.Series", template: Template) -> Counts:
    """Count people by item and ethnic group; senior medical managers are among the consultants too."""
    counts = chosen.groupby([chosen, groups]).size().to_dict()
    codes = [entry.code for entry in template.items if entry.code.startswith("workforce.") and entry.required]
    figures = {
        (code, group): Decimal(counts.get((code, group), 0)) for code in codes for group in template.ethnic_groups
    }
    for group in template.ethnic_groups:
        figures[CONSULTANTS, group] += figures[MANAGERS, group]
    return figures
