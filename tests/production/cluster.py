"""The services of compose.yaml as processes of this machine: the same commands, settings and scripts."""

import os
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
from celery import Celery

from tests.production.compose_file import DOCKER, command_of, environment_of, made_up_secrets

if TYPE_CHECKING:
    from pyarrow.fs import S3FileSystem

PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")
_WEED = ("master", "master.port.grpc", "volume", "volume.port.grpc", "filer", "filer.port.grpc", "s3", "s3.port.grpc")
# What production waits a minute for takes seconds here; and this machine may be busy with other tests.
_QUICKER = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
    "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "20",
    "AIRFLOW__CELERY__WORKER_CONCURRENCY": "2",
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    "AIRFLOW__WORKERS__MAX_FAILED_HEARTBEATS": "30",
}


class Cluster:
    """Started part by part; `stop` ends all of them. Every part has a folder of its own, as a container has."""

    def __init__(self, folder: Path, programs: list[Path], dags: Path, postgres: Path, clock: str) -> None:
        """`programs` are folders, the image's first; `postgres` is a socket folder; `clock` is WRES_AS_OF."""
        self.folder, self.home = folder, folder / "home"
        self.variables = made_up_secrets()
        self._programs, self._dags, self._postgres, self.clock = programs, dags, postgres, clock
        self._processes: dict[str, psutil.Popen] = {}
        names = ("api-server", "redis", *_WEED)
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))

    def environment(self, service: str, name: str) -> dict[str, str]:
        """A service's environment, each host name replaced by where that is on this machine."""
        file = self.folder / name
        file.mkdir(exist_ok=True)
        variables = {
            "PATH": os.pathsep.join([*map(str, self._programs), os.environ["PATH"]]),
            "HOME": str(file),
            "TMPDIR": str(file),
            "PGHOST": str(self._postgres),
            "no_proxy": "*",
        }
        for key, value in environment_of(service, self.variables).items():
            variables[key] = self._local_address(value)
        if service in ("postgres", "redis", "s3"):
            return variables
        return {
            **variables,
            **_QUICKER,
            "AIRFLOW_HOME": str(file),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self._dags),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(self.folder / "logs"),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.ports["api-server"]),
            "WRES_HOME": str(self.home),
            "WRES_AS_OF": self.clock,
            "WRES_WORKER": f"{name}@{socket.gethostname()}",
        }

    def start(self, service: str, name: str = "") -> None:
        """Start what a service's container would run."""
        name = name or service
        environment, command = self.environment(service, name), command_of(service)
        if service == "s3":
            command = ["sh", str(DOCKER / "s3.sh"), *self._weed_options()]
        elif service == "redis":
            command[-1] += f" --port {self.ports['redis']} --bind 127.0.0.1"
        elif service == "worker":
            command = [*command, "--celery-hostname", environment["WRES_WORKER"], "--skip-serve-logs"]
        elif service in ("scheduler", "triggerer"):
            command = [*command, "--skip-serve-logs"]
        with (self.folder / f"{name}.log").open("wb") as log:
            self._processes[name] = psutil.Popen(
                command,
                cwd=self.folder / name,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def process(self, name: str) -> psutil.Process:
        """Return the process of a part that was started."""
        return psutil.Process(self._processes[name].pid)

    def run(self, service: str, *command: str | Path) -> None:
        """Run a command with a service's environment and wait for it."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(service, service),
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"

    def well(self, part: str, name: str = "") -> bool:
        """Whether the health check of a service's container would be content."""
        done = subprocess.run(
            [self._programs[0] / "python", DOCKER / "healthy.py", part],
            env=self.environment(part, name or part),
            check=False,
            capture_output=True,
        )
        return done.returncode == 0

    def lose(self, name: str) -> None:
        """End a part as a machine does that loses its power: at once, with all that it had begun."""
        process = self._processes.pop(name)
        every = [process, *process.children(recursive=True)]
        for access in every:
            with suppress(psutil.NoSuchProcess):
                access.kill()
        psutil.wait_procs(every, timeout=10)

    def stop(self) -> None:
        """End everything."""
        for name in reversed(list(self._processes)):
            self.lose(name)

    def wait(self, until: Callable[[], object], within: float, event: str) -> None:
        """Look again and again, with every part alive."""
        end = time.monotonic() + within
        while not until():
            assert time.monotonic() < end, f"{event} did not happen within {within} s; {self._tails()}"
            for name, process in self._processes.items():
                assert process.poll() is None, f"{name} ended by itself; {self._tails()}"
            time.sleep(0.2)

    def query(self, database: str, statement: str, *values: object) -> list[tuple[object, ...]]:
        """What a database of the cluster answers."""
        with psycopg.connect(host=str(self._postgres), user=database, dbname=database) as connection:
            return connection.execute(statement, values).fetchall()

    def count(self, table: str) -> int:
        """How many rows a table of the registry has."""
        [[number]] = self.query("wres", f"SELECT count(*) FROM {table}")
        return int(str(number))

    def runs(self, dag_id: str) -> dict[str, str]:
        """The state of each run of a DAG."""
        return {
            str(run): str(state)
            for run, state in self.query("airflow", "SELECT run_id, state FROM dag_run WHERE dag_id = %s", dag_id)
        }

    def tries(self, task_id: str) -> int:
        """The number of the last try of a task, in whichever run had most of them."""
        [[number]] = self.query("airflow", "SELECT max(try_number) FROM task_instance WHERE task_id = %s", task_id)
        return int(str(number))

    def at_work(self) -> tuple[str, str]:
        """The worker that runs a task at this moment, and the other."""
        broker = Celery(broker=self.environment("worker", "at-work")["AIRFLOW__CELERY__BROKER_URL"])
        tasks = broker.control.inspect(timeout=5, limit=2).active()
        [busy] = [name.partition("@")[0] for name, active in tasks.items() if active]
        [idle] = [name.partition("@")[0] for name, active in tasks.items() if not active]
        return busy, idle

    def bucket(self) -> "S3FileSystem":
        """The object store as its keeper sees it."""
        from pyarrow.fs import S3FileSystem

        return S3FileSystem(
            access_key=self.variables["WRES_S3_KEEPER_KEY"],
            secret_key=self.variables["WRES_S3_KEEPER_SECRET"],
            endpoint_override=f"http://127.0.0.1:{self.ports['s3']}",
            region="us-east-1",
        )

    def _local_address(self, value: str) -> str:
        if "@postgres/" in value:
            head, database = value.split("@postgres/")
            return f"{head}@/{database}?host={self._postgres}"
        for host, port in (("redis:6379", "redis"), ("api-server:8080", "api-server"), ("s3:8333", "s3")):
            value = value.replace(host, f"127.0.0.1:{self.ports[port]}")
        return value

    def _weed_options(self) -> list[str]:
        ports = {name if ".port" in name else f"{name}.port": self.ports[name] for name in _WEED}
        options = {**ports, "dir": self.folder / "s3", "s3.ip.bind": "127.0.0.1"}
        return [f"-{name}={value}" for name, value in options.items()]

    def _tails(self) -> str:
        faulty = self.query("airflow", "SELECT filename, stacktrace FROM import_error")
        return f"{faulty}" + "".join(
            f"\n== {log.name}\n{log.read_text()[-1500:]}" for log in sorted(self.folder.glob("*.log"))
        )


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on."""
    with ExitStack() as open_ones:
        sockets = [open_ones.enter_context(socket.socket()) for _ in range(number)]
        for listener in sockets:
            listener.bind(("127.0.0.1", 0))
        return [socket.getsockname()[1] for socket in sockets]
