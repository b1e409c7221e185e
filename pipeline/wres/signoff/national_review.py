"""Run the M edits on a build and store their findings with it: the national review."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from wres.database.approvals import save_checks
from wres.database.explanations import get_explained_queries
from wres.database.models import Build
from wres.database.releases import get_snapshots
from wres.reference.year_config import CollectionYear
from wres.settings import Settings
from wres.validation.national import FIGURES, NationalReview, run_national_checks
from wres.warehouse.snapshot_reader import read_years

if TYPE_CHECKING:
    import pyarrow as pa


def review_build(
    engine: Engine, settings: Settings, calendar: CollectionYear, build: Build, tables: "Mapping[str, pa.Table]"
) -> NationalReview:
    """Run the national edits on a build and store what they found, in place of what they found on it before.

    Args:
        engine: the registry.
        settings: say where the warehouse is; the figures are read from it, and only the columns that are looked at.
        calendar: the build's collection year.
        build: the build, stored already.
        tables: its indicator tables.
    """
    year = calendar.year
    figures = read_years(settings, "figures", get_snapshots(build)["figures"], year, since=year, columns=FIGURES)
    review = run_national_checks(calendar, tables, figures, get_explained_queries(engine, year))
    save_checks(engine, build.build, review.findings, review.edits_run, review.edits_not_run)
    return review
