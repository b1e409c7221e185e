"""Receiving: bytes first, then the receipt and its event, and only then is the file taken off the channel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine

from pipeline.errors import WresError
from pipeline.intake.channel import Channel, Delivery
from pipeline.intake.journal_copy import export_journal
from pipeline.intake.landing import land
from pipeline.logs import happened
from pipeline.registry.receipts import NewReceipt, add_receipt
from pipeline.settings import Settings


@dataclass(slots=True)
class Received:
    """The ids of the receipts, new or found again, and what could not be received: a sentence each."""

    receipts: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def receive_all(
    settings: Settings, engine: Engine, channels: Sequence[Channel], year: int, progress: Callable[[int, int], None]
) -> Received:
    """Receive everything that waits for a year. A channel or a file that fails stops no other one."""
    received = Received()
    waiting: list[tuple[Channel, Delivery]] = []
    for channel in channels:
        try:
            waiting.extend((channel, delivery) for delivery in channel.waiting(year))
        except WresError as error:
            received.failures.append(str(error))
            happened("not listed", year, channel=channel.name, failed=True)
    for done, (channel, delivery) in enumerate(waiting, start=1):
        try:
            _receive(settings, engine, channel, year, delivery, received.receipts)
        except WresError as error:
            received.failures.append(str(error))
            happened("not received", year, delivery.organisation_code, channel=channel.name, failed=True)
        progress(done, len(waiting))
    return received


def _receive(
    settings: Settings, engine: Engine, channel: Channel, year: int, delivery: Delivery, receipts: list[str]
) -> None:
    try:
        with channel.open(delivery) as source:
            landed = land(settings, source)
    except FileNotFoundError:  # another worker took it
        return
    except WresError as error:
        raise WresError(f"{_printable(delivery.file_name)} of {delivery.organisation_code}: {error}") from None
    receipts.append(
        add_receipt(
            engine,
            NewReceipt(
                collection_year=year,
                organisation_code=delivery.organisation_code,
                channel=delivery.channel,
                delivery_id=delivery.delivery_id,
                test=delivery.test,
                file_name=_printable(delivery.file_name),
                sha256=landed.sha256,
                size=landed.size,
                received_at=settings.now(),
                clock="as_of" if settings.as_of else "machine",
                simulated=settings.simulated,
            ),
        )
    )
    happened("received", year, delivery.organisation_code, receipts[-1], channel=channel.name, size=landed.size)
    export_journal(settings, engine, year)
    channel.take(delivery)


def _printable(name: str) -> str:
    """A file name fit to be shown: no control characters, no undecodable bytes, not too long."""
    return "".join(c if c.isprintable() else "�" for c in name)[:120]
