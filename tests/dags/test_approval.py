"""Approval in a real Airflow: by its REST API as its pages do it, by `wres approve`, rejected, and made void."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline import steps
from pipeline.errors import WresError
from pipeline.orchestration.embedded import EmbeddedAirflow
from pipeline.orchestration.home import home_of
from pipeline.registry.approvals import approvals_of
from pipeline.registry.database import open_registry
from pipeline.settings import Settings, load_settings

pytestmark = pytest.mark.slow

JUNE = {"year": 2022, "as_of": "2022-06-10T12:00"}
MARCH = {"year": 2022, "as_of": "2023-03-01T12:00", "note": "RXY sent other figures."}
STAFF = (2505, 725, 66)
ROLE = "Head of profession"


Question = Mapping[str, Any]
Said = tuple[str, Mapping[str, Any]] | None


class Person:
    """Answers in turn, then says no more; keeps what was asked."""

    def __init__(self, *answers: Callable[[Question], Said]) -> None:
        self._answers = list(answers)
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> Said:
        if not self._answers:
            return None
        self.asked.append(question)
        return self._answers.pop(0)(question)


def approve(question: Question) -> Said:
    return "Approve", {"role": ROLE, "accept": question["params"]["accept"]["schema"]["examples"]}


def approve_without_the_warnings(_question: Question) -> Said:
    return "Approve", {"role": ROLE, "accept": []}


def reject(_question: Question) -> Said:
    return "Reject", {}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("approval")


@pytest.fixture(scope="module")
def airflow(home: Path) -> Iterator[EmbeddedAirflow]:
    """One Airflow for the whole file; its tests follow on one another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WRES_HOME", str(home))
        patch.setenv("WRES_SETTLE_SECONDS", "0")
        with EmbeddedAirflow(load_settings()) as running:
            yield running


@pytest.fixture
def settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The home of that Airflow for this process too."""
    monkeypatch.setenv("WRES_HOME", str(home))
    return load_settings()


@pytest.fixture
def as_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda time: monkeypatch.setenv("WRES_AS_OF", time)


def _published(settings: Settings) -> dict[str, list[str]]:
    """The editions in `published` and `sealed`."""
    return {
        folder.name: sorted("/".join(path.parts[-2:]) for path in folder.glob("2022/*/*"))
        for folder in (settings.published, settings.sealed)
    }


def test_an_answer_that_lacks_something_is_asked_for_again_and_wres_approve_answers_too(
    airflow: EmbeddedAirflow, settings: Settings, send: Callable[..., None], as_of: Callable[[str], None]
) -> None:
    with pytest.raises(WresError, match="The 2022 collection is not built yet"):
        airflow.run("publish_tables", JUNE)
    send(2022, "RXY", STAFF, ("17", "9", "0"))
    airflow.run("collect_returns", JUNE)

    def by_command(_question: Question) -> Said:
        as_of("2022-06-10T12:00")
        warnings = [item["code"] for item in steps.checklist(2022) if item["severity"] == "warning"]
        steps.approve(2022, "A. Statistician", ROLE, warnings)
        return None  # nobody answers in Airflow

    person = Person(approve_without_the_warnings, by_command)
    states = airflow.run("publish_tables", JUNE, person=person)
    first, second = person.asked
    assert first["body"] == second["body"]
    assert "**warning M401**" in first["body"]
    assert "**warning collection-open**" in first["body"]
    assert first["options"] == ["Approve", "Reject"]
    assert states == {
        "publish_management": "success",
        "checklist": "success",
        "approval": "success",
        "release_time": "skipped",  # the clock stands still before the release
        "publish_official": "skipped",
    }
    [approval] = approvals_of(open_registry(settings), 2022)
    assert (approval.approved_by, approval.role, approval.via) == ("A. Statistician", ROLE, "wres")
    assert _published(settings) == {"published": ["1.0/management"], "sealed": ["1.0/official"]}


def test_what_is_approved_is_not_asked_again_and_is_unsealed_in_its_time(
    airflow: EmbeddedAirflow, settings: Settings
) -> None:
    states = airflow.run("publish_tables", MARCH)
    assert set(states.values()) == {"success"}
    assert _published(settings) == {"published": ["1.0/management", "1.0/official"], "sealed": []}


def test_a_build_that_changes_makes_the_question_void(
    airflow: EmbeddedAirflow, settings: Settings, send: Callable[..., None], as_of: Callable[[str], None]
) -> None:
    as_of("2022-06-11T12:00")
    send(2022, "RXY", STAFF, ("18", "9", "0"))
    steps.collect(2022)
    steps.build(2022)

    def build_again(_question: Question) -> Said:
        send(2022, "RXY", STAFF, ("19", "9", "0"))
        steps.collect(2022)
        steps.build(2022)
        return None

    with pytest.raises(WresError, match="is no longer its latest build"):
        airflow.run("publish_tables", {**JUNE, "note": "First revision."}, person=Person(build_again))
    assert len(approvals_of(open_registry(settings), 2022)) == 1
    assert _published(settings)["published"] == ["1.0/management", "1.0/official", "1.1/management"]


def test_a_rejection_ends_the_run_without_an_official_release(airflow: EmbeddedAirflow, settings: Settings) -> None:
    states = airflow.run("publish_tables", MARCH, person=Person(reject))
    assert states == {
        "publish_management": "success",
        "checklist": "success",
        "approval": "skipped",
        "release_time": "skipped",
        "publish_official": "skipped",
    }
    assert "did not approve the 2022 build" in _log(settings, "approval")
    assert len(approvals_of(open_registry(settings), 2022)) == 1


def test_a_person_approves_in_airflow(airflow: EmbeddedAirflow, settings: Settings) -> None:
    states = airflow.run("publish_tables", MARCH, person=Person(approve))
    assert set(states.values()) == {"success"}
    approval = approvals_of(open_registry(settings), 2022)[-1]
    assert (approval.approved_by, approval.role, approval.via) == ("admin", ROLE, "airflow")
    assert "M401" in approval.accepted
    assert _published(settings)["published"][-2:] == ["1.2/management", "1.2/official"]


def _log(settings: Settings, task: str) -> str:
    logs = home_of(settings).glob(f"logs/dag_id=publish_tables/*/task_id={task}/attempt=1.log")
    return max(logs, key=lambda path: path.stat().st_mtime).read_text()
