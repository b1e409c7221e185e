"""Follow each organisation of the latest year back through its mergers, to its members in every year before."""

from collections.abc import Iterator

import pyarrow as pa

from wres.indicators.schemas import INPUTS

Pools = dict[tuple[int, str], list[str]]


def merger_history(organisations: pa.Table) -> pa.Table:
    """Return one row per organisation of the latest year, year back to the first gap, and member in that year.

    Members are followed from year to year, by each one's own pool of the year before. A member is null where there is
    none, and in all years before; a member that is reached in two ways has two rows.

    Args:
        organisations: columns as in `schemas.INPUTS`, all years.

    Returns: columns as in `schemas.INPUTS`.
    """
    columns = (organisations[name].to_pylist() for name in ("collection_year", "organisation_code", "last_year_codes"))
    pools: Pools = {(year, code): pool.split() for year, code, pool in zip(*columns, strict=True)}
    years = {year for year, _ in pools}
    latest = max(years, default=0)
    rows = [
        {"collection_year": year, "latest_year": latest, "organisation_code": code, "member_code": member}
        for that, code in pools
        if that == latest
        for year, member in _way_back(pools, years, latest, code)
    ]
    return pa.Table.from_pylist(rows, schema=INPUTS["lineages"])


def _way_back(pools: Pools, years: set[int], year: int, code: str) -> Iterator[tuple[int, str | None]]:
    members: list[str | None] = [code]
    while year in years:
        yield from ((year, member) for member in members)
        members = [before for member in members for before in _pool(pools, year, member)]
        year -= 1


def _pool(pools: Pools, year: int, member: str | None) -> list[str | None]:
    """Return the members of the year before; one None where there is none."""
    return [*(pools.get((year, member), []) if member else [])] or [None]
