"""Start the parts of the local Airflow: scheduler, DAG processor, triggerer and API server, each a process.

One process imports Airflow, which takes some seconds of the processor; each part is a copy of it (a fork) that becomes
Airflow's own command. The scheduler's copy imports the libraries of the steps too, while the others start: its
LocalExecutor forks a process for each task, and a task that inherits the libraries need not import them, which takes
some seconds for each that checks returns.

They are the plain commands of Airflow. `airflow standalone` starts the same four, but it imports Airflow in each, and
neither notices when one of them ends nor ends them when it is killed itself. When a part ends by itself, its name is
written to the output and all others are ended.
"""

import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from wres.orchestration.task_libraries import import_task_libraries

MIGRATION = "migrate"
_COMMANDS: dict[str, tuple[str, ...]] = {
    MIGRATION: ("db", "migrate"),
    "api-server": ("api-server",),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
    "scheduler": ("scheduler", "--skip-serve-logs"),
}
_COMMAND_MODULES = ("api_server", "dag_processor", "triggerer", "scheduler")
_LOOK_EVERY = 0.2  # seconds
_LARGE_LOG = 20_000_000  # bytes; a larger one is set aside at the next start


def main() -> None:
    """Start all parts, and stay until one of them ends; the first argument is the folder for their logs."""
    logs = Path(sys.argv[1])
    import_module("airflow.cli.cli_parser")
    # As every command of Airflow does first; all parts must have the one key that is in that file.
    import_module("airflow.configuration").write_default_airflow_configuration_if_needed()
    parts: dict[int, str] = {}
    signal.signal(signal.SIGTERM, lambda _number, _frame: _end(parts))
    migration = _start(MIGRATION, logs, parts)
    for name in _COMMAND_MODULES:
        import_module(f"airflow.cli.commands.{name}_command")
    ready, migrated = os.pipe()
    for name in ("api-server", "scheduler"):  # both begin with work that needs no database
        _start(name, logs, parts, ready)
    if os.waitpid(migration, 0)[1]:
        print(parts.pop(migration), flush=True)  # noqa: T201 - the starter reads it
        _end(parts)
    del parts[migration]
    os.write(migrated, b"api")  # to the API server, for which the scheduler waits
    for name in ("dag-processor", "triggerer"):
        _start(name, logs, parts)
    print(parts.pop(os.wait()[0]), flush=True)  # noqa: T201
    _end(parts)


def _start(name: str, logs: Path, parts: dict[int, str], ready: int | None = None) -> int:
    """Start a part as a copy of this process, note it under its process id, and return that.

    `ready` is a pipe that can be read once the database is migrated.
    """
    if not (part := os.fork()):
        os._exit(_exit_code(name, logs, ready))
    parts[part] = name
    return part


def _exit_code(name: str, logs: Path, ready: int | None) -> int:
    """Be a part until it ends, and return its exit code.

    The caller leaves by `os._exit`: taking down all that was imported would first copy what the processes share.
    """
    try:
        _become(name, logs, ready)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _end(parts: Iterable[int]) -> None:
    """Ask every part to end, wait for them, and end; whoever started this kills what takes too long."""
    for part in parts:
        with suppress(ProcessLookupError):
            os.kill(part, signal.SIGTERM)
    for part in parts:
        with suppress(ChildProcessError):
            os.waitpid(part, 0)
    os._exit(1)


def _become(name: str, logs: Path, ready: int | None) -> None:
    """Become Airflow's own command, with a log of its own."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.setpgrp()  # in the session of the process that started it, by which all that it starts is found and ended
    log = logs / f"{name}.log"
    if log.is_file() and log.stat().st_size > _LARGE_LOG:
        log.replace(log.with_suffix(".log.1"))
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(handle, stream)
    os.close(handle)
    if name == "scheduler":
        import_task_libraries()
        _wait_for_api_server()
    elif name == "api-server" and ready is not None:
        import_module("airflow.api_fastapi.main")  # makes the application, which takes some seconds
        os.read(ready, 1)
    from airflow.__main__ import main as airflow

    sys.argv = ["airflow", *_COMMANDS[name]]
    airflow()  # type: ignore[no-untyped-call]


def _wait_for_api_server() -> None:
    """Wait until tasks can report; the first request takes the API server seconds: better now than in a task."""
    import httpx
    from airflow.configuration import conf

    address = f"{conf.get('core', 'execution_api_server_url')}health"
    while True:
        with suppress(httpx.TransportError):
            if httpx.get(address, timeout=120, trust_env=False).is_success:
                return
        time.sleep(_LOOK_EVERY)


if __name__ == "__main__":
    main()
