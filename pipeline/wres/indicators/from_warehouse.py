"""Compute the measures of every year up to one, from the warehouse as it was at a build."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wres.indicators.compute import published_tables
from wres.indicators.engine import Engine, open_engine
from wres.indicators.published_series import published_series
from wres.reference.year_config import load_year
from wres.settings import Settings
from wres.warehouse.snapshot_reader import read_years

if TYPE_CHECKING:
    import pyarrow as pa


def indicator_tables(settings: Settings, snapshots: dict[str, int], year: int) -> dict[str, "pa.Table"]:
    """Compute the tables of `compute_tables` up to a year from Iceberg snapshots, and add the published series."""
    with open_engine(settings) as engine:
        register_warehouse(settings, engine, snapshots, year)
        return {**published_tables(engine), "published_series": published_series(year)}


def register_warehouse(settings: Settings, engine: Engine, snapshots: dict[str, int], year: int) -> None:
    """Let an engine hold the warehouse's rows up to a year at these snapshots, and the facts of the years' files."""
    for name in ("figures", "organisations", "findings"):
        engine.register_snapshot(settings, name, snapshots[name], year)
    years = engine.query("SELECT DISTINCT collection_year FROM organisations")["collection_year"].to_pylist()
    engine.register("collections", collections_table(sorted(years), settings.years))


def years_of(settings: Settings, snapshots: Mapping[str, int], year: int) -> list[int]:
    """Return the collection years up to a year that have rows in the warehouse at these snapshots."""
    rows = read_years(settings, "organisations", snapshots["organisations"], year, columns=["collection_year"])
    return sorted(rows["collection_year"].unique().to_pylist())


def collections_table(years: list[int], folder: Path | None = None) -> "pa.Table":
    """Return what the years' files say that the measures need, one row a collection year.

    Args:
        years: which, in order.
        folder: a folder of further years' files, as `load_year` takes it.
    """
    import pyarrow as pa

    calendars = [load_year(year, folder) for year in years]
    return pa.table(
        {
            "collection_year": pa.array(years, pa.int32()),
            "window": pa.array([calendar.window for calendar in calendars], pa.string()),
            "goal_percent": pa.array([calendar.goal_percent for calendar in calendars], pa.int32()),
            "template_version": pa.array([calendar.template_version for calendar in calendars], pa.string()),
            "rule_set": pa.array([calendar.rule_set for calendar in calendars], pa.string()),
            "small_numbers_entries": pa.array(
                [calendar.thresholds.get("small_numbers_entries") for calendar in calendars], pa.int32()
            ),
        }
    )


def is_simulated(settings: Settings, snapshots: dict[str, int], year: int) -> bool:
    """Return whether any return of these years was simulated: then every release of them must say so."""
    organisations = read_years(settings, "organisations", snapshots["organisations"], year, columns=["simulated"])
    return any(organisations["simulated"].to_pylist())
