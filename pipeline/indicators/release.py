"""The measures of every year up to one, from the warehouse as it stood at a build."""

from typing import TYPE_CHECKING

from pipeline.collection.calendar import load_year
from pipeline.errors import WresError
from pipeline.indicators.compute import compute_tables
from pipeline.settings import Settings
from pipeline.warehouse.read import read_years

if TYPE_CHECKING:
    import pyarrow as pa


def indicator_tables(settings: Settings, snapshots: dict[str, int], year: int) -> dict[str, "pa.Table"]:
    """The tables of `compute_tables` for all years up to `year`, from these Iceberg snapshots.

    Raises:
        WresError: a year was built when builds did not yet keep what each organisation's last year is made of.
    """
    figures = read_years(settings, "figures", snapshots["figures"], year)
    organisations = read_years(settings, "organisations", snapshots["organisations"], year)
    _refuse_old_builds(organisations)
    years = sorted(organisations["collection_year"].unique().to_pylist())
    return compute_tables(figures, organisations, collections_table(years))


def _refuse_old_builds(organisations: "pa.Table") -> None:
    import pyarrow.compute as pc

    old = organisations.filter(pc.is_null(organisations["last_year_codes"]))["collection_year"].unique().to_pylist()
    if old:
        years = ", ".join(str(year) for year in sorted(old))
        raise WresError(
            f"The warehouse holds {years} as an earlier version of this program built it, without the mergers. Build "
            "each of these years again (wres build YEAR), then the one that you want to publish."
        )


def collections_table(years: list[int]) -> "pa.Table":
    """What the year files say that the measures need; one row a collection year."""
    import pyarrow as pa

    calendars = [load_year(year) for year in years]
    return pa.table(
        {
            "collection_year": pa.array(years, pa.int32()),
            "window": pa.array([calendar.window for calendar in calendars], pa.string()),
            "goal_percent": pa.array([calendar.goal_percent for calendar in calendars], pa.int32()),
            "template_version": pa.array([calendar.template_version for calendar in calendars], pa.string()),
            "rule_set": pa.array([calendar.rule_set for calendar in calendars], pa.string()),
            "small_numbers_entries": pa.array(
                [int(calendar.thresholds["small_numbers_entries"]) for calendar in calendars], pa.int32()
            ),
        }
    )


def is_simulated(settings: Settings, snapshots: dict[str, int], year: int) -> bool:
    """Whether any return of these years was simulated: then all that is made of them must say so."""
    organisations = read_years(settings, "organisations", snapshots["organisations"], year)
    return any(organisations["simulated"].to_pylist())
