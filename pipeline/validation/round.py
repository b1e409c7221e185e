"""A round of judging: reads all returns that wait, gives each its context, and judges them in one batch."""

from collections.abc import Callable, Iterable

from sqlalchemy import Engine

from pipeline.collection.calendar import CollectionYear
from pipeline.collection.register import expected_codes
from pipeline.registry.collections import hard_close_of
from pipeline.registry.organisations import register_in_force
from pipeline.registry.receipts import Judged
from pipeline.registry.tables import Receipt
from pipeline.returns.reader import read_return
from pipeline.returns.specification import load_template
from pipeline.settings import Settings
from pipeline.validation.feedback import ReceiptFacts, report_document
from pipeline.validation.findings import Judgement
from pipeline.validation.judge import Submission, judge
from pipeline.validation.last_year import LastYear

_NOT_KEPT = "signoff.name"  # a name enters no store; who signed off is known by role


def judge_round(
    settings: Settings,
    engine: Engine,
    calendar: CollectionYear,
    returns: Iterable[tuple[Receipt, bytes]],
    progress: Callable[[str, int, int], None],
) -> list[Judged]:
    """Judge all these returns in one batch; what comes back is ready to be remembered, in the same order."""
    received = list(returns)
    if not received:
        return []
    last_year = LastYear(engine, calendar)
    submissions = []
    for done, (receipt, content) in enumerate(received, start=1):
        read = read_return(content, receipt.file_name, settings)
        sender = receipt.organisation_code
        submissions.append(Submission(receipt.receipt, sender, receipt.received_at, read, last_year.figures(sender)))
        progress("Reading", done, len(received))
    register = register_in_force(engine)
    judgements = judge(
        submissions,
        calendar,
        load_template(calendar.template_version),
        expected_codes(register, calendar),
        list(register["code"]),
        last_year_national_rate=last_year.national_rate(),
        hard_close=hard_close_of(engine, calendar),
    )
    names = dict(zip(register["code"], register["name"], strict=True))
    return [
        _judged(calendar, receipt, names.get(receipt.organisation_code, ""), submission, judgement)
        for (receipt, _), submission, judgement in zip(received, submissions, judgements, strict=True)
    ]


def _judged(
    calendar: CollectionYear, receipt: Receipt, name: str, submission: Submission, judgement: Judgement
) -> Judged:
    read = submission.read
    late = receipt.received_at > calendar.deadline
    facts = ReceiptFacts(
        receipt=receipt.receipt,
        collection_year=calendar.year,
        organisation_code=receipt.organisation_code,
        organisation_name=name,
        received_at=receipt.received_at,
        clock=receipt.clock,
        sha256=receipt.sha256,
        file_name=receipt.file_name,
        template_version=calendar.template_version,
        rule_set=calendar.rule_set,
        repairs=read.repairs,
        late=late,
        simulated=receipt.simulated,
    )
    report = report_document(judgement, facts, calendar, load_template(calendar.template_version))
    return Judged(
        receipt=receipt.receipt,
        status=judgement.status,
        late=late,
        template_version=calendar.template_version,
        rule_set=calendar.rule_set,
        edits_run=judgement.edits_run,
        edits_not_run=judgement.edits_not_run,
        repairs=report["repairs"],
        report=report,
        findings=[finding.as_dict() for finding in judgement.findings],
        figures=judgement.figures,
        texts={text.key: text.value for text in read.texts if text.key != _NOT_KEPT},
    )
