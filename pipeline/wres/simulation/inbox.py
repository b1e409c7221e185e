"""Putting simulated returns on the folder channel, round by round, as a collection takes them in."""

import os
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from wres.reference.year_config import CollectionYear
from wres.simulation.deliveries import Delivery
from wres.simulation.plans import rounds


def by_collection_round(year: CollectionYear, deliveries: Sequence[Delivery]) -> list[tuple[datetime, list[Delivery]]]:
    """Return the deliveries by collecting round: the time of the round, and what came since the one before it.

    A wrong return and its correction are never in the same round. Rounds in which nothing came are left out.
    """
    found: list[tuple[datetime, list[Delivery]]] = []
    since = year.opens
    for as_of in rounds(year):
        came = [delivery for delivery in deliveries if since <= delivery.sent_at < as_of]
        if came:
            found.append((as_of, came))
        since = as_of
    return found


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
