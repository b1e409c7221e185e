"""A Celery worker imports the libraries of the steps before it forks, and no other process does."""

import subprocess
import sys

import pytest

from tests.production.compose_file import environment_of, made_up_secrets

_WORKER_STARTS = "from celery.signals import worker_init; worker_init.send(sender=None)"


@pytest.mark.slow
@pytest.mark.parametrize(("event", "loaded"), [("", "False"), (_WORKER_STARTS, "True")])
def test_only_a_worker_that_starts_imports_the_libraries(event: str, loaded: str) -> None:
    option = environment_of("worker", made_up_secrets())["AIRFLOW__CELERY__CELERY_CONFIG_OPTIONS"]
    module, _, name = option.rpartition(".")
    lines = ("import sys", f"from {module} import {name}", event, "print('great_expectations' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True, capture_output=True, text=True)
    assert done.stdout.split()[-1] == loaded
