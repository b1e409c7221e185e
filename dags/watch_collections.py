"""Watch: each hour, tell somebody what should have happened by now and has not."""

from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task

from wres.orchestration.alerts import send_alert
from wres.orchestration.params import as_of_param
from wres.orchestration.task_context import DAG_DEFAULTS, TASK_DEFAULTS, all_years_context

ON_CALL = """
### Watch the collections

Starts by itself each hour, and looks for three things: no collecting round has finished for an hour; answers could
not be sent for an hour; a release is due within three days and its build is not approved. What is new since the last
look, and at 8 in the morning all of it, is mailed to those whom WRES_ALERT_TO names, through Airflow's connection
`smtp_default`, and sent to the addresses of WRES_ALERT_URLS (a chat, a phone, a webhook). A task of any DAG that fails
for good is sent at once, without this DAG.

- `look` shows what it found in its log and its XCom. It fails when the registry is away: put that right; the next hour
  looks again.
"""


@dag(
    dag_display_name="Watch collections",
    schedule=CronTriggerTimetable("5 * * * *", timezone="Europe/London"),
    description="What should have happened by now and has not",
    doc_md=ON_CALL,
    params={"as_of": as_of_param()},
    default_args={**TASK_DEFAULTS, "owner": "wres-collection-team"},
    **{**DAG_DEFAULTS, "max_active_runs": 1},
    tags=["wres", "collection"],
)
def watch_collections() -> None:
    """Look for what is overdue, and alert about what the last run did not find."""

    @task
    def look() -> list[str]:
        """Return a sentence for each thing that is overdue."""
        from wres.clock import LONDON
        from wres.monitoring.attention import list_overdue

        context = get_current_context()
        with all_years_context() as pipeline:
            overdue = list_overdue(pipeline)
        before = context["ti"].xcom_pull(task_ids="look", include_prior_dates=True) or []
        morning = context["dag_run"].run_after.astimezone(LONDON).hour == 8
        if lines := [line for line in overdue if morning or line not in before]:
            send_alert("WRES: something is overdue", lines, context)
        return overdue

    look()


watch_collections()
