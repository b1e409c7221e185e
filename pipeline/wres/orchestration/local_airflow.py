"""A real Airflow on this machine for as long as needed: scheduler, DAG processor, triggerer and API server.

`dag.test()` would be quicker by some twenty seconds, but it is Airflow without a scheduler: no retries, no runs that an
asset event starts, no process of its own for each task. A demonstration should show what production does.
"""

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from wres.errors import WresError
from wres.orchestration.airflow_api import AirflowApi, NoAnswerError, TaskTry
from wres.orchestration.airflow_home import ADMINISTRATOR, environment, free_ports, home_of, lock_home, prepare
from wres.orchestration.airflow_parts import MIGRATION
from wres.orchestration.assets import ACCEPTED_RETURNS
from wres.orchestration.process_guard import end_sessions, start_guard
from wres.settings import Settings, load_settings, package_data

_log = logging.getLogger(__name__)
_STARTER = (sys.executable, "-m", "wres.orchestration.airflow_parts")
# What a person says to a question of a task (see AirflowRest.questions): the option and the form filled in, or nothing.
Person = Callable[[Mapping[str, Any]], tuple[str, Mapping[str, Any]] | None]
_Seen = TypeVar("_Seen")
_THINKING = 2.0  # seconds
_LOOK_EVERY, _LOOK_FOR_RETRIES_EVERY = 0.5, 5.0  # seconds


