"""What stands on each page: answers, drawings and tables of the nation, a region, a type or an organisation."""

from collections.abc import Mapping, Sequence
from typing import Any

from wres.charts.bars import RANGES, Bar
from wres.charts.comparison import comparison_chart, strip_chart
from wres.charts.funnel import Funnel, funnel_chart, funnel_of
from wres.charts.trend import likelihood_columns, likelihood_trend, ratio_trend
from wres.indicators.statistics.peers import NUMBER
from wres.outputs.formatting import RATIO, PublishedRow, Tables, grouped, rows_of
from wres.outputs.group_columns import both_staff
from wres.site.areas import Area, Areas
from wres.site.key_messages import key_messages
from wres.site.page_tables import (
    HtmlTable,
    PageFigure,
    bars_figure,
    bars_table,
    chance_range,
    html_table,
    lines,
    organisation_list,
    ranges_by_year,
)
from wres.site.pooled_messages import range_counts

_BAND = "The grey band is the range from 0.80 to 1.25. The line in it is 1.00 (equal). The bars are 95% intervals."
_FUNNEL = (
    "Each dot is an organisation; a ring lies beyond its own 95% limit. The curves are the 95% (inner) and 99.8% "
    "(outer) limits for an organisation with the same mix of staff as England. The fewer the entries, the wider the "
    "limits. A ratio beyond the scale is drawn at its edge."
)
_PEERS = (
    "The organisations of the same group that are nearest in type, number of staff and share of BME staff, the nearest "
    "first. Ratios play no part in the choice. The grey band is the range from 0.80 to 1.25."
)

