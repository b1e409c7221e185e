"""What stands on each page: answers, drawings and tables of the nation, a region, a type or an organisation."""

from collections.abc import Mapping, Sequence
from typing import Any

from wres.charts.bars import HIDDEN, RANGES, Bar, range_bars
from wres.charts.comparison import comparison_chart
from wres.charts.funnel import Funnel, funnel_chart, funnel_of
from wres.charts.trend import likelihood_trend, ratio_trend
from wres.outputs.formatting import PublishedRow, Tables, grouped, rows_of
from wres.site.areas import Area, Areas
from wres.site.key_messages import key_messages, range_counts
from wres.site.page_tables import (
    COMPARED,
    GOALS,
    LIKELIHOODS,
    LIMITS,
    MOVES,
    RATIO,
    SERIES,
    Figure,
    HtmlTable,
    html_table,
    lines,
)

_BAND = "The band is the range from 0.80 to 1.25, the line in it is 1.00 (equal), the bars are 95% intervals."
_FUNNEL = (
    "Each dot is an organisation; a ring lies beyond its own 95% limit. The curves are the 95% (inner) and 99.8% "
    "(outer) limits for an organisation with the nation's mix of staff. The fewer the entries, the further chance "
    "goes. What lies beyond the scale is drawn at its edge."
)

View = dict[str, Any]


class Views:
    """Makes the view of every page of one release."""

    def __init__(self, tables: Tables, year: int, places: Areas) -> None:
        self.year = year
        self.places = places
        self.goals = [row for row in rows_of(tables, "goals") if row["organisation_group"] == "all"]
        self._goal = next(
            (row for row in rows_of(tables, "goal_distance", year) if row["organisation_group"] == "all"), None
        )
        self._limits = grouped(rows_of(tables, "funnel", year), "code")
        self._revisions = grouped(rows_of(tables, "revisions"), "level", "code")
        self._by_year = _ranges_by_year(tables)
        self._funnels = self._all_funnels()

    def organisation(self, place: Area) -> View:
        """The page of one organisation."""
        shown = self._trends(place)
        if place.now is not None:
            peers = [(_peer_name(peer), peer.now, False) for peer in self.places.peers(place) if peer.now]
            rows = [
                (place.name if len(place.name) < 44 else f"This organisation ({place.code})", place.now, True),
                *peers,
            ]
            title = f"Beside its region, its type and England, {self.year}"
            shown += _compared(title, f"Those of its own group only. {_BAND}", rows)
            shown += self._funnel([place.funnel] if place.funnel else [], place.group, place.code)
        return {**self._shared(place), "shown": shown}

    def pooled(self, place: Area, siblings: Sequence[Area]) -> View:
        """The page of one region or type."""
        shown = self._trends(place)
        bars = [
            Bar(year, self._by_year.get((place.level, place.code, year), {}), self._goal_of(year))
            for year in self._years(place)
        ]
        counted = "The mark is the national goal. Organisations without a ratio are left out."
        shown.append(Figure(range_bars(bars, _bars_words(bars)), counted, [], "organisation"))
        if place.now is not None:
            shown += self._beside(siblings, place, f"Beside the others, {self.year}")
            group = self._largest(place)
            marked = [member.funnel for member in place.members if member.funnel and member.group == group]
            shown += self._funnel(marked, group, "")
        return {**self._shared(place), "shown": shown, "lines": lines(place.members)}

    def nation(self) -> View:
        """The front page: the nation, its regions, its types."""
        place = self.places.nation
        shown = self._trends(place)
        bars = [
            Bar(
                row["collection_year"],
                {} if any(row[kind] is None for kind in RANGES) else {kind: row[kind] for kind in RANGES},
                row["goal_percent"],
            )
            for row in self.goals
        ]
        shown.append(
            Figure(
                range_bars(bars, _bars_words(bars)),
                "The mark is the goal for the share within range; no goal is set for a year without one.",
                [html_table("Organisations within range against the goals", self.goals, GOALS)],
            )
        )
        shown += self._funnel([], self._largest(place), "")
        for siblings, title in ((self.places.regions, "Regions"), (self.places.types, "Types of organisation")):
            shown += self._beside(list(siblings.values()), place, f"{title} beside England, {self.year}")
        return {**self._shared(place), "shown": shown, "lines": lines(self.places.organisations.values())}

    def _shared(self, place: Area) -> View:
        now = place.now
        if place.level == "national":
            counts: Mapping[str, int] = self._national_counts()
        else:
            counts = range_counts(place.members)
        goal = self._goal if place.level == "national" else None
        return {
            "place": place,
            "now": now,
            "answers": key_messages(place, now, counts, goal) if now else [],
            "series": _series(place) if _has_nothing_to_draw(place) else [],
            "moves": html_table("What changed, and whether it is more than chance", list(place.moved.values()), MOVES),
            "revised": self._revisions.get((place.level, place.code), []),
        }

    def _national_counts(self) -> dict[str, int]:
        """From `goals`, which counts every organisation, those too whose own range is held back."""
        row = next((row for row in self.goals if row["collection_year"] == self.year), None)
        kinds = (*RANGES, "not_calculable")
        return {kind: row[kind] for kind in kinds} if row and all(row[kind] is not None for kind in kinds) else {}

    def _trends(self, place: Area) -> list[Figure]:
        breaks = self.places.breaks
        hollow = " A hollow point is made of a part of the organisations that it was made of then." * (
            any("complete" in row and not row["complete"] for row in place.series)
        )
        if _has_nothing_to_draw(place):
            return []
        ratios, likelihoods = _series(place)
        return [
            Figure(
                ratio_trend(place.series, breaks),
                f"{_BAND} Nothing is joined across a break in the series.{hollow}",
                [ratios],
            ),
            Figure(
                likelihood_trend(place.series, breaks),
                "Staff entering the process as a percentage of staff in post, by ethnic group.",
                [likelihoods],
            ),
        ]

    def _beside(self, siblings: Sequence[Area], own: Area, title: str) -> list[Figure]:
        nation = self.places.nation
        everybody = [area for area in siblings if area.now] + ([nation] if nation.now else [])
        rows = [(area.name, area.now, area is own) for area in everybody if area.now]
        return _compared(title, _BAND, rows)

    def _funnel(self, marked: list[PublishedRow], group: str, label: str) -> list[Figure]:
        funnel = self._funnels.get(group)
        if funnel is None or not funnel.drawn:
            return []
        drawn = [row for row in marked if funnel.at(row)]
        if label:
            words = (
                _one_in_words(drawn[0]) if drawn else f"{label} is not drawn, for its figures are not there to show."
            )
        else:
            outside = sum(bool(row["outside_95"]) for row in drawn or funnel.rows)
            words = f"{outside:,} of {len(drawn or funnel.rows):,} lie beyond their own 95% limit."
        tables = [html_table("The organisation's own limits", self._limits.get((label,), []), LIMITS)] if label else []
        chart = funnel_chart(funnel, drawn, words, label)
        return [Figure(chart, _FUNNEL, tables, "funnel")]

    def _all_funnels(self) -> dict[str, Funnel]:
        by_group = grouped(
            (row for rows in self._limits.values() for row in rows if row["measure"] == RATIO), "organisation_group"
        )
        found = {}
        for (group,), rows in by_group.items():
            nation = self.places.pooled.get(("national", self.places.nation.code, group))
            now = nation[-1] if nation and nation[-1]["collection_year"] == self.year else None
            found[group] = funnel_of(rows[0].text("organisation_group"), rows, now)
        return found

    def _largest(self, place: Area) -> str:
        """The group that most of its organisations belong to."""
        groups = [member.group for member in place.members]
        return max(sorted(set(groups)), key=groups.count, default="")

    def _years(self, place: Area) -> list[int]:
        return [row["collection_year"] for row in place.series]

    def _goal_of(self, year: int) -> int | None:
        return next((row["goal_percent"] for row in self.goals if row["collection_year"] == year), None)


