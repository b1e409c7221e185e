"""What `make up` finds or makes before it starts Airflow, and how its simulated collection goes on."""

import os
from datetime import timedelta

import pytest

from wres.database.registry import open_registry
from wres.errors import WresError
from wres.intake.rounds import open_years
from wres.orchestration.airflow_home import home_of, write_welcome
from wres.orchestration.serve_airflow import open_simulated_collection
from wres.reference.year_config import load_year
from wres.settings import Settings, load_settings
from wres.simulation.live import year_to_simulate
from wres.steps import open_context, open_pipeline, receive


def test_an_empty_home_gets_a_collection_that_goes_on(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    collection = open_simulated_collection(settings)
    assert collection is not None
    waiting = len(list(settings.inbox.glob("2022/*/*")))
    assert waiting > 5
    assert f"{waiting} returns wait" in capsys.readouterr().out
    now = load_settings()
    assert (now.simulated, now.clock.source, open_years(open_pipeline())) == (True, "as_of", [2022])
    assert f"{now.clock.now():%-d %B %Y}" == "14 June 2022"
    assert len(receive(open_context(2022))) == waiting

    arrived = sum(collection.advance(timedelta(days=1)) for _ in range(14))
    assert arrived == len(list(settings.inbox.glob("2022/*/*"))) > 0
    assert f"{load_settings().clock.now():%-d %B %Y}" == "28 June 2022"

    again = open_simulated_collection(load_settings())  # stopped and started: it goes on, and sends nothing twice
    assert again is not None
    assert again.now == collection.now
    assert len(list(settings.inbox.glob("2022/*/*"))) == arrived

    for _ in range(200):
        again.advance(timedelta(days=1))
    assert again.now == load_year(2022).release_time + timedelta(minutes=1)


def test_a_real_home_keeps_the_machine_s_clock(settings: Settings) -> None:
    open_registry(settings).dispose()
    settings.simulated_clock.write_text("2022-06-10T12:00:00+01:00")
    assert open_simulated_collection(settings) is None
    assert settings.clock.source == "machine"
    assert not settings.inbox.exists()


def test_a_clock_that_is_set_is_left_alone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2021-06-10T12:00")
    assert open_simulated_collection(load_settings()) is None
    assert os.environ["WRES_AS_OF"] == "2021-06-10T12:00"
    assert not settings.home.exists()


def test_the_year_after_those_that_are_held_is_simulated() -> None:
    assert year_to_simulate(2022, [2021, 2022, 2023], []) == 2022
    assert year_to_simulate(2022, [2021, 2022, 2023], [2021, 2022]) == 2023
    with pytest.raises(WresError, match="no calendar after 2023"):
        year_to_simulate(2022, [2021, 2022, 2023], [2023])


def test_airflow_s_first_page_says_what_is_simulated_and_what_to_do_first(settings: Settings) -> None:
    write_welcome(settings, 2022)
    file = home_of(settings) / "config" / "airflow_local_settings.py"
    names: dict[str, list[object]] = {}
    exec(file.read_text(), names)  # noqa: S102 - as Airflow reads it
    assert "simulated" in str(names["DASHBOARD_UIALERTS"][0])
