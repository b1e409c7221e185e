"""Waiting for the answer to an upload that is being checked."""

import asyncio
import time

from starlette.concurrency import run_in_threadpool

from wres.database.models import Receipt
from wres.database.receipts import get_receipt
from wres.web.access import Place
from wres.web.desk import Desk
from wres.web.refusals import NotThereError

SECONDS = 8.0  # a page that takes longer looks broken; then it says that it waits, and asks again by itself
_LOOK_EVERY = 1.0  # seconds, where another service checks it


async def receipt_when_checked(desk: Desk, place: Place, name: str) -> Receipt:
    """Return a receipt of an organisation once it is checked, or as it is after `SECONDS`.

    Raises:
        NotThereError: the organisation has no such receipt.
    """
    until = time.monotonic() + SECONDS
    while True:
        receipt = await run_in_threadpool(get_receipt, desk.database, place.year, place.code, name)
        if receipt is None:
            raise NotThereError
        left = until - time.monotonic()
        if receipt.status != "received" or left <= 0:
            return receipt
        if (future := desk.judge.pending(name)) is None:
            await asyncio.sleep(min(_LOOK_EVERY, left))
        else:
            await asyncio.wait([asyncio.wrap_future(future)], timeout=left)
