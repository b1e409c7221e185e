"""The embedded Airflow's home under WRES_HOME/airflow: its settings, its database, its administrator."""

import fcntl
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from pipeline.errors import WresError
from pipeline.settings import Settings, shipped, sqlite_url

ADMINISTRATOR = "admin"
COMMAND = (sys.executable, "-m", "airflow")


def home_of(settings: Settings) -> Path:
    """The folder that holds all that the embedded Airflow keeps."""
    return (settings.home / "airflow").resolve()


def environment(settings: Settings, port: int) -> dict[str, str]:
    """The environment of every embedded Airflow process.

    Airflow variables of the machine are left out: they may point at somebody's real Airflow.
    """
    home = home_of(settings)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW", "_AIRFLOW"))}
    here = f"http://127.0.0.1:{port}"
    ours = {
        "CORE__DAGS_FOLDER": str(shipped("dags")),
        "CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__HOSTNAME_CALLABLE": "socket.gethostname",  # the default asks name servers, which may not answer
        "CORE__EXECUTION_API_SERVER_URL": f"{here}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMINISTRATOR}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "DATABASE__SQL_ALCHEMY_CONN": sqlite_url(home / "airflow.db"),
        "LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "API__BASE_URL": here,
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__WORKERS": "1",
        # Both defaults suit hundreds of DAGs; with three they are what a run spends most of its time waiting for.
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        # A small or busy machine may take long to answer itself; giving up after 5 seconds only makes it busier.
        "WORKERS__EXECUTION_API_TIMEOUT": "60",
        "WORKERS__MAX_FAILED_HEARTBEATS": "30",
    }
    return {
        **inherited,
        "AIRFLOW_HOME": str(home),
        "WRES_HOME": str(settings.home.resolve()),
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
        **{f"AIRFLOW__{key}": value for key, value in ours.items()},
    }


def occupy(settings: Settings) -> int:
    """Make the home and hold it for this process: two schedulers on one SQLite database would start a task twice.

    Returns the lock's file descriptor; the home is held until it is closed.

    Raises:
        WresError: another process holds it.
    """
    home = home_of(settings)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise WresError(f"An embedded Airflow already runs on {home}. Stop it, or set another WRES_HOME.") from None
    return lock


def prepare(settings: Settings, env: dict[str, str]) -> str:
    """Bring the database up to this version of Airflow and write the administrator's password, which is returned.

    Raises:
        WresError: the database cannot be prepared.
    """
    home = home_of(settings)
    with closing(sqlite3.connect(home / "airflow.db")) as database:
        database.execute("PRAGMA journal_mode=WAL")  # stays with the file: readers no longer wait for the writer
    with (home / "migrate.log").open("wb") as log:
        command = [*COMMAND, "db", "migrate"]
        done = subprocess.run(command, env=env, stdout=log, stderr=log, check=False)  # noqa: S603 - our interpreter
    if done.returncode:
        raise WresError(f"Airflow's database could not be prepared. {home / 'migrate.log'} says why.")
    return _password(home / "passwords.json")


def _password(path: Path) -> str:
    """The administrator's password; the first time it is made up and written where only this user reads it."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump({ADMINISTRATOR: secrets.token_urlsafe(12)}, file)
    password: str = json.loads(path.read_text())[ADMINISTRATOR]
    return password


def free_port(wanted: int) -> int:
    """The wanted port of the loopback address, or any free one for 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            raise WresError(
                f"Port {wanted} of this machine is in use. Stop what listens there and try again."
            ) from None
        port: int = probe.getsockname()[1]
        return port
