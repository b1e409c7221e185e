"""Define a channel, which brings returns in and reports out, and the order in which a sender's files count."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import BinaryIO, Protocol

from wres.database.models import Receipt
from wres.errors import WresError
from wres.reference.misplaced import Misplaced
from wres.storage.file_store import is_byproduct

# Names under which office programs, browsers and copy tools keep a file that is not finished; Excel's are eight digits.
UNFINISHED = re.compile(r"^(\.|~\$)|\.(part|tmp|crdownload|filepart|swp)$|~$|^[0-9A-F]{8}$", re.IGNORECASE)
ABANDONED = timedelta(days=1)  # a file that is not finished and has not changed for so long is named
# The folder or prefix below a sender's own in which a return is only tried out.
TEST_FOLDER = "test"
# Called with a sender's code: whether this worker receives its files.
SenderFilter = Callable[[str], bool]
# Called with the code of a sender whose files cannot be listed; those of the others are.
OnFailure = Callable[[str, WresError], None]
_NOT_IN_A_CODE = re.compile(r"[^A-Z0-9-]")
_NUMBER = re.compile(r"([0-9]+)")
NameKey = tuple[tuple[int, int, str], ...]


def any_sender(_code: str) -> bool:
    """Accept every sender: the `SenderFilter` of a worker that shares with nobody."""
    return True


def fail(_code: str, error: WresError) -> None:
    """Raise the failure: the `OnFailure` of a caller who stops at the first."""
    raise error


def is_left_alone(name: str) -> bool:
    """Return whether a file of this name is not finished, or left behind by a program: it is no return."""
    return UNFINISHED.search(name) is not None or is_byproduct(name)


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """One file on a channel, to be received.

    `delivery_id` is the same however often the delivery is listed and another for another sending, even of the same
    bytes under the same name. `organisation_code` is who sent it, as the channel knows it, never as the file says;
    `place` is where the channel finds it again. `arrived_at` is when the channel had it, by the channel's clock, and no
    sender can set it; `modified_at` is when the file was last written, where the channel knows, and never later. A
    `test` is validated and answered and never counted.
    """

    channel: str
    delivery_id: str
    organisation_code: str
    file_name: str
    place: str
    arrived_at: datetime
    test: bool = False
    modified_at: datetime | None = None


class Channel(Protocol):
    """One way in for returns and out for answers.

    Every method may raise a WresError: the channel cannot be reached or used, in a sentence without secrets. The other
    channels then go on, and what was not received or answered is tried again in the next round.
    """

    name: str

    def count(self, year: int) -> int:
        """Count about how many files there are for a collection year, at little cost."""

    def waiting(self, year: int, accepts: SenderFilter = any_sender, failed: OnFailure = fail) -> list[IncomingFile]:
        """List the finished files of a year from the senders that `accepts` accepts, by sender, the last to count last.

        `failed` is called for each sender whose files cannot be listed; by default the first stops all.
        """

    def years(self) -> set[int]:
        """Return the collection years for which there is a file."""

    def misplaced(self) -> list[Misplaced]:
        """Return the files in places where none are taken from."""

    def open(self, delivery: IncomingFile) -> AbstractContextManager[BinaryIO]:
        """Open the bytes of a delivery; FileNotFoundError when another worker has taken it."""

    def acknowledge(self, delivery: IncomingFile) -> None:
        """Take a delivery whose receipt is durable off the channel; nothing happens when it is off already."""

    def deliver_report(self, receipt: Receipt, write_reports: Callable[[Path], None], name: str = "") -> None:
        """Have the reports written to a folder and bring them to whoever sent this receipt; twice does no harm.

        They are kept under `name`, by default under the receipt's.
        """


def to_org_code(name: str) -> str:
    """Return the organisation code that a folder or prefix stands for, fit to be shown and used in a path.

    Empty where it has no letter and no digit: it stands for nobody.
    """
    code = _NOT_IN_A_CODE.sub("-", name.strip().upper())[:20]
    return code if code.strip("-") else ""


def sort_by_time_and_name(deliveries: Iterable[IncomingFile]) -> list[IncomingFile]:
    """Sort by sender, then by when the file was last written, when it arrived, and its name."""
    return sorted(deliveries, key=lambda delivery: (*_times(delivery), *name_key(delivery.file_name)))


def sort_by_time(deliveries: Iterable[IncomingFile]) -> list[IncomingFile]:
    """Sort by sender and time; files with the same time stay in the order in which the channel lists them."""
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
    """Return sender, time of writing and time of arrival, to sort by."""
    return delivery.organisation_code, delivery.modified_at or delivery.arrived_at, delivery.arrived_at


def _parts(text: str) -> NameKey:
    """Return a text cut into words and numbers; a number comes before a word."""
    parts = enumerate(_NUMBER.split(text.casefold()))
    return tuple((0, int(part), "") if index % 2 else (1, 0, part) for index, part in parts if part)
