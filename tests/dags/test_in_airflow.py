"""One real Airflow from an inbox to a release: it collects by itself, asks a person, and shows the progress pages.

The tests follow on one another. Its clock stands in June 2022, when the collection is open.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.support.registry import get_approvals
from wres import steps
from wres.database.approvals import rejections_of
from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.database.releases import latest_build
from wres.errors import WresError
from wres.orchestration.airflow_home import ADMINISTRATOR, home_of, lock_home
from wres.orchestration.approval_form import accept_everything
from wres.orchestration.local_airflow import LocalAirflow
from wres.settings import Settings, load_settings

pytestmark = pytest.mark.slow

JUNE = "2022-06-10T12:00"
MARCH = {"year": 2022, "as_of": "2023-03-01T12:00", "note": "RXY sent other figures."}
DONE = {"plan_pages", "publish_management", "checklist"}  # before a person is asked
PAGES = {"management_pages", "official_pages"}  # so few that the tasks that publish write them
RELEASED = {"release_time", "publish_official", "send_local_reports"}
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
    return "Approve", accept_everything(question, ROLE)


def approve_without_a_warning(question: Question) -> Said:
    return "Approve", {**accept_everything(question, ROLE), "M401": "Not accepted"}


def reject_without_a_reason(question: Question) -> Said:
    return "Reject", accept_everything(question, ROLE)


def reject(question: Question) -> Said:
    return "Reject", {**accept_everything(question, ROLE), "reason": "RXY asked for more time."}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("airflow")


@pytest.fixture
def settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The home and the clock of that Airflow, for this process too."""
    monkeypatch.setenv("WRES_HOME", str(home))
    monkeypatch.setenv("WRES_AS_OF", JUNE)
    return load_settings()


@pytest.fixture(scope="module")
def airflow(home: Path) -> Iterator[LocalAirflow]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WRES_HOME", str(home))
        patch.setenv("WRES_AS_OF", JUNE)
        patch.setenv("WRES_SETTLE_SECONDS", "0")
        with LocalAirflow(load_settings()) as running:
            yield running
    assert _processes_of(home) == []


@pytest.fixture
def other_figures(settings: Settings, send: Callable[..., None]) -> Callable[[str], None]:
    """RXY sends so many white entries; what it sends is collected and built."""

    def change(entered: str) -> None:
        send(2022, "RXY", STAFF, (entered, "9", "0"))
        steps.collect(steps.open_context(2022))
        steps.build(steps.open_context(2022))

    return change


