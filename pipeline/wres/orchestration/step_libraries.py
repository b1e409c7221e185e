"""Import the libraries of the steps before a task needs them.

Airflow forks a process for each task, and a task that inherits the libraries need not import them, which takes some
seconds for each that checks returns.
"""

from importlib import import_module

_USED_BY_STEPS = (
    "airflow.providers.standard.operators.trigger_dagrun",
    "duckdb",
    "jinja2",
    "pandas",
    "pyiceberg.catalog.sql",
    "wres.catalogue.write_catalogue",
    "wres.feedback.validate_pending",
    "wres.intake.deliver_reports",
    "wres.local_report.deliver_local_reports",
    "wres.monitoring.progress_page",
    "wres.orchestration.waiting_operators",
    "wres.release.large_release",
    "wres.release.publish",
    "wres.signoff.approval",
    "wres.signoff.checklist",
    "wres.warehouse.build",
    "xlsxwriter",
)


def import_step_libraries() -> None:
    """Import what the steps use, in the process that tasks are forked from."""
    from wres.validation.gx_adapter import great_expectations

    for name in _USED_BY_STEPS:
        import_module(name)
    great_expectations()
