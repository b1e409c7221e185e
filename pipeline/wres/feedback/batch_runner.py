"""Read all returns that wait, look up what each is compared with, and validate them in one batch or a few."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from itertools import chain
from queue import SimpleQueue

from sqlalchemy import Engine

from wres.database.attempts import MOST, attempts_at, suspect
from wres.database.collection_state import hard_close_of
from wres.database.explanations import SIGN_OFF, get_explained_queries
from wres.database.models import Receipt
from wres.database.online_statements import figures_digest
from wres.database.order import names_of_same_time
from wres.database.organisations import current_register
from wres.database.receipts import first_receipt_by_hash
from wres.database.validation_results import ValidationRecord
from wres.event_log import log_event
from wres.feedback.receipt_facts import ReceiptFacts
from wres.feedback.report import report_document
from wres.parallel import MapFunction, cpu_count
from wres.reader.guarded_reader import GuardedReader, ReaderEndedError, shared_reader, shared_readers
from wres.reference.register import eligible_codes
from wres.reference.year_config import CollectionYear, end_of_minute
from wres.returns.optional_items import fill_optional_items
from wres.returns.parsed_return import FileError, ParsedReturn
from wres.returns.template_spec import load_template
from wres.settings import Settings
from wres.validation.findings import ValidationResult
from wres.validation.previous_year import Figures, PreviousYear
from wres.validation.usual_changes import OtherReturns
from wres.validation.validate import Submission, validate_returns

Load = Callable[[str], bytes]  # the bytes that were received under a SHA-256

_FILES_A_READER = 20  # the fewest for which another process that reads is worth its start
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
    others: OtherReturns


@dataclass(frozen=True, slots=True)
class _Received:
    """One return, and what is known of its sender.

    `last_year` are the figures of the year before, `earlier` those of up to two years before that; `same_as` is the
    first receipt of the same bytes, maybe its own; `same_time` are the files that no time tells apart from it, its own
    name too, in the order in which they count. `given` are explanations that may still count: by code and message, the
    text and the receipt that gave it.
    """

    receipt: Receipt
    last_year: Figures | None
    earlier: Sequence[Figures]
    same_as: str
    same_time: Sequence[str]
    given: Mapping[tuple[str, str], tuple[str, str | None]]
    signed: Mapping[str, tuple[str, str | None]]  # sign-offs that were given on the page, by the figures signed


class ValidationRun:
    """A round of a collection: look up once what its returns have in common, then validate any number of batches."""

    def __init__(self, settings: Settings, engine: Engine, calendar: CollectionYear, load: Load) -> None:
        register = current_register(engine)
        self._engine, self._last_year = engine, PreviousYear(settings, engine, calendar)
        self._common = _Common(
            settings,
            load,
            calendar,
            eligible_codes(register, calendar),
            dict(zip(register["code"], register["name"], strict=True)),
            self._last_year.national_rate(),
            hard_close_of(engine, calendar),
            OtherReturns(self._last_year.usual_changes(), self._last_year.region_counts()),
        )

    def validate(
        self, receipts: Sequence[Receipt], run_each: MapFunction = map, parts: int = 1
    ) -> list[ValidationRecord]:
        """Validate all these returns; what comes back is ready to be stored, in the same order.

        They are cut into `parts`, and `each` validates one as a batch, in this process or another. A return whose
        reader ended is then validated alone. One that has ended the process too often is refused unread.
        """
        received = _with_what_is_known(self._engine, self._common.calendar.year, receipts, self._last_year)
        attempts = attempts_at(self._engine, [receipt.receipt for receipt in receipts])
        unread = [pending for pending in received if attempts.get(pending.receipt.receipt, 0) > MOST]
        rest = [pending for pending in received if pending not in unread]
        size = max(1, -(-len(rest) // parts))
        cut = [rest[start : start + size] for start in range(0, len(rest), size)]
        done = dict(
            zip(
                _receipts_of(rest),
                chain.from_iterable(run_each(partial(_validate_part, self._common, parts), cut)),
                strict=True,
            )
        )
        for pending in unread:
            read = ParsedReturn(faults=[FileError("S112", _NOT_READ)])
            done[pending.receipt.receipt] = _judge_read(self._common, [pending], [read])[0]
        for pending in rest:
            if done[pending.receipt.receipt] is None:
                done[pending.receipt.receipt] = self._judge_alone(pending)
        return [judged for receipt in receipts if (judged := done[receipt.receipt])]

    def _judge_alone(self, received: _Received) -> ValidationRecord:
        """Validate a return that has ended its reader; it is marked before, should it end this process too."""
        suspect(self._engine, received.receipt.receipt)
        content = self._common.load(received.receipt.sha256)
        read = shared_reader(self._common.settings).read_alone(content, received.receipt.file_name)
        return _judge_read(self._common, [received], [read])[0]


def _with_what_is_known(
    engine: Engine, year: int, receipts: Sequence[Receipt], last_year: PreviousYear
) -> list[_Received]:
    codes = {receipt.organisation_code for receipt in receipts}
    first = first_receipt_by_hash(engine, year, codes)
    same_time = names_of_same_time(engine, year, codes)
    given: dict[str, dict[tuple[str, str], tuple[str, str | None]]] = {code: {} for code in codes}
    signed: dict[str, dict[str, tuple[str, str | None]]] = {code: {} for code in codes}
    for received in get_explained_queries(engine, year, codes):
        if received.text and received.figures:
            signed[received.organisation_code][received.figures] = (received.text, received.given_in)
        elif received.text:
            given[received.organisation_code][received.code, received.message] = (received.text, received.given_in)
    return [
        _Received(
            receipt,
            last_year.figures(code),
            last_year.earlier(code),
            first[code, receipt.sha256],
            same_time.get(receipt.receipt, ()),
            given[code],
            signed[code],
        )
        for receipt in receipts
        for code in [receipt.organisation_code]
    ]


def _receipts_of(received: Sequence[_Received]) -> list[str]:
    return [received.receipt.receipt for received in received]


def _validate_part(common: _Common, parts: int, part: Sequence[_Received]) -> list[ValidationRecord | None]:
    """Read and validate some returns as one batch; None for a return whose reader ended.

    So many parts are validated at the same time, and share the processors.
    """
    reads = _read_all(common, [received.receipt for received in part], max(1, cpu_count() // parts))
    whole = [(received, read) for received, read in zip(part, reads, strict=True) if read is not None]
    judged = iter(_judge_read(common, [received for received, _ in whole], [read for _, read in whole]))
    return [None if read is None else next(judged) for read in reads]


def _read_all(common: _Common, receipts: Sequence[Receipt], processes: int) -> list[ParsedReturn | None]:
    """Read the files of some receipts, each by the next process that is free; None where the reader ended."""
    number = max(1, min(processes, len(receipts) // _FILES_A_READER))
    free: SimpleQueue[GuardedReader] = SimpleQueue()
    for reader in shared_readers(common.settings, number):
        free.put(reader)

    def read(receipt: Receipt) -> ParsedReturn | None:
        reader = free.get()
        try:
            return _read(common, reader, receipt)
        finally:
            free.put(reader)

    with ThreadPoolExecutor(number) as threads:  # each waits for a process that reads
        return list(threads.map(read, receipts))


def _read(common: _Common, reader: GuardedReader, receipt: Receipt) -> ParsedReturn | None:
    """Read the file of a receipt; None where the reader ended, and may not do so again."""
    try:
        return reader.read(common.load(receipt.sha256), receipt.file_name)
    except ReaderEndedError as ended:
        code, name = receipt.organisation_code, receipt.receipt
        log_event("reader ended", receipt.collection_year, code, name, failed=True, reason=ended.reason)
        return ParsedReturn(faults=[ended.fault]) if ended.is_certain else None


def _judge_read(
    common: _Common, received: Sequence[_Received], reads: Sequence[ParsedReturn]
) -> list[ValidationRecord]:
    """Validate what was read of some returns as one batch."""
    template = load_template(common.calendar.template_version)
    filled = [fill_optional_items(read, template, common.calendar.optional_items) for read in reads]
    submissions = [
        Submission(
            received.receipt.receipt,
            received.receipt.organisation_code,
            received.receipt.received_at,
            read,
            received.last_year,
            received.earlier,
        )
        for received, read in zip(received, filled, strict=True)
    ]
    judgements = validate_returns(
        submissions,
        common.calendar,
        template,
        common.expected,
        common.names,
        last_year_national_rate=common.last_year_national_rate,
        hard_close=common.hard_close,
        others=common.others,
    )
    return [_judged(common, *judged) for judged in zip(received, reads, submissions, judgements, strict=True)]


def _explained(
    received: _Received, read: ParsedReturn, judgement: ValidationResult
) -> dict[tuple[str, str], tuple[str, str | None]]:
    """What explains each query of a return: its own text, else that of an earlier one that met the same query."""
    found: dict[tuple[str, str], tuple[str, str | None]] = {}
    texts = {text.key: text.value.strip() for text in reversed(read.texts)}  # the first of each key
    for finding in judgement.findings:
        if own := texts.get(f"explanation.{finding.code}"):
            found[finding.code, finding.message] = (own, None)
        elif finding.code == SIGN_OFF and (signed := received.signed.get(figures_digest(judgement.figures))):
            found[finding.code, finding.message] = signed
        elif earlier := received.given.get((finding.code, finding.message)):
            found[finding.code, finding.message] = earlier
    return found


def _judged(
    common: _Common, received: _Received, read: ParsedReturn, submission: Submission, judgement: ValidationResult
) -> ValidationRecord:
    """Put together what is kept of one return and what its sender gets; `read` is the return as it was sent."""
    receipt, calendar = received.receipt, common.calendar
    late = receipt.received_at > end_of_minute(calendar.deadline)
    facts = ReceiptFacts(
        receipt=receipt.receipt,
        collection_year=calendar.year,
        organisation_code=receipt.organisation_code,
        organisation_name=common.names.get(receipt.organisation_code, ""),
        received_at=receipt.received_at,
        clock=receipt.clock_source,
        sha256=receipt.sha256,
        file_name=receipt.file_name,
        template_version=calendar.template_version,
        rule_set=calendar.rule_set,
        repairs=submission.read.repairs,
        read=read,
        late=late,
        simulated=receipt.simulated,
        test=receipt.test,
        same_as=received.same_as if received.same_as != receipt.receipt else None,
        same_time=received.same_time,
        explained=_explained(received, read, judgement),
    )
    report = report_document(judgement, facts, calendar, load_template(calendar.template_version))
    return ValidationRecord(
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
