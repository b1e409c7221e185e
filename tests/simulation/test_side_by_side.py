"""A demonstration whose steps run elsewhere builds and publishes one year while it collects the next."""

import time
from datetime import datetime
from threading import Event

import pytest

from wres.context import Context
from wres.errors import WresError
from wres.settings import Settings
from wres.simulation import demo_collection
from wres.simulation.demo_collection import run_demo
from wres.simulation.direct_steps import RunStep
from wres.steps import Summary


@pytest.fixture(autouse=True)
def outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is really collected here, so there is no release to tell of."""

    def year_alone(context: Context) -> Summary:
        return {"collection_year": context.year}

    monkeypatch.setattr(demo_collection, "_outcome", year_alone)


def _run(settings: Settings, run_step: RunStep) -> list[Summary]:
    return run_demo(settings, [2021, 2022], returns=2, seed=1, progress=lambda *_: None, run_step=run_step)


@pytest.mark.parametrize("beside", ["build", "publish"])
def test_a_year_is_built_and_published_while_the_next_is_collected(settings: Settings, beside: str) -> None:
    collecting_next, ran = Event(), []

    def run_step(step: str, year: int, _as_of: datetime, _note: str | None) -> None:
        if (step, year) == ("collect", 2022):
            collecting_next.set()
        if (step, year) == (beside, 2021):
            assert collecting_next.wait(300)
        ran.append((step, year))

    assert _run(settings, run_step) == [{"collection_year": 2021}, {"collection_year": 2022}]
    for year in (2021, 2022):  # within a year one step follows the other
        of_year = [step for step, ran_for in ran if ran_for == year]
        assert of_year == ["collect"] * (len(of_year) - 2) + ["build", "publish"]


def test_a_year_is_built_after_the_one_before_it(settings: Settings) -> None:
    collected, built = Event(), []

    def run_step(step: str, year: int, _as_of: datetime, _note: str | None) -> None:
        if (step, year) == ("collect", 2022):
            collected.set()
        if step == "build":
            if year == 2021:
                assert collected.wait(300)
                time.sleep(0.2)  # the next year's build is due by now
            built.append(year)

    _run(settings, run_step)
    assert built == [2021, 2022]


@pytest.mark.parametrize("failing", ["build", "publish"])
def test_a_year_that_cannot_be_published_ends_the_demonstration(settings: Settings, failing: str) -> None:
    def run_step(step: str, year: int, _as_of: datetime, _note: str | None) -> None:
        if (step, year) == (failing, 2021):
            raise WresError("The checklist of 2021 holds errors.")

    with pytest.raises(WresError, match="of 2021"):
        _run(settings, run_step)
