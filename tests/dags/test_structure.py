"""What each DAG consists of, and what a run of it may be asked."""

from copy import copy

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, CronTriggerTimetable, Param, TriggerRule
from airflow.sdk.exceptions import ParamValidationError

from wres.orchestration.assets import ACCEPTED_RETURNS, BUILT, PUBLISHED
from wres.orchestration.waiting_operators import ApprovalOperator
from wres.reference.year_config import configured_years

OF_A_YEAR = ("collect_returns", "build_warehouse", "publish_tables")
DAGS = (*OF_A_YEAR, "chase_outstanding", "watch_collections")


@pytest.fixture(params=DAGS)
def dag(bag: DagBag, request: pytest.FixtureRequest) -> DAG:
    return bag.dags[request.param]


def _param(dag: DAG, name: str) -> Param:
    """A copy: a Param keeps the last value that it was asked about."""
    return copy(dag.params.get_param(name))


def test_every_file_is_read_without_an_error(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert sorted(bag.dags) == sorted(DAGS)


def test_what_follows_what(bag: DagBag) -> None:
    follows = {
        dag_id: {task.task_id: task.downstream_task_ids for task in dag.tasks} for dag_id, dag in bag.dags.items()
    }
    assert follows == {
        "collect_returns": {
            "plan_round": {"receive", "check", "answer", "announce"},
            "receive": {"check", "all_received"},
            "all_received": set(),
            "check": {"answer", "announce"},  # the warehouse does not wait for the answers
            "answer": set(),
            "announce": set(),
        },
        "build_warehouse": {"build": set()},
        "publish_tables": {
            "plan_pages": {"management_pages", "official_pages"},
            "management_pages": {"publish_management"},
            "publish_management": {"checklist"},
            "checklist": {"approval"},
            "approval": {"official_pages", "release_time", "ask_again"},
            "ask_again": set(),
            "official_pages": {"release_time"},
            "release_time": {"publish_official"},
            "publish_official": {"send_local_reports"},
            "send_local_reports": set(),
        },
        "chase_outstanding": {"write": set()},
        "watch_collections": {"look": set()},
    }


def test_nothing_is_released_without_an_approval_whether_pages_are_shared_out_or_not(bag: DagBag) -> None:
    """The pages are skipped where one task writes them all, so the rule is that one of the two succeeds, none fails."""
    released = bag.dags["publish_tables"].get_task("release_time")
    assert released.upstream_task_ids == {"approval", "official_pages"}
    assert released.trigger_rule == TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS
    pages = bag.dags["publish_tables"].get_task("official_pages")
    assert (pages.trigger_rule, "approval" in pages.upstream_task_ids) == (TriggerRule.ALL_SUCCESS, True)


def test_a_build_follows_what_collecting_announces(bag: DagBag) -> None:
    outlets = {task.task_id: task.outlets for task in bag.dags["collect_returns"].tasks if task.outlets}
    assert outlets == {"announce": [ACCEPTED_RETURNS]}
    others = {dag_id: [task.outlets for task in bag.dags[dag_id].tasks if task.outlets] for dag_id in OF_A_YEAR[1:]}
    assert others == {"build_warehouse": [[BUILT]], "publish_tables": [[PUBLISHED], [PUBLISHED]]}
    assert bag.dags["build_warehouse"].timetable.asset_condition == ACCEPTED_RETURNS


def test_the_chase_list_is_written_each_morning_in_london(bag: DagBag) -> None:
    daily = bag.dags["chase_outstanding"].timetable
    assert isinstance(daily, CronTriggerTimetable)
    assert (daily.expression, str(daily.timezone)) == ("0 7 * * *", "Europe/London")


def test_returns_are_collected_every_quarter_of_an_hour_and_a_person_publishes(bag: DagBag) -> None:
    rounds = bag.dags["collect_returns"].timetable
    assert isinstance(rounds, CronTriggerTimetable)
    assert (rounds.expression, str(rounds.timezone)) == ("*/15 * * * *", "Europe/London")
    assert bag.dags["publish_tables"].schedule is None


def test_airflow_decides_whether_a_dag_starts_paused_and_nothing_is_made_up_for(dag: DAG) -> None:
    assert dag.is_paused_upon_creation is None
    assert not dag.catchup


def test_tasks_try_again_later_and_later_but_not_for_ever(dag: DAG) -> None:
    for task in dag.tasks:
        assert task.retries == 3
        assert task.retry_exponential_backoff > 1
        assert task.retry_delay.total_seconds() >= 5
        assert task.on_failure_callback


def test_what_hangs_is_ended_but_nothing_ends_the_wait_for_a_person(dag: DAG) -> None:
    for task in dag.tasks:
        if isinstance(task, ApprovalOperator):
            assert (task.execution_timeout, task.response_timeout, task.defaults) == (None, None, None)
        else:
            assert task.execution_timeout is not None
    assert (dag.dagrun_timeout is None) == (dag.dag_id != "collect_returns")


def test_every_known_year_may_run_at_once_but_rounds_come_one_after_the_other(dag: DAG) -> None:
    if dag.dag_id in ("collect_returns", "watch_collections"):
        assert dag.max_active_runs == 1  # a run is for every year
    else:
        assert dag.max_active_runs >= 2 * len(configured_years())


def test_a_person_on_call_finds_every_task_in_the_text(dag: DAG) -> None:
    assert dag.doc_md is not None
    assert all(f"`{task.task_id}`" in dag.doc_md for task in dag.tasks)
    assert all(task.owner.endswith("-team") for task in dag.tasks)
    assert "wres" in dag.tags


@pytest.mark.parametrize("dag_id", OF_A_YEAR)
def test_known_years_are_taken_and_no_others(bag: DagBag, dag_id: str) -> None:
    year = _param(bag.dags[dag_id], "year")
    assert [year.resolve(known) for known in configured_years()] == list(configured_years())
    for wrong in (max(configured_years()) + 1, "2022", 2022.5, ""):
        with pytest.raises(ParamValidationError):
            year.resolve(wrong)


def test_a_release_must_name_its_year(bag: DagBag) -> None:
    with pytest.raises(ParamValidationError, match="no default value"):
        bag.dags["publish_tables"].params.validate()


def test_the_clock_is_a_time(dag: DAG) -> None:
    clock = _param(dag, "as_of")
    times = (None, "2022-06-10T12:00", "2022-06-10T12:00:30+01:00")
    assert tuple(clock.resolve(time) for time in times) == times
    for wrong in ("10 June", "2022-06-10", 2022):
        with pytest.raises(ParamValidationError):
            clock.resolve(wrong)


def test_an_edition_is_two_numbers(bag: DagBag) -> None:
    edition = _param(bag.dags["publish_tables"], "edition")
    assert edition.resolve("1.10") == "1.10"
    for wrong in ("one", "1", "0.1", "1.0.0"):
        with pytest.raises(ParamValidationError):
            edition.resolve(wrong)


def test_a_setting_that_cannot_be_used_takes_no_dag_away(dags_folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps say what is wrong with it, in the log of a task."""
    monkeypatch.setenv("WRES_BATCH_RETURNS", "0")
    read = DagBag(dags_folder)
    assert read.import_errors == {}
    assert sorted(read.dags) == sorted(DAGS)


def test_rounds_can_be_more_frequent(dags_folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_ROUND_MINUTES", "5")
    assert DagBag(dags_folder).dags["collect_returns"].timetable.expression == "*/5 * * * *"


def test_rounds_can_be_left_to_others(dags_folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_ROUND_MINUTES", "0")
    read = DagBag(dags_folder)
    assert read.import_errors == {}
    assert not read.dags["collect_returns"].timetable.can_be_scheduled
