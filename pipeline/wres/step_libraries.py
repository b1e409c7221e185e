"""Import the libraries of the steps before a step needs them: in a process that has nothing else to do yet."""

from importlib import import_module

_USED_BY_STEPS = (
    "duckdb",
    "gptables",
    "jinja2",
    "markdown_it",
    "pandas",
    "pyiceberg.catalog.sql",
    "rich.console",
    "sqlglot.dialects.duckdb",
    "wres.catalogue.write_catalogue",
    "wres.feedback.report_files",
    "wres.feedback.validate_pending",
    "wres.intake.deliver_reports",
    "wres.intake.rounds",
    "wres.local_report.deliver_local_reports",
    "wres.monitoring.progress_page",
    "wres.release.large_release",
    "wres.release.publish",
    "wres.signoff.approval",
    "wres.signoff.checklist",
    "wres.signoff.national_review",
    "wres.warehouse.build",
    "xlsxwriter",
)


def import_step_libraries() -> None:
    """Import what the steps use."""
    from wres.validation.gx_adapter import great_expectations

    great_expectations()
    for name in _USED_BY_STEPS:
        import_module(name)
