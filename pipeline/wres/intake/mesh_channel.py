"""Receive returns and deliver reports by MESH, NHS England's message exchange.

A table says which mailbox sends for which organisation.
"""

import csv
import io
import re
import shutil
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from wres.database.models import Receipt
from wres.errors import WresError
from wres.intake.channel import (
    TEST_FOLDER,
    IncomingFile,
    OnFailure,
    SenderFilter,
    any_sender,
    fail,
    sort_by_time,
    to_org_code,
)
from wres.intake.mesh_session import is_gone, mesh_session
from wres.reference.misplaced import Misplaced
from wres.reference.year_config import configured_years
from wres.settings import Settings

if TYPE_CHECKING:
    from mesh_client import MeshClient, Message

_HEADER = ["mailbox", "organisation_code"]


def read_senders(path: Path) -> dict[str, tuple[str, ...]]:
    """Read the organisations of each mailbox, from a CSV with the header `mailbox,organisation_code`: a row a pair.

    Raises:
        WresError: the file cannot be read, or a row is not a mailbox and an organisation code.
    """
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise WresError(
            f"The senders file {path} cannot be read. Give a CSV (UTF-8) with the columns mailbox,organisation_code in "
            "WRES_MESH_SENDERS."
        ) from None
    if not rows or rows[0] != _HEADER:
        raise WresError(f"The senders file {path} must begin with the line {','.join(_HEADER)}. Correct it.")
    senders: dict[str, list[str]] = defaultdict(list)
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        mailbox, code = [cell.strip().upper() for cell in row] if len(row) == 2 else ("", "")
        if not mailbox or not re.fullmatch(r"[A-Z0-9]{3,6}", code):
            raise WresError(f"Line {number} of the senders file {path} is not a mailbox and an ODS code. Correct it.")
        senders[mailbox].append(code)
    return {mailbox: tuple(sorted(set(codes))) for mailbox, codes in senders.items()}


def parse_subject(codes: Iterable[str], words: Iterable[str]) -> dict[str, int | None]:
    """Return which of these organisations a message names, each with the collection year that it names with it.

    `words` are the message's subject, file name and the like. `WRES 2022 RXY` or `wres-2022-RXY.xlsx`, the name that a
    template has, names both; RXY alone names the organisation.
    """
    text = " ".join(words).upper()
    named: dict[str, int | None] = {}
    for code in codes:
        if re.search(rf"(?<![A-Z0-9]){code}(?![A-Z0-9])", text):
            year = re.search(rf"WRES[ _-](20\d\d)[ _-]{code}(?![A-Z0-9])", text)
            named[code] = int(year[1]) if year else None
    return named


def sender_of(mailbox: str, senders: Mapping[str, tuple[str, ...]], words: Iterable[str]) -> tuple[str, int | None]:
    """Return the organisation for which a mailbox sent a message, and the collection year that the message names.

    A mailbox with one organisation sends for that one. One with several sends for the one that the message names. Else
    the sender is the mailbox itself, as MESH-<mailbox>: no return is that organisation's, so any code that the return
    states is answered with S106.
    """
    codes = senders.get(mailbox, ())
    named = parse_subject(codes, words)
    if len(named) == 1:
        return next(iter(named.items()))
    return (codes[0] if len(codes) == 1 else f"MESH-{mailbox}"), None


WORKFLOW = "WRES_RETURN"
ANSWER_WORKFLOW = "WRES_RETURN_ACK"


