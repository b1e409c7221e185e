"""The S3 channel: as the folder channel, in a bucket; the prefix is who sent it, answers go to outbox/."""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, TemporaryFile
from typing import BinaryIO

from wres.database.models import Receipt
from wres.intake.channel import (
    TEST_FOLDER,
    IncomingFile,
    OnFailure,
    SenderFilter,
    any_sender,
    fail,
    is_left_alone,
    sort_by_time_and_name,
    to_org_code,
)
from wres.reference.misplaced import Misplaced, Reason
from wres.reference.year_config import configured_years
from wres.returns.text import printable_name
from wres.settings import Settings
from wres.storage.file_store import FileStore
from wres.storage.object_store import S3Location


@dataclass(frozen=True, slots=True)
class _SentObject:
    """An object as it was listed: its path, the end of it below the prefix that was listed, and when it was put."""

    path: str
    below: str
    put_at: datetime


class S3Channel:
    """Lists, opens and takes the objects that senders put, and puts answers beside.

    WRES_S3_URL says where, as S3Location reads it. The credentials need the rights to list, get, put and delete below
    the prefix; a sender's need put on inbox/YEAR/ORG/ and get on outbox/YEAR/ORG/, and nothing else.
    An object that its sender overwrites in the instant between the last look and the removal is gone with it: keep
    versions in the bucket, or let senders choose a new name each time.
    """

    name = "s3"

    def __init__(self, settings: Settings) -> None:
        self._years = settings.years
        self._place = S3Location(settings.s3_url, "WRES_S3_URL", "S3 channel")
        self._store = FileStore(self._place)

    def count(self, year: int) -> int:
        """Count the objects of a year."""
        return len(self._objects(f"{year}/"))

    def waiting(self, year: int, accepts: SenderFilter = any_sender, failed: OnFailure = fail) -> list[IncomingFile]:  # noqa: ARG002
        """Return the objects of a year, by sender; S3 shows an object when it is whole, so none is unfinished."""
        deliveries = [self._delivery(item) for item in self._objects(f"{year}/") if accepts(_sender(item.below))]
        return sort_by_time_and_name(delivery for delivery in deliveries if delivery is not None)

    def years(self) -> set[int]:
        """Return the years under whose prefixes there is a return."""
        years = set()
        for item in self._objects(""):
            year, _, below = item.below.partition("/")
            if year.isascii() and year.isdigit() and _is_taken(below):
                years.add(int(year))
        return years

    def misplaced(self) -> list[Misplaced]:
        """Return the objects beside the prefixes of senders, and those of unknown years, counted by prefix."""
        names: dict[tuple[str, Reason, int | None], list[str]] = defaultdict(list)
        configured = {str(year) for year in configured_years(self._years)}
        for item in self._objects(""):
            place, name = item.below.rpartition("/")[::2]
            year, _, below = item.below.partition("/")
            known = int(year) if year in configured else None
            if is_left_alone(name) or (known is not None and _is_taken(below)):
                continue
            reason: Reason = "no_sender" if known is not None or "/" not in item.below else "unknown_year"
            names[f"inbox/{place}".rstrip("/"), reason, known].append(name)
        return [
            Misplaced(f"s3: {printable_name(place)}", len(same), printable_name(min(same)), reason, year)
            for (place, reason, year), same in sorted(names.items(), key=str)
        ]

    def _objects(self, below: str) -> list[_SentObject]:
        """Return every object below a prefix of the inbox."""
        folder = f"inbox/{below}"
        return [
            _SentObject(file.path, file.path.removeprefix(folder), file.written_at or datetime.now(UTC))
            for file in self._store.files(folder)
        ]

    @contextmanager
    def open(self, delivery: IncomingFile) -> Iterator[BinaryIO]:
        """Open the object's bytes, fetched whole first, so that a later failure is not taken for the store's."""
        with TemporaryFile() as copy:
            with self._store.open(delivery.place) as source:
                shutil.copyfileobj(source, copy)
            copy.seek(0)
            yield copy

    def acknowledge(self, delivery: IncomingFile) -> None:
        """Remove an object whose receipt is durable, unless it was overwritten since: then it comes again."""
        with self._place.translate_errors():
            sending = self._sending(delivery.place)
        if sending is not None and sending[0] == delivery.delivery_id:
            self._store.delete(delivery.place)

    def deliver_report(self, receipt: Receipt, write_reports: Callable[[Path], None], name: str = "") -> None:
        """Put the reports under PREFIX/outbox/YEAR/ORG/RECEIPT/, or NAME/; report.json last: with it all are there."""
        place = f"outbox/{receipt.collection_year}/{receipt.organisation_code}/{name or receipt.receipt}"
        with TemporaryDirectory() as folder:
            write_reports(Path(folder))
            for file in sorted(Path(folder).iterdir(), key=lambda file: (file.name == "report.json", file.name)):
                self._store.write(f"{place}/{file.name}", file.read_bytes())

    def _delivery(self, item: _SentObject) -> IncomingFile | None:
        """Return the file that an object is; None where it is not taken, or is gone."""
        if not _is_taken(item.below):
            return None
        name = item.below.partition("/")[2]
        identity, arrived_at = self._store.key(item.path), item.put_at
        with suppress(OSError):  # opening it fails too and says so, for this object alone
            if (sending := self._sending(item.path)) is None:
                return None
            identity, arrived_at = sending
        return IncomingFile(
            channel=self.name,
            delivery_id=identity,
            organisation_code=_sender(item.below),
            file_name=PurePosixPath(name).name,
            place=item.path,
            arrived_at=arrived_at,
            test=name.lower().startswith(f"{TEST_FOLDER}/"),
        )

    def _sending(self, path: str) -> tuple[str, datetime] | None:
        """Return the id of a sending, and when it was put: both by one request, or a newer object has an older time.

        The time of S3 is whole seconds, so the content's tag belongs to the name too.
        """
        key = self._store.key(path)
        try:
            with self._place.store.open_input_file(key) as source:
                facts = source.metadata()
        except FileNotFoundError:
            return None
        parts = [facts[name].decode() for name in ("ETag", "Last-Modified", "Content-Length")]
        return f"{key}|{'|'.join(parts)}", datetime.fromisoformat(parts[1])


def _sender(below: str) -> str:
    return to_org_code(below.partition("/")[0])


def _is_taken(below: str) -> bool:
    """Return whether the path after the year names a sender and a file that is a return."""
    name = PurePosixPath(below.partition("/")[2]).name
    return bool(_sender(below)) and bool(name) and "//" not in below and not is_left_alone(name)
