"""`make up`: the embedded Airflow with its web pages, until Ctrl-C. It shows the runs of the demonstration too."""

import sys
from contextlib import suppress

from pipeline.errors import WresError
from pipeline.orchestration.embedded import EmbeddedAirflow
from pipeline.orchestration.home import ADMINISTRATOR

_PORT = 8080


def main() -> int:
    """Start it, say where to sign in, and stay."""
    try:
        print("Starting Airflow; this takes about 20 seconds.", flush=True)  # noqa: T201
        with suppress(KeyboardInterrupt), EmbeddedAirflow(port=_PORT) as airflow:
            print(f"Airflow is at http://127.0.0.1:{_PORT}; Ctrl-C stops it.")  # noqa: T201
            print(f"Sign in as {ADMINISTRATOR} with {airflow.password}", flush=True)  # noqa: T201
            airflow.stay()
    except WresError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
