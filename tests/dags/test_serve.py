"""What `make up` finds or makes before it starts Airflow."""

import os

import pytest

from pipeline.orchestration.serve import _set_clock
from pipeline.registry.database import open_registry
from pipeline.settings import Settings, load_settings
from pipeline.steps import years_under_way


@pytest.fixture(autouse=True)
def _no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock that is set here is taken away again."""
    monkeypatch.setenv("WRES_AS_OF", "2022-01-01T00:00")
    monkeypatch.delenv("WRES_AS_OF")


def test_an_empty_home_gets_an_open_collection_once(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_clock(settings)
    waiting = list(settings.inbox.glob("2022/*/*"))
    assert len(waiting) > 100
    assert f"{len(waiting)} returns wait" in (said := capsys.readouterr().out)
    assert f"export WRES_HOME={settings.home} WRES_AS_OF=2022-0" in said
    assert load_settings().simulated
    assert years_under_way() == [2022]
    for path in waiting:
        assert path.stat().st_size > 0
        path.unlink()

    clock = os.environ.pop("WRES_AS_OF")
    _set_clock(load_settings())
    assert os.environ["WRES_AS_OF"] == clock
    assert list(settings.inbox.glob("2022/*/*")) == []  # nothing is simulated twice


def test_a_real_home_keeps_the_machine_s_clock(settings: Settings) -> None:
    open_registry(settings).dispose()
    _set_clock(settings)
    assert "WRES_AS_OF" not in os.environ
    assert not settings.simulated
    assert not settings.inbox.exists()


def test_a_clock_that_is_set_is_left_alone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2021-06-10T12:00")
    _set_clock(load_settings())
    assert os.environ["WRES_AS_OF"] == "2021-06-10T12:00"
    assert not settings.home.exists()
