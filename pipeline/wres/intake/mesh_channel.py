"""The MESH channel: NHS England's message exchange; the mailbox is who sent it, and the answer goes back to it."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from pipeline.collection.calendar import known_years
from pipeline.collection.misplaced import Misplaced
from pipeline.intake.arrival import by_time
from pipeline.intake.channel import TEST_FOLDER, Delivery, Mine, OnFailure, as_code, everybodys, fail
from pipeline.intake.mesh_senders import read_senders, sender_of
from pipeline.intake.mesh_session import is_gone, mesh_session
from pipeline.registry.tables import Receipt
from pipeline.settings import Settings

if TYPE_CHECKING:
    from mesh_client import MeshClient, Message

WORKFLOW = "WRES_RETURN"
ANSWER_WORKFLOW = "WRES_RETURN_ACK"


class MeshChannel:
    """Lists, fetches and acknowledges the messages of workflow WRES_RETURN; every other message is left alone.

    A message that names another collection year (see `mesh_senders.stated`) waits for that year's round; one that names
    none belongs to `current_year`, or to the year that is collected when there is none. `delivery_id` is
    MAILBOX/MESSAGE, so that the answer finds back.
    MESH itself tells a sender when a message was not fetched within five days.
    """

    name = "mesh"

    def __init__(self, settings: Settings, current_year: int | None = None) -> None:
        self._settings = settings
        self._current_year = current_year

    def count(self, year: int) -> int:  # noqa: ARG002 - a message's year is not known before it is looked at
        """The returns in the mailbox, of whichever year."""
        with mesh_session(self._settings) as client:
            client.handshake()
            return len(list(client.iterate_message_ids(workflow_filter=WORKFLOW)))

    def waiting(self, year: int, mine: Mine = everybodys, failed: OnFailure = fail) -> list[Delivery]:  # noqa: ARG002
        """The returns in the mailbox, oldest first."""
        return by_time(
            delivery
            for delivery, named in self._returns()
            if mine(delivery.organisation_code) and year == (named or self._current_year or year)
        )

    def years(self) -> set[int]:
        """The years that the returns in the mailbox name, and the current one for those that name none."""
        years = {named or self._current_year for _, named in self._returns()}
        return {year for year in years if year is not None}

    def misplaced(self) -> list[Misplaced]:
        """Nothing: every return in the mailbox is taken, and other messages are not ours."""
        return []

    def _returns(self) -> list[tuple[Delivery, int | None]]:
        """Each return in the mailbox, and the known collection year that it names."""
        with mesh_session(self._settings) as client:
            senders = read_senders(self._settings.mesh_senders or Path())
            client.handshake()
            ids = list(client.iterate_message_ids(workflow_filter=WORKFLOW))
            messages = [_without_content(client, message_id) for message_id in ids]
        returns = []
        for message in messages:
            if message is None or message.workflow_id != WORKFLOW or message.message_type != "DATA":
                continue
            mailbox = (message.sender or "").strip().upper()
            words = (message.subject, message.filename, message.local_id, message.partner_id)
            code, named = sender_of(mailbox, senders, [word for word in words if word])
            delivery = Delivery(
                channel=self.name,
                delivery_id=f"{mailbox}/{message.id()}",
                organisation_code=as_code(code),
                file_name=message.filename or f"{message.id()}.dat",
                place=message.id(),
                arrived_at=_accepted_at(message),
                test=TEST_FOLDER in re.findall(r"[a-z]+", f"{message.subject} {message.filename}".lower()),
            )
            returns.append((delivery, named if named in known_years() else None))
        return returns

    @contextmanager
    def open(self, delivery: Delivery) -> Iterator[BinaryIO]:
        """The message's content, fetched whole first, so that what fails later is not taken for MESH's failure."""
        with TemporaryFile() as copy:
            with mesh_session(self._settings) as client:
                message = client.retrieve_message(delivery.place)
                try:
                    shutil.copyfileobj(message, copy)
                finally:
                    message.close()
            copy.seek(0)
            yield copy

    def take(self, delivery: Delivery) -> None:
        """Acknowledge a message whose receipt is durable; MESH then drops it."""
        try:
            with mesh_session(self._settings) as client:
                client.acknowledge_message(delivery.place)
        except FileNotFoundError:  # another worker did
            return

    def answer(self, receipt: Receipt, write_reports: Callable[[Path], None]) -> None:
        """Send the reports as one zip to the mailbox that sent the return.

        MESH has no way to ask whether it was sent already, so a run that is killed just after sends it again; both have
        the receipt as their local id and hold the same reports.
        """
        with TemporaryDirectory() as folder:
            write_reports(Path(folder))
            content = _zipped(Path(folder))
        with mesh_session(self._settings) as client:
            client.send_message(
                receipt.delivery_id.partition("/")[0],
                content,
                workflow_id=ANSWER_WORKFLOW,
                filename=f"{receipt.receipt}.zip",
                subject=f"WRES {receipt.collection_year} answer to {receipt.receipt}",
                local_id=receipt.receipt,
                content_type="application/zip",
            )


def _without_content(client: "MeshClient", message_id: str) -> "Message | None":
    """A message's headers; None when another worker has taken it."""
    try:
        message = client.retrieve_message(message_id)
    except OSError as error:
        if is_gone(error):
            return None
        raise
    message.close()
    return message


def _accepted_at(message: "Message") -> datetime:
    """When MESH accepted a message, in UTC and whole seconds; now where it does not say."""
    try:
        return datetime.strptime(str(message.mex_header("statustimestamp")), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return datetime.now(UTC)


def _zipped(folder: Path) -> bytes:
    """The files of a folder as a zip; the same files always give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return target.getvalue()
