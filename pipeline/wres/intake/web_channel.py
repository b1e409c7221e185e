"""Receive uploads to the page or its API: each has its receipt at once, and its report is read on the page."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine

from wres.database.models import Receipt
from wres.database.receipts import NewReceipt, add_receipt, newest_receipt
from wres.event_log import log_event
from wres.intake.channel import IncomingFile, OnFailure, SenderFilter, any_sender, fail
from wres.reference.misplaced import Misplaced
from wres.returns.text import printable_name
from wres.settings import Settings
from wres.storage.landing import store_file

NAME = "web"


class WebChannel:
    """No file is ever listed here, for an upload has its receipt before it is confirmed; the page shows the reports."""

    name = NAME

    def count(self, year: int) -> int:  # noqa: ARG002
        """Return 0."""
        return 0

    def waiting(
        self,
        year: int,  # noqa: ARG002
        accepts: SenderFilter = any_sender,  # noqa: ARG002
        failed: OnFailure = fail,  # noqa: ARG002
    ) -> list[IncomingFile]:
        """Return no file."""
        return []

    def years(self) -> set[int]:
        """Return no year."""
        return set()

    def misplaced(self) -> list[Misplaced]:
        """Return nothing: an upload is always for a year and an organisation."""
        return []

    def open(self, delivery: IncomingFile) -> AbstractContextManager[BinaryIO]:
        """Refuse: there is no file here to open."""
        raise FileNotFoundError(delivery.place)

    def acknowledge(self, delivery: IncomingFile) -> None:
        """Do nothing: there is no file here to take off."""

    def deliver_report(self, receipt: Receipt, write_reports: Callable[[Path], None], name: str = "") -> None:
        """Do nothing: the sender reads the answer on the page, from the registry."""


@dataclass(frozen=True, slots=True)
class ReceivedUpload:
    """The receipt of an upload, its size in bytes, and whether the newest receipt of its sender has the same bytes."""

    receipt: str
    size: int
    known: bool


def receive_upload(
    settings: Settings, engine: Engine, year: int, code: str, source: BinaryIO, file_name: str, *, test: bool
) -> ReceivedUpload:
    """Store an upload and commit its receipt; when this returns neither can be lost.

    The bytes that an organisation sent last are the same delivery again, by this channel or another, and get the
    receipt that they have. So a caller who heard no answer can send again. Bytes that it sent before something else
    get a new receipt, for they are to count again.

    Raises:
        WresError: the file is larger than anything that is kept, or the landing zone cannot be used.
    """
    landed = store_file(settings, source)
    before = newest_receipt(engine, year, code, test=test)
    if before is not None and before.sha256 == landed.sha256:
        return ReceivedUpload(before.receipt, landed.size, known=True)
    now, last = datetime.now(UTC), before.number if before else 0
    receipt = add_receipt(
        engine,
        NewReceipt(
            collection_year=year,
            organisation_code=code,
            channel=NAME,
            # Two requests with the same bytes at the same moment are one delivery.
            delivery_id=f"{year}/{code}/{'test' if test else 'return'}/{last}/{landed.sha256}",
            file_name=printable_name(file_name),
            sha256=landed.sha256,
            size=landed.size,
            received_at=min(now, settings.clock.now()),
            order_time=now,
            clock_source=settings.clock.source,
            simulated=settings.simulated,
            test=test,
        ),
    )
    log_event("received", year, code, receipt, channel=NAME, size=landed.size)
    return ReceivedUpload(receipt, landed.size, known=False)
