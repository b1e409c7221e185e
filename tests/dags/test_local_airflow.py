"""What keeps the embedded Airflow from starting."""

import socket
import sys
from collections.abc import Mapping
from typing import Any, cast

import pytest

from wres.errors import WresError
from wres.orchestration import local_airflow
from wres.orchestration.airflow_api import AirflowApi, NoAnswerError
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


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("triggerer", r"Airflow's triggerer ended by itself\. .*triggerer\.log says why"),
        ("migrate", r"database could not be prepared\. .*migrate\.log says why"),
        ("", r"Airflow's parts ended by itself\. .*parts\.log says why"),
    ],
)
def test_a_part_that_ends_by_itself_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, part: str, sentence: str
) -> None:
    starter = (sys.executable, "-c", f"print({part!r})")
    monkeypatch.setattr(local_airflow, "_STARTER", starter)
    with pytest.raises(WresError, match=sentence), LocalAirflow(settings):
        pass


def test_a_run_that_could_not_be_started_is_asked_for_again(settings: Settings) -> None:
    class BusyApi:
        """Fails once, as while another writer holds the database."""

        def __init__(self) -> None:
            self.tries = 0

        def trigger(self, dag_id: str, conf: Mapping[str, Any]) -> str:
            self.tries += 1
            if self.tries == 1:
                raise NoAnswerError("Airflow failed at POST (500).")
            return f"{dag_id} {conf['year']}"

    airflow = LocalAirflow(settings)
    airflow._is_up = True
    airflow.api = cast("AirflowApi", BusyApi())
    assert airflow.start("publish_tables", {"year": 2022}) == "publish_tables 2022"
