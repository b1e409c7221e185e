"""Is this part of the pipeline well? `healthy.py PART` exits with 0 when it is, else with 1 and a line that says why.

PART is api-server, scheduler, dag-processor, triggerer, worker or web. Airflow's own command for this takes five
seconds of processor time at every asking; this takes a fraction of one.
"""

import json
import os
import socket
import sys
import urllib.request
from typing import Any
from urllib.parse import urljoin

_PATIENCE = 10  # seconds
# What the API server calls them; of itself it says whether it reaches its database.
_NAMES = {
    "api-server": "metadatabase",
    "scheduler": "scheduler",
    "dag-processor": "dag_processor",
    "triggerer": "triggerer",
}


def airflow_says(part: str) -> bool:
    """Whether the API server has heard from a part lately, and tasks can report to it.

    The first report that it is asked for takes it some seconds; no task should be the one that waits for them.
    """
    execution = os.environ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]
    _ask(urljoin(execution, "health"))
    return bool(_ask(urljoin(execution, "/api/v2/monitor/health"))[_NAMES[part]]["status"] == "healthy")


def _ask(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:  # noqa: S310 - our own server
        return json.load(answer)


def worker_answers() -> bool:
    """Whether the Celery worker of this machine answers by way of the broker."""
    from celery import Celery

    broker = Celery(broker=os.environ["AIRFLOW__CELERY__BROKER_URL"])
    name = os.environ.get("WRES_WORKER", f"celery@{socket.gethostname()}")
    return bool(broker.control.ping(destination=[name], timeout=_PATIENCE, limit=1))


def page_answers() -> bool:
    """Whether the page for senders answers on this machine, and can check what is sent."""
    with urllib.request.urlopen("http://127.0.0.1:8081/health", timeout=_PATIENCE) as answer:
        return bool(answer.status == 200)


_ANSWERS = {"worker": worker_answers, "web": page_answers}


def main() -> None:
    """Ask, and say what is wrong."""
    part = sys.argv[1]
    try:
        well = _ANSWERS[part]() if part in _ANSWERS else airflow_says(part)
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"{part} cannot be asked: {type(error).__name__}")
    if not well:
        sys.exit(f"{part} does not answer")


if __name__ == "__main__":
    main()
