"""The S3 channel: as the folder channel, in a bucket; the prefix is who sent it, answers go to outbox/."""

import mimetypes
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, TemporaryFile
from typing import BinaryIO

from pipeline.intake.channel import TEST_FOLDER, UNFINISHED, Delivery, Mine, as_code, everybodys
from pipeline.intake.s3 import S3Place
from pipeline.registry.tables import Receipt
from pipeline.settings import Settings


class S3Channel:
    """Lists, opens and takes the objects that senders put, and puts answers beside.

    WRES_S3_URL says where, as S3Place reads it. The credentials need the rights to list, get, put and delete below the
    prefix; a sender's need put on inbox/YEAR/ORG/ and get on outbox/YEAR/ORG/, and nothing else.
    An object that its sender overwrites in the instant between the last look and the removal is gone with it: keep
    versions in the bucket, or let senders choose a new name each time.
    """

    name = "s3"

    def __init__(self, settings: Settings) -> None:
        self._place = S3Place(settings.s3_url, "WRES_S3_URL", "S3 channel")

    def count(self, year: int) -> int:
        """The objects of a year."""
        return len(self._keys(year))

    def waiting(self, year: int, mine: Mine = everybodys) -> list[Delivery]:
        """The objects of a year, by sender; S3 shows an object when it is whole, so none is unfinished."""
        deliveries = [self._delivery(key, below) for key, below in self._keys(year) if mine(_sender(below))]
        return [one for one in deliveries if one is not None]

    def _keys(self, year: int) -> list[tuple[str, str]]:
        """Every object's key, in order, and what of it follows the year."""
        from pyarrow.fs import FileSelector, FileType

        folder = f"{self._place.root}/inbox/{year}/"
        with self._place.in_words():
            try:
                found = self._place.store.get_file_info(FileSelector(folder, recursive=True))
            except FileNotFoundError:  # no object yet; a missing bucket is another error
                return []
        keys = sorted(info.path for info in found if info.type == FileType.File)
        return [(key, key.removeprefix(folder)) for key in keys]

    @contextmanager
    def open(self, delivery: Delivery) -> Iterator[BinaryIO]:
        """The object's bytes, fetched whole first, so that what fails later is not taken for the store's failure."""
        with TemporaryFile() as copy:
            with (
                self._place.in_words(),
                self._place.store.open_input_stream(delivery.place, compression=None) as source,
            ):
                shutil.copyfileobj(source, copy)
            copy.seek(0)
            yield copy

    def take(self, delivery: Delivery) -> None:
        """Remove an object whose receipt is durable, unless it was overwritten since: then it comes again."""
        with self._place.in_words():
            if self._identity(delivery.place) == delivery.delivery_id:
                try:
                    self._place.store.delete_file(delivery.place)
                except FileNotFoundError:  # another worker took it
                    return

    def answer(self, receipt: Receipt, write_reports: Callable[[Path], None]) -> None:
        """Put the reports under PREFIX/outbox/YEAR/ORG/RECEIPT/, report.json last: when it is there all are there."""
        place = f"{self._place.root}/outbox/{receipt.collection_year}/{receipt.organisation_code}/{receipt.receipt}"
        with TemporaryDirectory() as folder:
            write_reports(Path(folder))
            for file in sorted(Path(folder).iterdir(), key=lambda file: (file.name == "report.json", file.name)):
                kind = {"Content-Type": mimetypes.guess_type(file.name)[0] or "application/octet-stream"}
                with (
                    self._place.in_words(),
                    self._place.store.open_output_stream(
                        f"{place}/{file.name}", compression=None, metadata=kind
                    ) as target,
                ):
                    target.write(file.read_bytes())

    def _delivery(self, key: str, below: str) -> Delivery | None:
        sender, _, name = below.partition("/")
        file_name = PurePosixPath(name).name
        if not sender or not file_name or "//" in key or UNFINISHED.search(file_name):
            return None
        try:
            identity = self._identity(key)
        except OSError:  # opening it fails too and says so, for this object alone
            identity = key
        test = name.lower().startswith(f"{TEST_FOLDER}/")
        return Delivery(self.name, identity, _sender(below), file_name, key, test) if identity else None

    def _identity(self, key: str) -> str | None:
        """A name for this sending: the time of S3 is whole seconds, so the content's tag belongs to it too."""
        try:
            with self._place.store.open_input_file(key) as source:
                facts = source.metadata()
        except FileNotFoundError:
            return None
        parts = (facts[name].decode() for name in ("ETag", "Last-Modified", "Content-Length"))
        return f"{key}|{'|'.join(parts)}"


def _sender(below: str) -> str:
    return as_code(below.partition("/")[0])
