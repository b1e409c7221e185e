"""A real Airflow on this machine for as long as needed: scheduler, DAG processor, triggerer and API server.

They are the plain commands of Airflow, each a process. `airflow standalone` starts the same four, but it neither
notices when one of them ends nor ends them when it is killed itself. `dag.test()` would be quicker by half a minute,
but it is Airflow without a scheduler: no retries, no runs that an asset event starts, no process of its own for each
task. A demonstration should show what production does.
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
from wres.orchestration.airflow_home import ADMINISTRATOR, COMMAND, environment, free_ports, home_of, lock_home, prepare
from wres.orchestration.assets import ACCEPTED_RETURNS
from wres.orchestration.process_guard import end_sessions, start_guard
from wres.settings import Settings, load_settings, package_data

_log = logging.getLogger(__name__)
_PARTS: dict[str, tuple[str, ...]] = {
    "api-server": (),
    "dag-processor": (),
    "triggerer": ("--skip-serve-logs",),
    "scheduler": ("--skip-serve-logs",),
}
_WARM = (sys.executable, "-m", "wres.orchestration.warm_scheduler")
# What a person says to a question of a task (see AirflowRest.questions): the option and the form filled in, or nothing.
Person = Callable[[Mapping[str, Any]], tuple[str, Mapping[str, Any]] | None]
_Seen = TypeVar("_Seen")
_LOOK_EVERY = 0.5  # seconds
_LARGE_LOG = 20_000_000  # bytes; a larger one is set aside at the next start


class LocalAirflow:
    """Airflow on this machine, from entering to leaving; nothing runs on afterwards, even when this process is killed.

    Entering and `run` raise WresError when Airflow does not come up, a DAG file is faulty, or a run is refused or
    fails; the text says what failed and where to look.
    """

    def __init__(self, settings: Settings | None = None, *, port: int | None = None) -> None:
        self._settings = settings or load_settings()
        self._home = home_of(self._settings)
        self._port = port
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._asked: dict[tuple[str, str], float] = {}  # when each question was first seen

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(lock_home(self._settings))
            stack.callback(self._end_processes)
            self.port, *log_ports = free_ports(self._port or 0, 0, 0)
            env = environment(self._settings, self.port, log_ports)
            self.passwords = prepare(self._settings, env)
            self.api = stack.enter_context(AirflowApi(self.port, ADMINISTRATOR, self.passwords[ADMINISTRATOR]))
            self._started = datetime.now(UTC)
            self._guard = start_guard()
            for name, options in _PARTS.items():
                if name == "scheduler":  # a task that it starts before the API server answers fails
                    self._wait(self.api.answers, 180, "Airflow did not come up")
                self._processes[name] = self._start(name, options, env)
            self._wait(self._ready, 180, "Airflow did not come up")
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def run(
        self,
        dag_id: str,
        conf: Mapping[str, Any],
        *,
        within: float = 1800,
        person: Person | None = None,
        thinking: float = 4,
    ) -> dict[str, str]:
        """Run a DAG with what its form asks for, and wait for it and for every run that its asset events start.

        `person` answers what its tasks ask, after some seconds of `thinking`: Airflow may lose an answer that comes as
        a task begins to wait, and ask again. Without a person they wait. An answer that cannot be taken starts another
        run, which is followed too. Returns each task's state at the end of the last run.
        """
        run_id = self.api.trigger(dag_id, conf)
        answer = partial(self._answer, dag_id, run_id, person, thinking) if person else None
        self._finish(dag_id, run_id, within, answer)
        states = self.api.states(dag_id, run_id)
        while states.get("ask_again") == "success":
            run_id += "_again"
            answer = partial(self._answer, dag_id, run_id, person, thinking) if person else None
            self._finish(dag_id, run_id, within, answer)
            states = self.api.states(dag_id, run_id)
        return states

    def stay(self, tick: Callable[[], None] = lambda: None) -> None:
        """Keep it up until it is interrupted or one of its processes ends; call `tick` again and again meanwhile."""
        self._wait(tick, float("inf"), "")

    def _end_processes(self) -> None:
        """End every part and all that it started; the guard does it, and this process if the guard is gone."""
        if not self._processes:
            return
        if self._guard.stdin:
            with suppress(BrokenPipeError):
                self._guard.stdin.close()
        if self._guard.wait():
            end_sessions([process.pid for process in self._processes.values()])
        for process in self._processes.values():
            process.wait()
        self._processes.clear()

    def _start(self, name: str, options: tuple[str, ...], env: dict[str, str]) -> "subprocess.Popen[bytes]":
        """Start a part in a session of its own, so that Ctrl-C is for the caller alone, who then leaves in order."""
        path = self._home / f"{name}.log"
        if path.is_file() and path.stat().st_size > _LARGE_LOG:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter
                [*(_WARM if name == "scheduler" else COMMAND), name, *options],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if self._guard.stdin:
            self._guard.stdin.write(b"%d\n" % process.pid)
            self._guard.stdin.flush()
        return process

    def _ready(self) -> bool | None:
        if errors := self.api.import_errors(self._started):
            raise WresError(f"A DAG file cannot be read: {errors[0]}")
        expected = {path.stem for path in package_data("dags").glob("*.py")}
        return (self.api.healthy() and expected <= self.api.dags()) or None

    def _finish(self, dag_id: str, run_id: str, within: float, answer: Callable[[], None] | None = None) -> None:
        """Wait for a run to end, and then for every run that its asset events start."""
        reported: set[TaskTry] = set()

        def ended() -> str | None:
            for task in self.api.tasks(dag_id, run_id, "up_for_retry"):
                if task not in reported:
                    reported.add(task)
                    _log.warning("%s", self._why(dag_id, run_id, task))
            if answer:
                answer()
            state = self.api.state(dag_id, run_id)
            return state if state in ("success", "failed") else None

        def followed() -> list[tuple[str, str]] | None:
            events = self.api.triggered_runs(dag_id, run_id, ACCEPTED_RETURNS.uri)
            return [run for runs in events for run in runs] if all(events) else None

        if self._wait(ended, within, f"{dag_id} did not finish") == "failed":
            raise WresError(self._what_failed(dag_id, run_id))
        for next_dag, next_run in self._wait(followed, 60, f"Nothing followed on {dag_id}"):
            self._finish(next_dag, next_run, within)

    def _answer(self, dag_id: str, run_id: str, person: Person, thinking: float) -> None:
        """Answer each question, so many seconds after its task was first seen to wait; 0 is before it waits."""
        for question in self.api.questions(dag_id, run_id):
            key = (question["task_instance"]["id"], question["created_at"])
            if thinking and question["task_instance"]["state"] == "running":
                continue
            since = self._asked.setdefault(key, time.monotonic())
            if time.monotonic() - since >= thinking and (answer := person(question)):
                self.api.answer(dag_id, run_id, question["task_instance"]["task_id"], *answer)

    def _what_failed(self, dag_id: str, run_id: str) -> str:
        failed = self.api.tasks(dag_id, run_id, "failed")
        if not failed:
            return f"{dag_id} failed before a task of it ran. Look in {self._home / 'scheduler.log'}."
        return f"{self._why(dag_id, run_id, failed[0])} (DAG {dag_id}; its whole log is under {self._home / 'logs'})"

    def _why(self, dag_id: str, run_id: str, task: TaskTry) -> str:
        """Return why a try of a task failed: the first error in its log, which is the step's own sentence."""
        errors = [entry for entry in self.api.log(dag_id, run_id, task) if entry.get("level") == "error"]
        if not errors:
            return f"The task {task.task_id} failed and left no message."
        for detail in errors[0].get("error_detail") or ():
            text = " ".join(detail["exc_value"].split())[:300]
            return f"The task {task.task_id} failed: {detail['exc_type']}: {text}."
        return str(errors[0]["event"])

    def _wait(self, look: Callable[[], _Seen | None], within: float, otherwise: str) -> _Seen:
        """Look again and again until there is something to see, with every process alive."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            for name, process in self._processes.items():
                if process.poll() is not None:
                    raise WresError(f"Airflow's {name} ended by itself. {self._home / f'{name}.log'} says why.")
            with suppress(NoAnswerError):
                if (seen := look()) is not None:
                    return seen
            time.sleep(_LOOK_EVERY)
        raise WresError(f"{otherwise} within {within:.0f} seconds. Look in {self._home}.")
