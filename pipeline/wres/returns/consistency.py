"""Whether the figures of a return agree with each other: the rules of V205 to V208, for figures without a file."""

from collections.abc import Iterator
from fractions import Fraction

from wres.returns.indicator_math import ENTERED, ENTERED_PREVIOUS_YEAR, Figures, group_counts
from wres.returns.template_spec import Template
from wres.returns.text import format_number

TOTAL = "workforce.total"


def consistency_errors(figures: Figures, template: Template, few_staff: float = 0) -> list[str]:
    """List what the edits would reject in these figures, a sentence each, beginning with the code of the edit.

    Args:
        figures: every required figure of a return, and those optional ones that it states.
        template: the template of its year.
        few_staff: in a group with fewer staff more entries than staff are a query, which a correction answers itself.
    """
    staff = {group: count.headcount or Fraction() for group, count in group_counts(figures, template).items()}
    errors = [
        sentence
        for group in template.ethnic_groups
        for sentence in _group_errors(figures, template, group, staff[group], few_staff)
    ]
    return errors if any(staff.values()) else [*errors, "V208: there would be no staff at all"]


def _group_errors(figures: Figures, template: Template, group: str, staff: Fraction, few_staff: float) -> Iterator[str]:
    """Yield the sentences about one ethnic group."""
    entered, before = figures[ENTERED, group], figures.get((ENTERED_PREVIOUS_YEAR, group))
    if staff < few_staff:
        pass
    elif entered > staff:
        yield f"V205: {format_number(entered)} people would have entered of {format_number(staff)} staff ({group})"
    elif before is not None and entered + before > 2 * staff:
        mean = format_number((entered + before) / 2)
        yield f"V205: {mean} people would have entered a year, on average, of {format_number(staff)} staff ({group})"
    if (total := figures.get((TOTAL, group))) is not None and total != staff:
        stated, added = format_number(total), format_number(staff)
        yield f"V206: {TOTAL} would be {stated}, but the rows that make it up would add to {added} ({group})"
    for item in template.items:
        if item.part_of and figures[item.code, group] > figures[item.part_of, group]:
            yield f"V207: {item.code} would be above {item.part_of}, which it is a part of ({group})"
