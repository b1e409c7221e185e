"""Plan a collecting round: on which channels, for which collection years, and in how many parts."""

from typing import Any

from wres.context import Context, Pipeline
from wres.database.collection_state import get_state
from wres.database.receipts import pending_report, pending_validation, years_unfinished
from wres.intake.channel import Channel
from wres.intake.folder_channel import FolderChannel
from wres.intake.receive import count_waiting, misplaced_files, years_waiting
from wres.intake.web_channel import WebChannel
from wres.reference.misplaced import Misplaced
from wres.reference.year_config import State
from wres.settings import Settings

Shard = tuple[int, int]  # which, from 0 on, of how many
RoundPart = dict[str, Any]  # what one mapped task collects: `year`, `shard` (a Shard), and the `label` that names it
WHOLE: Shard = (0, 1)
_SHARDS = 8  # of a round at most: what two workers of docker/compose.yaml do at the same time


def channels_in_use(settings: Settings, current_year: int | None = None) -> list[Channel]:
    """Return the channels of these settings: the folder and the page always, the others where they are set up.

    Nothing is connected yet: what is wrong with one shows when it is used.

    What a sender does not address to a collection year belongs to `current_year`.

    A home that holds a simulated collection has the folder and the page only: a demonstration must never take a real
    return.
    """
    channels: list[Channel] = [FolderChannel(settings), WebChannel()]
    if settings.simulated:
        return channels
    if settings.s3_url:
        from wres.intake.s3_channel import S3Channel

        channels.append(S3Channel(settings))
    if settings.mesh_url:
        from wres.intake.mesh_channel import MeshChannel

        channels.append(MeshChannel(settings, current_year))
    return channels


def open_years(pipeline: Pipeline) -> list[int]:
    """Return the collection years that are open, or late but not closed yet."""
    return [year for year, state in _states(pipeline).items() if state in ("open", "late")]


def years_to_collect(pipeline: Pipeline) -> list[int]:
    """Return the collection years that need a round: open ones, and closed ones with returns to be answered.

    A return that arrived before the close and was not collected yet counts; a later one is answered with S111.
    """
    return sorted([*open_years(pipeline), *closed_years_with_returns(pipeline)])


def closed_years_with_returns(pipeline: Pipeline) -> list[int]:
    """Return the closed collection years with a return to be received or answered."""
    if not (closed := [year for year, state in _states(pipeline).items() if state == "closed"]):
        return []
    unfinished = years_waiting(channels_in_use(pipeline.settings, current_year(pipeline)))
    unfinished |= years_unfinished(pipeline.database)
    return [year for year in closed if year in unfinished]


def current_year(pipeline: Pipeline) -> int | None:
    """Return the year of a return that names none: the last one that is open, or else the last that closed."""
    states = _states(pipeline)
    for group in (("open", "late"), ("closed",)):
        if years := [year for year, state in states.items() if state in group]:
            return max(years)
    return None


def misplaced(context: Context) -> list[Misplaced]:
    """Return the files on the channels where none are taken from: those of a year, or of no year that there is."""
    return misplaced_files(channels_in_use(context.settings), context.year)


def plan_round(pipeline: Pipeline, year: int | None = None) -> list[RoundPart]:
    """Cut a collecting round into parts: at least one for each year to collect.

    The number of parts of a year follows from how many returns wait and how many make a batch. Senders are divided
    among the parts for receiving, so that the files of one sender keep their order. Checking and answering do not need
    their part: every worker takes batches until none is left, even when more returns came than were planned for.

    Args:
        pipeline: the home.
        year: the one collection to collect, in any state; by default all of `years_to_collect`.
    """
    years = years_to_collect(pipeline) if year is None else [year]
    return [
        {"year": planned, "shard": list(shard), "label": str(planned) if shard == WHOLE else _label(planned, shard)}
        for planned in years
        for shard in _plan_shards(pipeline.for_year(planned))
    ]


def _label(year: int, shard: Shard) -> str:
    """Name one part of several, as Airflow's pages show it."""
    return f"{year}, part {shard[0] + 1} of {shard[1]}"


def _plan_shards(context: Context) -> list[Shard]:
    """Return one shard for each batch of waiting returns, at least one."""
    waiting = count_waiting(channels_in_use(context.settings), context.year)
    waiting += len(pending_validation(context.database, context.year))
    waiting += len(pending_report(context.database, context.year))
    shards = min(max(1, -(-waiting // context.settings.batch_returns)), _SHARDS)
    return [(number, shards) for number in range(shards)]


def _states(pipeline: Pipeline) -> dict[int, State]:
    """Return the state of every collection now."""
    now = pipeline.clock.now()
    return {
        year: get_state(pipeline.database, pipeline.for_year(year).calendar, now)
        for year in pipeline.configured_years()
    }
