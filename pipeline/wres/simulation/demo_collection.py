"""The demonstration: simulated collections, sent round by round, through every step to the published tables."""

import hashlib
import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path

from wres.context import Context, Progress, open_context
from wres.database.organisations import current_register, current_successions
from wres.database.receipts import get_receipts, has_real_receipts
from wres.database.releases import get_build, get_releases, get_snapshots
from wres.indicators.counted_builds import tables_of_build
from wres.monitoring.submission_status import submission_statuses
from wres.parallel import process_pool
from wres.reference.year_config import CollectionYear
from wres.release.editions import AUDIENCE
from wres.returns.template_spec import load_template
from wres.settings import Settings
from wres.simulation.deliveries import Delivery, simulate_year
from wres.simulation.direct_steps import RunStep, direct_steps
from wres.simulation.marking import mark_simulated
from wres.simulation.plans import rounds
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
    year is published while the next one is collected. `run_step` runs them elsewhere; without it they run here.

    Raises:
        WresError: the home holds real returns, or a year is unknown.
    """
    contexts = [open_context(year, settings) for year in sorted(set(years))]
    for context in contexts:
        mark_simulated(context.settings.home, has_real_receipts=has_real_receipts(context.database))
    if not contexts:
        return []
    publishing: list[Future[Summary]] = []
    with process_pool(1) as simulator:
        simulated = simulator.submit(_simulate, settings, contexts[0].year, seed, returns, [])
        step_runner = nullcontext(run_step) if run_step else direct_steps(settings, publish_beside=len(contexts) > 1)
        with step_runner as run:
            publisher = ThreadPoolExecutor(len(contexts))  # the steps decide which year waits for which
            try:
                for context, following in zip_longest(contexts, contexts[1:]):
                    deliveries = simulated.result()
                    if following:
                        simulated = simulator.submit(_simulate, settings, following.year, seed, returns, deliveries)
                    _collect_and_build(context, deliveries, run, progress)
                    publishing.append(publisher.submit(_publish, context, run, progress))
                return [row.result() for row in publishing]
            finally:
                publisher.shutdown(wait=False, cancel_futures=True)


def simulated_deliveries(
    context: Context, seed: int, returns: int | None, previous: Sequence[Delivery]
) -> list[Delivery]:
    """Simulate all that the senders of one year send, by the register in force."""
    return simulate_year(
        context.calendar,
        load_template(context.calendar.template_version),
        current_register(context.database),
        current_successions(context.database),
        seed=seed,
        returns=returns,
        previous=previous,
    )


def _simulate(
    settings: Settings, year: int, seed: int, returns: int | None, previous: Sequence[Delivery]
) -> list[Delivery]:
    """Simulate a year in a process that has no home open."""
    return simulated_deliveries(open_context(year, settings), seed, returns, previous)


def _collect_and_build(context: Context, deliveries: list[Delivery], run_step: RunStep, progress: Progress) -> None:
    """Leave a year's deliveries in the inbox, round by round, and collect each round; build the year at its end."""
    calendar = context.calendar
    rounds = by_collection_round(calendar, deliveries)
    for number, (as_of, wave) in enumerate(rounds, start=1):
        leave_in_inbox(context, wave)
        run_step("collect", calendar.year, as_of, None)
        progress(f"Collecting {calendar.year}", number, len(rounds) + 1)
    run_step("build", calendar.year, calendar.hard_close + timedelta(days=1), None)
    progress(f"Collecting {calendar.year}", len(rounds) + 1, len(rounds) + 1)


def _publish(context: Context, run_step: RunStep, progress: Progress) -> Summary:
    """Publish a year that was built, and return what came of it."""
    calendar = context.calendar
    progress(f"Publishing {calendar.year}", 0, 1)
    revises = get_releases(context.database, calendar.year, AUDIENCE)
    run_step("publish", calendar.year, calendar.release_time, _REVISION_NOTE if revises else None)
    progress(f"Publishing {calendar.year}", 1, 1)
    return _outcome(context)


def leave_in_inbox(context: Context, wave: list[Delivery]) -> int:
    """Leave what was not received before, and give its number: a killed demonstration goes on where it stood."""
    known = {receipt.sha256 for receipt in get_receipts(context.database, context.calendar.year)}
    return deliver(
        [delivery for delivery in wave if hashlib.sha256(delivery.content).hexdigest() not in known],
        context.settings.inbox,
    )


def _outcome(context: Context) -> Summary:
    """Return what was received, rejected and accepted, the national ratio, and where the tables lie."""
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


def by_collection_round(year: CollectionYear, deliveries: Sequence[Delivery]) -> list[tuple[datetime, list[Delivery]]]:
    """Return the deliveries by collecting round: the time of the round, and what came since the one before it.

    A wrong return and its correction are never in the same round. Rounds in which nothing came are left out.
    """
    waves: list[tuple[datetime, list[Delivery]]] = []
    previous_round = year.opens
    for as_of in rounds(year):
        wave = [delivery for delivery in deliveries if previous_round <= delivery.sent_at < as_of]
        if wave:
            waves.append((as_of, wave))
        previous_round = as_of
    return waves


def deliver(wave: Iterable[Delivery], inbox: Path) -> int:
    """Put files into inbox/YEAR/ORG/ and give their number; a file appears under its name only when it is whole."""
    past = time.time() - 60  # older than the channel's settling time, which is for people who copy slowly
    number = 0
    for delivery in wave:
        folder = inbox / str(delivery.collection_year) / delivery.organisation_code
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{delivery.file_name}.part"
        unfinished.write_bytes(delivery.content)
        os.utime(unfinished, (past, past))
        unfinished.replace(folder / delivery.file_name)
        number += 1
    return number
