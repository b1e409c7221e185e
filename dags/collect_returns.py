"""Collecting: take in what senders left, judge it in batches, answer every sender, announce what was accepted."""

from typing import Any

from airflow.sdk import dag, get_current_context, task

from pipeline.orchestration.assets import ACCEPTED_RETURNS
from pipeline.orchestration.params import as_of_param, optional_year_param
from pipeline.orchestration.running import (
    DAG_DEFAULTS,
    TASK_DEFAULTS,
    leave_it_to_an_earlier_round,
    one_step,
    skipped,
)
from pipeline.orchestration.timetable import CollectionTimetable

ON_CALL = """
### Collect the returns of one year

Starts by itself every 15 minutes for each collection that takes returns, a run for a year; the year is the
**partition key** of the run. It starts at the opening, and a minute before the deadline and the hard close too, so
that what was sent in time is received in time. With no collection open it does not start at all: the list of DAGs
shows when the next one opens. Opening and closing by hand (`wres collection open YEAR`) counts.

Started by hand it needs a **collection year**. It may be started at any time and as often as you like: with nothing
waiting it does nothing, and a second run beside it does no harm.

- `share_out` looks how much waits and cuts a large round into shares, so that several workers take part. A round of
  up to 1,000 returns (WRES_BATCH_RETURNS) is one share. Each share of `receive`, `judge` and `answer` is a task of its
  own; it can be cleared by itself. One that finds nothing left to do ends well: another has done it.
  Skipped means that an earlier run of this year is still at work: no fault, unless it stays so; look at that one.
- `receive` stores each file in the inbox, writes its receipt, then takes it off. It fails when the disk is full
  or the registry is away: put that right and clear the task. If it says "The collection opens on ...", nothing
  is wrong: wait.
  When a channel cannot be reached it is tried again; what the other channels brought is judged meanwhile, and
  `all_received` shows that something is missing.
- `judge` runs the edits on every return that waits, in batches. A bad return never makes it fail: that is
  rejected and answered. A failure is a fault of the pipeline: keep the log and call the pipeline team. What
  waits still waits.
- `answer` puts each report into the sender's outbox. It fails when the outbox cannot be written: put that right
  and clear the task; the senders that are still owed a report get it then.
- `announce` tells `build_warehouse` that there is something new. Skipped means that nothing new was accepted:
  no fault.

Each step can be cleared and run again on its own. Who has sent what: `wres status YEAR`.
"""


@dag(
    schedule=CollectionTimetable(),
    description="Receive, judge and answer the returns that wait",
    doc_md=ON_CALL,
    params={"year": optional_year_param(), "as_of": as_of_param()},
    default_args={**TASK_DEFAULTS, "owner": "wres-collection-team"},
    **DAG_DEFAULTS,
    tags=["wres", "collection"],
)
def collect_returns() -> None:
    """Each task is one call of a step; they pass counts, never returns."""

    @task
    def share_out() -> list[tuple[int, int]]:
        """Which share of how many; one of one unless much waits."""
        from pipeline import steps

        with one_step() as asked:
            leave_it_to_an_earlier_round(asked.year)
            return steps.share_out(asked.year)

    @task
    def receive(share: tuple[int, int]) -> dict[str, Any]:
        """Bytes to the landing store, a receipt, then off the channel, for the senders of one share."""
        from pipeline import steps

        with one_step() as asked:
            return {"received": len(steps.receive(asked.year, share=share))}

    @task
    def all_received() -> None:
        """Fails the run when a channel failed, though what the others brought is judged and answered all the same."""

    @task(trigger_rule="none_skipped")
    def judge(share: tuple[int, int]) -> dict[str, Any]:  # noqa: ARG001 - each takes what no other has in hand
        """The edits, on all that waits, whether or not every channel could be received."""
        from pipeline import steps

        with one_step() as asked:
            return {**steps.judge_waiting(asked.year), "tries": asked.tries}

    @task
    def answer(share: tuple[int, int]) -> dict[str, Any]:  # noqa: ARG001
        """A report to every sender that is owed one."""
        from pipeline import steps

        with one_step() as asked:
            return {"answered": steps.answer_waiting(asked.year)}

    @task(outlets=[ACCEPTED_RETURNS])
    def announce(judged: Any) -> None:
        """An event for this year, if anything new was accepted, now or by a try that did not live to say so."""
        with one_step() as asked:
            shares = list(judged)
            new = sum(one["accepted"] + one["accepted_with_queries"] for one in shares)
            if not new and all(one["tries"] == 1 for one in shares):
                raise skipped("Nothing new was accepted, so there is nothing to build.")
            event = get_current_context()["outlet_events"][ACCEPTED_RETURNS]
            event.add_partitions(str(asked.year))
            event.extra = {"accepted": new, "as_of": asked.as_of}

    shares = share_out()
    received, judged = receive.expand(share=shares), judge.expand(share=shares)
    received >> [judged, all_received()]
    judged >> answer.expand(share=shares)
    announce(judged)


collect_returns()
