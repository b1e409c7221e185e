"""Run the national checks on a build: macro-editing of the indicator tables of all years up to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from wres.database.explanations import ExplainedQuery
from wres.reference.year_config import CollectionYear
from wres.returns.findings import NationalFinding
from wres.validation.edit_catalogue import load_catalogue, load_suites
from wres.validation.gx_adapter import FailedExpectation, run_suite, tested_columns
from wres.validation.national_context import NationalCheckRow, NationalContext
from wres.validation.national_rows import SUBJECTS, national_frame, rows_to_check
from wres.validation.wording import format_columns, format_limit

if TYPE_CHECKING:
    import pyarrow as pa


FIGURES = ("organisation_code", "receipt", "item", "ethnic_group", "value")  # columns of the warehouse's table


@dataclass(frozen=True, slots=True)
class NationalReview:
    """The findings of the national edits in the order of their codes; which edits ran, and why the others did not."""

    findings: list[NationalFinding]
    edits_run: list[str]
    edits_not_run: dict[str, str]


def run_national_checks(
    calendar: CollectionYear, tables: "Mapping[str, pa.Table]", figures: "pa.Table", queries: Sequence[ExplainedQuery]
) -> NationalReview:
    """Run all national edits over a year's build, in one batch.

    Args:
        calendar: the year.
        tables: the indicator tables of `wres.indicators.schemas.measured_tables` for all years up to this one; of them
            `national`, `coverage` and `comparison` are looked at.
        figures: the year's warehouse figures; the columns of `FIGURES` are looked at.
        queries: the queries of the year as `get_explained_queries` gives them; those of returns that do not count are
            left out.

    Returns: every national edit is either among those that ran or has the reason why it did not, never both.

    Raises:
        EditExecutionError: an edit that should have run did not: a fault of the pipeline.
    """
    rows_by_subject = rows_to_check(NationalContext(calendar, tables, figures, queries))
    rows = list(chain.from_iterable(same for same in rows_by_subject.values() if not isinstance(same, str)))
    suite, findings = load_suites()["nation"], []
    for failure in run_suite(suite, national_frame(rows), calendar.thresholds):
        findings += [
            _finding(failure, [rows[number] for number in same], calendar) for same in failure.rows_by_finding.values()
        ]
    not_run = _not_run(suite["expectations"], rows_by_subject)
    codes = dict.fromkeys(expectation["meta"]["edit"] for expectation in suite["expectations"])
    return NationalReview(
        findings=sorted(findings, key=lambda row: row.code),
        edits_run=[code for code in codes if code not in not_run],
        edits_not_run=not_run,
    )


def _not_run(
    expectations: Sequence[Mapping[str, Any]], rows_by_subject: Mapping[str, list[NationalCheckRow] | str]
) -> dict[str, str]:
    """Give the edits whose expectations all had nothing to look at, and the first reason."""
    reasons: dict[str, list[str | None]] = {}
    for expectation in expectations:
        columns = tested_columns(expectation["kwargs"])
        subject = next(subject for subject, names in SUBJECTS.items() if columns[0] in names)
        checked = rows_by_subject[subject]
        reasons.setdefault(expectation["meta"]["edit"], []).append(checked if isinstance(checked, str) else None)
    return {code: why[0] for code, why in reasons.items() if why[0] and all(why)}


def _finding(failure: FailedExpectation, rows: Sequence[NationalCheckRow], calendar: CollectionYear) -> NationalFinding:
    """Build the finding of one row, or of all rows with the same value of a column."""
    edit, row = load_catalogue()[failure.meta["edit"]], rows[0]
    facts = {
        "year": calendar.year,
        "limit": format_limit(failure.kwargs, calendar.thresholds),
        **format_columns(row.columns),
        **row.facts,
    }
    if "together" in failure.meta:
        places = [other.place or "" for other in rows]
        facts |= {"first": ", ".join(places[:-1]), "second": places[-1], "rows": len(places)}
    case = failure.case() or (row.case if row.case in edit.variants else None)
    return NationalFinding(edit.code, row.place, edit.message_for(case, **facts), edit.how_to_fix.format_map(facts))
