"""Simulate the returns of a home's senders, and leave them in its inbox round by round."""

import hashlib
import os
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from wres.context import Context, open_context
from wres.database.organisations import current_register, current_successions
from wres.database.receipts import get_receipts
from wres.reference.year_config import CollectionYear
from wres.returns.template_spec import load_template
from wres.settings import Settings
from wres.simulation.delivery import Delivery
from wres.simulation.plans import rounds


def simulated_deliveries(
    context: Context, seed: int, returns: int | None, previous: Sequence[Delivery]
) -> list[Delivery]:
    """Simulate all that the senders of one year send, by the register in force."""
    from wres.simulation.deliveries import simulate_year  # with SciPy, for which no other process is to wait

    return simulate_year(
        context.calendar,
        load_template(context.calendar.template_version),
        current_register(context.database),
        current_successions(context.database),
        seed=seed,
        returns=returns,
        previous=previous,
    )


def simulate_apart(
    settings: Settings, year: int, seed: int, returns: int | None, previous: Sequence[Delivery]
) -> list[Delivery]:
    """Simulate a year in a process that has no home open."""
    return simulated_deliveries(open_context(year, settings), seed, returns, previous)


def leave_in_inbox(context: Context, wave: list[Delivery]) -> int:
    """Leave what was not received before, and give its number: a killed demonstration goes on where it stood."""
    known = {receipt.sha256 for receipt in get_receipts(context.database, context.calendar.year)}
    return deliver(
        [delivery for delivery in wave if hashlib.sha256(delivery.content).hexdigest() not in known],
        context.settings.inbox,
    )


def by_collection_round(year: CollectionYear, deliveries: Sequence[Delivery]) -> list[tuple[datetime, list[Delivery]]]:
    """Return the deliveries by collecting round: the time of the round, and what came since the one before it.

    A wrong return and its correction are never in the same round. Rounds in which nothing came are left out.
    """
    waves: list[tuple[datetime, list[Delivery]]] = []
    previous_round = year.opens
    for as_of in rounds(year):
        wave = [delivery for delivery in deliveries if previous_round <= delivery.sent_at < as_of]
        if wave:
            waves.append((as_of, wave))
        previous_round = as_of
    return waves


def deliver(wave: Iterable[Delivery], inbox: Path) -> int:
    """Put files into inbox/YEAR/ORG/ and give their number; a file appears under its name only when it is whole."""
    past = time.time() - 60  # older than the channel's settling time, which is for people who copy slowly
    number = 0
    for delivery in wave:
        folder = inbox / str(delivery.collection_year) / delivery.organisation_code
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{delivery.file_name}.part"
        unfinished.write_bytes(delivery.content)
        os.utime(unfinished, (past, past))
        unfinished.replace(folder / delivery.file_name)
        number += 1
    return number
