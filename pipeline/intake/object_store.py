"""The S3 channel: as the folder channel, in a bucket; the prefix is who sent it, answers go to outbox/."""

import mimetypes
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, TemporaryFile
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from pipeline.errors import WresError
from pipeline.intake.channel import TEST_FOLDER, UNFINISHED, Delivery, as_code
from pipeline.registry.tables import Receipt
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pyarrow.fs import S3FileSystem

_REASONS = {
    "NETWORK_CONNECTION": "the server cannot be reached",
    "NO_SUCH_BUCKET": "there is no such bucket",
    "ACCESS_DENIED": "access is denied",
    "SIGNATURE_DOES_NOT_MATCH": "the secret key is not the right one",
    "INVALID_ACCESS_KEY_ID": "the access key is not known",
    "INVALID_CLIENT_TOKEN_ID": "the access key is not known",
}


class S3Channel:
    """Lists, opens and takes the objects that senders put, and puts answers beside.

    WRES_S3_URL is a URL as pyarrow reads it: s3://bucket/prefix, with ?endpoint_override=host:port&scheme=http&region=
    for another service than Amazon's. Credentials are the AWS_* variables. They need the rights to list, get, put and
    delete below the prefix; a sender's need put on inbox/YEAR/ORG/ and get on outbox/YEAR/ORG/, and nothing else.
    An object that its sender overwrites in the instant between the last look and the removal is gone with it: keep
    versions in the bucket, or let senders choose a new name each time.
    """

    name = "s3"

    def __init__(self, settings: Settings) -> None:
        self._url = settings.s3_url

    def waiting(self, year: int) -> list[Delivery]:
        """The objects of a year, by sender; S3 shows an object when it is whole, so none is unfinished."""
        from pyarrow.fs import FileSelector, FileType

        folder = f"{self._root}/inbox/{year}/"
        with self._in_words():
            try:
                found = self._store.get_file_info(FileSelector(folder, recursive=True))
            except FileNotFoundError:  # no object yet; a missing bucket is another error
                return []
        keys = sorted(info.path for info in found if info.type == FileType.File)
        deliveries = [self._delivery(key, key.removeprefix(folder)) for key in keys]
        return [one for one in deliveries if one is not None]

    @contextmanager
    def open(self, delivery: Delivery) -> Iterator[BinaryIO]:
        """The object's bytes, fetched whole first, so that what fails later is not taken for the store's failure."""
        with TemporaryFile() as copy:
            with self._in_words(), self._store.open_input_stream(delivery.place, compression=None) as source:
                shutil.copyfileobj(source, copy)
            copy.seek(0)
            yield copy

    def take(self, delivery: Delivery) -> None:
        """Remove an object whose receipt is durable, unless it was overwritten since: then it comes again."""
        with self._in_words():
            if self._identity(delivery.place) == delivery.delivery_id:
                try:
                    self._store.delete_file(delivery.place)
                except FileNotFoundError:  # another worker took it
                    return

    def answer(self, receipt: Receipt, write_reports: Callable[[Path], None]) -> None:
        """Put the reports under PREFIX/outbox/YEAR/ORG/RECEIPT/, report.json last: when it is there all are there."""
        place = f"{self._root}/outbox/{receipt.collection_year}/{receipt.organisation_code}/{receipt.receipt}"
        with TemporaryDirectory() as folder:
            write_reports(Path(folder))
            for file in sorted(Path(folder).iterdir(), key=lambda file: (file.name == "report.json", file.name)):
                kind = {"Content-Type": mimetypes.guess_type(file.name)[0] or "application/octet-stream"}
                with (
                    self._in_words(),
                    self._store.open_output_stream(f"{place}/{file.name}", compression=None, metadata=kind) as target,
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
        return Delivery(self.name, identity, as_code(sender), file_name, key, test) if identity else None

    def _identity(self, key: str) -> str | None:
        """A name for this sending: the time of S3 is whole seconds, so the content's tag belongs to it too."""
        try:
            with self._store.open_input_file(key) as source:
                facts = source.metadata()
        except FileNotFoundError:
            return None
        parts = (facts[name].decode() for name in ("ETag", "Last-Modified", "Content-Length"))
        return f"{key}|{'|'.join(parts)}"

    @property
    def _root(self) -> str:
        """The bucket and the prefix."""
        return self._connected[1]

    @property
    def _store(self) -> "S3FileSystem":
        return self._connected[0]

    @cached_property
    def _connected(self) -> "tuple[S3FileSystem, str]":
        from pyarrow.fs import S3FileSystem

        url = urlsplit(self._url)
        if "@" in url.netloc:
            raise WresError("WRES_S3_URL holds credentials. Take them out; give them as AWS_* variables.")
        try:
            with self._in_words():
                store, root = S3FileSystem.from_uri(self._url)
        except ValueError:
            root = ""
        if not root:
            raise WresError(
                "WRES_S3_URL cannot be understood. Give it as s3://bucket/prefix, for another service than Amazon's "
                "with ?endpoint_override=host:port&scheme=https&region=us-east-1."
            )
        return store, root.rstrip("/")

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn what the store's client raises into one sentence; a missing object is left to the caller."""
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            code = re.search(r"AWS Error (\w+)", str(error))
            reason = _REASONS.get(code[1], code[1]) if code else "the server's answer is not understood"
            url = urlsplit(self._url)
            raise WresError(
                f"The S3 channel {url.netloc}{url.path} cannot be used: {reason}. Check WRES_S3_URL and the AWS_* "
                "credentials, then collect again."
            ) from None
