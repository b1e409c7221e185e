"""The local Airflow's home under WRES_HOME/airflow: its settings, its database, its accounts."""

import json
import os
import secrets
import socket
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from wres.errors import WresError
from wres.settings import Settings, load_settings, package_data, sqlite_url
from wres.storage.file_locks import file_lock

ADMINISTRATOR = "admin"
APPROVER = "approver"
# Who may sign in, and their roles in Airflow: a viewer looks, a user starts and clears runs and answers questions.
ACCOUNTS = {"viewer": "viewer", "collector": "user", APPROVER: "user", ADMINISTRATOR: "admin"}
ROLES = {
    "viewer": "looks",
    "collector": "starts and clears runs",
    APPROVER: "approves releases",
    ADMINISTRATOR: "does everything but approve",
}
COMMAND = (sys.executable, "-m", "airflow")


def home_of(settings: Settings) -> Path:
    """Return the folder that holds all that the local Airflow keeps."""
    return (settings.home / "airflow").resolve()


def environment(settings: Settings, port: int, log_ports: Sequence[int] = (0, 0)) -> dict[str, str]:
    """Return the environment of every local Airflow process.

    Airflow variables of the machine are left out: they may point at somebody's real Airflow.
    """
    home = home_of(settings)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW", "_AIRFLOW"))}
    address = f"http://127.0.0.1:{port}"
    options = {
        "CORE__DAGS_FOLDER": str(package_data("dags")),
        "CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__HOSTNAME_CALLABLE": "socket.gethostname",  # the default asks name servers, which may not answer
        "CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in ACCOUNTS.items()),
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "DATABASE__SQL_ALCHEMY_CONN": sqlite_url(home / "airflow.db"),
        "LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "LOGGING__NAMESPACE_LEVELS": "pyiceberg=WARNING",  # it tells of every file that it opens
        "LOGGING__WORKER_LOG_SERVER_PORT": str(log_ports[0]),
        "LOGGING__TRIGGER_LOG_SERVER_PORT": str(log_ports[1]),
        "API__BASE_URL": address,
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__WORKERS": "1",
        "API__INSTANCE_NAME": "WRES (simulated)" if settings.simulated else "WRES",
        # Both defaults suit hundreds of DAGs; with three they are what a run spends most of its time waiting for.
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        # The DAG files are the package's own: they are read at the start, and need not be read every half minute.
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
        # A small or busy machine may take long to answer itself; giving up after 5 seconds only makes it busier.
        "WORKERS__EXECUTION_API_TIMEOUT": "60",
        "WORKERS__MAX_FAILED_HEARTBEATS": "30",
    }
    return {
        **inherited,
        "AIRFLOW_HOME": str(home),
        "WRES_HOME": str(settings.home.resolve()),
        "WRES_ROUND_MINUTES": str(settings.round_minutes),
        "WRES_APPROVERS": ",".join(settings.approvers),
        **({"WRES_YEARS": str(settings.years.resolve())} if settings.years else {}),
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
        **{f"AIRFLOW__{key}": value for key, value in options.items()},
    }


def write_welcome(settings: Settings, year: int | None) -> None:
    """Write what Airflow's first page says: that all is simulated, and what to do first."""
    text = (
        f"Everything here is simulated. The {year} collection goes on by itself: a day passes every ten seconds, and "
        "returns arrive. Look at **Progress** in the menu, then at the DAG **Collect returns**. After the hard close, "
        "in about twenty minutes, start **Publish tables** for that year, and answer its question under **Required "
        "Actions** as `approver`. Before, each return makes a new build, and an approval holds for one build alone."
        if year
        else "Start with **Progress** in the menu. Each DAG says in its documentation what it does."
    )
    folder = home_of(settings) / "config"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "airflow_local_settings.py").write_text(
        "from airflow.api_fastapi.common.types import UIAlert\n\n"
        f"DASHBOARD_UIALERTS = [UIAlert(text={text!r}, category={'warning' if year else 'info'!r})]\n",
        encoding="utf-8",
    )


@contextmanager
def lock_home(settings: Settings) -> Iterator[None]:
    """Make the home and hold it: two schedulers on one SQLite database would start a task twice.

    Raises:
        WresError: another process holds it.
    """
    home = home_of(settings)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file_lock(str(home / "lock"), wait=False) as mine:
        if not mine:
            raise WresError(f"An embedded Airflow already runs on {home}. Stop it, or set another WRES_HOME.")
        yield


def prepare(settings: Settings) -> dict[str, str]:
    """Make the database's file, where it is missing, and give every account a password; returns the passwords."""
    home = home_of(settings)
    with closing(sqlite3.connect(home / "airflow.db")) as database:
        database.execute("PRAGMA journal_mode=WAL")  # stays with the file: readers no longer wait for the writer
    return _passwords(home / "passwords.json")


def _passwords(path: Path) -> dict[str, str]:
    """Return each account's password; a new one is made up and written where only this user reads it."""
    stored: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    passwords = {name: stored.get(name) or secrets.token_urlsafe(9) for name in ACCOUNTS}
    if passwords != stored:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(passwords, file)
    return passwords


def free_ports(*wanted: int) -> list[int]:
    """Return these ports of the loopback address, each once it is known to be free; any free one for 0.

    Raises:
        WresError: a port is in use.
    """
    with ExitStack() as probes:
        return [_free_port(probes.enter_context(socket.socket()), port) for port in wanted]


def _free_port(probe: socket.socket, wanted: int) -> int:
    """Bind a socket to a port of this machine, any free one for 0, and return its number."""
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", wanted))
    except OSError:
        raise WresError(
            f"Port {wanted} of this machine is in use. Stop what listens there, or choose another: make up PORT=8081"
        ) from None
    port: int = probe.getsockname()[1]
    return port


def main() -> None:
    """Become Airflow's own command with the settings of the local Airflow: `make airflow ARGS="dags list"`."""
    settings = load_settings()
    os.execve(sys.executable, [*COMMAND, *sys.argv[1:]], environment(settings, 8080))  # noqa: S606 - our interpreter


if __name__ == "__main__":
    main()
