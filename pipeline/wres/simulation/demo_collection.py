"""The demonstration: simulated collections, sent round by round, through every step to the published tables."""

import csv
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from itertools import zip_longest

from wres.context import Context, Progress, open_context
from wres.database.receipts import get_receipts, has_real_receipts
from wres.database.registry import keep_connection
from wres.database.releases import get_releases
from wres.monitoring.submission_status import submission_statuses
from wres.parallel import process_pool
from wres.release.editions import AUDIENCE
from wres.release.repository import ReleaseName, release_in
from wres.settings import Settings
from wres.simulation.delivery import Delivery
from wres.simulation.direct_steps import RunStep, direct_steps
from wres.simulation.home_returns import by_collection_round, leave_in_inbox, simulate_apart
from wres.simulation.marking import mark_simulated
from wres.summaries import Summary

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

    Run again with the same seed it sends nothing twice and completes what a killed run left. Steps go side by side: a
    year is built and published while the next one is collected. `run_step` runs them elsewhere; without it they run
    here.

    Raises:
        WresError: the home holds real returns, or a year is unknown.
    """
    contexts = [open_context(year, settings) for year in sorted(set(years))]
    for context in contexts:
        mark_simulated(context.settings.home, has_real_receipts=has_real_receipts(context.database))
    if not contexts:
        return []
    publishing: list[Future[Summary]] = []
    with keep_connection(contexts[0].database), process_pool(1) as simulator:
        simulated = simulator.submit(simulate_apart, settings, contexts[0].year, seed, returns, [])
        step_runner = (
            nullcontext(run_step) if run_step else direct_steps(settings, [context.year for context in contexts])
        )
        with step_runner as run:
            builder = ThreadPoolExecutor(1)  # a build counts the years before too, so these are built first
            publisher = ThreadPoolExecutor(len(contexts))  # the steps decide which year waits for which
            try:
                for context, following in zip_longest(contexts, contexts[1:]):
                    deliveries = simulated.result()
                    if following:
                        simulated = simulator.submit(
                            simulate_apart, settings, following.year, seed, returns, deliveries
                        )
                    else:
                        simulator.shutdown(wait=False)  # ends beside the collecting
                    _collect(context, deliveries, run, progress)
                    built = builder.submit(_build, context, run, progress)
                    publishing.append(publisher.submit(_publish, context, built, run, progress))
                return [row.result() for row in publishing]
            finally:
                builder.shutdown(wait=False, cancel_futures=True)
                publisher.shutdown(wait=False, cancel_futures=True)


def _collect(context: Context, deliveries: list[Delivery], run_step: RunStep, progress: Progress) -> None:
    """Leave a year's deliveries in the inbox, round by round, and collect each round."""
    calendar = context.calendar
    rounds = by_collection_round(calendar, deliveries)
    for number, (as_of, wave) in enumerate(rounds, start=1):
        leave_in_inbox(context, wave)
        run_step("collect", calendar.year, as_of, None)
        progress(f"Collecting {calendar.year}", number, len(rounds))


def _build(context: Context, run_step: RunStep, progress: Progress) -> None:
    """Build a year that is collected."""
    calendar = context.calendar
    progress(f"Building {calendar.year}", 0, 1)
    run_step("build", calendar.year, calendar.hard_close + timedelta(days=1), None)
    progress(f"Building {calendar.year}", 1, 1)


def _publish(context: Context, built: Future[None], run_step: RunStep, progress: Progress) -> Summary:
    """Publish a year as soon as it is built, and return what came of it."""
    built.result()
    calendar = context.calendar
    progress(f"Publishing {calendar.year}", 0, 1)
    revises = get_releases(context.database, calendar.year, AUDIENCE)
    run_step("publish", calendar.year, calendar.release_time, _REVISION_NOTE if revises else None)
    progress(f"Publishing {calendar.year}", 1, 1)
    return _outcome(context)


def _outcome(context: Context) -> Summary:
    """Return what was received, rejected and accepted, the national ratio, and where the tables lie."""
    year = context.calendar.year
    received = Counter(receipt.status for receipt in get_receipts(context.database, year))
    statuses = Counter(
        submission_status.status for submission_status in submission_statuses(context.database, context.calendar)
    )
    release = get_releases(context.database, year, AUDIENCE)[-1]
    name = ReleaseName(year, release.edition, AUDIENCE)
    national = csv.DictReader(release_in(context.settings, name).read(name, "csv/national.csv").decode().splitlines())
    [headline] = [row for row in national if (row["collection_year"], row["organisation_group"]) == (str(year), "all")]
    return {
        "collection_year": year,
        "received": received.total(),
        "rejected": received["rejected"],
        "accepted": statuses["accepted"] + statuses["accepted_with_queries"],
        "with_queries": statuses["accepted_with_queries"],
        "never_came": statuses["not_received"],
        "national_relative_likelihood": headline["relative_likelihood"],
        "simulated": True,
        "tables": str(context.settings.published / str(year) / release.edition),
    }
