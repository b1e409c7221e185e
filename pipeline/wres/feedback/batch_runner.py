"""Read pending returns, look up what each is compared with, and validate them in one batch or a few."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from itertools import chain
from queue import SimpleQueue

from sqlalchemy import Engine

from wres.database.attempts import MOST, count_attempts, mark_suspect
from wres.database.collection_state import hard_close_of
from wres.database.explanations import get_explained_queries
from wres.database.models import Receipt
from wres.database.order import names_of_same_time
from wres.database.organisations import current_register
from wres.database.receipts import first_receipt_by_hash
from wres.event_log import log_event
from wres.feedback.receipt_facts import Explanation, ReceiptFacts
from wres.feedback.report import with_report
from wres.parallel import MapFunction, cpu_count
from wres.reader.guarded_reader import GuardedReader, ReaderEndedError, shared_reader, shared_readers
from wres.reference.register import eligible_codes
from wres.reference.year_config import CollectionYear
from wres.returns.findings import ValidationResult
from wres.returns.optional_items import fill_optional_items
from wres.returns.parsed_return import FileError, ParsedReturn
from wres.returns.template_spec import load_template
from wres.settings import Settings
from wres.validation.batch import Batch, Submission
from wres.validation.previous_year import PreviousYear
from wres.validation.usual_changes import OtherReturns
from wres.validation.validate import validate_returns

Load = Callable[[str], bytes]  # the bytes that were received under a SHA-256

_FILES_A_READER = 20  # the fewest for which another process that reads is worth its start
_NOT_READ = (
    "Reading the file has ended the program several times, so it is not read any more. Copy the figures into the "
    "template as it was sent"
)


@dataclass(frozen=True, slots=True)
class _Common:
    """The facts that all returns of a round have in common."""

    settings: Settings
    load: Load
    calendar: CollectionYear
    expected: list[str]
    names: Mapping[str, str]  # of organisations, by code
    last_year_national_rate: Fraction | None
    hard_close: datetime
    others: OtherReturns


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
            OtherReturns(self._last_year.usual_changes(), self._last_year.region_entries()),
        )

    def validate(
        self, receipts: Sequence[Receipt], run_each: MapFunction = map, parts: int = 1
    ) -> list[ValidationResult]:
        """Validate all these returns; the results have their reports and are in the same order.

        They are cut into `parts`, and `run_each` validates each part as a batch, in this process or another. A return
        whose reader ended is then validated alone. One that has ended the process too often is refused unread.
        """
        known = _facts_of(self._engine, self._common, receipts, self._last_year)
        attempts = count_attempts(self._engine, [receipt.receipt for receipt in receipts])
        unread = [facts for facts in known if attempts.get(facts.receipt.receipt, 0) > MOST]
        readable = [facts for facts in known if facts not in unread]
        size = max(1, -(-len(readable) // parts))
        cut = [readable[start : start + size] for start in range(0, len(readable), size)]
        validated = chain.from_iterable(run_each(partial(_validate_part, self._common, parts), cut))
        results = {facts.receipt.receipt: result for facts, result in zip(readable, validated, strict=True)}
        for facts in unread:
            read = ParsedReturn(faults=[FileError("S112", _NOT_READ)])
            [results[facts.receipt.receipt]] = _validate_read(self._common, [facts], [read])
        for facts in readable:
            if results[facts.receipt.receipt] is None:
                results[facts.receipt.receipt] = self._validate_alone(facts)
        return [result for receipt in receipts if (result := results[receipt.receipt])]

    def _validate_alone(self, facts: ReceiptFacts) -> ValidationResult:
        """Validate a return that has ended its reader; it is marked before, should it end this process too."""
        mark_suspect(self._engine, facts.receipt.receipt)
        content = self._common.load(facts.receipt.sha256)
        read = shared_reader(self._common.settings).read_alone(content, facts.receipt.file_name)
        return _validate_read(self._common, [facts], [read])[0]


def _facts_of(
    engine: Engine, common: _Common, receipts: Sequence[Receipt], last_year: PreviousYear
) -> list[ReceiptFacts]:
    """Look up what is known of each receipt and its sender."""
    year, codes = common.calendar.year, {receipt.organisation_code for receipt in receipts}
    first = first_receipt_by_hash(engine, year, codes)
    same_time = names_of_same_time(engine, year, codes)
    explanations: dict[str, dict[tuple[str, str], Explanation]] = {code: {} for code in codes}
    sign_offs: dict[str, dict[str, Explanation]] = {code: {} for code in codes}
    for query in get_explained_queries(engine, year, codes):
        if query.text and query.figures:
            sign_offs[query.organisation_code][query.figures] = (query.text, query.given_in)
        elif query.text:
            explanations[query.organisation_code][query.code, query.message] = (query.text, query.given_in)
    return [
        ReceiptFacts(
            receipt,
            common.names.get(code, ""),
            last_year.figures(code),
            last_year.earlier(code),
            same_as=same_as if (same_as := first[code, receipt.sha256]) != receipt.receipt else None,
            same_time=same_time.get(receipt.receipt, ()),
            explanations=explanations[code],
            sign_offs=sign_offs[code],
        )
        for receipt in receipts
        for code in [receipt.organisation_code]
    ]


def _validate_part(common: _Common, parts: int, part: Sequence[ReceiptFacts]) -> list[ValidationResult | None]:
    """Read and validate some returns as one batch; None for a return whose reader ended.

    So many parts are validated at the same time, and share the processors.
    """
    reads = _read_all(common, [facts.receipt for facts in part], max(1, cpu_count() // parts))
    finished = [(facts, read) for facts, read in zip(part, reads, strict=True) if read is not None]
    results = iter(_validate_read(common, [facts for facts, _ in finished], [read for _, read in finished]))
    return [None if read is None else next(results) for read in reads]


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


def _validate_read(
    common: _Common, known: Sequence[ReceiptFacts], reads: Sequence[ParsedReturn]
) -> list[ValidationResult]:
    """Validate what was read of some returns as one batch, and write the report of each."""
    calendar, template = common.calendar, load_template(common.calendar.template_version)
    submissions = [
        Submission(
            facts.receipt.receipt,
            facts.receipt.organisation_code,
            facts.receipt.received_at,
            fill_optional_items(read, template, calendar.optional_items),
            facts.last_year,
            facts.earlier,
        )
        for facts, read in zip(known, reads, strict=True)
    ]
    batch = Batch(
        submissions,
        calendar,
        template,
        common.expected,
        common.names,
        common.last_year_national_rate,
        common.hard_close,
        common.others,
    )
    results = validate_returns(batch)
    return [
        with_report(result, facts, read, calendar, template)
        for result, facts, read in zip(results, known, reads, strict=True)
    ]
