"""Each DAG taken through its tasks with real returns, in this process and without a scheduler (`dag.test`)."""

import json
import os
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag

from wres import steps
from wres.clock import LONDON
from wres.context import Context
from wres.database.collection_state import set_state
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.reference import year_config
from wres.release.verification import verify
from wres.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("airflow_database"),
    # Airflow's own server, which dag.test brings in, uses a test client that its maker is about to move.
    pytest.mark.filterwarnings("ignore:Using .httpx. with .starlette.testclient. is deprecated"),
]

JUNE = {"year": 2022, "as_of": "2022-06-10T12:00"}


@pytest.fixture
def run(dags_folder: str) -> Callable[[str, dict[str, Any]], Any]:
    """Runs a DAG that is read again: its Params keep the last value that they were asked about."""
    return lambda dag_id, conf: DagBag(dags_folder).dags[dag_id].test(run_conf=conf)


def _states(dag_run: Any) -> dict[str, tuple[str, int]]:
    """Each task's state and how many tries it took."""
    return {task.task_id: (str(task.state), task.try_number) for task in dag_run.get_task_instances()}


def _announced(dag_run: Any) -> list[tuple[str, dict[str, Any]]]:
    """The partition key and what else an event of this run says."""
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        events = session.scalars(select(AssetEvent).where(AssetEvent.source_run_id == dag_run.run_id)).all()
        return [(event.partition_key, event.extra) for event in events]  # type: ignore[misc]


