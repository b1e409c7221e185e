"""Have several workers write the pages of a large release, which publishing then puts together."""

from collections.abc import Callable
from pathlib import Path

from wres.context import Context
from wres.database.approvals import current_approval
from wres.database.models import Build, Release
from wres.database.receipts import get_receipts
from wres.database.releases import get_releases
from wres.outputs.metadata import OFFICIAL
from wres.outputs.schema_check import checked_tables
from wres.release.builder import release_content
from wres.release.edition_history import release_name
from wres.release.editions import AUDIENCE, is_written, reserve_official_edition
from wres.release.publish import release_inputs, reserve_editions, staging_folder
from wres.release.staged_pages import Shard, plan_shards, stage_pages


def reserve_large_release(
    context: Context, build: Build | None, edition: str | None, note: str | None, on_written: Callable[[Path], None]
) -> list[Shard]:
    """Reserve the editions of a build as `publish_build` does, and plan the shards of its pages.

    Returns: the shards; none without a build, or for one whose pages one process writes, which is not reserved here.
    """
    receipts = get_receipts(context.database, context.year)
    accepted = sum(receipt.status in ("accepted", "accepted_with_queries") for receipt in receipts)
    shards = plan_shards(accepted, context.settings.pages_per_task) if build else []
    if build and shards:
        reserve_editions(context, build, edition, note, on_written)
    return shards


def reserved_release(context: Context, build: Build, audience: str) -> Release | None:
    """Return the release of a build for an audience that is to be written; None where it is written, or never will be.

    The official release of a build that was approved after its management release is reserved.
    """
    settings, database = context.settings, context.database
    releases = [release for release in get_releases(database, context.year, AUDIENCE) if release.build == build.build]
    if not releases or (audience == OFFICIAL and not current_approval(database, build)):
        return None
    release = reserve_official_edition(settings, database, releases[-1]) if audience == OFFICIAL else releases[-1]
    return None if is_written(settings, database, release) else release


def stage_release_pages(context: Context, release: Release, shard: Shard) -> None:
    """Write the pages of one shard of a release's organisations into the staging folder."""
    settings = context.settings
    origin, counted = release_inputs(settings, context.database, release)
    tables, about = release_content(settings, release_name(release), origin, counted)
    stage_pages(staging_folder(settings, release), checked_tables(tables, about.collection_year), about, shard)
