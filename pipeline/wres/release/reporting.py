"""Read from the warehouse who sent no return in a release's year, and who closed."""

from collections.abc import Mapping
from datetime import date

from wres.outputs.metadata import MissingReturn
from wres.settings import Settings
from wres.warehouse.closures import Closure, list_closures
from wres.warehouse.snapshot_reader import read_years

_COLUMNS = (
    *("collection_year", "organisation_code", "name", "organisation_group", "organisation_type"),
    *("region_code", "region_name", "status"),
    *("closed", "successor_code", "successor_from", "taken_over"),
)
_MISSING = ("not_received", "rejected")


def read_reporting(
    settings: Settings, snapshots: Mapping[str, int], year: int, day: date
) -> tuple[tuple[MissingReturn, ...], tuple[Closure, ...]]:
    """Return the organisations without an accepted return of a year, and those of its years that had closed by a day.

    Both are those of the build that the snapshots are of, so a release made again says the same.
    """
    table = read_years(settings, "organisations", snapshots["organisations"], year, columns=list(_COLUMNS))
    rows = sorted(table.to_pylist(), key=lambda row: (row["collection_year"], row["organisation_code"]))
    missing = tuple(
        MissingReturn(
            row["organisation_code"],
            row["name"],
            row["organisation_group"],
            row["organisation_type"],
            row["region_code"],
            row["region_name"],
        )
        for row in rows
        if row["collection_year"] == year and row["status"] in _MISSING
    )
    return missing, tuple(list_closures(rows, day))
