"""The national review: the M edits, run on every build and remembered with it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from pipeline.collection.calendar import CollectionYear
from pipeline.registry.approvals import remember_checks
from pipeline.registry.explanations import queries_of
from pipeline.registry.tables import Build, BuildFinding
from pipeline.settings import Settings
from pipeline.validation.national import FIGURES, NationalReview, judge_nation
from pipeline.warehouse.read import read_years

if TYPE_CHECKING:
    import pyarrow as pa


def review_build(
    engine: Engine, settings: Settings, calendar: CollectionYear, build: Build, tables: "Mapping[str, pa.Table]"
) -> NationalReview:
    """Run the national edits on a build and remember what they found, in place of what they found on it before.

    Args:
        engine: the registry.
        settings: say where the warehouse is; the figures are read from it, and only the columns that are looked at.
        calendar: the build's collection year.
        build: the build, remembered already.
        tables: its indicator tables.
    """
    year = calendar.year
    figures = read_years(settings, "figures", build.figures_snapshot, year, since=year, columns=FIGURES)
    review = judge_nation(calendar, tables, figures, queries_of(engine, year))
    findings = [
        BuildFinding(
            build=build.build,
            position=position,
            code=found.code,
            place=found.place,
            message=found.message,
            how_to_fix=found.how_to_fix,
        )
        for position, found in enumerate(review.findings)
    ]
    remember_checks(engine, build.build, findings, review.edits_run, review.edits_not_run)
    return review
