"""Write the reconciliation, for the trust's own eyes: each figure with the rule that counted it, counts only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wres.html_templates import open_templates
from wres.prepare.count_cases import CaseCount, windows, write_unmatched
from wres.prepare.count_staff import StaffCount
from wres.prepare.extract_reader import Extract
from wres.reference.year_config import CollectionYear
from wres.returns.indicator_math import Figures
from wres.returns.template.sheet_layout import format_date
from wres.returns.template_spec import Item, Template

BAND_RULE = (
    "A person with several assignments is counted under one: the primary assignment; without one the assignment with "
    "the most hours; where these are equal, the one whose row stands last in the return."
)
ETHNIC_RULE = (
    "A person's ethnic group is what any of the person's rows states. Where rows state different groups, and where "
    "none states one, the person is counted under {unknown}."
)


@dataclass(frozen=True)
class CountedReturn:
    """A return as it was counted, and what it was counted from; `extracts` are those of staff and of cases."""

    organisation_code: str
    organisation_name: str
    calendar: CollectionYear
    template: Template
    extracts: Sequence[Extract]
    staff: StaffCount
    cases: CaseCount
    last_year: Figures | None

    @property
    def figures(self) -> Figures:
        """Return the figures of the return."""
        return {**self.staff.figures, **self.cases.figures}


def reconciliation_page(counted: CountedReturn, document: Mapping[str, Any]) -> str:
    """Return the page as HTML."""
    template, calendar, staff, cases = counted.template, counted.calendar, counted.staff, counted.cases
    last_year = counted.last_year or {}
    return (
        open_templates(Path(__file__).resolve().parent)
        .get_template("reconciliation.html.j2")
        .render(
            code=counted.organisation_code,
            name=counted.organisation_name,
            year=calendar.year,
            template_version=template.version,
            people=staff.people,
            rows=[
                _format_row(item, counted.figures, last_year, template, calendar)
                for item in template.items
                if item.required
            ],
            with_last_year=bool(last_year),
            staff_exclusions={reason: number for reason, number in staff.exclusions.items() if number},
            case_exclusions={reason: number for reason, number in cases.exclusions.items() if number},
            columns=[
                (kind, field.replace("_", " "), heading)
                for kind, extract in zip(("Staff", "Cases"), counted.extracts, strict=True)
                for field, heading in extract.headings.items()
            ],
            notes=[*_write_notes(staff, cases, template), *_write_footer_notes(counted.extracts)],
            groups=list(template.group_labels.values()),
            rules=(BAND_RULE, ETHNIC_RULE.format(unknown=template.group_labels[template.unknown_group])),
            status=str(document["status"]).replace("_", " "),
            findings=document["findings"],
        )
    )


def _format_row(
    item: Item, figures: Figures, last_year: Figures, template: Template, calendar: CollectionYear
) -> dict[str, Any]:
    """Return one figure of each group, last year's beside, and the rule."""
    return {
        "label": item.label,
        "code": item.code,
        "values": [f"{figures[item.code, group]:,}" for group in template.ethnic_groups],
        "before": [
            f"{last_year[item.code, group]:,f}" if (item.code, group) in last_year else ""
            for group in template.ethnic_groups
        ],
        "rule": _format_rule(item.code, template, calendar),
    }


def _format_rule(code: str, template: Template, calendar: CollectionYear) -> str:
    """Say how one figure was counted."""
    if (window := windows(template, calendar).get(code)) is not None:
        first, last = (format_date(day) for day in window)
        return f"People whose formal disciplinary investigation began from {first} to {last}, each once."
    _, group, place = code.split(".")
    on = f"in post on {format_date(calendar.snapshot)}, each person once"
    if group == "medical":
        of = " It is part of the consultants above." if place == "senior_medical_managers" else ""
        return (
            f"Doctors and dentists with this grade by job role, or by pay scale where the role does not say, {on}.{of}"
        )
    scale = "very senior manager" if place == "vsm" else place.replace("_", " ")
    words = "clinical" if group == "clinical" else "non-clinical"
    return f"Staff of {words} staff groups whose pay scale is {scale}, {on}."


def _write_notes(staff: StaffCount, cases: CaseCount, template: Template) -> list[str]:
    """Say what a reader should know of how the counts came about, with numbers."""
    unknown = template.group_labels[template.unknown_group]
    notes = [
        f"People with several assignments in post: {staff.several_assignments:,}. Each is counted once.",
        f"Staff whose rows state different ethnic groups, counted under {unknown}: {staff.disagreeing:,}.",
        f"Further cases of a person in the same window, not counted again: {cases.further_cases:,}.",
        f"Cases' people whose ethnic group was taken from the staff extract: {cases.from_staff:,}.",
        f"Cases' people whose rows state different ethnic groups, counted under {unknown}: {cases.disagreeing:,}.",
    ]
    if sentence := write_unmatched(cases, unknown):
        notes.append(sentence)
    for kind, missing in (("staff", staff.missing_columns), ("cases", cases.missing_columns)):
        notes += [
            f"The {kind} extract has no column for {name.replace('_', ' ')}, so nothing was left out by it."
            for name in missing
        ]
    return notes


def _write_footer_notes(extracts: Sequence[Extract]) -> list[str]:
    """Say how many lines below a table were taken for totals or notes."""
    return [
        f"Lines of totals or notes below the table of the {kind} extract, left out: {extract.footers:,}."
        for kind, extract in zip(("staff", "cases"), extracts, strict=True)
        if extract.footers
    ]
