"""Receive files: bytes first, then the receipt and its event, and only then is the file taken off the channel."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from zlib import crc32

from sqlalchemy import Engine

from wres.database.receipts import NewReceipt, add_receipts
from wres.errors import WresError
from wres.event_log import log_event
from wres.intake.audit_log_export import export_audit_log
from wres.intake.channel import Channel, IncomingFile, SenderFilter, any_sender, order_times
from wres.parallel import thread_map
from wres.reference.misplaced import Misplaced
from wres.returns.text import printable_name
from wres.settings import Settings
from wres.storage.landing import store_file

RECEIPTS_IN_COMMIT = 50  # deliveries: a commit for each would be what receiving costs most


@dataclass(frozen=True, slots=True)
class _WaitingFile:
    """One file that is to be received, and the time that orders its receipt."""

    channel: Channel
    delivery: IncomingFile
    order_time: datetime


@dataclass(slots=True)
class Received:
    """The ids of the receipts, new or found again, and a sentence for each failure."""

    receipts: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def receive_all(
    settings: Settings,
    engine: Engine,
    channels: Sequence[Channel],
    year: int,
    progress: Callable[[int, int], None],
    accepts: SenderFilter = any_sender,
) -> Received:
    """Receive the files of a year whose senders the filter accepts. A channel or a file that fails stops no other one.

    Where two workers receive the same file it has one receipt all the same, and is taken off once.
    """
    received = Received()
    waiting = _list_waiting(channels, year, accepts, received)
    for done in range(0, len(waiting), RECEIPTS_IN_COMMIT):
        progress(done, len(waiting))
        batch = waiting[done : done + RECEIPTS_IN_COMMIT]
        _receive(settings, engine, year, batch, received)
        progress(done + len(batch), len(waiting))
    return received


def shard_filter(shard: int, of: int) -> SenderFilter:
    """Return the filter of one shard of the senders, numbered from 0: each sender is in one, the same everywhere."""
    return lambda code: crc32(code.encode()) % of == shard


def count_waiting(channels: Sequence[Channel], year: int) -> int:
    """Count about how many files there are for a year; a channel that cannot be listed counts for none."""
    counted = 0
    for channel in channels:
        with suppress(WresError):  # receiving from it says so
            counted += channel.count(year)
    return counted


def misplaced_files(channels: Sequence[Channel], year: int) -> list[Misplaced]:
    """Return the files on the channels in places where none are taken from: for a year, or for no known year.

    A channel that cannot be listed has none; receiving from it says so.
    """
    misplaced: list[Misplaced] = []
    for channel in channels:
        with suppress(WresError):
            misplaced += [place for place in channel.misplaced() if place.collection_year in (None, year)]
    return misplaced


def years_waiting(channels: Sequence[Channel]) -> set[int]:
    """Return the collection years for which there are files; a channel that cannot be listed has none."""
    years: set[int] = set()
    for channel in channels:
        with suppress(WresError):
            years |= channel.years()
    return years


def _list_waiting(
    channels: Sequence[Channel], year: int, accepts: SenderFilter, received: Received
) -> list[_WaitingFile]:
    """List the files that wait on all channels, by sender, the last to count last."""
    waiting: list[_WaitingFile] = []
    for channel in channels:

        def failed(code: str, error: WresError, channel: Channel = channel) -> None:
            received.failures.append(str(error))
            log_event("not listed", year, code or None, channel=channel.name, failed=True)

        try:
            deliveries = channel.waiting(year, accepts, failed)
        except WresError as error:
            failed("", error)
            continue
        times = order_times(deliveries, datetime.now(UTC))
        waiting += [_WaitingFile(channel, delivery, time) for delivery, time in zip(deliveries, times, strict=True)]
    return sorted(waiting, key=lambda file: (file.delivery.organisation_code, file.order_time))


def _receive(settings: Settings, engine: Engine, year: int, batch: Sequence[_WaitingFile], received: Received) -> None:
    """Store the bytes of some deliveries, commit their receipts in one transaction, then take them off."""
    landed: list[tuple[Channel, IncomingFile, NewReceipt]] = []
    for file, stored in zip(batch, thread_map(partial(_try_to_store, settings, year), batch), strict=True):
        with _note_failure(received, year, file.channel, file.delivery):
            if isinstance(stored, WresError):
                raise stored
            if stored is not None:
                landed.append((file.channel, file.delivery, stored))
    receipts = add_receipts(engine, [new for _, _, new in landed])
    for (channel, delivery, new), receipt in zip(landed, receipts, strict=True):
        log_event("received", year, delivery.organisation_code, receipt, channel=channel.name, size=new.size)
    if receipts:
        export_audit_log(settings, engine, year)
    received.receipts += receipts
    for channel, delivery, _ in landed:
        with _note_failure(received, year, channel, delivery):
            channel.acknowledge(delivery)


@contextmanager
def _note_failure(received: Received, year: int, channel: Channel, delivery: IncomingFile) -> Iterator[None]:
    """Note a failure within, so that it stops no other delivery."""
    try:
        yield
    except WresError as error:
        received.failures.append(str(error))
        log_event("not received", year, delivery.organisation_code, channel=channel.name, failed=True)


def _try_to_store(settings: Settings, year: int, file: _WaitingFile) -> NewReceipt | WresError | None:
    """Store the bytes as `_store`, and return the error of a file that cannot be stored."""
    try:
        return _store(settings, year, file)
    except WresError as error:
        return error


def _store(settings: Settings, year: int, file: _WaitingFile) -> NewReceipt | None:
    """Store the bytes and return the facts of the receipt; None where another worker took the file.

    The time of receipt is that of arrival, so that it does not matter when the round is; by a clock that is set to an
    earlier time it is that time.
    """
    delivery = file.delivery
    try:
        with file.channel.open(delivery) as source:
            landed = store_file(settings, source)
    except FileNotFoundError:
        return None
    except WresError as error:
        raise WresError(f"{printable_name(delivery.file_name)} of {delivery.organisation_code}: {error}") from None
    return NewReceipt(
        collection_year=year,
        organisation_code=delivery.organisation_code,
        channel=delivery.channel,
        delivery_id=delivery.delivery_id,
        test=delivery.test,
        file_name=printable_name(delivery.file_name),
        sha256=landed.sha256,
        size=landed.size,
        received_at=min(delivery.arrived_at, settings.clock.now()),
        order_time=file.order_time,
        modified_at=delivery.modified_at,
        clock_source=settings.clock.source,
        simulated=settings.simulated,
    )
