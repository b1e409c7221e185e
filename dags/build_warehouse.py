"""Building: write the standing returns of a year to the warehouse and count them."""

from typing import Any

from airflow.sdk import PartitionedAssetTimetable, dag, get_current_context, task

from wres.orchestration.assets import ACCEPTED_RETURNS, BUILT
from wres.orchestration.params import as_of_param, built_year_param
from wres.orchestration.task_context import DAG_DEFAULTS, TASK_DEFAULTS, step_context

ON_CALL = """
### Build the warehouse and the indicators of one year

Starts by itself when `collect_returns` has accepted something; the year is then the **partition key** of the
run. Started by hand it needs a **collection year**. It replaces the whole year in one commit, so it may be run
at any time and as often as you like; when nothing has changed it changes nothing.

- `build` writes the last good return of every organisation, then counts the indicators. If it says "No ...
  return has been accepted yet", nothing is wrong: collect first. A commit that lost a race is tried again by
  itself. After any other failure the last build still stands: put the cause right and clear the task.

The task's XCom shows the build's name and the national ratio. Its event of the asset `built` is for other DAGs to
follow; the year is the partition key.
"""


@dag(
    dag_display_name="Build warehouse",
    schedule=PartitionedAssetTimetable(assets=ACCEPTED_RETURNS),
    description="Accepted returns to the warehouse, then the indicators",
    doc_md=ON_CALL,
    params={"year": built_year_param(), "as_of": as_of_param()},
    default_args={**TASK_DEFAULTS, "owner": "wres-analysis-team"},
    **DAG_DEFAULTS,
    tags=["wres", "warehouse"],
)
def build_warehouse() -> None:
    """Build one year, with a run for each year that an event names."""

    @task(outlets=[BUILT])
    def build() -> dict[str, Any]:
        """Write the year to the warehouse and count it; gives the build and its headline."""
        from wres import steps

        with step_context() as request:
            built = steps.build(request.context)
        event = get_current_context()["outlet_events"][BUILT]
        event.add_partitions(str(request.year))
        event.extra = {"build": built["build"]}
        return built

    build()


build_warehouse()
