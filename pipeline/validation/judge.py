"""Judging: all returns that wait against all edits, stage by stage, in one batch whatever their number."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.collection.calendar import CollectionYear
from pipeline.returns.specification import Template
from pipeline.validation.batch import Batch, Submission
from pipeline.validation.findings import Finding, Judgement, Status

if TYPE_CHECKING:
    from pipeline.validation.frames import Cells

__all__ = ["Submission", "judge"]


def judge(
    submissions: Sequence[Submission],
    year: CollectionYear,
    template: Template,
    expected: Collection[str],
    known: Collection[str],
    *,
    last_year_national_rate: Fraction | None = None,
    hard_close: datetime | None = None,
) -> list[Judgement]:
    """Judge returns together; the number of runs of Great Expectations does not depend on how many there are.

    Args:
        submissions: the returns, as read.
        year: the collection year that they were sent for.
        template: the year's template.
        expected: the organisation codes asked for a return this year.
        known: the organisation codes of the register.
        last_year_national_rate: entries over staff in last year's nation, for Q304; None where it is not known.
        hard_close: the time after which nothing is taken, for S111; None for a check before sending.

    Returns:
        One judgement a submission, in their order.

    Raises:
        EditDidNotRun: an edit that should have run did not; nothing is judged.
    """
    if not submissions:
        return []
    from pipeline.validation.stages import run_stages

    batch = Batch(submissions, year, template, expected, known, last_year_national_rate, hard_close)
    ran = run_stages(batch)
    figures = _figures(ran.cells, ran.twice, len(submissions))
    judgements = []
    for number, one in enumerate(submissions):
        findings = ran.writer.findings(number)
        not_run = ran.not_run[number]
        run = [code for code in ran.edits if code not in not_run]
        reasons = {code: not_run[code] for code in ran.edits if code in not_run}
        judgements.append(Judgement(one.receipt, _status(findings), findings, run, reasons, figures[number]))
    return judgements


def _status(findings: Collection[Finding]) -> Status:
    severities = {finding.severity for finding in findings}
    if "reject" in severities:
        return "rejected"
    return "accepted_with_queries" if "query" in severities else "accepted"


def _figures(cells: "Cells", twice: Collection[int], returns: int) -> list[dict[tuple[str, str], Decimal]]:
    """The numbers as understood, return by return; a figure given twice is none."""
    figures: list[dict[tuple[str, str], Decimal]] = [{} for _ in range(returns)]
    known = cells.frame[cells.frame["given_cell"].notna() & cells.frame["template_cell"].notna()]
    known = known[~known["row"].isin(list(twice))]
    for submission, given in zip(known["submission"].tolist(), known["given_cell"].astype(int).tolist(), strict=True):
        item, group, _, number, _ = cells.given[given]
        if number is not None and number.is_finite():
            figures[submission][item, group] = number
    return figures