def test_an_open_collection_is_collected_and_built_by_itself(
    settings: Settings, send: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    send(2022, "RXY", STAFF, ("17", "9", "0"))
    request.getfixturevalue("airflow")
    engine, until = open_registry(settings), time.monotonic() + 120
    while latest_build(engine, 2022) is None and time.monotonic() < until:
        time.sleep(0.5)
    assert latest_build(engine, 2022) is not None
    [receipt] = get_receipts(engine, 2022)
    assert (receipt.status, receipt.clock_source) == ("accepted", "as_of")
    [run] = home_of(settings).glob("logs/dag_id=collect_returns/*")
    assert run.name.startswith("run_id=scheduled__")
    assert [line for log in home_of(settings).glob("*.log") for line in _errors_in(log)] == []
    assert [line for log in home_of(settings).glob("logs/**/*.log") for line in _errors_in(log)] == []


def test_what_airflow_cannot_do_is_said(airflow: LocalAirflow, settings: Settings) -> None:
    with pytest.raises(WresError, match="2099"):
        airflow.run("collect_returns", {"year": 2099})
    with pytest.raises(WresError, match="already runs"), lock_home(settings):
        pass


def test_the_progress_pages_are_for_those_who_are_signed_in(
    airflow: LocalAirflow, settings: Settings, home: Path
) -> None:
    def ask(method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        with closing(HTTPConnection("127.0.0.1", airflow.port, timeout=60)) as connection:
            connection.request(method, path, body, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            return response.status, response.read().decode()

    def get(path: str, token: str = "") -> tuple[int, str]:
        return ask("GET", f"/wres/progress{path}", **({"Cookie": f"_token={token}"} if token else {}))

    paths = ("/", "/2022/index.html", "/2022/still.html", "/2022/chase-list.csv")
    assert [get(path)[0] for path in paths] == [401] * 4
    assert [get(path, "made-up")[0] for path in paths] == [403] * 4
    sign_in = json.dumps({"username": ADMINISTRATOR, "password": airflow.passwords[ADMINISTRATOR]})
    signed_in = json.loads(ask("POST", "/auth/token", sign_in)[1])["access_token"]
    assert [get(path, signed_in)[0] for path in paths] == [200] * 4
    assert get("/", signed_in)[1].count("<li>") == 1
    assert get("/2022/index.html", signed_in)[1] == (settings.progress / "2022" / "index.html").read_text()
    (settings.progress / "secret.txt").write_text("secret")
    for path in (
        "/2022/../secret.txt",
        "/2022/..%2fsecret.txt",
        "/2022/%2e%2e%2f%2e%2e%2fregistry.db",
        "/%2e%2e/registry.db",
        "/2022/",
        "/2021/index.html",
        "/2099/index.html",
        "/x/index.html",
    ):
        status, text = get(path, signed_in)
        assert status in (404, 422), path
        assert "secret" not in text.replace("secret.txt", "")


def test_an_answer_that_lacks_something_is_asked_for_again_and_wres_approve_answers_too(
    airflow: LocalAirflow, settings: Settings
) -> None:
    def by_command(_question: Question) -> Said:
        warnings = [item["code"] for item in steps.checklist(steps.open_context(2022)) if item["severity"] == "warning"]
        steps.approve(steps.open_context(2022), "A. Statistician", ROLE, warnings)
        return None  # nobody answers in Airflow

    person = Person(approve_without_a_warning, by_command)
    states = airflow.run("publish_tables", {"year": 2022}, person=person)
    first, second = person.asked
    assert first["subject"].startswith("Approve the official release of 2022")
    assert second["subject"].startswith("Not approved: the answer lacked M401.")
    assert second["body"].startswith("**Not approved: the answer lacked M401.")
    assert "--" not in second["body"]
    assert second["params"]["M401"]["value"] == "Not accepted"
    assert second["params"]["collection-open"]["value"] == "Accepted"
    assert "**warning M401**" in first["body"]
    assert "**warning collection-open**" in first["body"]
    assert first["options"] == ["Approve", "Reject"]
    # The clock stands still before the release.
    assert _by_state(states) == {"success": DONE | {"approval"}, "skipped": PAGES | RELEASED | {"ask_again"}}
    [approval] = get_approvals(open_registry(settings), 2022)
    assert (approval.approved_by, approval.role, approval.via) == ("A. Statistician", ROLE, "wres")
    assert _published(settings) == {"published": ["1.0/management"], "sealed": ["1.0/official"]}


def test_a_build_that_changes_makes_the_question_void(
    airflow: LocalAirflow, settings: Settings, other_figures: Callable[[str], None]
) -> None:
    def build_again(_question: Question) -> Said:
        other_figures("19")
        return None

    other_figures("18")
    with pytest.raises(WresError, match="is no longer its latest build"):
        airflow.run("publish_tables", {"year": 2022, "note": "Other figures."}, person=Person(build_again))
    assert len(get_approvals(open_registry(settings), 2022)) == 1
    assert _published(settings)["published"] == ["1.0/management", "1.1/management"]


def test_a_rejection_ends_the_run_without_an_official_release(airflow: LocalAirflow, settings: Settings) -> None:
    person = Person(reject_without_a_reason, reject)
    states = airflow.run("publish_tables", MARCH, person=person)
    assert person.asked[1]["subject"].startswith("Not recorded: give the reason for rejecting it")
    assert _by_state(states) == {"success": DONE, "skipped": PAGES | RELEASED | {"approval", "ask_again"}}
    logs = home_of(settings).glob("logs/dag_id=publish_tables/*/task_id=approval/attempt=1.log")
    assert any("did not approve the 2022 build" in log.read_text() for log in logs)
    engine = open_registry(settings)
    build = latest_build(engine, 2022)
    assert build is not None
    [rejection] = rejections_of(engine, build.build)
    assert (rejection.rejected_by, rejection.reason) == ("admin", "RXY asked for more time.")
    assert len(get_approvals(open_registry(settings), 2022)) == 1


def test_a_program_that_approves_at_once_is_heard(airflow: LocalAirflow, settings: Settings) -> None:
    states = airflow.run("publish_tables", MARCH, person=Person(approve), thinking=0)
    assert _by_state(states) == {"success": DONE | RELEASED | {"approval"}, "skipped": PAGES | {"ask_again"}}
    approval = get_approvals(open_registry(settings), 2022)[-1]
    assert (approval.approved_by, approval.role, approval.via) == ("admin", ROLE, "airflow")
    assert "M401" in approval.accepted
    assert _published(settings)["published"][-2:] == ["1.2/management", "1.2/official"]


def _by_state(states: Mapping[str, str]) -> dict[str, set[str]]:
    """The tasks of a run by their state."""
    return {state: {task for task in states if states[task] == state} for state in states.values()}


def _errors_in(log: Path) -> list[str]:
    """Return the lines of a log at level error: of a part of Airflow as text, of a task as JSON."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if re.search(r'\[error\s*\]|"level": ?"(error|critical)"|^Traceback', line)]


def _published(settings: Settings) -> dict[str, list[str]]:
    """The editions in `published` and `sealed`."""
    return {
        folder.name: sorted("/".join(path.parts[-2:]) for path in folder.glob("2022/*/*"))
        for folder in (settings.published, settings.sealed)
    }


def _processes_of(home: Path) -> list[str]:
    """Processes of this machine whose environment names an Airflow home in this one."""
    commands = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"AIRFLOW_HOME={home}/airflow".encode() in (folder / "environ").read_bytes().split(b"\0"):
                commands.append((folder / "cmdline").read_text())
        except OSError:
            continue
    return commands
