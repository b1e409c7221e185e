"""Who sent no return in a release's year, and who became part of whom: what the warehouse says beside the figures."""

from collections.abc import Mapping

from wres.outputs.metadata import Merger, MissingReturn
from wres.settings import Settings
from wres.warehouse.snapshot_reader import read_years

_COLUMNS = (
    *("collection_year", "organisation_code", "name", "organisation_group", "organisation_type"),
    *("region_code", "region_name", "status", "last_year_codes"),
)
_MISSING = ("not_received", "rejected")


def read_reporting(
    settings: Settings, snapshots: Mapping[str, int], year: int
) -> tuple[tuple[MissingReturn, ...], tuple[Merger, ...]]:
    """Return the organisations without an accepted return of a year, and the mergers of all years up to it.

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
    names = {row["organisation_code"]: row["name"] for row in rows}
    asked = {(row["collection_year"], row["organisation_code"]) for row in rows}
    mergers = tuple(
        Merger(before, names.get(before, before), row["organisation_code"], row["name"], row["collection_year"])
        for row in rows
        for before in (row["last_year_codes"] or "").split()
        if before != row["organisation_code"] and (row["collection_year"], before) not in asked
    )
    return missing, mergers
