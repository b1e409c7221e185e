"""Configure Celery for Airflow's workers: Airflow's own settings, and the libraries of the steps imported at the start.

The setting `[celery] celery_config_options` names `CELERY_CONFIG`. A worker imports the libraries before it forks the
processes in which tasks run.
"""

from typing import Any

from airflow.providers.celery.executors.default_celery import DEFAULT_CELERY_CONFIG
from celery.signals import worker_init

from wres.orchestration.task_libraries import import_task_libraries

CELERY_CONFIG: dict[str, Any] = {**DEFAULT_CELERY_CONFIG}


def _prepare_worker(**_signal: object) -> None:
    """Import the libraries as a worker starts; other processes with this configuration do not need them."""
    import_task_libraries()


worker_init.connect(_prepare_worker, weak=False)
