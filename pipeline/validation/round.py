"""A round of judging: reads all returns that wait, gives each its context, and judges them in one batch."""

from collections.abc import Callable, Collection, Iterable

from sqlalchemy import Engine

from pipeline.collection.calendar import CollectionYear
from pipeline.collection.register import expected_codes
from pipeline.registry.collections import hard_close_of
from pipeline.registry.explanations import queries_of
from pipeline.registry.judgements import Judged
from pipeline.registry.organisations import register_in_force
from pipeline.registry.receipts import first_with_bytes
from pipeline.registry.tables import Receipt
from pipeline.returns.cells import ReadReturn
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
    last_year: LastYear | None,
    progress: Callable[[str, int, int], None],
) -> list[Judged]:
    """Judge all these returns in one batch; what comes back is ready to be remembered, in the same order.

    `last_year` is looked up here where the caller, who may have several batches, has not done so.
    """
    received = list(returns)
    if not received:
        return []
    last_year = last_year or LastYear(engine, calendar)
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
    before = _Before(engine, calendar.year, {receipt.organisation_code for receipt, _ in received})
    return [
        _judged(calendar, receipt, names.get(receipt.organisation_code, ""), submission, judgement, before)
        for (receipt, _), submission, judgement in zip(received, submissions, judgements, strict=True)
    ]


class _Before:
    """What these senders sent before in this collection: the same bytes, explanations that may still count."""

    def __init__(self, engine: Engine, year: int, codes: Collection[str]) -> None:
        self._first = first_with_bytes(engine, year, codes)
        self._given = {(one.organisation_code, one.code, one.message): one for one in queries_of(engine, year, codes)}

    def same_as(self, receipt: Receipt) -> str | None:
        first = self._first[receipt.organisation_code, receipt.sha256]
        return first if first != receipt.receipt else None

    def explained(
        self, receipt: Receipt, read: ReadReturn, judgement: Judgement
    ) -> dict[tuple[str, str], tuple[str, str | None]]:
        """What explains each query of a return: its own text, else that of an earlier one that met the same query."""
        found: dict[tuple[str, str], tuple[str, str | None]] = {}
        for finding in judgement.findings:
            own = read.text(f"explanation.{finding.code}")
            earlier = self._given.get((receipt.organisation_code, finding.code, finding.message))
            if own and own.value.strip():
                found[finding.code, finding.message] = (own.value.strip(), None)
            elif earlier and earlier.text:
                found[finding.code, finding.message] = (earlier.text, earlier.given_in)
        return found


def _judged(
    calendar: CollectionYear, receipt: Receipt, name: str, submission: Submission, judgement: Judgement, before: _Before
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
        read=read,
        late=late,
        simulated=receipt.simulated,
        test=receipt.test,
        same_as=before.same_as(receipt),
        explained=before.explained(receipt, read, judgement),
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
