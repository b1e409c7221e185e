"""Import the libraries of the steps before a task needs them.

Airflow forks a process for each task, and a task that inherits the libraries need not import them, which takes some
seconds for each that checks returns.
"""

from importlib import import_module

from wres.step_libraries import import_step_libraries

_USED_BY_TASKS = ("airflow.providers.standard.operators.trigger_dagrun", "wres.orchestration.waiting_operators")


def import_task_libraries() -> None:
    """Import what the steps and their tasks use, in the process that tasks are forked from."""
    for name in _USED_BY_TASKS:
        import_module(name)
    import_step_libraries()
