"""A plugin of pytest: writes down the processor time of each test, with its setup (-p tests.mutation.recorder)."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

SECONDS = "WRES_MUTATION_SECONDS"  # the file to write
_seconds: dict[str, float] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Processor time, of child processes too, is the same on a machine that others use."""
    began = sum(os.times()[:4])
    try:
        return (yield)
    finally:
        _seconds[item.nodeid] = sum(os.times()[:4]) - began


def pytest_sessionfinish(exitstatus: int) -> None:
    """Write the times if all tests passed; an interpreter that crashes later, on its way out, takes nothing away."""
    if exitstatus == 0:
        Path(os.environ[SECONDS]).write_text(json.dumps(_seconds), encoding="utf-8")
