"""From a published figure back to the file that it came from."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from wres.database.receipts import get_receipts
from wres.database.releases import get_build, get_releases, get_snapshots, latest_build
from wres.errors import WresError
from wres.release.editions import AUDIENCE
from wres.settings import Settings
from wres.storage.landing import get_landed_address
from wres.warehouse.snapshot_reader import read_years


def trace_figures(settings: Settings, engine: Engine, year: int, organisation_code: str) -> list[dict[str, Any]]:
    """List the figures of the organisation, a row each, in the newest edition (or, before one, in the newest build).

    Each row gives edition, build, item, ethnic group, value, what the return states where the national team corrected
    it (`corrected_from`) and why, by whom and when (`correction`), receipt, when and as which file it was received, its
    SHA-256, and where those bytes lie in the landing zone (None where they were erased).

    Raises:
        WresError: nothing is built, or the build holds no return of the organisation.
    """
    editions = get_releases(engine, year, AUDIENCE)
    build = get_build(engine, editions[-1].build) if editions else latest_build(engine, year)
    if build is None:
        raise WresError(
            f"The {year} collection is not built yet, so there is no figure to trace. Run: wres build {year}"
        )
    rows = [
        row
        for row in read_years(settings, "figures", get_snapshots(build)["figures"], year).to_pylist()
        if row["collection_year"] == year and row["organisation_code"] == organisation_code
    ]
    if not rows:
        raise WresError(
            f"No figure of {organisation_code} is in the {year} build {build.build}. See who has an accepted return: "
            f"wres status {year}"
        )
    receipts = {receipt.receipt: receipt for receipt in get_receipts(engine, year, organisation_code)}
    erased = {receipt.sha256 for receipt in receipts.values() if receipt.forgotten_at}
    return [
        {
            "edition": editions[-1].edition if editions else None,
            "build": build.build,
            "item": row["item"],
            "ethnic_group": row["ethnic_group"],
            "value": f"{row['value'].normalize():f}",
            "corrected_from": f"{row['corrected_from'].normalize():f}" if row["corrected_by"] else None,
            "correction": _correction(row) if row["corrected_by"] else None,
            "receipt": row["receipt"],
            "received_at": receipts[row["receipt"]].received_at,
            "file_name": receipts[row["receipt"]].file_name,
            "sha256": row["sha256"],
            "landed": None if row["sha256"] in erased else get_landed_address(settings, row["sha256"]),
        }
        for row in rows
    ]


def _correction(row: Mapping[str, Any]) -> str:
    return f"{row['correction_reason']} ({row['corrected_by']}, {row['corrected_on']})"
