"""The processes that check uploads: a heavy file has one of its own, and what ends a process is tried again there."""

import multiprocessing
import os
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from wres.context import Pipeline, open_pipeline
from wres.settings import Settings, load_settings
from wres.web.validation_workers import ValidationWorkers


def check(connection: Connection, settings: Settings, max_bytes: int) -> None:
    """In place of the real check: a light file ends its process, a heavy one takes until the file "go on" is there."""
    connection.send("ready")
    while True:
        _, receipts = connection.recv()
        if "ends" in receipts and multiprocessing.current_process().name == "validation-0":
            os._exit(1)
        while "heavy" in receipts and not (settings.home / "go on").exists():
            time.sleep(0.05)
        for receipt in receipts:
            (settings.home / receipt).touch()
        connection.send("done")


class _Watched(ValidationWorkers):
    """Takes for checked what the process in place of the real one has touched."""

    home: Path

    def _unvalidated(self, receipts: list[str]) -> set[str]:
        return {receipt for receipt in receipts if not (self.home / receipt).exists()}


@pytest.fixture
def workers() -> Iterator[_Watched]:
    pipeline: Pipeline = open_pipeline(load_settings())
    started = _Watched(pipeline, check)
    started.home = pipeline.settings.home
    started.start()
    yield started
    started.stop()


def test_nobody_waits_for_a_heavy_file(workers: _Watched) -> None:
    heavy = workers.queue.submit(2022, "heavy", heavy=True)
    for light in ("first", "second"):
        assert workers.queue.submit(2022, light, heavy=False).result(60)
    assert not heavy.done()
    (workers.home / "go on").touch()
    assert heavy.result(60)
    assert workers.ready.is_set()


def test_a_file_that_ends_its_process_is_tried_again_apart(workers: _Watched) -> None:
    assert workers.queue.submit(2022, "ends", heavy=False).result(60)
    assert workers.queue.submit(2022, "next", heavy=False).result(60)


def test_a_batch_waits_for_an_upload_that_is_being_stored(workers: _Watched) -> None:
    assert workers.ready.wait(300)
    with workers.queue.expecting():
        first = workers.queue.submit(2022, "first", heavy=False)
        second = workers.queue.submit(2022, "second", heavy=False)
    assert first.result(60)
    assert second.result(60)
    with workers.queue.expecting():  # one that takes too long to store is not waited for
        assert workers.queue.submit(2022, "third", heavy=False).result(60)