View = dict[str, Any]
_FEWEST_IN_STRIP = 2  # rows of a comparison: one alone is none


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
        self._by_year = ranges_by_year(tables)
        self._funnels = self._all_funnels()

    def organisation(self, place: Area) -> View:
        """Return the page of one organisation."""
        shown = self._trends(place)
        if place.now is not None:
            around = [(_pooled_name(area), area.now, False) for area in self.places.pooled_around(place) if area.now]
            own_row = (place.name if len(place.name) < 44 else f"This organisation ({place.code})", place.now, True)
            title = f"Beside its region, its type and England, {self.year}"
            shown += _compared(title, f"Organisations of its own group only. {_BAND}", [own_row, *around])
            shown += self._peers(place)
            shown += self._funnel(place, [place.funnel] if place.funnel else [], place.group, place.code)
        return {**self._shared(place), "shown": shown}

    def _peers(self, place: Area) -> list[PageFigure]:
        """Return the organisation in a strip with its peers; none where it has no ratio to show."""
        peers = self.places.peers(place)
        areas = [area for area in (place, *peers) if area.now]
        rows = [(area.name, area.now, area is place) for area in areas if area.now]
        if len(rows) < _FEWEST_IN_STRIP or place.now is None or place.now[RATIO] is None:
            return []
        links = {area.name: area.path for area in peers}
        table = html_table(f"{place.name} and its peers, {self.year}", [row for _, row, _ in rows], "peers", links)
        count = "ten" if len(peers) == NUMBER else len(peers)
        title = f"Beside its {count} nearest peers, {self.year}"
        return [PageFigure(strip_chart(title, rows), _PEERS, [table], rule="peers", rule_words="How peers are chosen")]

    def pooled(self, place: Area, siblings: Sequence[Area]) -> View:
        """Return the page of one region or type."""
        shown = self._trends(place)
        bars = [
            Bar(
                year,
                self._by_year.get((place.level, place.code, year), {}),
                self._goal_of(year),
                begins_series=year in self.places.breaks,
            )
            for year in self._years(place)
        ]
        counted = "The mark is the national goal. Organisations without a ratio are left out."
        shown += bars_figure(bars, counted, [bars_table(bars)])
        if place.now is not None:
            shown += self._beside(siblings, place, f"Beside the others, {self.year}")
            group = self._largest(place)
            marked = [member.funnel for member in place.members if member.funnel and member.group == group]
            shown += self._funnel(place, marked, group)
        return {**self._shared(place), "shown": shown, "lines": lines(place.members)}

    def nation(self) -> View:
        """Return the front page: the nation, its regions, its types."""
        place = self.places.nation
        shown = self._trends(place)
        bars = [
            Bar(
                row["collection_year"],
                {} if any(row[kind] is None for kind in RANGES) else {kind: row[kind] for kind in RANGES},
                row["goal_percent"],
                chance_range(row),
                bool(row["break_in_series"]),
            )
            for row in self.goals
        ]
        shown += bars_figure(
            bars,
            f"The bracket under a bar is the share that chance alone would leave within range if {both_staff()} of "
            "every organisation were equally likely to enter, with its 95% range. The mark is the goal for the share "
            "within range. Years without a mark have no goal. Do not compare shares across a dashed line: the window "
            "or the template changed there.",
            [html_table("Organisations within range against the goals", self.goals, "goals")],
        )
        shown += self._funnel(place, [], self._largest(place))
        for siblings, title in ((self.places.regions, "Regions"), (self.places.types, "Types of organisation")):
            shown += self._beside(list(siblings.values()), place, f"{title} beside England, {self.year}")
        return {**self._shared(place), "shown": shown}

    def organisations(self) -> View:
        """Return the list of every organisation."""
        return {"place": self.places.nation, "lines": organisation_list(self.places)}

    def _shared(self, place: Area) -> View:
        """Return what the page of every area shows: answers, series as tables, changes, revisions."""
        now = place.now
        if place.level == "national":
            counts: Mapping[str, int] = self._national_counts()
        else:
            counts = range_counts(place.members)
        is_nation = place.level == "national"
        goal = self._goal if is_nation else None
        shares = next((row for row in self.goals if is_nation and row["collection_year"] == self.year), None)
        return {
            "place": place,
            "now": now,
            "answers": key_messages(place, now, counts, goal, shares) if now else [],
            "series": [
                table
                for table, is_drawn in zip(_series(place), (_has_ratio(place), _has_likelihood(place)), strict=True)
                if not is_drawn
            ],
            "moves": html_table(
                "What changed, and whether it is more than chance", list(place.moved.values()), "changes"
            ),
            "revised": self._revisions.get((place.level, place.code), []),
        }

    def _national_counts(self) -> dict[str, int]:
        """Return the counts by range of `goals`, which holds organisations too whose own range is withheld."""
        row = next((row for row in self.goals if row["collection_year"] == self.year), None)
        kinds = (*RANGES, "not_calculable")
        return {kind: row[kind] for kind in kinds} if row and all(row[kind] is not None for kind in kinds) else {}

    def _trends(self, place: Area) -> list[PageFigure]:
        """Return the drawings of an area over the years."""
        breaks = self.places.breaks
        hollow = " A hollow point is of a part only: some organisations that merged sent no return that year." * (
            any("complete" in row and not row["complete"] for row in place.series)
        )
        years = range(place.series[0]["collection_year"] + 1, place.series[-1]["collection_year"] + 1)
        why = [reason for year, reason in breaks.items() if year in years]
        broken = f" A dashed line marks a break: do not compare figures across it. {' '.join(why)}" if why else ""
        ratios, likelihoods = _series(place)
        shown = []
        if _has_ratio(place):
            sheets = [ratios, *_pooled_tables(place)]
            shown.append(PageFigure(ratio_trend(place.series, breaks), f"{_BAND}{broken}{hollow}", sheets))
        if _has_likelihood(place):
            reading = "Staff entering the process as a percentage of staff in post, by ethnic group."
            shown.append(PageFigure(likelihood_trend(place.series, breaks), f"{reading}{broken}", [likelihoods]))
        return shown

    def _beside(self, siblings: Sequence[Area], place: Area, title: str) -> list[PageFigure]:
        nation = self.places.nation
        everybody = [area for area in siblings if area.now] + ([nation] if nation.now else [])
        rows = [(area.name, area.now, area is place) for area in everybody if area.now]
        return _compared(title, _BAND, rows)

    def _funnel(self, place: Area, marked: list[PublishedRow], group: str, label: str = "") -> list[PageFigure]:
        """Return the funnel of an organisation group, with the marked organisations."""
        funnel = self._funnels.get(group)
        if funnel is None or not funnel.drawn:
            return []
        drawn = [row for row in marked if funnel.at(row)]
        if not drawn and (label or place.level != "national"):
            return []  # without its organisations the drawing is that of the front page
        words = _one_in_words(drawn[0]) if label else _outside_in_words(place, drawn or funnel.rows)
        if self.year in self.places.breaks:
            words += f" {self.year} begins a new series."
        tables = (
            [html_table("The organisation's own limits", self._limits.get((label,), []), "limits")] if label else []
        )
        chart = funnel_chart(funnel, drawn, words, label)
        return [PageFigure(chart, _FUNNEL, tables, "funnel")]

    def _all_funnels(self) -> dict[str, Funnel]:
        """Return the funnel of each organisation group."""
        by_group = grouped(
            (row for rows in self._limits.values() for row in rows if row["measure"] == RATIO), "organisation_group"
        )
        funnels = {}
        for (group,), rows in by_group.items():
            nation = self.places.pooled.get(("national", self.places.nation.code, group))
            now = nation[-1] if nation and nation[-1]["collection_year"] == self.year else None
            funnels[group] = funnel_of(rows[0].text("organisation_group"), rows, now)
        return funnels

    def _largest(self, place: Area) -> str:
        """Return the group that most of its organisations belong to."""
        groups = [member.group for member in place.members]
        return max(sorted(set(groups)), key=groups.count, default="")

    def _years(self, place: Area) -> list[int]:
        return [row["collection_year"] for row in place.series]

    def _goal_of(self, year: int) -> int | None:
        return next((row["goal_percent"] for row in self.goals if row["collection_year"] == year), None)


