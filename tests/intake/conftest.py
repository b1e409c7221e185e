"""The S3 channel set up as a sender and the pipeline know it, and everything received as one worker does it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, BinaryIO

import pytest

from wres.database.registry import open_registry
from wres.intake import receive as receiving
from wres.intake.receive import Received, receive_all
from wres.intake.rounds import channels_in_use
from wres.settings import Settings, load_settings
from wres.storage.landing import Landed, store_file


@pytest.fixture
def use_s3(bucket: Any, s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the S3 channel up, by default rightly."""

    def use(url: str = "", key: str = "pipeline", secret: str = "pipeline-secret") -> None:
        url = url or f"s3://wres/some/where?endpoint_override={s3_server}&scheme=http&region=us-east-1"
        for name, value in (("WRES_S3_URL", url), ("AWS_ACCESS_KEY_ID", key), ("AWS_SECRET_ACCESS_KEY", secret)):
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    return use


@pytest.fixture
def put(bucket: Any) -> Callable[..., str]:
    """Puts an object where the channel looks, as a sender does; gives its key."""

    def put(name: str, content: bytes = b"bytes", org: str = "RXY") -> str:
        key = f"wres/some/where/inbox/2022/{org}/{name}"
        with bucket.open_output_stream(key, compression=None) as target:
            target.write(content)
        return key

    return put


@pytest.fixture
def receive_2022() -> Callable[[], Received]:
    """One round of receiving on all channels in use."""

    def receive() -> Received:
        settings = load_settings()
        return receive_all(settings, open_registry(settings), channels_in_use(settings), 2022, lambda _done, _of: None)

    return receive


@pytest.fixture
def receive_2022_twice(
    receive_2022: Callable[[], Received], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], list[Received]]:
    """Two rounds of two workers at once: both have stored a delivery before either has a receipt."""
    both, begun = Barrier(2), set[int]()

    def store_with_other_worker(settings: Settings, source: BinaryIO) -> Landed:
        stored = store_file(settings, source)
        if id(settings) not in begun:  # each worker has its own, and stores in several threads
            begun.add(id(settings))
            both.wait(300)
        return stored

    def receive_twice() -> list[Received]:
        monkeypatch.setattr(receiving, "store_file", store_with_other_worker)
        with ThreadPoolExecutor(2) as workers:
            rounds = [workers.submit(receive_2022) for _ in range(2)]
        return [received.result() for received in rounds]

    return receive_twice
