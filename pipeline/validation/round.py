"""A round of judging: reads all returns that wait, gives each its context, and judges them in one batch or a few."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from itertools import chain

from sqlalchemy import Engine

from pipeline.collection.calendar import CollectionYear
from pipeline.collection.register import expected_codes
from pipeline.processes import Each
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
from pipeline.validation.last_year import Figures, LastYear

_NOT_KEPT = "signoff.name"  # a name enters no store; who signed off is known by role


@dataclass(frozen=True, slots=True)
class _Common:
    """What the returns of a round have in common."""

    settings: Settings
    calendar: CollectionYear
    expected: list[str]
    names: Mapping[str, str]  # of organisations, by code
    last_year_national_rate: Fraction | None
    hard_close: datetime


@dataclass(frozen=True, slots=True)
class _Received:
    """One return, and what is known of its sender.

    `last_year` are the figures of the year before; `same_as` is the first receipt of the same bytes, maybe its own;
    `given` are explanations that may still count: by code and message, the text and the receipt that gave it.
    """

    receipt: Receipt
    content: bytes
    last_year: Figures | None
    same_as: str
    given: Mapping[tuple[str, str], tuple[str, str | None]]


class Round:
    """A round of a collection: what its returns have in common is looked up once, then any number of batches judged."""

    def __init__(self, settings: Settings, engine: Engine, calendar: CollectionYear) -> None:
        register = register_in_force(engine)
        self._engine, self._last_year = engine, LastYear(engine, calendar)
        self._common = _Common(
            settings,
            calendar,
            expected_codes(register, calendar),
            dict(zip(register["code"], register["name"], strict=True)),
            self._last_year.national_rate(),
            hard_close_of(engine, calendar),
        )

    def judge(self, returns: Iterable[tuple[Receipt, bytes]], each: Each = map, parts: int = 1) -> list[Judged]:
        """Judge all these returns; what comes back is ready to be remembered, in the same order.

        They are cut into `parts`, and `each` judges one as a batch, in this process or another.
        """
        received = _with_what_is_known(self._engine, self._common.calendar.year, list(returns), self._last_year)
        size = max(1, -(-len(received) // parts))
        cut = [received[at : at + size] for at in range(0, len(received), size)]
        return list(chain.from_iterable(each(partial(_judge_part, self._common), cut)))


def _with_what_is_known(
    engine: Engine, year: int, received: Sequence[tuple[Receipt, bytes]], last_year: LastYear
) -> list[_Received]:
    codes = {receipt.organisation_code for receipt, _ in received}
    first = first_with_bytes(engine, year, codes)
    given: dict[str, dict[tuple[str, str], tuple[str, str | None]]] = {code: {} for code in codes}
    for one in queries_of(engine, year, codes):
        if one.text:
            given[one.organisation_code][one.code, one.message] = (one.text, one.given_in)
    return [
        _Received(receipt, content, last_year.figures(code), first[code, receipt.sha256], given[code])
        for receipt, content in received
        for code in [receipt.organisation_code]
    ]


def _judge_part(common: _Common, part: Sequence[_Received]) -> list[Judged]:
    """Read and judge some returns as one batch."""
    submissions = [
        Submission(
            one.receipt.receipt,
            one.receipt.organisation_code,
            one.receipt.received_at,
            read_return(one.content, one.receipt.file_name, common.settings),
            one.last_year,
        )
        for one in part
    ]
    judgements = judge(
        submissions,
        common.calendar,
        load_template(common.calendar.template_version),
        common.expected,
        common.names,
        last_year_national_rate=common.last_year_national_rate,
        hard_close=common.hard_close,
    )
    return [_judged(common, *one) for one in zip(part, submissions, judgements, strict=True)]


def _explained(one: _Received, read: ReadReturn, judgement: Judgement) -> dict[tuple[str, str], tuple[str, str | None]]:
    """What explains each query of a return: its own text, else that of an earlier one that met the same query."""
    found: dict[tuple[str, str], tuple[str, str | None]] = {}
    texts = {text.key: text.value.strip() for text in reversed(read.texts)}  # the first of each key
    for finding in judgement.findings:
        if own := texts.get(f"explanation.{finding.code}"):
            found[finding.code, finding.message] = (own, None)
        elif earlier := one.given.get((finding.code, finding.message)):
            found[finding.code, finding.message] = earlier
    return found


def _judged(common: _Common, one: _Received, submission: Submission, judgement: Judgement) -> Judged:
    receipt, read, calendar = one.receipt, submission.read, common.calendar
    late = receipt.received_at > calendar.deadline
    facts = ReceiptFacts(
        receipt=receipt.receipt,
        collection_year=calendar.year,
        organisation_code=receipt.organisation_code,
        organisation_name=common.names.get(receipt.organisation_code, ""),
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
        same_as=one.same_as if one.same_as != receipt.receipt else None,
        explained=_explained(one, read, judgement),
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
