"""What each page is about: the nation, a region, a type or an organisation, with its rows from every table."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from wres.errors import WresError
from wres.indicators.statistics.peers import find_peers
from wres.outputs.formatting import PublishedRow, Tables, grouped, rows_of
from wres.outputs.metadata import MissingReturn
from wres.warehouse.closures import Closure

FOLDERS = {"organisation": "organisation", "region": "region", "organisation_type": "type"}
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_RATIO = "relative_likelihood"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Area:
    """One subject of a page.

    `series` has a row a year, of one group; `now` is its row of the release's own year, None where it has none. Each of
    `moved` is a row of `improvement` by years between and measure; `members` are the organisations of a region or type.
    """

    level: str
    code: str
    name: str
    group: str
    series: list[PublishedRow]
    now: PublishedRow | None
    moved: Mapping[tuple[int, str], PublishedRow]
    funnel: PublishedRow | None = None
    region: str = UNKNOWN
    region_name: str = "Unknown"
    type: str = UNKNOWN
    members: list["Area"] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Return the path of its page, from the folder of the release. Only a checked code becomes part of a path."""
        if self.level == "national":
            return "index.html"
        if not _CODE.fullmatch(self.code):
            raise WresError(
                f"{self.code!r} ({self.name}) cannot name a page: a code is made of letters, digits, - and _. Correct "
                "it in the organisation register and build again."
            )
        return f"{FOLDERS[self.level]}/{self.code}.html"


@dataclass(frozen=True, slots=True)
class Areas:
    """Every subject of a release, and which years begin a new series, each with a sentence that says why.

    `nearest` are the codes of an organisation's peers of the release's own year, those of its own type first.
    """

    year: int
    nation: Area
    regions: dict[str, Area]
    types: dict[str, Area]
    organisations: dict[str, Area]
    pooled: Mapping[tuple[Any, ...], list[PublishedRow]]
    breaks: Mapping[int, str]
    nearest: Mapping[str, tuple[str, ...]]
    missing: Mapping[str, MissingReturn]  # by code: asked for a return of this year, and none was accepted
    closed: Mapping[str, Closure]  # by code
    taken_over: Mapping[str, list[Closure]]  # by code: what became part of it, also by way of others

    def successors(self, code: str) -> list[Closure]:
        """Return the closures that lead from an organisation to the one that it is part of now, its own first."""
        steps: list[Closure] = []
        while (closure := self.closed.get(code)) is not None and closure not in steps:
            steps.append(closure)
            code = closure.successor
        return steps

    def peers(self, organisation: Area) -> list[Area]:
        """Return the ten organisations that are most like an organisation, nearest first, or as many as there are."""
        return [self.organisations[code] for code in self.nearest.get(organisation.code, ())]

    def pooled_around(self, organisation: Area) -> list[Area]:
        """Return what an organisation is compared with, of its own group only: its region, its type, the nation."""
        codes = {"region": organisation.region, "organisation_type": organisation.type, "national": self.nation.code}
        series = [self.pooled.get((level, code, organisation.group)) for level, code in codes.items()]
        return [_pooled_place(rows, self.year, {}) for rows in series if rows]