def _series(place: Area) -> list[HtmlTable]:
    return [
        html_table("Relative likelihood by year", place.series, SERIES),
        html_table("Likelihoods and counts by year", place.series, LIKELIHOODS),
    ]


def _has_nothing_to_draw(place: Area) -> bool:
    return all(row[figure] is None for row in place.series for figure in (RATIO, *LIKELIHOODS[1:4]))


def _compared(title: str, reading: str, rows: Sequence[tuple[str, PublishedRow, bool]]) -> list[Figure]:
    """Places one under the other; nothing where none has a ratio to show."""
    figures = [row for _, row, _ in rows]
    if all(row[RATIO] is None for row in figures):
        return []
    return [Figure(comparison_chart(title, rows), reading, [html_table(title, figures, COMPARED)])]


def _peer_name(peer: Area) -> str:
    return peer.name if peer.level != "organisation_type" else f"{peer.name}, England"


def _one_in_words(row: PublishedRow) -> str:
    said = f"{row.text('size')} entries, relative likelihood {row.text('figure')}"
    if row["outside_95"] is None:
        return f"{said}."
    where = "beyond" if row["outside_95"] else "within"
    return f"{said}: {where} its 95% limits, {row.text('lower_95')} to {row.text('upper_95')}."


def _bars_words(bars: Sequence[Bar]) -> str:
    said = [
        f"{bar.year}: {bar.counts.get('within', 0)} within, {bar.counts.get('above', 0)} above, "
        f"{bar.counts.get('below', 0)} below"
        + (f", {bar.counts[HIDDEN]} not published" if bar.counts.get(HIDDEN) else "")
        + (f", goal {bar.goal}% within" if bar.goal is not None else "")
        for bar in bars
    ]
    return f"{'; '.join(said)}."


def _ranges_by_year(tables: Tables) -> dict[tuple[str, str, int], dict[str, int]]:
    """How many organisations of each region and type are in each range, or held back, by year."""
    found: dict[tuple[str, str, int], dict[str, int]] = {}
    for row in rows_of(tables, "organisation"):
        for level, column in (("region", "region_code"), ("organisation_type", "organisation_type")):
            counts = found.setdefault((level, row[column] or "unknown", row["collection_year"]), {})
            kind = row["range"] or HIDDEN
            counts[kind] = counts.get(kind, 0) + 1
    return found