def test_from_an_inbox_to_a_release(
    run: Callable[..., Any], send: Callable[..., None], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2031-01-01T00:00")  # the machine's own clock, which a run's clock covers
    send(2022, "RXY", (2505, 725, 66), ("17", "9", "0"))
    collected = run("collect_returns", JUNE)
    assert _states(collected) == dict.fromkeys(
        ("plan_round", "receive", "all_received", "check", "answer", "announce"), ("success", 1)
    )
    [report] = settings.outbox.glob("2022/RXY/*/report.json")
    assert json.loads(report.read_text())["received_at"].startswith("2022-06-10T11:00")
    assert _announced(collected) == [("2022", {"accepted": 1, "as_of": "2022-06-10T12:00"})]
    assert os.environ["WRES_AS_OF"] == "2031-01-01T00:00"

    assert _states(run("build_warehouse", JUNE)) == {"build": ("success", 1)}
    monkeypatch.setenv("WRES_AS_OF", JUNE["as_of"])  # type: ignore[arg-type]
    warnings = [item["code"] for item in steps.checklist(steps.open_context(2022)) if item["severity"] == "warning"]
    steps.approve(steps.open_context(2022), "A. Statistician", "Head of profession", warnings)
    published, sealed = (folder / "2022" / "1.0" for folder in (settings.published, settings.sealed))
    too_early = _states(run("publish_tables", JUNE))
    done = {task for task, (state, _) in too_early.items() if state == "success"}
    assert done == {"plan_pages", "publish_management", "checklist", "approval"}
    assert too_early["release_time"][0] == too_early["publish_official"][0] == "skipped"
    assert (published / "management" / "manifest.json").is_file()
    assert (sealed / "official" / "manifest.json").is_file()
    assert not (published / "official").exists()

    in_time = _states(run("publish_tables", {"year": 2022, "as_of": "2023-02-22T09:30"}))
    for left_out in ("ask_again", "management_pages", "official_pages"):
        assert in_time.pop(left_out)[0] == "skipped"
    assert set(in_time.values()) == {("success", 1)}
    assert (published / "official" / "manifest.json").is_file()
    assert not (sealed / "official").exists()


def test_a_large_round_is_shared_out(
    run: Callable[..., Any], send: Callable[..., None], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_BATCH_RETURNS", "1")
    for code in ("RXY", "RJ1"):
        send(2022, code, (2505, 725, 66), ("17", "9", "0"))
    collected = run("collect_returns", JUNE)
    shares = Counter(task.task_id for task in collected.get_task_instances() if task.map_index >= 0)
    assert shares == {"receive": 2, "check": 2, "answer": 2}
    assert {str(task.state) for task in collected.get_task_instances()} == {"success"}
    assert _announced(collected) == [("2022", {"accepted": 2, "as_of": "2022-06-10T12:00"})]
    assert len(list(settings.outbox.glob("2022/*/*/report.json"))) == 2


def test_the_pages_of_a_large_release_are_shared_out(
    run: Callable[..., Any], send: Callable[..., None], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that is written by a worker that goes away is written by the next try."""
    monkeypatch.setenv("WRES_PAGES_PER_TASK", "1")
    monkeypatch.setenv("WRES_AS_OF", JUNE["as_of"])  # type: ignore[arg-type]
    for code in ("RXY", "RJ1"):
        send(2022, code, (2505, 725, 66), ("17", "9", "0"))
    steps.collect(steps.open_context(2022))
    steps.build(steps.open_context(2022))
    warnings = [item["code"] for item in steps.checklist(steps.open_context(2022)) if item["severity"] == "warning"]
    steps.approve(steps.open_context(2022), "A. Statistician", "Head of profession", warnings)
    write, calls = steps.write_pages, []

    def killed_the_first_time(context: Context, audience: str, shard: tuple[int, int]) -> None:
        write(context, audience, shard)
        calls.append((audience, shard))
        if len(calls) == 1:
            raise ConnectionError("the worker went away")

    monkeypatch.setattr(steps, "write_pages", killed_the_first_time)
    published = run("publish_tables", {"year": 2022, "as_of": "2023-02-22T09:30"})
    tasks = published.get_task_instances()
    assert {str(task.state) for task in tasks if task.task_id != "ask_again"} == {"success"}
    shards = Counter((task.task_id, task.rendered_map_index) for task in tasks if task.map_index >= 0)
    names = [f"{audience}_pages" for audience in ("management", "official")]
    assert shards == Counter((name, f"part {number} of 2") for name in names for number in (1, 2))
    assert len(calls) == 5
    for audience in ("management", "official"):
        folder = settings.published / "2022" / "1.0" / audience
        assert verify(str(folder)).problems == []
        assert len(list((folder / "organisation").iterdir())) == 2


def test_every_collection_under_way_is_collected_and_announced(
    run: Callable[..., Any], send: Callable[..., None], settings: Settings
) -> None:
    """2021 was opened by hand, so the round in June 2022 is for two years."""
    set_state(open_registry(settings), 2021, "open", settings.clock.now())
    send(2022, "RXY", (2505, 725, 66), ("17", "9", "0"))
    send(2021, "RJ1", (2505, 725, 66), ("17", "9", "0"))
    collected = run("collect_returns", {"as_of": JUNE["as_of"]})
    tasks = collected.get_task_instances()
    assert {str(task.state) for task in tasks} == {"success"}
    assert {task.rendered_map_index for task in tasks if task.task_id == "check"} == {"2021", "2022"}
    assert sorted(path.parent.name for path in settings.outbox.glob("*/*/*")) == ["RJ1", "RXY"]
    assert sorted(key for key, _ in _announced(collected)) == ["2021", "2022"]


def test_with_no_collection_under_way_a_round_is_skipped_at_once(run: Callable[..., Any]) -> None:
    skipped = run("collect_returns", {"as_of": "2022-10-01T07:00"})
    assert str(skipped.state) == "success"
    assert {state for state, _ in _states(skipped).values()} == {"skipped"}


def test_a_year_that_fails_holds_up_no_other(
    run: Callable[..., Any], send: Callable[..., None], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_state(open_registry(settings), 2021, "open", settings.clock.now())
    send(2022, "RXY", (2505, 725, 66), ("17", "9", "0"))
    validate_pending = steps.validate_pending

    def fail_2021(context: Context) -> dict[str, Any]:
        if context.year == 2021:
            raise WresError("Something of 2021 is wrong. Put it right.")
        return validate_pending(context)

    monkeypatch.setattr(steps, "validate_pending", fail_2021)
    collected = run("collect_returns", {"as_of": JUNE["as_of"]})
    states = sorted((task.task_id, str(task.state)) for task in collected.get_task_instances())
    assert [state for task, state in states if task == "check"] == ["failed", "success"]
    assert len(list(settings.outbox.glob("2022/RXY/*/report.json"))) == 1
    # What the failed year accepted, if anything, is announced too: a build of nothing new changes nothing.
    assert sorted(key for key, _ in _announced(collected)) == ["2021", "2022"]


def test_a_round_that_cannot_be_planned_fails_and_nothing_follows(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_BATCH_RETURNS", "0")
    failed = {task: state for task, (state, _) in _states(run("collect_returns", {"as_of": JUNE["as_of"]})).items()}
    assert failed.pop("plan_round") == "failed"
    assert set(failed.values()) == {"upstream_failed"}


def test_an_approved_release_waits_for_its_time(
    run: Callable[..., Any],
    send: Callable[..., None],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """By the machine's clock, with a release time that is some seconds away."""
    set_state(open_registry(settings), 2022, "open", datetime.now(UTC))
    send(2022, "RXY", (2505, 725, 66), ("17", "9", "0"))
    steps.collect(steps.open_context(2022))
    steps.build(steps.open_context(2022))
    warnings = [item["code"] for item in steps.checklist(steps.open_context(2022)) if item["severity"] == "warning"]
    steps.approve(steps.open_context(2022), "A. Statistician", "Head of profession", warnings)
    start_time = datetime.now(LONDON) + timedelta(seconds=30)
    file = tmp_path / "2022.toml"
    shipped = Path(year_config.__file__).with_name("years") / file.name
    monkeypatch.setenv("WRES_YEARS", str(tmp_path))
    file.write_text(shipped.read_text().replace("2023-02-22T09:30:00", f"{start_time:%Y-%m-%dT%H:%M:%S}"))
    states = _states(run("publish_tables", {"year": 2022}))
    for left_out in ("ask_again", "management_pages", "official_pages"):
        assert states.pop(left_out)[0] == "skipped"
    assert {state for state, _ in states.values()} == {"success"}
    assert datetime.now(LONDON) >= start_time.replace(microsecond=0)
    assert (settings.published / "2022" / "1.0" / "official" / "manifest.json").is_file()
    ours = [record for record in caplog.records if record.name == "wres.orchestration.task_context"]
    assert [record.getMessage() for record in ours if record.levelname == "ERROR"] == []


def test_an_error_of_the_checklist_ends_the_run_and_is_named(
    run: Callable[..., Any],
    send: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("WRES_AS_OF", JUNE["as_of"])  # type: ignore[arg-type]
    for entered, build in (("17", True), ("18", False)):
        send(2022, "RXY", (2505, 725, 66), (entered, "9", "0"))
        steps.collect(steps.open_context(2022))
        if build:
            steps.build(steps.open_context(2022))
    states = _states(run("publish_tables", JUNE))
    assert states["checklist"] == ("failed", 1)
    assert states["approval"][0] == "upstream_failed"
    assert "holds errors. build-out-of-date: " in caplog.text
    assert "wres build 2022" in caplog.text


def test_nothing_new_is_not_announced(run: Callable[..., Any]) -> None:
    collected = run("collect_returns", JUNE)
    assert str(collected.state) == "success"
    assert _states(collected)["announce"] == ("skipped", 1)
    assert _announced(collected) == []


def test_what_an_earlier_try_accepted_is_announced(
    run: Callable[..., Any], send: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A try that is killed after it has accepted leaves nothing new to the next one, which must say so all the same."""
    validate_pending, calls = steps.validate_pending, []

    def killed_the_first_time(context: Context) -> dict[str, Any]:
        calls.append(context.year)
        summary = validate_pending(context)
        if len(calls) == 1:
            raise ConnectionError("the worker went away")
        return summary

    monkeypatch.setattr(steps, "validate_pending", killed_the_first_time)
    send(2022, "RXY", (2505, 725, 66), ("17", "9", "0"))
    collected = run("collect_returns", JUNE)
    assert _states(collected)["check"] == ("success", 2)
    assert _announced(collected) == [("2022", {"accepted": 0, "as_of": "2022-06-10T12:00"})]


@pytest.mark.parametrize(
    ("dag_id", "conf", "task", "sentence"),
    [
        ("collect_returns", {**JUNE, "as_of": "2022-05-10T12:00"}, "receive", "opens on 1 June 2022"),
        ("build_warehouse", JUNE, "build", "No 2022 return has been accepted yet"),
        ("build_warehouse", {"as_of": "2022-06-10T12:00"}, "build", "No collection year was given"),
        ("publish_tables", JUNE, "publish_management", "is not built yet"),
    ],
)
def test_what_a_person_must_put_right_is_not_tried_again(
    run: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
    dag_id: str,
    conf: dict[str, Any],
    task: str,
    sentence: str,
) -> None:
    failed = run(dag_id, conf)
    assert _states(failed)[task] == ("failed", 1)
    ours = [record for record in caplog.records if record.name == "wres.orchestration.task_context"]
    [text] = [record.getMessage() for record in ours if record.levelname == "ERROR"]
    assert sentence in text
    assert "clear this task" not in text  # that would not help
