"""Take in an upload: from the request to its receipt, and the wait until it is checked."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from wres.database.collection_state import get_state
from wres.database.models import Receipt
from wres.database.receipts import get_receipt
from wres.errors import WresError
from wres.intake.web_channel import ReceivedUpload, receive_upload
from wres.web.access import OrganisationAccess
from wres.web.http_errors import NotFoundError
from wres.web.service_state import ServiceState, get_service
from wres.web.validation_queue import is_heavy

WAIT_SECONDS = 8.0  # a page that takes longer looks broken; then it says that it waits, and asks again by itself
_LOOK_EVERY = 1.0  # seconds, where another service checks it
_MOST_FIELDS = 10
_MOST_OF_A_FIELD = 10_000  # bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """The file of a form, and whether it is only tried out."""

    file: BinaryIO
    name: str
    test: bool


@asynccontextmanager
async def read_form(request: Request) -> AsyncIterator[FormData]:
    """Read a form as it arrives; its file goes to a temporary file of the disk, and is gone after the block."""
    async with request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=_MOST_OF_A_FIELD) as form:
        yield form


def upload_in(form: FormData) -> Upload | None:
    """Return the upload of a form; None where no file was chosen."""
    file, test = form.get("file"), form.get("test")
    if not isinstance(file, UploadFile) or not (file.filename or file.size):
        return None
    return Upload(
        file.file, file.filename or "return", isinstance(test, str) and test.lower() in ("true", "1", "on", "yes")
    )


async def take_in(request: Request, access: OrganisationAccess, upload: Upload) -> ReceivedUpload:
    """Store an upload, commit its receipt and have it checked.

    Raises:
        WresError: the collection is not open yet, or the upload cannot be stored.
        RateLimitError: whoever sends has sent too often.
    """
    service = get_service(request)
    with service.workers.queue.expecting():
        received = await run_in_threadpool(_store, service, access, upload)
        if not received.known:
            heavy = await run_in_threadpool(is_heavy, upload.file, received.size)
            service.workers.queue.submit(access.year, received.receipt, heavy=heavy)
    return received


async def receipt_when_checked(service: ServiceState, access: OrganisationAccess, name: str) -> Receipt:
    """Return a receipt of an organisation once it is checked, or as it is after `WAIT_SECONDS`.

    Raises:
        NotFoundError: the organisation has no such receipt.
    """
    until = time.monotonic() + WAIT_SECONDS
    while True:
        receipt = await run_in_threadpool(get_receipt, service.database, access.year, access.code, name)
        if receipt is None:
            raise NotFoundError
        remaining = until - time.monotonic()
        if receipt.status != "received" or remaining <= 0:
            return receipt
        if (future := service.workers.queue.pending(name)) is None:
            await asyncio.sleep(min(_LOOK_EVERY, remaining))
        else:
            await asyncio.wait([asyncio.wrap_future(future)], timeout=remaining)


def _store(service: ServiceState, access: OrganisationAccess, upload: Upload) -> ReceivedUpload:
    """Store an upload and commit its receipt, while its collection is open."""
    service.limits.count("upload", access.account.sender)
    calendar = access.context.calendar
    if get_state(service.database, calendar, service.settings.clock.now()) == "not_open":
        raise WresError(
            f"The {calendar.year} collection opens on {calendar.opens:%-d %B %Y}, so nothing was taken. Send it then."
        )
    return receive_upload(
        service.settings, service.database, calendar.year, access.code, upload.file, upload.name, test=upload.test
    )
