"""Chasing: write the chase list of every collection under way, each morning, before the deadline and after it."""

from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from wres.orchestration.params import as_of_param
from wres.orchestration.task_context import DAG_DEFAULTS, TASK_DEFAULTS, all_years_context, skipped

ON_CALL = """
### Write the chase lists

Starts by itself at 7 in the morning, London's time. For each collection that is open, or late but not closed, it
writes `WRES_HOME/progress/YEAR/chase-list.csv` (whom to write to, why, and what) and the progress page beside it.
It sends nothing. It may be run at any time and as often as you like.

- `write` fails when the folder cannot be written or the registry is away: put that right and clear the task.
  Skipped means that no collection is open: no fault.

One year's list by hand: `wres chase YEAR`. Addresses come from a file that you load: `wres contacts load FILE`.
"""


@dag(
    dag_display_name="Chase outstanding returns",
    schedule=CronTriggerTimetable("0 7 * * *", timezone="Europe/London"),
    description="Whom to write to about returns that are outstanding",
    doc_md=ON_CALL,
    params={"as_of": as_of_param()},
    default_args={**TASK_DEFAULTS, "owner": "wres-collection-team"},
    **DAG_DEFAULTS,
    tags=["wres", "collection"],
)
def chase_outstanding() -> None:
    """Write the pages and lists of the years under way, in one task."""

    @task
    def write() -> dict[str, Any]:
        """Write the page and the chase list of each year; returns the paths of the pages."""
        from wres import steps
        from wres.intake.rounds import open_years

        with all_years_context() as pipeline:
            years = open_years(pipeline)
            pages = {str(year): str(steps.write_progress_page(pipeline.for_year(year))) for year in years}
        if not pages:
            raise skipped("No collection is open, so there is nobody to chase.")
        return pages

    write()


chase_outstanding()
