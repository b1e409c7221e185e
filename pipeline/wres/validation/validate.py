"""Run the edits over a batch of returns, stage by stage, and record which of them could not run."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from wres.reference.year_config import CollectionYear, end_of_minute
from wres.returns.findings import Finding, ValidationResult
from wres.returns.template_spec import Template
from wres.validation.batch import Batch, Submission
from wres.validation.edit_catalogue import RETURN_STAGES, edits_over, edits_that_need, load_catalogue, load_suites
from wres.validation.figure_frames import figures_frame, groups_frame, item_codes, usable_amounts
from wres.validation.finding_builder import FindingBuilder
from wres.validation.frames import Cells, join_to_template, returns_frame, statements, statements_frame
from wres.validation.gx_adapter import FailedExpectation, run_suite, tested_columns
from wres.validation.quality import NO_FIGURES, Measures, measure
from wres.validation.sign_off import sign_off_frame, sign_off_items, states_a_rate
from wres.validation.structure_findings import write_cells, write_returns, write_statements
from wres.validation.usual_changes import OtherReturns, assumed_changes
from wres.validation.value_findings import write_compared, write_figures, write_groups, write_measures, write_sign_off
from wres.validation.year_on_year import Counts, window_counts

# After one of these the figures may be another organisation's or another year's, and comparing them says nothing.
DOUBT = ("S103", "S106", "S107")
_NAME = "signoff.name"  # a name enters no store; who signed off is known by role
_NO_CLOSE = "it is a question of when a return is received"
_NO_SENDER = "the return does not say whose it is"
_NO_FIGURE_READ = "no figure could be read"
_DOUBT = "the figures may not be this organisation's, this template's or this year's ({code})"


def return_edits(*stages: str) -> list[str]:
    """Return the codes of the edits that a return meets in these stages, or in all, in order."""
    wanted = stages or RETURN_STAGES
    return [edit.code for edit in load_catalogue().values() if edit.stage in wanted and not edit.withdrawn]


def skipped_before_values(batch: Batch, submission: Submission) -> dict[str, str]:
    """Return the edits that cannot run because of what the file is or of what is not known, with the reason."""
    reasons = {} if batch.hard_close else dict.fromkeys(edits_over("returns", "hard_close"), _NO_CLOSE)
    if not submission.sender:
        reasons |= dict.fromkeys(edits_over("returns", "standing"), _NO_SENDER)
    if fault := submission.unreadable():
        reason = f"nothing in the file can be judged ({fault})"
        faults = {error.code for error in submission.read.faults}
        envelope = set(edits_over("returns")) - set(edits_that_need("returns", "contents"))
        ran = envelope | faults | ({"S113"} if fault == "S104" else set())
        reasons |= {code: reason for code in return_edits() if code not in ran}
    return reasons


def skipped_values(
    figures: pd.DataFrame, groups: pd.DataFrame, returns: int, template: Template
) -> list[dict[str, str]]:
    """Return the values edits that had nothing to test, return by return.

    Args:
        figures: the frame of figures.
        groups: the frame of groups, a row for each group of each return.
        returns: how many returns there are.
        template: says which items a return must give.
    """
    with_figures = set(figures["submission"])
    reasons: list[dict[str, str]] = []
    tested = _tested(groups, figures, returns, template)
    for number in range(returns):
        if number not in with_figures:
            reasons.append(dict.fromkeys(return_edits("values"), _NO_FIGURE_READ))
            continue
        untested = {code for code, ran in tested.items() if not ran[number]}
        reasons.append(dict.fromkeys(sorted(untested), NO_FIGURES))
    return reasons


def _tested(groups: pd.DataFrame, figures: pd.DataFrame, returns: int, template: Template) -> dict[str, np.ndarray]:
    """Return which returns each edit that compares figures was tested on (bool arrays).

    An edit of an item that a return need not give is tested by a return that does not give it: there is no fault.
    """
    items = {item.code: number for number, item in enumerate(template.items)}
    required = {item.code for item in template.items if item.required}
    given = np.zeros((returns, len(items)), dtype=bool)
    given[figures["submission"], figures["template_cell"].astype(int) // len(template.ethnic_groups)] = True
    tested: dict[str, np.ndarray] = {}
    for expectation in load_suites()["groups"]["expectations"]:
        columns = tested_columns(expectation["kwargs"])
        ran = groups[columns].notna().all(axis=1).to_numpy().reshape(returns, -1).any(axis=1)
        for item in set(columns) & set(item_codes()) - required:
            ran |= ~given[:, items[item]] if item in items else True
        code = expectation["meta"]["edit"]
        tested[code] = ran | tested.get(code, np.zeros(returns, dtype=bool))
    return tested


def skipped_sign_off(submission: Submission, template: Template, now: Counts) -> dict[str, str]:
    """Return the edits of stated rates where the return states one that its figures cannot confirm."""
    if not states_a_rate(submission, template) or now.known():
        return {}
    return dict.fromkeys(edits_that_need("closing", "figures"), NO_FIGURES)


def skipped_quality(codes: Collection[str]) -> dict[str, str]:
    """Return the quality edits that make no sense of figures that may be somebody else's."""
    code = next((code for code in DOUBT if code in codes), None)
    if code is None:
        return {}
    compared = [*edits_over("measures"), *edits_over("compared_cells")]
    return dict.fromkeys([*compared, *edits_that_need("closing", "figures")], _DOUBT.format(code=code))


