"""The demonstration: simulated collections, sent round by round, through every step to the published tables."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

from wres import steps
from wres.context import Context, Progress, open_context
from wres.database.organisations import current_register, current_successions
from wres.database.receipts import get_receipts, has_real_receipts
from wres.database.releases import get_build, get_releases, get_snapshots
from wres.indicators.counted_builds import tables_of_build
from wres.monitoring.submission_status import submission_statuses
from wres.release.editions import AUDIENCE
from wres.returns.template_spec import load_template
from wres.settings import Settings
from wres.simulation.deliveries import Delivery, simulate_year
from wres.simulation.inbox import by_collection_round, deliver
from wres.simulation.marking import mark_simulated
from wres.summaries import Summary, is_public

# Runs a step (collect, build or publish) for a year as of a time: directly, or as a run of its DAG in Airflow, where
# several years may be built and published at the same time. A revision has a note that says why.
RunStep = Callable[[str, int, datetime, str | None], None]

DEMO_APPROVER = ("the demonstration", "Head of profession, simulated")  # name and role
_REVISION_NOTE = "The demonstration was run again with other returns."


def run_demo(
    settings: Settings,
    years: Iterable[int],
    *,
    returns: int | None,
    seed: int,
    progress: Progress,
    run_step: RunStep | None = None,
) -> list[Summary]:
    """Simulate these years and take them through the pipeline; one row a year of what came of it.

    Run again with the same seed it sends nothing twice and completes what a killed run left. Steps that `run_step` runs
    elsewhere go side by side: a year is built and published while the next ones are collected.

    Raises:
        WresError: the home holds real returns, or a year is unknown.
    """
    contexts = [open_context(year, settings) for year in sorted(set(years))]
    for context in contexts:
        mark_simulated(context.settings.home, has_real_receipts=has_real_receipts(context.database))
    rows: list[Summary] = []
    publishing: list[Future[Summary]] = []
    with ThreadPoolExecutor(1) as ahead:  # later years are written while the first ones go through
        sent: list[Future[list[Delivery]]] = []
        for context in contexts:
            sent.append(ahead.submit(simulated_deliveries, context, seed, returns, sent[-1] if sent else None))
        publisher = ThreadPoolExecutor(max(len(contexts), 1))  # the steps decide which year waits for which
        try:
            for context, deliveries in zip(contexts, sent, strict=True):
                run = run_step or partial(run_directly, context)
                _collect(context, deliveries.result(), run, progress)
                if run_step is None:
                    rows.append(_publish(context, run, progress))
                else:
                    publishing.append(publisher.submit(_publish, context, run, progress))
            return rows + [row.result() for row in publishing]
        finally:
            publisher.shutdown(wait=False, cancel_futures=True)


def run_directly(context: Context, step: str, year: int, as_of: datetime, note: str | None) -> None:
    """Call the step in this process; the simulated figures are approved with every warning accepted by name."""
    then = context.for_year(year).at(as_of)
    if step == "publish":
        steps.publish(then, note=note)
        warnings = [item["code"] for item in steps.checklist(then) if item["severity"] == "warning"]
        steps.approve(then, *DEMO_APPROVER, warnings, reason=_reason(then))
        if is_public(then, steps.publish(then, note=note)):
            steps.send_local_reports(then)
    else:
        {"collect": steps.collect, "build": steps.build}[step](then)


def _reason(context: Context) -> str | None:
    """Why every simulated figure may be shown, where the year's policy is open."""
    return "The figures are simulated." if context.calendar.disclosure.policy == "open" else None


def simulated_deliveries(
    context: Context, seed: int, returns: int | None, previous: "Future[list[Delivery]] | None"
) -> list[Delivery]:
    """Simulate all that the senders of one year send, by the register in force."""
    return simulate_year(
        context.calendar,
        load_template(context.calendar.template_version),
        current_register(context.database),
        current_successions(context.database),
        seed=seed,
        returns=returns,
        previous=previous.result() if previous else [],
    )


def _collect(context: Context, deliveries: list[Delivery], run_step: RunStep, progress: Progress) -> None:
    """Leave a year's deliveries in the inbox, round by round, and collect each round."""
    calendar = context.calendar
    rounds = by_collection_round(calendar, deliveries)
    for number, (as_of, wave) in enumerate(rounds, start=1):
        leave_in_inbox(context, wave)
        run_step("collect", calendar.year, as_of, None)
        progress(f"Collecting {calendar.year}", number, len(rounds))


def _publish(context: Context, run_step: RunStep, progress: Progress) -> Summary:
    """Build and publish a year that was collected; returns what came of it."""
    calendar = context.calendar
    run_step("build", calendar.year, calendar.hard_close + timedelta(days=1), None)
    progress(f"Publishing {calendar.year}", 1, 2)
    revises = get_releases(context.database, calendar.year, AUDIENCE)
    run_step("publish", calendar.year, calendar.release_time, _REVISION_NOTE if revises else None)
    progress(f"Publishing {calendar.year}", 2, 2)
    return _outcome(context)


def leave_in_inbox(context: Context, wave: list[Delivery]) -> int:
    """Leave what was not received before, and give its number: a killed demonstration goes on where it stood."""
    known = {receipt.sha256 for receipt in get_receipts(context.database, context.calendar.year)}
    return deliver(
        [delivery for delivery in wave if hashlib.sha256(delivery.content).hexdigest() not in known],
        context.settings.inbox,
    )


def _outcome(context: Context) -> Summary:
    """What was received, rejected and accepted, the national ratio, and where the tables lie."""
    year = context.calendar.year
    received = Counter(receipt.status for receipt in get_receipts(context.database, year))
    standing = Counter(
        submission_status.status for submission_status in submission_statuses(context.database, context.calendar)
    )
    release = get_releases(context.database, year, AUDIENCE)[-1]
    snapshots = get_snapshots(get_build(context.database, release.build))
    national = tables_of_build(context.settings, release.build, snapshots, year).tables["national"]
    [headline] = [
        row for row in national.to_pylist() if (row["collection_year"], row["organisation_group"]) == (year, "all")
    ]
    return {
        "collection_year": year,
        "received": received.total(),
        "rejected": received["rejected"],
        "accepted": standing["accepted"] + standing["accepted_with_queries"],
        "with_queries": standing["accepted_with_queries"],
        "never_came": standing["not_received"],
        "national_relative_likelihood": str(headline["relative_likelihood"]),
        "simulated": True,
        "tables": str(context.settings.published / str(year) / release.edition),
    }
