"""Prepare what a report says beyond report.json: the status in words, the figures as understood, the gap."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from wres.database.online_statements import figures_digest
from wres.feedback.receipt_facts import ReceiptFacts
from wres.feedback.return_copy import copy_sheet
from wres.outputs.group_columns import staff_of
from wres.reference.year_config import CollectionYear, end_of_minute
from wres.returns.findings import ValidationResult
from wres.returns.indicator_math import (
    GAP_ABOVE,
    GAP_BELOW,
    GroupCount,
    entries_above_parity,
    four_fifths_band,
    group_counts,
    likelihood,
    reason_not_calculable,
    relative_likelihood,
    reliability,
    round_half_away,
)
from wres.returns.parsed_return import ParsedReturn
from wres.returns.template_spec import Template
from wres.returns.text import format_number
from wres.validation.edit_catalogue import SIGN_OFF, load_catalogue
from wres.validation.wording import format_time, truncate

Groups = Mapping[str, GroupCount]

_NOT_KNOWN = "not known"
_RANGES = {
    "below": "below the range of 0.8 to 1.25",
    "within": "within the range of 0.8 to 1.25",
    "above": "above the range of 0.8 to 1.25",
}


def page_context(
    result: ValidationResult, facts: ReceiptFacts, read: ParsedReturn, year: CollectionYear, template: Template
) -> dict[str, Any]:
    """Return what the page and the workbook need besides report.json: texts to show, and the copy that is marked."""
    catalogue, receipt = load_catalogue(), facts.receipt
    groups = group_counts(result.figures, template)
    return {
        "organisation_name": facts.organisation_name,
        "file_name": receipt.file_name,
        "received": format_time(receipt.received_at),
        "clock": receipt.clock_source,
        "late": result.late and facts.sent,
        "simulated": receipt.simulated,
        "sent": facts.sent,
        "test": receipt.test,
        "same_as": facts.same_as,
        "same_time": facts.same_time_words(),
        "last_year_from_file": facts.last_year_from_file,
        "explained": _explained_queries(result, facts, read),
        "team": year.publication.team,
        "mailbox": year.publication.mailbox,
        "deadline": format_time(year.deadline),
        "hard_close": format_time(year.hard_close),
        "may_still": _correction_timing(receipt.received_at, year),
        "window": template.window,
        "counts": _counts(groups, template) if result.figures else [],
        "ratio": _ratio(groups, template),
        "gap": _gap(groups, template),
        "items": _items(result, template),
        # Where no cell has a finding there would be nothing to mark.
        "copy": copy_sheet(read) if any(finding.cell for finding in result.findings) else {},
        "labels": {item.code: item.label for item in template.items},
        "edits_not_run": [
            {"code": code, "title": catalogue[code].title, "reason": reason}
            for code, reason in result.edits_not_run.items()
        ],
    }


def _correction_timing(received: datetime, year: CollectionYear) -> str:
    """Say how a correction would be taken: in_time, late or not_at_all."""
    if received <= end_of_minute(year.deadline):
        return "in_time"
    return "late" if received <= end_of_minute(year.hard_close) else "not_at_all"


def _counts(groups: Groups, template: Template) -> list[dict[str, str]]:
    """Return staff, entries and likelihood of each group and of all, as text."""
    rows = [_count_row(label, groups[group]) for group, label in template.group_labels.items()]
    return [*rows, _count_row("All staff", _everyone(groups))]


def _everyone(groups: Groups) -> GroupCount:
    """Add the counts of all groups; None where that of one is not known."""
    headcounts = [count.headcount for count in groups.values() if count.headcount is not None]
    entered = [count.entered for count in groups.values() if count.entered is not None]
    return GroupCount(
        sum(headcounts, Fraction()) if len(headcounts) == len(groups) else None,
        sum(entered, Fraction()) if len(entered) == len(groups) else None,
    )


def _count_row(name: str, count: GroupCount) -> dict[str, str]:
    """Write the counts of one line of the table."""
    share = None
    if count.headcount is not None and count.entered is not None:
        share = likelihood(count.entered, count.headcount)
    return {
        "group": name,
        "staff": _count(count.headcount),
        "entered": _count(count.entered),
        "likelihood": _NOT_KNOWN if share is None else f"{round_half_away(100 * share, 2)}%",
    }


def _count(value: Fraction | None) -> str:
    """Write a count, or that it is not known."""
    return _NOT_KNOWN if value is None else format_number(round_half_away(value, 2))


def _compared_counts(groups: Groups, template: Template) -> tuple[Fraction, Fraction, Fraction, Fraction] | None:
    """Return staff of the comparator and of the group compared with it, then their entries; None where one is missing.

    In this order `wres.returns.indicator_math` takes them.
    """
    compared = template.comparison()
    comparator, group = groups[compared.comparator], groups[compared.ethnic_group]
    counts = (comparator.headcount, group.headcount, comparator.entered, group.entered)
    first, second, third, fourth = counts
    if first is None or second is None or third is None or fourth is None:
        return None
    return first, second, third, fourth


def _ratio(groups: Groups, template: Template) -> str:
    """Write the relative likelihood and its range in words."""
    counts = _compared_counts(groups, template)
    if counts is None:
        return "not known, because figures that it needs are missing"
    ratio = relative_likelihood(*counts)
    if ratio is None:
        return f"not calculable: {reason_not_calculable(*counts[:3])}"
    return f"{round_half_away(ratio, 2)}, {_RANGES[four_fifths_band(*counts)]}"


def _gap(groups: Groups, template: Template) -> str:
    """Write what the gap means in people, in sentences; empty where there is nothing to say.

    Never a number of more entries: no ratio is a reason to investigate more people.
    """
    counts = _compared_counts(groups, template)
    more = entries_above_parity(*counts) if counts else None
    if counts is None or more is None:
        return ""
    if reliability(*counts, template.window) == "not_judged":
        return "The numbers are too small to say what the gap means in people."
    band, compared = four_fifths_band(*counts), template.comparison()
    if band == "within":
        return ""
    likelier, other = compared.ethnic_group, compared.comparator
    if band == "below":
        likelier, other = other, likelier
    people = format_number(round_half_away(more, 0))
    meaning = GAP_ABOVE if band == "above" else GAP_BELOW
    return f"About {people} more {staff_of(likelier)} entered than at the rate of {staff_of(other)}. {meaning}"


def _explained_queries(
    result: ValidationResult, facts: ReceiptFacts, read: ParsedReturn
) -> list[dict[str, str | None]]:
    """Return the queries of this return that are explained, each once with the text and the receipt that gave it.

    A text of the return itself comes first, then a sign-off on the page, then an explanation of the same query before.
    """
    texts = {text.key: text.value.strip() for text in reversed(read.texts)}  # the first of each key
    signed = facts.sign_offs.get(figures_digest(result.figures)) if facts.sign_offs else None
    explained: list[dict[str, str | None]] = []
    for finding in result.findings:
        text, given_in = texts.get(f"explanation.{finding.code}", ""), None
        if not text and finding.code == SIGN_OFF and signed:
            text, given_in = signed
        elif not text:
            text, given_in = facts.explanations.get((finding.code, finding.message), ("", None))
        entry = {"code": finding.code, "text": truncate(text, 1000), "given_in": given_in}
        if text and entry not in explained:
            explained.append(entry)
    return explained


def _items(result: ValidationResult, template: Template) -> list[dict[str, Any]]:
    """Return every figure as understood, item by item."""
    figures = result.figures
    return [
        {
            "code": item.code,
            "label": item.label,
            "values": [
                truncate(format_number(figures[(item.code, group)]), 20) if (item.code, group) in figures else ""
                for group in template.ethnic_groups
            ],
        }
        for item in template.items
    ]
