"""A round of judging: reads all returns that wait, gives each its context, and judges them in one batch or a few."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from itertools import chain

from sqlalchemy import Engine

from pipeline.collection.calendar import CollectionYear, end_of_minute
from pipeline.collection.register import expected_codes
from pipeline.logs import happened
from pipeline.processes import Each
from pipeline.registry.attempts import MOST, attempts_at, suspect
from pipeline.registry.collections import hard_close_of
from pipeline.registry.explanations import queries_of
from pipeline.registry.judgements import Judged
from pipeline.registry.order import names_of_same_time
from pipeline.registry.organisations import register_in_force
from pipeline.registry.receipts import first_with_bytes
from pipeline.registry.tables import Receipt
from pipeline.returns.cells import Fault, ReadReturn
from pipeline.returns.guarded_reader import ReaderEndedError, shared_reader
from pipeline.returns.specification import load_template
from pipeline.settings import Settings
from pipeline.validation.feedback import ReceiptFacts, report_document
from pipeline.validation.findings import Judgement
from pipeline.validation.judge import Submission, judge
from pipeline.validation.last_year import Figures, LastYear

Load = Callable[[str], bytes]  # the bytes that were received under a SHA-256

_NOT_KEPT = "signoff.name"  # a name enters no store; who signed off is known by role
_NOT_READ = (
    "Reading the file has ended the program several times, so it is not read any more. Copy the figures into the "
    "template as it was sent"
)


@dataclass(frozen=True, slots=True)
class _Common:
    """What the returns of a round have in common."""

    settings: Settings
    load: Load
    calendar: CollectionYear
    expected: list[str]
    names: Mapping[str, str]  # of organisations, by code
    last_year_national_rate: Fraction | None
    hard_close: datetime


@dataclass(frozen=True, slots=True)
class _Received:
    """One return, and what is known of its sender.

    `last_year` are the figures of the year before; `same_as` is the first receipt of the same bytes, maybe its own;
    `same_time` are the files that no time tells apart from it, its own name too, in the order in which they count.
    `given` are explanations that may still count: by code and message, the text and the receipt that gave it.
    """

    receipt: Receipt
    last_year: Figures | None
    same_as: str
    same_time: Sequence[str]
    given: Mapping[tuple[str, str], tuple[str, str | None]]


class Round:
    """A round of a collection: what its returns have in common is looked up once, then any number of batches judged."""

    def __init__(self, settings: Settings, engine: Engine, calendar: CollectionYear, load: Load) -> None:
        register = register_in_force(engine)
        self._engine, self._last_year = engine, LastYear(engine, calendar)
        self._common = _Common(
            settings,
            load,
            calendar,
            expected_codes(register, calendar),
            dict(zip(register["code"], register["name"], strict=True)),
            self._last_year.national_rate(),
            hard_close_of(engine, calendar),
        )

    def judge(self, receipts: Sequence[Receipt], each: Each = map, parts: int = 1) -> list[Judged]:
        """Judge all these returns; what comes back is ready to be remembered, in the same order.

        They are cut into `parts`, and `each` judges one as a batch, in this process or another. A return whose reader
        ended is then judged alone. One that has ended the process too often is refused unread.
        """
        received = _with_what_is_known(self._engine, self._common.calendar.year, receipts, self._last_year)
        attempts = attempts_at(self._engine, [receipt.receipt for receipt in receipts])
        unread = [one for one in received if attempts.get(one.receipt.receipt, 0) > MOST]
        rest = [one for one in received if one not in unread]
        size = max(1, -(-len(rest) // parts))
        cut = [rest[start : start + size] for start in range(0, len(rest), size)]
        done = dict(
            zip(_receipts_of(rest), chain.from_iterable(each(partial(_judge_part, self._common), cut)), strict=True)
        )
        for one in unread:
            read = ReadReturn(faults=[Fault("S112", _NOT_READ)])
            done[one.receipt.receipt] = _judge_read(self._common, [one], [read])[0]
        for one in rest:
            if done[one.receipt.receipt] is None:
                done[one.receipt.receipt] = self._judge_alone(one)
        return [judged for receipt in receipts if (judged := done[receipt.receipt])]

    def _judge_alone(self, one: _Received) -> Judged:
        """Judge a return that has ended its reader; it is marked before, should it end this process too."""
        suspect(self._engine, one.receipt.receipt)
        content = self._common.load(one.receipt.sha256)
        read = shared_reader(self._common.settings).read_alone(content, one.receipt.file_name)
        return _judge_read(self._common, [one], [read])[0]


def _with_what_is_known(engine: Engine, year: int, receipts: Sequence[Receipt], last_year: LastYear) -> list[_Received]:
    codes = {receipt.organisation_code for receipt in receipts}
    first = first_with_bytes(engine, year, codes)
    same_time = names_of_same_time(engine, year, codes)
    given: dict[str, dict[tuple[str, str], tuple[str, str | None]]] = {code: {} for code in codes}
    for one in queries_of(engine, year, codes):
        if one.text:
            given[one.organisation_code][one.code, one.message] = (one.text, one.given_in)
    return [
        _Received(
            receipt,
            last_year.figures(code),
            first[code, receipt.sha256],
            same_time.get(receipt.receipt, ()),
            given[code],
        )
        for receipt in receipts
        for code in [receipt.organisation_code]
    ]


def _receipts_of(received: Sequence[_Received]) -> list[str]:
    return [one.receipt.receipt for one in received]


def _judge_part(common: _Common, part: Sequence[_Received]) -> list[Judged | None]:
    """Read and judge some returns as one batch; None for a return whose reader ended."""
    reads = [_read(common, one.receipt) for one in part]
    whole = [(one, read) for one, read in zip(part, reads, strict=True) if read is not None]
    judged = iter(_judge_read(common, [one for one, _ in whole], [read for _, read in whole]))
    return [None if read is None else next(judged) for read in reads]


def _read(common: _Common, receipt: Receipt) -> ReadReturn | None:
    try:
        return shared_reader(common.settings).read(common.load(receipt.sha256), receipt.file_name)
    except ReaderEndedError as ended:
        code, name = receipt.organisation_code, receipt.receipt
        happened("reader ended", receipt.collection_year, code, name, failed=True, reason=ended.reason)
        return ReadReturn(faults=[ended.fault]) if ended.is_certain else None


def _judge_read(common: _Common, received: Sequence[_Received], reads: Sequence[ReadReturn]) -> list[Judged]:
    """Judge what was read of some returns as one batch."""
    submissions = [
        Submission(one.receipt.receipt, one.receipt.organisation_code, one.receipt.received_at, read, one.last_year)
        for one, read in zip(received, reads, strict=True)
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
    return [_judged(common, *one) for one in zip(received, submissions, judgements, strict=True)]


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
    late = receipt.received_at > end_of_minute(calendar.deadline)
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
        same_time=one.same_time,
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
