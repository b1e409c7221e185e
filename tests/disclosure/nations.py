"""Made-up nations in few words: who has how many staff and entries, where, in which year."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pyarrow as pa

from tests.indicators.made_returns import collection, computed, figures, organisation, plain_return
from wres.disclosure.problem import Predecessors, SdcProblem, sdc_problem
from wres.reference.year_tables import DisclosurePolicy

POLICY = DisclosurePolicy(policy="protected", threshold=7, rounding=5)
RATIOS = DisclosurePolicy(policy="ratios", threshold=7, rounding=5)
OPEN = DisclosurePolicy(policy="open")
Tables = dict[str, pa.Table]


@dataclass(frozen=True)
class Trust:
    """Entries of white, BME and unknown staff; headcounts are large and round."""

    white: float
    bme: float
    unknown: float = 0
    region: str = "Y56"
    kind: str = "acute"
    group: str = "trust"
    staff: tuple[int, int, int] = (1000, 500, 100)
    before: str | None = None  # the codes that made up its last year, where it is not its own

    def revised(self, **changes: Any) -> "Trust":
        return replace(self, **changes)


Nation = Mapping[int, Mapping[str, Trust]]


def exact_tables(nation: Nation, windows: Mapping[int, str] | None = None) -> Tables:
    """All tables of a nation as the indicators give them, by year and code; counted once, as many tests share one."""
    by_year = tuple((year, tuple(trusts.items())) for year, trusts in nation.items())
    return dict(_counted(by_year, tuple((windows or {}).items())))


@lru_cache(maxsize=100)
def _counted(
    by_year: tuple[tuple[int, tuple[tuple[str, Trust], ...]], ...], by_window: tuple[tuple[int, str], ...]
) -> Tables:
    nation, windows = {year: dict(trusts) for year, trusts in by_year}, dict(by_window)
    years = {year: collection(year, windows.get(year, "single_year")) for year in nation}
    organisations = [
        organisation(
            year,
            code,
            region_code=trust.region,
            organisation_type=trust.kind,
            organisation_group=trust.group,
            last_year_codes=code if trust.before is None else trust.before,
        )
        for year, trusts in nation.items()
        for code, trust in trusts.items()
    ]
    cells = []
    for year, trusts in nation.items():
        for code, trust in trusts.items():
            entered = dict(zip(("white", "bme", "unknown"), (trust.white, trust.bme, trust.unknown), strict=True))
            if years[year]["window"] == "two_year_average":  # the same in both, or halves apart by one
                groups = {
                    name: (int(count + 0.5), int(2 * count) - int(count + 0.5)) for name, count in entered.items()
                }
            else:
                groups = {name: (count,) for name, count in entered.items()}  # type: ignore[misc]
            staff = dict(zip(entered, trust.staff, strict=True))
            cells += figures(
                years[year], code, plain_return(**{name: (staff[name], *group) for name, group in groups.items()})
            )
    return computed(cells, organisations, list(years.values()))


def policies(nation: Nation, policy: DisclosurePolicy = POLICY) -> dict[int, DisclosurePolicy]:
    return dict.fromkeys(nation, policy)


def predecessors(nation: Nation) -> Predecessors:
    """Who made up each organisation's last year, as the warehouse would state it."""
    return {
        (year, code): frozenset((code if trust.before is None else trust.before).split())
        for year, trusts in nation.items()
        for code, trust in trusts.items()
    }


def exact(nation: Nation) -> SdcProblem:
    return sdc_problem(exact_tables(nation), policies(nation), predecessors(nation))


def rows_of(table: pa.Table, **wanted: Any) -> list[dict[str, Any]]:
    return [row for row in table.to_pylist() if all(row[name] == value for name, value in wanted.items())]
