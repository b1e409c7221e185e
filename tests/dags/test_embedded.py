"""What keeps the embedded Airflow from starting."""

import os
import socket

import pytest

from pipeline.errors import WresError
from pipeline.orchestration.embedded import EmbeddedAirflow
from pipeline.orchestration.home import occupy
from pipeline.settings import Settings


def test_a_port_that_is_taken_is_said(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(WresError, match=f"Port {port}"), EmbeddedAirflow(settings, port=port):
            pass
    os.close(occupy(settings))  # the failed one let go of the home