class MeshChannel:
    """Lists, fetches and acknowledges the messages of workflow WRES_RETURN; every other message is left alone.

    A message that names another collection year (see `parse_subject`) waits for that year's round; one that names
    none belongs to `current_year`, or to the year that is collected when there is none. `delivery_id` is
    MAILBOX/MESSAGE, so that the report finds its way back.
    MESH itself tells a sender when a message was not fetched within five days.
    """

    name = "mesh"

    def __init__(self, settings: Settings, current_year: int | None = None) -> None:
        self._settings = settings
        self._current_year = current_year

    def count(self, year: int) -> int:  # noqa: ARG002 - a message's year is not known before it is looked at
        """Count the returns in the mailbox, of any year."""
        with mesh_session(self._settings) as client:
            client.handshake()
            return len(list(client.iterate_message_ids(workflow_filter=WORKFLOW)))

    def waiting(self, year: int, accepts: SenderFilter = any_sender, failed: OnFailure = fail) -> list[IncomingFile]:  # noqa: ARG002
        """Return the returns in the mailbox, oldest first."""
        return sort_by_time(
            delivery
            for delivery, named in self._returns()
            if accepts(delivery.organisation_code) and year == (named or self._current_year or year)
        )

    def years(self) -> set[int]:
        """Return the years that the returns in the mailbox name, and the current one for those that name none."""
        years = {named or self._current_year for _, named in self._returns()}
        return {year for year in years if year is not None}

    def misplaced(self) -> list[Misplaced]:
        """Return nothing: every return in the mailbox is taken, and other messages are not ours."""
        return []

    def _returns(self) -> list[tuple[IncomingFile, int | None]]:
        """Return each return in the mailbox, and the known collection year that it names."""
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
            delivery = IncomingFile(
                channel=self.name,
                delivery_id=f"{mailbox}/{message.id()}",
                organisation_code=to_org_code(code),
                file_name=message.filename or f"{message.id()}.dat",
                place=message.id(),
                arrived_at=_read_accepted_time(message),
                test=TEST_FOLDER in re.findall(r"[a-z]+", f"{message.subject} {message.filename}".lower()),
            )
            returns.append((delivery, named if named in configured_years(self._settings.years) else None))
        return returns

    @contextmanager
    def open(self, delivery: IncomingFile) -> Iterator[BinaryIO]:
        """Open the message's content, fetched whole first, so that a later failure is not taken for MESH's."""
        with TemporaryFile() as copy:
            with mesh_session(self._settings) as client:
                message = client.retrieve_message(delivery.place)
                try:
                    shutil.copyfileobj(message, copy)
                finally:
                    message.close()
            copy.seek(0)
            yield copy

    def acknowledge(self, delivery: IncomingFile) -> None:
        """Acknowledge a message whose receipt is durable; MESH then drops it."""
        try:
            with mesh_session(self._settings) as client:
                client.acknowledge_message(delivery.place)
        except FileNotFoundError:  # another worker did
            return

    def deliver_report(self, receipt: Receipt, write_reports: Callable[[Path], None], name: str = "") -> None:
        """Send the reports as one zip to the mailbox that sent the return.

        MESH has no way to ask whether it was sent already, so a run that is killed just after sends it again; both have
        the same local id, the receipt's with the name of the reports, and hold the same reports.
        """
        local_id = f"{receipt.receipt}-{name}" if name else receipt.receipt
        with TemporaryDirectory() as folder:
            write_reports(Path(folder))
            content = _zip_folder(Path(folder))
        with mesh_session(self._settings) as client:
            client.send_message(
                receipt.delivery_id.partition("/")[0],
                content,
                workflow_id=ANSWER_WORKFLOW,
                filename=f"{local_id}.zip",
                subject=f"WRES {receipt.collection_year} {name or 'answer'} to {receipt.receipt}",
                local_id=local_id,
                content_type="application/zip",
            )


def _without_content(client: "MeshClient", message_id: str) -> "Message | None":
    """Return a message's headers; None when another worker has taken it."""
    try:
        message = client.retrieve_message(message_id)
    except OSError as error:
        if is_gone(error):
            return None
        raise
    message.close()
    return message


def _read_accepted_time(message: "Message") -> datetime:
    """Return when MESH accepted a message, in UTC and whole seconds; now where it does not say."""
    try:
        return datetime.strptime(str(message.mex_header("statustimestamp")), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return datetime.now(UTC)


def _zip_folder(folder: Path) -> bytes:
    """Return the files of a folder as a zip; the same files always give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return target.getvalue()