def _series(place: Area) -> list[HtmlTable]:
    return [
        html_table("Relative likelihood by year", place.series, "by_year"),
        html_table("Likelihoods and counts by year", place.series, "likelihoods"),
    ]


def _pooled_tables(place: Area) -> list[HtmlTable]:
    """Return the ratios of a pooled place within and between its organisations; none of one organisation."""
    if place.level == "organisation":
        return []
    return [html_table("Relative likelihood within and between organisations, by year", place.series, "between")]


def _has_ratio(place: Area) -> bool:
    return any(row[RATIO] is not None for row in place.series)


def _has_likelihood(place: Area) -> bool:
    return any(row[name] is not None for row in place.series for name in likelihood_columns(row))


def _compared(title: str, reading: str, rows: Sequence[tuple[str, PublishedRow, bool]]) -> list[PageFigure]:
    """Return places one under the other; none where the place of the page has no ratio to show, or is the only one."""
    figures = [row for _, row, _ in rows]
    if len(rows) < _FEWEST_IN_STRIP or any(row[RATIO] is None for _, row, is_own in rows if is_own):
        return []
    return [PageFigure(comparison_chart(title, rows), reading, [html_table(title, figures, "compared")])]


def _pooled_name(area: Area) -> str:
    return area.name if area.level != "organisation_type" else f"{area.name}, England"


def _outside_in_words(place: Area, rows: Sequence[PublishedRow]) -> str:
    """Say how many of the organisations drawn of a place lie beyond their own limits, if it is published of all."""
    if any(row["outside_95"] is None for row in rows):
        return ""
    outside, number = sum(bool(row["outside_95"]) for row in rows), len(rows)
    of_place = "" if place.level == "national" else f" in {place.name}" if place.level == "region" else " of this type"
    if number == 1:
        where = "beyond its" if outside else "within its"
        return f"The one organisation{of_place} that is drawn lies {where} own 95% limits."
    return f"{outside:,} of {number:,}{of_place} lie beyond their own 95% limit."


def _one_in_words(row: PublishedRow) -> str:
    sentence = f"{row.text('size')} entries, relative likelihood {row.text('figure')}"
    if row["outside_95"] is None:
        return f"{sentence}."
    where = "beyond" if row["outside_95"] else "within"
    return f"{sentence}: {where} its 95% limits, {row.text('lower_95')} to {row.text('upper_95')}."
