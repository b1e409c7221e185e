"""Every organisation by its number of entries, with the limits that chance alone would set, and some of them marked."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from wres.charts.svg import WIDTH, Chart, LogScale, chart, dots, line, ratio_axis, text
from wres.outputs.formatting import PublishedRow, number_of
from wres.outputs.group_columns import compared_counts, compared_groups, group_label

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, WIDTH - 8, 12, 292
_SIZES = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)
_STEPS = 40  # of a curve
_CELL = 3  # of organisations that would lie on each other within so many units, one is drawn
_MOST = 1500  # dots of one drawing, so that a page stays small however many organisations there are


@dataclass(frozen=True, slots=True)
class Funnel:
    """The drawing of one group of organisations, before any is marked: made once, used on many pages."""

    group: str
    parts: tuple[str, ...]
    scale: LogScale
    largest: float
    rows: tuple[PublishedRow, ...]  # those that are drawn
    not_drawn: int

    @property
    def drawn(self) -> int:
        """Count the organisations that are drawn."""
        return len(self.rows)

    def at(self, row: PublishedRow) -> tuple[float, float] | None:
        """Return where an organisation lies; None where its figures are not shown."""
        size, ratio = row.number("size"), row.number("figure")
        return (
            None if size is None or ratio is None or size <= 0 else (_across(size, self.largest), self.scale.at(ratio))
        )


def funnel_of(group: str, rows: Sequence[PublishedRow], nation: PublishedRow | None) -> Funnel:
    """Draw the organisations of a group and the limits around its national value.

    Args:
        group: the group in words: NHS trusts.
        rows: of the table `funnel`, one year and the relative likelihood, of this group.
        nation: the group's row of `national` in the same year, for the curves.
    """
    scale = LogScale(0.1, 10.0, _BOTTOM, _TOP)
    largest = max([row.number("size") or 0 for row in rows], default=0) or 10
    funnel = Funnel(group, (), scale, largest, (), 0)
    placed = [(row, place) for row in rows if (place := funnel.at(row))]
    parts = ratio_axis(scale, _LEFT, _RIGHT)
    parts += [
        text(_across(size, largest), _BOTTOM + 22, f"{size:,}", "middle") for size in _SIZES if size <= largest * 1.05
    ]
    compared, comparator = map(group_label, compared_groups())
    entries = f"{comparator} and {compared} entries together"
    parts.append(text((_LEFT + _RIGHT) / 2, _BOTTOM + 44, entries, "middle"))
    if nation is not None:
        parts += _curves(nation, scale, largest)
    parts.append(dots("other", _thinned([place for row, place in placed if not row["outside_95"]])))
    parts += _rings("other", _thinned([place for row, place in placed if row["outside_95"]]))
    return Funnel(group, tuple(parts), scale, largest, tuple(row for row, _ in placed), len(rows) - len(placed))


def funnel_chart(funnel: Funnel, marked: Collection[PublishedRow], words: str, label: str = "") -> Chart:
    """Return the drawing with some organisations marked.

    Args:
        marked: their rows of the table `funnel`.
        words: what the drawing says of it.
        label: written beside the one that is marked.
    """
    places = [(row, place) for row in marked if (place := funnel.at(row))]
    parts = list(funnel.parts)
    if label and len(places) == 1:
        row, (x, y) = places[0]
        lower, upper = row.number("lower_95") or 0, row.number("upper_95") or math.inf
        parts.append(line("limits", (x, funnel.scale.at(lower)), (x, funnel.scale.at(upper))))
        side, kind = (-12, "end strong") if x > (_LEFT + _RIGHT) / 2 else (12, "strong")
        parts += [dots("ring", [(x, y)]), text(x + side, y - 10, label, kind)]
        parts += _rings("marked large", [(x, y)]) if row["outside_95"] else [dots("marked large", [(x, y)])]
    else:
        parts.append(dots("marked", [place for row, place in places if not row["outside_95"]]))
        parts += _rings("marked", [place for row, place in places if row["outside_95"]])
    drawn = f"{number_of(funnel.drawn, 'organisation')} {'is' if funnel.drawn == 1 else 'are'}"
    not_drawn = f" {funnel.not_drawn:,} more cannot be drawn." if funnel.not_drawn else ""
    title = f"{funnel.group}: could the ratio be chance?"
    return chart(title, f"{words} {drawn} drawn.{not_drawn}".lstrip(), _BOTTOM + 54, parts)


def _rings(kind: str, places: list[tuple[float, float]]) -> list[str]:
    """Mark what lies beyond its own limit by its shape, not by colour alone."""
    return [dots(f"{kind} outside", places), dots("hollow", places)]


def _across(size: float, largest: float) -> float:
    """Return where a size lies on a logarithmic scale from 1 to the largest."""
    part = math.log(max(size, 1)) / math.log(max(largest, 10))
    return _LEFT + 10 + (_RIGHT - _LEFT - 20) * part


def _thinned(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Thin the places out to one a cell; cells grow until few enough are left."""
    cell = _CELL
    while True:
        kept = list({(x // cell, y // cell): (x, y) for x, y in places}.values())
        if len(kept) <= _MOST:
            return kept
        cell += 1


def _curves(nation: PublishedRow, scale: LogScale, largest: float) -> list[str]:
    """Return the limits for an organisation with the nation's own mix of staff; another mix moves them a little."""
    import numpy as np

    from wres.indicators.statistics.funnel_limits import TAILS, funnel_limits

    comparator_staff, staff, comparator_entered, entered = (nation.number(name) for name in compared_counts())
    if not (entered and comparator_entered and staff and comparator_staff):
        return []
    size = np.geomspace(1, largest, _STEPS)
    share = np.full(_STEPS, entered / (entered + comparator_entered))
    parts = []
    for name, tail in TAILS.items():
        for count in funnel_limits(size, share, tail):
            with np.errstate(divide="ignore", invalid="ignore"):
                ratios = count / (size - count) * comparator_staff / staff
            points = [
                (_across(n, largest), scale.at(ratio))
                for n, ratio in zip(size, ratios, strict=True)
                if scale.holds(ratio)
            ]
            if len(points) > 1:
                parts.append(line(f"limit-{name}", *points))
    return parts
