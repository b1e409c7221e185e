"""`make up`: the embedded Airflow with its web pages, until Ctrl-C. It shows the runs of the demonstration too."""

import os
import socket
import sys

from pipeline.errors import WresError
from pipeline.orchestration.home import ADMINISTRATOR, COMMAND, environment, occupy, prepare
from pipeline.settings import load_settings

_PORT = 8080


def main() -> int:
    """Prepare the home, say where to sign in, and become `airflow standalone`."""
    try:
        settings = load_settings()
        lock = occupy(settings)
        _need_free(_PORT)
        env = environment(settings, _PORT)
        password = prepare(settings, env)
    except WresError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    print(f"Airflow: http://127.0.0.1:{_PORT} (ready in about 20 seconds; Ctrl-C stops it)")  # noqa: T201
    print(f"Sign in as {ADMINISTRATOR} with {password}", flush=True)  # noqa: T201
    os.set_inheritable(lock, True)  # the home stays held
    os.execve(COMMAND[0], [*COMMAND, "standalone"], env)  # noqa: S606 - our own interpreter


def _need_free(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise WresError(f"Something else listens on port {port} of this machine. Stop it and try again.")


if __name__ == "__main__":
    sys.exit(main())
