"""A real Airflow on this machine for as long as needed: scheduler, DAG processor, triggerer and API server.

`dag.test()` would be quicker by half a minute, but it is Airflow without a scheduler: no retries, no runs that an asset
event starts, no process of its own for each task. A demonstration should show what production does.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from pipeline.errors import WresError
from pipeline.orchestration.home import ADMINISTRATOR, COMMAND, environment, free_port, home_of, occupy, prepare
from pipeline.orchestration.rest import AirflowRest, NoAnswerError, Try
from pipeline.settings import Settings, load_settings, shipped

_log = logging.getLogger(__name__)
_PARTS = {
    "api-server": (),
    "dag-processor": (),
    "scheduler": ("--skip-serve-logs",),
    "triggerer": ("--skip-serve-logs",),
}
# What a person says to a question of a task (see AirflowRest.questions): the option and the form filled in, or nothing.
Person = Callable[[Mapping[str, Any]], tuple[str, Mapping[str, Any]] | None]
_Seen = TypeVar("_Seen")
_LOOK_EVERY = 0.5  # seconds
_PATIENCE = 15  # seconds for a running task when all is to end


class EmbeddedAirflow:
    """Airflow with its embedded default, from entering to leaving; nothing runs on afterwards.

    Entering and `run` raise WresError when Airflow does not come up, a DAG file is faulty, or a run is refused or
    fails; the text says what failed and where to look.
    """

    def __init__(self, settings: Settings | None = None, *, port: int | None = None) -> None:
        self._settings = settings or load_settings()
        self._home = home_of(self._settings)
        self._port = port
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = -1

    def __enter__(self) -> Self:
        self._lock = occupy(self._settings)
        try:
            self.port = free_port(self._port or 0)
            env = environment(self._settings, self.port)
            self.password = prepare(self._settings, env)
            self._rest = AirflowRest(self.port, ADMINISTRATOR, self.password)
            self._started = datetime.now(UTC)
            for name, options in _PARTS.items():
                self._processes[name] = self._start(name, options, env)
            self._wait(self._ready, 180, "Airflow did not come up")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

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
        a task begins to wait, and ask again. Without a person they wait. Returns each task's state at the end.
        """
        run_id = self._rest.trigger(dag_id, conf)
        answer = partial(self._answer, dag_id, run_id, person, thinking) if person else None
        self._finish(dag_id, run_id, within, answer)
        return self._rest.states(dag_id, run_id)

    def stay(self) -> None:
        """Keep it up until it is interrupted, or one of its processes ends."""
        self._wait(lambda: None, float("inf"), "")

    def stop(self) -> None:
        """End every process that was started, and all that those started, and let go of the home."""
        import psutil  # type: ignore[import-untyped]

        ours = [psutil.Process(process.pid) for process in self._processes.values() if process.poll() is None]
        below = [child for process in ours for child in process.children(recursive=True)]
        for process in ours:
            process.terminate()  # the scheduler lets running tasks end
        _, lasting = psutil.wait_procs([*ours, *below], timeout=_PATIENCE)
        for process in lasting:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        for process in self._processes.values():
            process.wait()
        self._processes.clear()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _start(self, name: str, options: tuple[str, ...], env: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self._home / f"{name}.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own interpreter
                [*COMMAND, name, *options],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the caller alone, who then leaves in order
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads here
            )

    def _ready(self) -> bool | None:
        if errors := self._rest.import_errors(self._started):
            raise WresError(f"A DAG file cannot be read: {errors[0]}")
        expected = {path.stem for path in shipped("dags").glob("*.py")}
        return (self._rest.healthy() and expected <= self._rest.dags()) or None

    def _finish(self, dag_id: str, run_id: str, within: float, answer: Callable[[], None] | None = None) -> None:
        told: set[Try] = set()

        def ended() -> str | None:
            for one in self._rest.tasks(dag_id, run_id, "up_for_retry"):
                if one not in told:
                    told.add(one)
                    _log.warning("%s Airflow tries again.", self._why(dag_id, run_id, one))
            if answer:
                answer()
            state = self._rest.state(dag_id, run_id)
            return state if state in ("success", "failed") else None

        def followed() -> list[tuple[str, str]] | None:
            events = self._rest.set_off_by(dag_id, run_id)
            return [run for runs in events for run in runs] if all(events) else None

        if self._wait(ended, within, f"{dag_id} did not finish") == "failed":
            raise WresError(self._what_failed(dag_id, run_id))
        for next_dag, next_run in self._wait(followed, 60, f"Nothing followed on {dag_id}"):
            self._finish(next_dag, next_run, within)

    def _answer(self, dag_id: str, run_id: str, person: Person, thinking: float) -> None:
        for question in self._rest.questions(dag_id, run_id):
            age = datetime.now(UTC) - datetime.fromisoformat(question["created_at"])
            if age.total_seconds() > thinking and (said := person(question)):
                self._rest.answer(dag_id, run_id, question["task_instance"]["task_id"], *said)

    def _what_failed(self, dag_id: str, run_id: str) -> str:
        failed = self._rest.tasks(dag_id, run_id, "failed")
        if not failed:
            return f"{dag_id} failed before a task of it ran. Look in {self._home / 'scheduler.log'}."
        return f"{self._why(dag_id, run_id, failed[0])} (DAG {dag_id}; its whole log is under {self._home / 'logs'})"

    def _why(self, dag_id: str, run_id: str, one: Try) -> str:
        """The last error in a task's log, in one line."""
        errors = [entry for entry in self._rest.log(dag_id, run_id, one) if entry.get("level") == "error"]
        if not errors:
            return f"The task {one.task_id} failed and left no message."
        for detail in errors[-1].get("error_detail") or ():
            return (
                f"The task {one.task_id} failed: {detail['exc_type']}: {' '.join(detail['exc_value'].split())[:300]}."
            )
        return str(errors[-1]["event"])

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


def _die_with_parent() -> None:
    """Linux: have the kernel end this process when the one that started it is killed and cannot do it."""
    import ctypes

    set_parent_death_signal = 1  # PR_SET_PDEATHSIG
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
