"""A place in an S3 object store: found by its URL, with its failures in one sentence."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wres.errors import UnavailableError, WresError

if TYPE_CHECKING:
    from pyarrow.fs import S3FileSystem

_MISTAKES = {
    "NO_SUCH_BUCKET": "there is no such bucket",
    "ACCESS_DENIED": "access is denied",
    "SIGNATURE_DOES_NOT_MATCH": "the secret key is not the right one",
    "INVALID_ACCESS_KEY_ID": "the access key is not known",
    "INVALID_CLIENT_TOKEN_ID": "the access key is not known",
}
_PASSING = {"NETWORK_CONNECTION": "the server cannot be reached"}


@dataclass(frozen=True)
class S3Location:
    """A bucket and a prefix.

    `url` is as pyarrow reads it: s3://bucket/prefix, with ?endpoint_override=host:port&scheme=http&region= for another
    service than Amazon's, unless AWS_ENDPOINT_URL_S3 and AWS_REGION name it for all. Credentials are the AWS_*
    variables. `variable` is the setting that holds the URL, `what` is what lies there, `then` what to do once it works.
    """

    url: str
    variable: str
    what: str
    then: str = "collect again"

    @property
    def store(self) -> "S3FileSystem":
        """The file system; WresError when the URL cannot be understood."""
        return self._connected[0]

    @property
    def root(self) -> str:
        """The bucket and the prefix, without a slash at the end."""
        return self._connected[1]

    @property
    def shown(self) -> str:
        """The URL without what follows the question mark."""
        parts = urlsplit(self.url)
        return f"{parts.netloc}{parts.path}"

    @contextmanager
    def translate_errors(self) -> Iterator[None]:
        """Turn what the store's client raises into one sentence; a missing object is left to the caller.

        Raises:
            WresError: a person must put it right.
            UnavailableError: the server is away, or its answer is not a known one: trying again may help.
        """
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            match = re.search(r"AWS Error (\w+)", str(error))
            code = match[1] if match else ""
            reason = _MISTAKES.get(code) or _PASSING.get(code) or code or "the server's answer is not understood"
            kind = WresError if code in _MISTAKES else UnavailableError
            raise kind(
                f"The {self.what} {self.shown} cannot be used: {reason}. Check {self.variable} and the AWS_* "
                f"credentials, then {self.then}."
            ) from None

    @cached_property
    def _connected(self) -> "tuple[S3FileSystem, str]":
        """Connect to the store; return it with the path of the bucket and prefix."""
        from pyarrow.fs import S3FileSystem

        parts = urlsplit(self.url)
        if "@" in parts.netloc:
            raise WresError(f"{self.variable} holds credentials. Take them out; give them as AWS_* variables.")
        store, root = None, ""
        try:
            with self.translate_errors():
                if parts.scheme == "s3":  # a plain path would be taken for a folder of this machine
                    store, root = S3FileSystem.from_uri(self.url)
        except ValueError:
            pass
        if store is None or not root:
            raise WresError(
                f"{self.variable} cannot be understood. Give it as s3://bucket/prefix, for another service than "
                "Amazon's with ?endpoint_override=host:port&scheme=https&region=us-east-1."
            )
        return store, root.rstrip("/")
