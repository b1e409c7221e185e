"""The embedded Airflow, with its scheduler: real processes, and none of them left."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import WresError
from pipeline.orchestration.embedded import EmbeddedAirflow
from pipeline.orchestration.home import home_of, occupy
from pipeline.settings import Settings

pytestmark = pytest.mark.slow

JUNE = {"year": 2022, "as_of": "2022-06-10T12:00"}


def test_collecting_brings_the_build_with_it(settings: Settings, send: Callable[..., None]) -> None:
    send(2022, "RXY", (2505, 725, 66), ("17", "9", "0"))
    with EmbeddedAirflow(settings) as airflow:
        with pytest.raises(WresError, match="The 2022 collection is not built yet"):
            airflow.run("publish_tables", JUNE)
        with pytest.raises(WresError, match="2099"):
            airflow.run("collect_returns", {"year": 2099})
        with pytest.raises(WresError, match="already runs"):
            occupy(settings)
        airflow.run("collect_returns", JUNE)
        airflow.run("publish_tables", JUNE)
    assert (settings.published / "2022" / "1.0" / "management" / "manifest.json").is_file()
    assert _processes_of(home_of(settings)) == []


def test_a_port_that_is_taken_is_said(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(WresError, match=f"Port {port}"), EmbeddedAirflow(settings, port=port):
            pass
    os.close(occupy(settings))  # the failed one let go of the home


def _processes_of(home: Path) -> list[str]:
    """Processes of this machine whose environment names this Airflow home."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"AIRFLOW_HOME={home}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_text())
        except OSError:
            continue
    return found
