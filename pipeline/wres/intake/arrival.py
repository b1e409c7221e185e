"""In which order files count that one sender left on a channel: by time, then by name with numbers as numbers."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import PurePath

from wres.intake.channel import IncomingFile

_NUMBER = re.compile(r"([0-9]+)")
NameKey = tuple[tuple[int, int, str], ...]


def by_time_and_name(deliveries: Iterable[IncomingFile]) -> list[IncomingFile]:
    """Sort by sender, then by when the file was last written, when it arrived, and its name."""
    return sorted(deliveries, key=lambda delivery: (*_times(delivery), *name_key(delivery.file_name)))


def by_time(deliveries: Iterable[IncomingFile]) -> list[IncomingFile]:
    """Sort by sender and time; what is of the same time stays in the order in which the channel lists it."""
    return sorted(deliveries, key=_times)


def name_key(name: str) -> tuple[NameKey, NameKey, str]:
    """Order names as people do: v9 before v10, return before return-1 and Return (1), with any ending."""
    path = PurePath(name)
    return _parts(path.stem), _parts(path.suffix), name


def order_times(deliveries: Sequence[IncomingFile], now: datetime) -> list[datetime]:
    """Give each of a channel's deliveries, in their order, the time that orders its receipt.

    It is the time of arrival, none later than now by the machine's clock; and never earlier than that of a file of the
    same sender which comes before.
    """
    latest: dict[str, datetime] = {}
    times = []
    for delivery in deliveries:
        code = delivery.organisation_code
        latest[code] = max(
            min(delivery.arrived_at, now), latest.get(code, delivery.arrived_at.min.replace(tzinfo=now.tzinfo))
        )
        times.append(latest[code])
    return times


def _times(delivery: IncomingFile) -> tuple[str, datetime, datetime]:
    return delivery.organisation_code, delivery.modified_at or delivery.arrived_at, delivery.arrived_at


def _parts(text: str) -> NameKey:
    """The text cut into words and numbers; a number comes before a word."""
    parts = enumerate(_NUMBER.split(text.casefold()))
    return tuple((0, int(part), "") if index % 2 else (1, 0, part) for index, part in parts if part)
