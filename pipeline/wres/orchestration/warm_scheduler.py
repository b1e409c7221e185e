"""Start Airflow's scheduler with the libraries of the steps already imported.

Its LocalExecutor forks a process for each task. A task that inherits the libraries need not import them: some seconds
of the processor for each task that checks returns, for Great Expectations alone.
"""

import sys
from importlib import import_module

from wres.validation.gx_adapter import great_expectations

_USED_BY_STEPS = (
    "duckdb",
    "jinja2",
    "pandas",
    "pyiceberg.catalog.sql",
    "wres.catalogue.write_catalogue",
    "wres.feedback.validate_pending",
    "wres.intake.deliver_reports",
    "wres.local_report.deliver_local_reports",
    "wres.monitoring.progress_page",
    "wres.release.publish",
    "wres.signoff.approval",
    "wres.signoff.checklist",
    "wres.warehouse.build",
    "xlsxwriter",
)


def main() -> None:
    """Become Airflow's own command `airflow scheduler`."""
    for name in _USED_BY_STEPS:
        import_module(name)
    great_expectations()
    from airflow.__main__ import main as airflow

    sys.argv = ["airflow", *sys.argv[1:]]
    airflow()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
