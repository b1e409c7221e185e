"""Deliver every pending report by the channel on which its return came."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Engine

from wres.database import receipts
from wres.database.models import Receipt
from wres.database.work_queue import claim_pending
from wres.errors import WresError
from wres.event_log import log_event
from wres.intake.channel import Channel
from wres.parallel import process_map
from wres.settings import Settings

REPORTS_IN_COMMIT = 50
MANY_REPORTS = 500  # a process that helps with them takes about a second to start
_SAME_PLACE = ("folder", "s3", "web")  # channels on which a report delivered twice is the same files again


class Put(Protocol):
    """Puts the files of a report into a folder."""

    def __call__(self, folder: Path, files: Mapping[str, bytes]) -> None:
        """Put all of them there, or none."""


class ReportRenderer(NamedTuple):
    """Functions that render the files of a report and put them into a folder."""

    make: Callable[[Mapping[str, Any]], dict[str, bytes]]
    put: Put


@dataclass(slots=True)
class DeliverySummary:
    """The number of reports that were delivered, and a sentence for each that could not be."""

    delivered: int = 0
    failures: list[str] = field(default_factory=list)


def deliver_all(
    settings: Settings,
    engine: Engine,
    channels: Sequence[Channel],
    year: int,
    reports: ReportRenderer,
    progress: Callable[[int, int], None],
    processes: int = 1,
) -> DeliverySummary:
    """Deliver every pending report of a year; one that cannot be delivered stays pending and stops no other.

    This number of processes renders the files of many reports; one process delivers them.

    Reports that another worker has claimed are left to it. Deliveries are stored some at a time, so that a killed run
    delivers at most `REPORTS_IN_COMMIT` reports twice: the same files in the same place. A message is stored as soon as
    it is sent.
    """
    by_name = {channel.name: channel for channel in channels}
    summary, pending = DeliverySummary(), receipts.pending_report(engine, year)
    done = 0
    with process_map(processes if len(pending) > MANY_REPORTS else 1) as run_each:
        for batch in delivery_batches(pending):
            with claim_pending(engine, year, "answer", batch) as claim:
                documents = receipts.get_reports(engine, [receipt.receipt for receipt in claim.receipts])
                rendered = run_each(reports.make, [documents[receipt.receipt] for receipt in claim.receipts])
                delivered = []
                for number, (receipt, files) in enumerate(zip(claim.receipts, rendered, strict=True), start=done + 1):
                    if _try_to_deliver(by_name, receipt, partial(reports.put, files=files), summary):
                        delivered.append(receipt)
                    progress(number, len(pending))
                receipts.mark_answered(claim.session, year, [item.receipt for item in delivered], settings.clock.now())
            for item in delivered:
                log_event(
                    "answered", year, item.organisation_code, item.receipt, channel=item.channel, status=item.status
                )
            summary.delivered += len(delivered)
            done += len(batch)
    return summary


def delivery_batches(pending: Sequence[Receipt]) -> Iterator[Sequence[Receipt]]:
    """Cut receipts into batches whose deliveries are stored at once.

    On a channel where a delivery done twice is the same files in the same place a batch is `REPORTS_IN_COMMIT`: all
    reports together would fill the memory. A message is a batch of its own, so that a killed run sends one twice at
    most.
    """
    files = [receipt for receipt in pending if receipt.channel in _SAME_PLACE]
    yield from (files[start : start + REPORTS_IN_COMMIT] for start in range(0, len(files), REPORTS_IN_COMMIT))
    yield from ([receipt] for receipt in pending if receipt.channel not in _SAME_PLACE)


def _try_to_deliver(
    channels: dict[str, Channel], receipt: Receipt, put: Callable[[Path], None], summary: DeliverySummary
) -> bool:
    """Deliver a report; returns False, and notes why, where that failed."""
    try:
        _deliver(channels, receipt, put)
    except WresError as error:
        summary.failures.append(str(error))
        log_event(
            "not answered",
            receipt.collection_year,
            receipt.organisation_code,
            receipt.receipt,
            channel=receipt.channel,
            failed=True,
        )
        return False
    return True


def _deliver(channels: dict[str, Channel], receipt: Receipt, put: Callable[[Path], None]) -> None:
    if receipt.channel not in channels:
        raise WresError(
            f"The answer to {receipt.receipt} cannot be given: it came by the channel {receipt.channel}, which is not "
            "set up here. Set it up again."
        )
    channels[receipt.channel].deliver_report(receipt, put)
