"""Draw a ratio, or the likelihood of each group, over the years; breaks are shown and nothing is drawn across."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wres.charts.comparison import ratio_in_words
from wres.charts.svg import WIDTH, Chart, chart, dots, line, ratio_axis, ratio_scale, text
from wres.outputs.formatting import PublishedRow
from wres.outputs.group_columns import columns_of_measure, ethnic_groups, group_label

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, WIDTH - 6, 26, 262
_RATIO = "relative_likelihood"
_LABELLED = 5  # more values than these would lie on each other
_YEAR_ROOM = 52  # a year is written out where it has this much, in the widest letters a reader's machine may have
_LIKELIHOOD = "likelihood_percent"
_ALL_STAFF = "all-staff"  # the style of a line of several groups together
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
_FIGURE_ROOM = 64  # and a figure stands behind its dot where it has this much
_LINE_HEIGHT = 19


@dataclass(frozen=True, slots=True)
class _Years:
    """Where a year lies: one step each, also where nobody sent anything."""

    first: int
    last: int
    right: float

    def at(self, year: float) -> float:
        step = (self.right - _LEFT) / (self.last - self.first + 1)
        return _LEFT + step * (year - self.first + 0.5)

    def frame(self, breaks: Collection[int]) -> list[str]:
        fit = int((self.right - _LEFT) / _YEAR_ROOM)
        every = -(-(self.last - self.first + 1) // fit)
        parts = [text(self.at(year), _BOTTOM + 24, year, "middle") for year in range(self.last, self.first - 1, -every)]
        for year in sorted(set(breaks) & set(range(self.first + 1, self.last + 1))):
            x = self.at(year - 0.5)
            parts += [line("break", (x, _TOP), (x, _BOTTOM)), text(x, _TOP - 8, "break", "middle")]
        return parts


def ratio_trend(series: Sequence[PublishedRow], breaks: Collection[int]) -> Chart:
    """Draw the relative likelihood by year, with its interval.

    Args:
        series: a row a year, ascending, at least one.
        breaks: the years that begin a new series.
    """
    years = _Years(series[0]["collection_year"], series[-1]["collection_year"], _RIGHT)
    ends = ("relative_likelihood_lower", "relative_likelihood_upper")
    scale = ratio_scale((row.number(end) for row in series for end in (_RATIO, *ends)), _BOTTOM, _TOP)
    parts = ratio_axis(scale, _LEFT, _RIGHT) + years.frame(breaks)
    for row in series:
        x = years.at(row["collection_year"])
        lower, upper = (row.number(end) for end in ends)
        if lower is not None and upper is not None:
            parts.append(line("interval", (x, scale.at(lower)), (x, scale.at(upper))))
            parts += [line("interval", (x - 6, scale.at(end)), (x + 6, scale.at(end))) for end in (lower, upper)
                      if scale.holds(end)]  # fmt: skip
    parts += _joined(series, breaks, lambda row: _point(years, row, _RATIO, scale.at), "own")
    few = len(series) <= _LABELLED
    for row in series:
        if (ratio := row.number(_RATIO)) is None:
            parts.append(text(years.at(row["collection_year"]), _BOTTOM - 8, row.text(_RATIO), "middle"))
        elif few or row is series[-1]:
            x = years.at(row["collection_year"])
            side, kind = (x + 9, "strong") if WIDTH - x >= _FIGURE_ROOM else (WIDTH, "end strong")
            parts.append(text(side, scale.at(ratio) - 9, row.text(_RATIO), kind))
    words = "; ".join(f"{row['collection_year']}: {ratio_in_words(row)}" for row in series)
    return chart("Relative likelihood by year", f"{words}.", _BOTTOM + 36, parts)


def likelihood_columns(row: PublishedRow) -> list[str]:
    """Name the columns of a row with the likelihood of an ethnic group, or of all staff."""
    return [name for name in columns_of_measure(_LIKELIHOOD).values() if name in row]


def likelihood_trend(series: Sequence[PublishedRow], breaks: Collection[int]) -> Chart:
    """Draw the likelihood of each ethnic group, and of all staff, by year; arguments as of `ratio_trend`."""
    years = _Years(series[0]["collection_year"], series[-1]["collection_year"], _RIGHT - 104)
    drawn = [(group, name) for group, name in columns_of_measure(_LIKELIHOOD).items() if name in series[0]]
    labels = [(group_label(group), name) for group, name in drawn]
    largest = max((row.number(name) or 0 for row in series for _, name in drawn), default=0)
    step = next((step for step in _STEPS if largest <= 5 * step), 25)
    top = step * max(1, -(-largest // step))

    def height(percent: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * percent / top

    parts = []
    for number in range(round(top / step) + 1):
        y = height(number * step)
        parts += [line("grid", (_LEFT, y), (years.right, y)), text(_LEFT - 6, y + 5.5, f"{number * step:g}%", "end")]
    parts += years.frame(breaks)
    ends = []
    for (group, column), (label, _) in zip(drawn, labels, strict=True):
        kind = _style_of(group)

        def place(row: PublishedRow, column: str = column) -> tuple[float, float] | None:
            return _point(years, row, column, height)

        parts += _joined(series, breaks, place, kind)
        known = [row for row in series if row[column] is not None]
        if known:
            last = known[-1]
            ends.append((height(last.number(column) or 0), label, f"{last.text(column)}%", kind))
    parts += _labels(ends, years.right + 4)
    words = "; ".join(
        f"{row['collection_year']}: " + ", ".join(f"{label} {_percent(row, column)}" for label, column in labels)
        for row in series
    )
    return chart("Likelihood of entering the process by year", f"{words}.", _BOTTOM + 36, parts)


def _style_of(group: str) -> str:
    """Return the class of `charts.css` for a group, by its place among the groups."""
    groups = ethnic_groups()
    return f"group-{groups.index(group) + 1}" if group in groups else _ALL_STAFF


def _point(
    years: _Years, row: PublishedRow, column: str, height: Callable[[float], float]
) -> tuple[float, float] | None:
    figure = row.number(column)
    return None if figure is None else (years.at(row["collection_year"]), height(figure))


def _joined(
    series: Sequence[PublishedRow],
    breaks: Collection[int],
    place: Callable[[PublishedRow], tuple[float, float] | None],
    kind: str,
) -> list[str]:
    """Draw points, joined where one year follows another without a break and neither is made of a part only."""
    parts = []
    for before, row in pairwise(series):
        ends = place(before), place(row)
        follows = row["collection_year"] - before["collection_year"] == 1 and row["collection_year"] not in breaks
        if ends[0] and ends[1] and follows:
            parts.append(line(f"line {kind}", ends[0], ends[1]))
    whole = [row for row in series if "complete" not in row or row["complete"]]
    part = [row for row in series if "complete" in row and not row["complete"]]
    parts.append(dots(f"dot {kind}", filter(None, map(place, whole))))
    parts.append(dots(f"dot {kind}", filter(None, map(place, part))) + dots("hollow", filter(None, map(place, part))))
    return parts


def _labels(ends: Sequence[tuple[float, str, str, str]], x: float) -> list[str]:
    """Write a name and below it its figure at the end of each line, moved apart where they would touch.

    On two lines, for the letters of a reader's machine may be a quarter wider than ours.
    """
    ends = sorted(ends)
    places = [height for height, *_ in ends]
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + 2 * _LINE_HEIGHT)
    limit: float = _BOTTOM
    for number in reversed(range(len(places))):
        places[number] = min(places[number], limit)
        limit = places[number] - 2 * _LINE_HEIGHT
    parts = []
    for y, (_, name, figure, kind) in zip(places, ends, strict=True):
        parts += [text(x, y - 2, name, f"name {kind}"), text(x, y - 2 + _LINE_HEIGHT, figure, f"name {kind}")]
    return parts


def _percent(row: PublishedRow, column: str) -> str:
    return row.text(column) + ("%" if row[column] is not None else "")
