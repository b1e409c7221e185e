"""Collect returns: receive what senders left, check it in batches, answer every sender, announce what was accepted."""

from collections import Counter
from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, TriggerRule, dag, get_current_context, task

from wres.orchestration.assets import ACCEPTED_RETURNS
from wres.orchestration.params import as_of_param, collected_year_param, round_minutes
from wres.orchestration.task_context import DAG_DEFAULTS, TASK_DEFAULTS, all_years_context, skipped, step_context

ON_CALL = """
### Collect the returns of every collection under way

Starts by itself every 15 minutes (WRES_ROUND_MINUTES). Its first task asks which collections take returns; the others
run once for each of them, and each task shows its year. Opening and closing by hand (`wres collection open YEAR`)
counts. With no collection under way the run ends at once, every task skipped: no fault. A round that was missed is not
made up for: the next one takes in all that waits. One run at a time: another waits until it is done.

Started by hand with a **collection year** it collects that year alone. It may be started as often as you like: with
nothing waiting it does nothing.

- `plan_round` finds the collections, how much waits for each, and cuts a large round into parts, so that several
  workers take part. A round of up to 1,000 returns (WRES_BATCH_RETURNS) is one part. Each part of `receive`, `check`
  and `answer` can be cleared by itself. One that finds nothing left to do ends well: another has done it.
- `receive` stores each file in the inbox, writes its receipt, then takes it off. It fails when the disk is full
  or the registry is away: put that right and clear the task. If it says "The collection opens on ...", nothing
  is wrong: wait.
  When a channel cannot be reached it is tried again; what the other channels brought is checked meanwhile, and
  `all_received` shows that something is missing.
- `check` runs the edits on every return that waits, in batches. A bad return never makes it fail: that is
  rejected and answered. A failure is a fault of the pipeline: keep the log and call the pipeline team. What
  waits still waits.
- `answer` puts each report into the sender's outbox. It fails when the outbox cannot be written: put that right
  and clear the task; the senders that are still owed a report get it then.
- `announce` tells `build_warehouse` for which years there is something new. Skipped means that nothing new was
  accepted: no fault.

Each step can be cleared and run again on its own. Who has sent what: `wres status YEAR`.
"""


def years_to_build(parts: list[dict[str, Any]], results: list[dict[str, Any]]) -> list[int]:
    """Return the years with something accepted, or possibly accepted: by an earlier try, or a part that failed."""
    planned, done = Counter(part["year"] for part in parts), Counter(result["year"] for result in results)
    with_accepted = {result["year"] for result in results if accepted_in(result) or result["tries"] > 1}
    return sorted(year for year in planned if year in with_accepted or done[year] < planned[year])


def accepted_in(result: dict[str, Any]) -> int:
    """Return how many returns a part of a round accepted."""
    return int(result["accepted"] + result["accepted_with_queries"])


def timetable(minutes: int) -> CronTriggerTimetable | None:
    """Return when rounds start by themselves; None where they do not."""
    if not minutes:
        return None
    return CronTriggerTimetable(f"*/{minutes} * * * *", timezone="Europe/London", run_immediately=True)


# As each mapped task is named in Airflow's pages.
LABEL = "{{ task.op_kwargs['part']['label'] }}"


@dag(
    dag_display_name="Collect returns",
    schedule=timetable(round_minutes()),
    description="Receive, check and answer the returns that wait",
    doc_md=ON_CALL,
    params={"year": collected_year_param(), "as_of": as_of_param()},
    default_args={**TASK_DEFAULTS, "owner": "wres-collection-team"},
    **{**DAG_DEFAULTS, "max_active_runs": 1},  # a slow round has no queue behind it
    dagrun_timeout=timedelta(hours=6),  # nor does one that hangs stop all later ones
    tags=["wres", "collection"],
)
def collect_returns() -> None:
    """Call a step in each task; tasks pass counts to one another, never returns."""

    @task
    def plan_round() -> list[dict[str, Any]]:
        """Return the parts of this round: one or more for each collection under way."""
        from wres.intake import rounds

        with all_years_context() as pipeline:
            parts = rounds.plan_round(pipeline, get_current_context()["params"]["year"])
            if not parts:
                raise skipped("No collection is under way, so there is nothing to collect.")
            return parts

    @task(map_index_template=LABEL)
    def receive(part: dict[str, Any]) -> dict[str, Any]:
        """Receive what the senders of one part left: bytes, receipt, then off the channel."""
        from wres import steps

        with step_context(part["year"]) as request:
            first, last = part["shard"]
            return {"received": len(steps.receive(request.context, shard=(first, last)))}

    @task
    def all_received() -> None:
        """Fail the run when a channel failed; what the others brought is checked and answered all the same."""

    # One part that fails keeps nobody else's returns waiting: the tasks below run unless the round was skipped.

    @task(map_index_template=LABEL, trigger_rule=TriggerRule.NONE_SKIPPED)
    def check(part: dict[str, Any]) -> dict[str, Any]:
        """Run the edits on the pending returns of a year that no other worker has in hand."""
        from wres import steps

        with step_context(part["year"]) as request:
            return {"year": request.year, **steps.validate_pending(request.context), "tries": request.tries}

    @task(map_index_template=LABEL, trigger_rule=TriggerRule.NONE_SKIPPED)
    def answer(part: dict[str, Any]) -> dict[str, Any]:
        """Send the reports that are due."""
        from wres import steps

        with step_context(part["year"]) as request:
            return {"answered": steps.send_pending_reports(request.context)}

    @task(outlets=[ACCEPTED_RETURNS], trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
    def announce(parts: Any, checked: Any) -> None:
        """Give an event for each year with something newly accepted, or possibly accepted by a try that failed."""
        results = checked[:]  # in one request; going through them asks for one too many, which Airflow logs as an error
        years = years_to_build(list(parts), results)
        if not years:
            raise skipped("Nothing new was accepted, so there is nothing to build.")
        context = get_current_context()
        event = context["outlet_events"][ACCEPTED_RETURNS]
        event.add_partitions([str(year) for year in years])
        event.extra = {"accepted": sum(accepted_in(result) for result in results), "as_of": context["params"]["as_of"]}

    parts: Any = plan_round()
    received, checked = receive.expand(part=parts), check.expand(part=parts)
    received >> [checked, all_received()]
    checked >> answer.expand(part=parts)
    announce(parts, checked)


collect_returns()
