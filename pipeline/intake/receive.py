"""Receiving: bytes first, then the receipt, and only then is the file taken off the channel."""

from collections.abc import Callable

from sqlalchemy import Engine

from pipeline.intake.folder import Delivery, FolderChannel
from pipeline.intake.landing import land
from pipeline.registry.receipts import NewReceipt, add_receipt
from pipeline.settings import Settings


def receive_all(
    settings: Settings, engine: Engine, channel: FolderChannel, year: int, progress: Callable[[int, int], None]
) -> list[str]:
    """Receive everything that waits on a channel for a year; returns the ids of the receipts, new or found again."""
    deliveries = channel.waiting(year)
    receipts = []
    for done, delivery in enumerate(deliveries, start=1):
        receipt = _receive(settings, engine, channel, year, delivery)
        if receipt is not None:
            receipts.append(receipt)
        progress(done, len(deliveries))
    return receipts


def _receive(settings: Settings, engine: Engine, channel: FolderChannel, year: int, delivery: Delivery) -> str | None:
    try:
        with channel.open(delivery) as source:
            landed = land(settings, source)
    except FileNotFoundError:  # another worker took it
        return None
    receipt = add_receipt(
        engine,
        NewReceipt(
            collection_year=year,
            organisation_code=delivery.organisation_code,
            channel=delivery.channel,
            delivery_id=f"{year}/{delivery.delivery_id}",
            file_name=_printable(delivery.file_name),
            sha256=landed.sha256,
            size=landed.size,
            received_at=settings.now(),
            clock="as_of" if settings.as_of else "machine",
            simulated=settings.simulated,
        ),
    )
    channel.take(delivery)
    return receipt


def _printable(name: str) -> str:
    """A file name fit to be shown: no control characters, no undecodable bytes, not too long."""
    return "".join(c if c.isprintable() else "�" for c in name)[:120]