def skipped_measures(measures: Measures, number: int) -> dict[str, str]:
    """Return the quality edits that had nothing to test in a return, and the first reason."""
    reasons: dict[str, list[str | None]] = {}
    for frame in ("measures", "compared_cells"):
        for expectation in load_suites()[frame]["expectations"]:
            reason = measures.reason(number, tested_columns(expectation["kwargs"]))
            reasons.setdefault(expectation["meta"]["edit"], []).append(reason)
    return {code: why[0] for code, why in reasons.items() if why[0] and all(why)}


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
        [skipped_before_values(batch, metrics) for metrics in batch.submissions],
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


__all__ = ["Submission", "validate_returns"]


def validate_returns(
    submissions: Sequence[Submission],
    year: CollectionYear,
    template: Template,
    expected: Collection[str],
    known: Collection[str],
    *,
    last_year_national_rate: Fraction | None = None,
    hard_close: datetime | None = None,
    others: OtherReturns | None = None,
) -> list[ValidationResult]:
    """Validate returns together; the number of runs of Great Expectations does not depend on how many there are.

    Args:
        submissions: the returns, as read.
        year: the collection year that they were sent for.
        template: the year's template.
        expected: the organisation codes that must or may send a return this year.
        known: the organisation codes of the register.
        last_year_national_rate: entries over staff in last year's nation, for Q323; None where it is not known.
        hard_close: the time after which nothing is taken, for S111; None for a check before sending.
        others: how much other organisations changed, and the regions; None for what the year's file assumes.

    Returns:
        One validation result a submission, in their order.

    Raises:
        EditExecutionError: an edit that should have run did not; nothing is validated.
    """
    if not submissions:
        return []

    others = others or OtherReturns(assumed_changes(year.thresholds), {})
    batch = Batch(
        submissions, year, template, expected, known, last_year_national_rate, hard_close, others.usual, others.regions
    )
    ran = run_stages(batch)
    figures = _figures(ran.cells, ran.twice, len(submissions))
    results = []
    for number, submission in enumerate(submissions):
        findings, not_run = ran.builder.findings(number), ran.not_run[number]
        results.append(
            ValidationResult(
                submission.receipt,
                _status(findings),
                year.template_version,
                year.rule_set,
                late=submission.received_at > end_of_minute(year.deadline),
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


def _figures(cells: "Cells", twice: Collection[int], returns: int) -> list[dict[tuple[str, str], Decimal]]:
    """Return the numbers as understood, return by return; a figure given twice is left out."""
    figures: list[dict[tuple[str, str], Decimal]] = [{} for _ in range(returns)]
    known = cells.frame[cells.frame["given_cell"].notna() & cells.frame["template_cell"].notna()]
    known = known[~known["row"].isin(list(twice))]
    for submission, given in zip(known["submission"].tolist(), known["given_cell"].astype(int).tolist(), strict=True):
        item, group, _, number, _ = cells.given[given]
        if number is not None and number.is_finite():
            figures[submission][item, group] = number
    return figures