class LocalAirflow:
    """Airflow on this machine, from entering to leaving; nothing runs on afterwards, even when this process is killed.

    Entering and `run` raise WresError when Airflow does not come up, a DAG file is faulty, or a run is refused or
    fails; the text says what failed and where to look. Without `wait` one does other work while it comes up; the first
    run waits for it.
    """

    def __init__(self, settings: Settings | None = None, *, port: int | None = None, wait: bool = True) -> None:
        self._settings = settings or load_settings()
        self._home = home_of(self._settings)
        self._ended = self._home / "parts.ended"  # which part ended by itself
        self._port, self._wait_at_once = port, wait
        self._parts: subprocess.Popen[bytes] | None = None
        self._is_up = False
        self._asked: dict[tuple[str, str], float] = {}  # when each question was first seen

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(lock_home(self._settings))
            stack.callback(self._end_parts)
            self.port, *log_ports = free_ports(self._port or 0, 0, 0)
            self.passwords = prepare(self._settings)
            self.api = stack.enter_context(AirflowApi(self.port, ADMINISTRATOR, self.passwords[ADMINISTRATOR]))
            self._started = datetime.now(UTC)
            self._start(environment(self._settings, self.port, log_ports))
            if self._wait_at_once:
                self.wait_until_up()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def wait_until_up(self) -> None:
        """Wait until scheduler, DAG processor and API server are well and every DAG is read."""
        if not self._is_up:
            self._wait(self._ready, 240, "Airflow did not come up")
            self._is_up = True

    def run(
        self,
        dag_id: str,
        conf: Mapping[str, Any],
        *,
        within: float = 1800,
        person: Person | None = None,
        thinking: float = _THINKING,
    ) -> dict[str, str]:
        """Run a DAG with what its form asks for, and wait for it and for every run that its asset events start.

        Returns each task's state at the end of the last run; see `finish` about the person.
        """
        run_id = self.start(dag_id, conf)
        states = self.finish(dag_id, run_id, within=within, person=person, thinking=thinking)
        self.finish_triggered_runs(dag_id, run_id, within=within)
        return states

    def start(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Start a run of a DAG with what its form asks for; returns its id."""
        self.wait_until_up()
        # Asked again where it fails: SQLite lets one writer in at a time, and the scheduler may have been first.
        return self._wait(lambda: self.api.trigger(dag_id, conf), 60, f"{dag_id} could not be started")

    def finish(
        self,
        dag_id: str,
        run_id: str,
        *,
        within: float = 1800,
        person: Person | None = None,
        thinking: float = _THINKING,
    ) -> dict[str, str]:
        """Wait for a run to end.

        `person` answers what its tasks ask, so many seconds of `thinking` after the task is seen to wait: Airflow takes
        a task that goes on while it is being put aside for one that was killed, and asks again. Without a person they
        wait. An answer that cannot be taken starts another run, which is waited for too. Returns each task's state at
        the end of the last run.
        """
        while True:
            answer = partial(self._answer, dag_id, run_id, person, thinking) if person else None
            self._wait_for_end(dag_id, run_id, within, answer)
            states = self.api.states(dag_id, run_id)
            if states.get("ask_again") != "success":
                return states
            run_id += "_again"

    def wait_for_task(self, dag_id: str, run_id: str, task_id: str, *, within: float = 1800) -> None:
        """Wait until a task of a run has succeeded.

        Raises:
            WresError: it failed or was skipped.
        """

        def succeeded() -> bool | None:
            state = self.api.states(dag_id, run_id).get(task_id)
            if state in ("failed", "upstream_failed", "skipped", "removed"):
                raise WresError(f"{dag_id} ended without {task_id}, which is {state}.")
            return state == "success" or None

        self._wait(succeeded, within, f"{task_id} of {dag_id} did not happen")

    def finish_triggered_runs(self, dag_id: str, run_id: str, *, within: float = 1800) -> None:
        """Wait for every run that the asset events of a run start, and for those that these start."""

        def triggered() -> list[tuple[str, str]] | None:
            events = self.api.triggered_runs(dag_id, run_id, ACCEPTED_RETURNS.uri)
            return [run for runs in events for run in runs] if all(events) else None

        for next_dag, next_run in self._wait(triggered, 60, f"Nothing followed on {dag_id}"):
            self._wait_for_end(next_dag, next_run, within)
            self.finish_triggered_runs(next_dag, next_run, within=within)

    def stay(self, tick: Callable[[], None] = lambda: None) -> None:
        """Keep it up until it is interrupted or one of its processes ends; call `tick` again and again meanwhile."""
        self._wait(tick, float("inf"), "")

    def _start(self, env: dict[str, str]) -> None:
        """Start the parts in a session of their own: Ctrl-C is for the caller alone, who then leaves in order."""
        self._guard = start_guard()
        with (self._home / "parts.log").open("ab") as log, self._ended.open("wb") as ended:
            self._parts = subprocess.Popen(  # noqa: S603 - our own interpreter
                [*_STARTER, str(self._home)],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=ended,
                stderr=log,
                start_new_session=True,
            )
        if self._guard.stdin:
            self._guard.stdin.write(b"%d\n" % self._parts.pid)
            self._guard.stdin.flush()

    def _end_parts(self) -> None:
        """End every part and all that it started; the guard does it, and this process if the guard is gone."""
        if not self._parts:
            return
        if self._guard.stdin:
            with suppress(BrokenPipeError):
                self._guard.stdin.close()
        if self._guard.wait():
            end_sessions([self._parts.pid])
        self._parts.wait()

    def _require_parts(self) -> None:
        """Stop where a part of Airflow ended by itself, or all were ended while a thread still waits."""
        if self._parts and self._parts.poll() is not None:
            name = self._ended.read_text().strip() or "parts"
            if name == MIGRATION:
                raise WresError(f"Airflow's database could not be prepared. {self._home / f'{name}.log'} says why.")
            raise WresError(f"Airflow's {name} ended by itself. {self._home / f'{name}.log'} says why.")

    def _ready(self) -> bool | None:
        if errors := self.api.import_errors(self._started):
            raise WresError(f"A DAG file cannot be read: {errors[0]}")
        expected = {path.stem for path in package_data("dags").glob("*.py")}
        return (self.api.healthy() and expected <= self.api.dags()) or None

    def _wait_for_end(self, dag_id: str, run_id: str, within: float, answer: Callable[[], None] | None = None) -> None:
        """Wait for a run to end, and log each try that failed meanwhile.

        Raises:
            WresError: it failed; the text is what its task said.
        """
        logged: set[TaskTry] = set()
        next_look = time.monotonic() + _LOOK_FOR_RETRIES_EVERY

        def ended() -> str | None:
            nonlocal next_look
            if time.monotonic() > next_look:
                next_look = time.monotonic() + _LOOK_FOR_RETRIES_EVERY
                for task in self.api.tasks(dag_id, run_id, "up_for_retry"):
                    if task not in logged:
                        logged.add(task)
                        _log.warning("%s", self.api.why_failed(dag_id, run_id, task))
            if answer:
                answer()
            state = self.api.state(dag_id, run_id)
            return state if state in ("success", "failed") else None

        if self._wait(ended, within, f"{dag_id} did not finish") == "failed":
            raise WresError(self._what_failed(dag_id, run_id))

    def _answer(self, dag_id: str, run_id: str, person: Person, thinking: float) -> None:
        """Answer each question, so many seconds after its task was first seen to wait; 0 is also before it waits."""
        for question in self.api.questions(dag_id, run_id):
            key = (question["task_instance"]["id"], question["created_at"])
            if thinking and question["task_instance"]["state"] == "running":
                continue
            since = self._asked.setdefault(key, time.monotonic())
            if time.monotonic() - since >= thinking and (answer := person(question)):
                self.api.answer(dag_id, run_id, question["task_instance"]["task_id"], *answer)

    def _what_failed(self, dag_id: str, run_id: str) -> str:
        """Say which task of a run failed, why, and where its log is."""
        failed = self.api.tasks(dag_id, run_id, "failed")
        if not failed:
            return f"{dag_id} failed before a task of it ran. Look in {self._home / 'scheduler.log'}."
        reason = self.api.why_failed(dag_id, run_id, failed[0])
        return f"{reason} (DAG {dag_id}; its whole log is under {self._home / 'logs'})"

    def _wait(self, look: Callable[[], _Seen | None], within: float, otherwise: str) -> _Seen:
        """Look again and again until there is something to see, with every process alive."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            self._require_parts()
            with suppress(NoAnswerError):
                if (seen := look()) is not None:
                    return seen
            time.sleep(_LOOK_EVERY)
        raise WresError(f"{otherwise} within {within:.0f} seconds. Look in {self._home}.")
