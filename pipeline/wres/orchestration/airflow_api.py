"""A small client of Airflow's REST API, on this machine only."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlencode

import httpx

from wres.errors import WresError

Answer = dict[str, Any]


class TaskTry(NamedTuple):
    """One try of a task; `map_index` is -1 for a task that is not mapped."""

    task_id: str
    map_index: int
    attempt: int


class NoAnswerError(WresError):
    """The server does not answer, or not yet; the same request may succeed later."""


class AirflowApi:
    """Sends requests to the local API server; signs in with the first request that needs it."""

    def __init__(self, port: int, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._token = ""
        # The machine's proxy is not asked for what is on the machine itself.
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def healthy(self) -> bool:
        """Return whether the scheduler and the DAG processor report that they are healthy."""
        health = self._ask("GET", "/api/v2/monitor/health")
        return all(health[part]["status"] == "healthy" for part in ("scheduler", "dag_processor"))

    def dags(self) -> set[str]:
        """Return the ids of the DAGs that have been read."""
        return {dag["dag_id"] for dag in self._ask("GET", "/api/v2/dags")["dags"]}

    def import_errors(self, since: datetime) -> list[str]:
        """Return the import errors of DAG files since a time, one text a file."""
        errors = self._ask("GET", "/api/v2/importErrors")["import_errors"]
        return [
            f"{error['filename']}: {error['stack_trace']}"
            for error in errors
            if datetime.fromisoformat(error["timestamp"]) >= since
        ]

    def trigger(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Start a run; returns its id.

        Raises:
            WresError: Airflow refuses it, as for a year that has no calendar.
        """
        # SQLite's clock gives whole seconds, so a run of this moment would wait for the next one.
        just_now = datetime.now(UTC) - timedelta(seconds=1)
        body = {"logical_date": None, "run_after": just_now.isoformat(), "conf": dict(conf)}
        run_id: str = self._ask("POST", f"/api/v2/dags/{quote(dag_id)}/dagRuns", body)["dag_run_id"]
        return run_id

    def state(self, dag_id: str, run_id: str) -> str:
        """Return the state of a run: `queued`, `running`, `success` or `failed`."""
        state: str = self._ask("GET", _run(dag_id, run_id))["state"]
        return state

    def triggered_runs(self, dag_id: str, run_id: str, uri: str) -> list[list[tuple[str, str]]]:
        """Return the runs (DAG id, run id) that each event of an asset in a run has started so far."""
        query = urlencode({"source_dag_id": dag_id, "source_run_id": run_id})
        events = self._ask("GET", f"/api/v2/assets/events?{query}")["asset_events"]
        return [
            [(run["dag_id"], run["run_id"]) for run in event["created_dagruns"]]
            for event in events
            if event["uri"] == uri
        ]

    def tasks(self, dag_id: str, run_id: str, state: str) -> list[TaskTry]:
        """Return the last tries of the tasks of a run that are in a state."""
        tasks = self._ask("GET", f"{_run(dag_id, run_id)}/taskInstances?{urlencode({'state': state})}")
        return [TaskTry(task["task_id"], task["map_index"], task["try_number"]) for task in tasks["task_instances"]]

    def states(self, dag_id: str, run_id: str) -> dict[str, str]:
        """Return the state of each task of a run; the parts of a mapped one have numbers: check[1]."""
        tasks = self._ask("GET", f"{_run(dag_id, run_id)}/taskInstances")["task_instances"]
        return {f"{task['task_id']}{_part(task['map_index'])}": task["state"] for task in tasks}

    def questions(self, dag_id: str, run_id: str) -> list[Answer]:
        """Return the questions of a run's tasks to a person: `subject`, `body`, `options` and `params`, the form."""
        questions = self._ask("GET", f"{_run(dag_id, run_id)}/hitlDetails?response_received=false")["hitl_details"]
        waiting = ("running", "deferred", "awaiting_input")
        return [question for question in questions if question["task_instance"]["state"] in waiting]

    def answer(self, dag_id: str, run_id: str, task_id: str, option: str, form: Mapping[str, Any]) -> None:
        """Answer a task's question as the person who is signed in.

        Raises:
            WresError: it is answered already, or the option is none of those it gives.
        """
        body = {"chosen_options": [option], "params_input": dict(form)}
        self._ask("PATCH", f"{_run(dag_id, run_id)}/taskInstances/{quote(task_id)}/-1/hitlDetails", body)

    def log(self, dag_id: str, run_id: str, task: TaskTry) -> list[Answer]:
        """Return the log of one try of a task, an entry a line."""
        tries = f"{_run(dag_id, run_id)}/taskInstances/{quote(task.task_id)}"
        path = f"{tries}/logs/{task.attempt}?full_content=true&map_index={task.map_index}"
        content: list[Answer] = self._ask("GET", path)["content"]
        return content

    def why_failed(self, dag_id: str, run_id: str, task: TaskTry) -> str:
        """Return why a try of a task failed: the first error in its log, which is the step's own sentence."""
        errors = [entry for entry in self.log(dag_id, run_id, task) if entry.get("level") == "error"]
        if not errors:
            return f"The task {task.task_id} failed and left no message."
        for detail in errors[0].get("error_detail") or ():
            text = " ".join(detail["exc_value"].split())[:300]
            return f"The task {task.task_id} failed: {detail['exc_type']}: {text}."
        return str(errors[0]["event"])

    def _ask(self, method: str, path: str, body: Answer | None = None) -> Answer:
        if not self._token:
            sign_in = {"username": self._user, "password": self._password}
            self._token = self._send("POST", "/auth/token", sign_in)["access_token"]
        return self._send(method, path, body, {"Authorization": f"Bearer {self._token}"})

    def _send(self, method: str, path: str, body: Answer | None, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a request; an answer that may be another next time is a NoAnswerError, a refusal a WresError."""
        try:
            response = self._client.request(method, path, json=body, headers=headers)
        except httpx.TransportError as error:
            raise NoAnswerError(f"Airflow does not answer {method} {path}: {error}.") from error
        if response.status_code >= 500:  # seen: 500 for an event whose run is still queued
            raise NoAnswerError(f"Airflow failed at {method} {path} ({response.status_code}).")
        if response.status_code >= 400:
            raise WresError(f"Airflow refused {method} {path} ({response.status_code}): {_detail(response)}")
        answer: Answer = response.json()
        return answer


def _run(dag_id: str, run_id: str) -> str:
    return f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id, safe='')}"


def _part(number: int) -> str:
    return "" if number < 0 else f"[{number}]"


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"]).partition("\n")[0]
    except (ValueError, KeyError, TypeError):
        return response.text[:300]
