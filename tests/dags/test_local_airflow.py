"""What keeps the embedded Airflow from starting."""

import socket

import pytest

from wres.errors import WresError
from wres.orchestration.airflow_home import lock_home
from wres.orchestration.local_airflow import LocalAirflow
from wres.settings import Settings


def test_a_port_that_is_taken_is_said(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(WresError, match=f"Port {port}"), LocalAirflow(settings, port=port):
            pass
    with lock_home(settings):  # the failed one let go of the home
        pass
