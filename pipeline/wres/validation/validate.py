"""Run the edits over a batch of returns, stage by stage, and record which of them could not run."""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

import pandas as pd

from wres.reference.year_config import end_of_minute
from wres.returns.findings import Finding, ValidationResult
from wres.validation.batch import Batch
from wres.validation.edit_catalogue import load_suites
from wres.validation.figure_frames import figures_frame, groups_frame, usable_amounts
from wres.validation.finding_builder import FindingBuilder
from wres.validation.frames import Cells, join_to_template, returns_frame, statements, statements_frame
from wres.validation.gx_adapter import FailedExpectation, run_suite
from wres.validation.quality import measure
from wres.validation.sign_off import sign_off_frame, sign_off_items
from wres.validation.skipped_edits import (
    return_edits,
    skipped_before_values,
    skipped_measures,
    skipped_quality,
    skipped_sign_off,
    skipped_values,
)
from wres.validation.structure_findings import write_cells, write_returns, write_statements
from wres.validation.value_findings import write_compared, write_figures, write_groups, write_measures, write_sign_off
from wres.validation.year_on_year import window_counts

_NAME = "signoff.name"  # a name enters no store; who signed off is known by role


@dataclass(slots=True)
class StageResults:
    """The findings of a batch, the edits of its rule set, and why some could not run, by return and code."""

    builder: FindingBuilder
    edits: list[str]
    not_run: list[dict[str, str]]
    cells: Cells
    twice: set[int] = field(default_factory=set)  # rows of figures given twice


def run_stages(batch: Batch) -> StageResults:
    """Run every suite once over the frames of the whole batch.

    Raises:
        EditExecutionError: an edit that should have run did not.
    """
    suites = load_suites()
    thresholds = batch.year.thresholds
    builder, returns = FindingBuilder(batch), len(batch.submissions)
    ran = StageResults(
        builder,
        return_edits(),
        [skipped_before_values(batch, submission) for submission in batch.submissions],
        join_to_template(batch),
    )

    def failures(suite: str, frame: pd.DataFrame) -> list[FailedExpectation]:
        return run_suite(suites[suite], frame, thresholds)

    envelope = returns_frame(batch)
    write_returns(builder, failures("returns", envelope), envelope)
    identities = statements(batch)
    stated = statements_frame(identities)
    write_statements(builder, failures("statements", stated), stated, identities)
    ran.twice = write_cells(builder, failures("cells", ran.cells.frame), ran.cells)

    figures = figures_frame(ran.cells, batch.template)
    rejected = write_figures(builder, failures("figures", figures), figures, ran.cells)
    amounts = usable_amounts(figures, ran.twice | rejected, returns, batch.template)
    groups = groups_frame(amounts, thresholds["few_staff"])
    doubtful = write_groups(builder, failures("groups", groups), groups, ran.cells)
    for reasons, untested in zip(ran.not_run, skipped_values(figures, groups, returns, batch.template), strict=True):
        reasons.update({code: why for code, why in untested.items() if code not in reasons})

    counted = window_counts(batch, amounts, doubtful)
    doubted = [skipped_quality(builder.codes(number)) for number in range(returns)]
    measures = measure(batch, amounts, doubtful, [bool(reasons) for reasons in doubted])
    write_measures(builder, failures("measures", measures.measures), measures.measures)
    write_compared(builder, failures("compared_cells", measures.cells), measures.cells, ran.cells)
    items = sign_off_items(batch, counted)
    closing = sign_off_frame(batch, items)
    write_sign_off(builder, failures("closing", closing), closing, items)
    for number, reasons in enumerate(ran.not_run):
        later = skipped_sign_off(batch.submissions[number], batch.template, counted[number])
        later |= doubted[number] or skipped_measures(measures, number)
        reasons.update({code: why for code, why in later.items() if code not in reasons})
    return ran


def validate_returns(batch: Batch) -> list[ValidationResult]:
    """Validate returns together; the number of runs of Great Expectations does not depend on how many there are.

    Returns:
        One validation result a submission, in their order.

    Raises:
        EditExecutionError: an edit that should have run did not; nothing is validated.
    """
    if not batch.submissions:
        return []

    ran = run_stages(batch)
    figures = _figures(ran.cells, ran.twice, len(batch.submissions))
    results = []
    for number, submission in enumerate(batch.submissions):
        findings, not_run = ran.builder.findings(number), ran.not_run[number]
        results.append(
            ValidationResult(
                submission.receipt,
                _status(findings),
                batch.year.template_version,
                batch.year.rule_set,
                late=submission.received_at > end_of_minute(batch.year.deadline),
                findings=findings,
                edits_run=[code for code in ran.edits if code not in not_run],
                edits_not_run={code: not_run[code] for code in ran.edits if code in not_run},
                figures=figures[number],
                repairs=submission.read.repairs,
                texts={text.key: text.value for text in submission.read.texts if text.key != _NAME},
            )
        )
    return results


def _status(findings: Collection[Finding]) -> str:
    """Return the status of a return with these findings."""
    severities = {finding.severity for finding in findings}
    if "reject" in severities:
        return "rejected"
    return "accepted_with_queries" if "query" in severities else "accepted"


def _figures(cells: Cells, twice: Collection[int], returns: int) -> list[dict[tuple[str, str], Decimal]]:
    """Return the numbers as understood, return by return; a figure given twice is left out."""
    figures: list[dict[tuple[str, str], Decimal]] = [{} for _ in range(returns)]
    known = cells.frame[cells.frame["given_cell"].notna() & cells.frame["template_cell"].notna()]
    known = known[~known["row"].isin(list(twice))]
    items, groups, numbers = (cells.given.column(name) for name in ("item", "ethnic_group", "number"))
    for submission, given in zip(known["submission"].tolist(), known["given_cell"].astype(int).tolist(), strict=True):
        number = numbers[given]
        if number is not None and number.is_finite():
            figures[submission][items[given], groups[given]] = number
    return figures