def areas_of(
    tables: Tables, year: int, missing: Iterable[MissingReturn] = (), closures: Iterable[Closure] = ()
) -> Areas:
    """Sort the tables of a release by what their rows are about.

    Args:
        tables: every table by name, in the declared types and order, as `checked_tables` gives them.
        year: the release's own.
        missing: who was asked for a return of the year and has none that was accepted.
        closures: which organisations of any year have closed.
    """
    closed = {closure.code: closure for closure in closures}
    pooled: dict[tuple[Any, ...], list[PublishedRow]] = {}
    for name in ("national", "region", "organisation_type"):
        pooled |= grouped(rows_of(tables, name), "level", "code", "organisation_group")
    moved = {
        place: {(row["years_between"], row["measure"]): row for row in rows}
        for place, rows in grouped(rows_of(tables, "improvement", year), "level", "code", "organisation_group").items()
    }
    whole = [_pooled_place(rows, year, moved.get(place, {})) for place, rows in pooled.items() if place[2] == "all"]
    organisations = _organisations(tables, year, moved)
    for place in whole:
        _join(place, organisations.values())
    by_level = {
        level: {place.code: place for place in sorted(whole, key=lambda area: area.name) if place.level == level}
        for level in ("national", "region", "organisation_type")
    }
    return Areas(
        year,
        next(iter(by_level["national"].values())),
        by_level["region"],
        by_level["organisation_type"],
        organisations,
        pooled,
        _breaks(tables, pooled),
        find_peers(area.now for area in organisations.values() if area.now),
        {absent.code: absent for absent in missing},
        closed,
        _taken_over(closed),
    )


def _taken_over(closed: Mapping[str, Closure]) -> dict[str, list[Closure]]:
    """List what became part of each organisation, so that it names all that lead to it."""
    closures_by_heir: dict[str, list[Closure]] = {}
    for closure in closed.values():
        heir = closure.successor
        while heir and closure not in closures_by_heir.get(heir, []):
            closures_by_heir.setdefault(heir, []).append(closure)
            heir = closed[heir].successor if heir in closed else ""
    return closures_by_heir


def _pooled_place(rows: list[PublishedRow], year: int, moved: Mapping[tuple[int, str], PublishedRow]) -> Area:
    last = rows[-1]
    now = last if last["collection_year"] == year else None
    return Area(last["level"], last["code"], last["name"], last["organisation_group"], rows, now, moved)


def _organisations(
    tables: Tables, year: int, moved: Mapping[tuple[Any, ...], Mapping[tuple[int, str], PublishedRow]]
) -> dict[str, Area]:
    """Return every organisation that ever sent a return, by name. A closed one has a page with its earlier years."""
    series = grouped(rows_of(tables, "organisation_series"), "code")
    funnels = {row["code"]: row for row in rows_of(tables, "funnel", year) if row["measure"] == _RATIO}
    organisations = []
    for (code,), rows in grouped(rows_of(tables, "organisation"), "code").items():
        last = rows[-1]
        group = last["organisation_group"]
        organisations.append(
            Area(
                "organisation",
                code,
                last["name"],
                group,
                series.get((code,), rows),
                last if last["collection_year"] == year else None,
                moved.get(("organisation", code, group), {}),
                funnels.get(code),
                last["region_code"] or UNKNOWN,
                last["region_name"] or "Unknown",
                last["organisation_type"] or UNKNOWN,
            )
        )
    return {place.code: place for place in sorted(organisations, key=lambda area: (area.name.casefold(), area.code))}


def _join(place: Area, organisations: Iterable[Area]) -> None:
    """Give a region, a type or the nation its organisations of this year."""
    code_of = {"region": lambda area: area.region, "organisation_type": lambda area: area.type}.get(place.level)
    place.members.extend(
        area for area in organisations if area.now and (code_of is None or code_of(area) == place.code)
    )


def _breaks(tables: Tables, pooled: Mapping[tuple[Any, ...], list[PublishedRow]]) -> dict[int, str]:
    """Return the years whose window or template differs from the year before, each with a sentence that says how."""
    stated = [row for name in ("organisation_series", "comparison") for row in rows_of(tables, name)]
    reasons = {
        row["collection_year"]: f"In {row['collection_year']} the form of the return changed."
        for row in stated
        if row["break_in_series"]
    }
    for rows in pooled.values():
        for before, row in pairwise(rows):
            year = row["collection_year"]
            if before["window"] != row["window"] and before["collection_year"] == year - 1:
                was, now = before.text("window").lower(), row.text("window").lower()
                reasons[year] = f"From {year} on entries are counted as a {now}, before that as a {was}."
    return dict(sorted(reasons.items()))
