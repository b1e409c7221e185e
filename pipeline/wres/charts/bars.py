"""How many organisations are within, above and below the range, year by year, against the share that was the goal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wres.charts.svg import WIDTH, Chart, box, chart, line, text

RANGES = {"within": "Within", "above": "Above", "below": "Below"}
HIDDEN = "held_back"
_LEFT, _RIGHT, _TOP, _ROW, _BAR = 50, WIDTH - 14, 34, 68, 28
_NARROW = 24  # a count does not fit into less


@dataclass(frozen=True, slots=True)
class Bar:
    """One year: how many organisations are in each range, and the goal for the share within it, in per cent.

    Where the ranges of some are suppressed, nobody can say what share is within, so no goal is drawn. `by_chance` is
    the share that chance alone would leave within, between the ends of its range; `begins_series` says that the window
    or the template differs from the year before.
    """

    year: int
    counts: Mapping[str, int]
    goal: int | None
    by_chance: tuple[float, float, float] | None = None
    begins_series: bool = False


def range_bars(bars: Sequence[Bar], words: str) -> Chart:
    """Draw a bar of the same length for each year. What is within the range stands first, beside the goal."""
    parts = []
    hidden = any(bar.counts.get(HIDDEN) for bar in bars)
    for number, (kind, label) in enumerate(
        {**RANGES, **({HIDDEN: "Not published (small numbers)"} if hidden else {})}.items()
    ):
        x = _LEFT + (92 if hidden else 120) * number
        parts += [box(kind, x, 4, 16, 16), text(x + 22, 17.5, label)]
    for number, bar in enumerate(bars):
        top = _TOP + number * _ROW
        if bar.begins_series and number:
            parts.append(line("break", (_LEFT, top - 6), (_RIGHT, top - 6)))
        parts += _bar(bar, top)
    bottom = _TOP + len(bars) * _ROW
    for percent in (0, 25, 50, 75, 100):
        parts.append(text(_x_of(percent), bottom + 18, f"{percent}%", "middle"))
    return chart("Organisations within, above and below range", words, bottom + 26, parts)


def _bar(bar: Bar, y: float) -> list[str]:
    """Draw one year: a stretch for each range, with its number where there is room, and the goal."""
    parts = [text(_LEFT - 8, y + 35, bar.year, "end")]
    total, done = sum(bar.counts.get(kind, 0) for kind in (*RANGES, HIDDEN)), 0
    for kind in (*RANGES, HIDDEN):
        count = bar.counts.get(kind, 0)
        if not count:
            continue
        left, right = _x_of(100 * done / total), _x_of(100 * (done + count) / total)
        parts.append(box(kind, left, y + 16, right - left - 1, _BAR))
        if right - left > _NARROW:
            parts.append(text((left + right) / 2, y + 35.5, f"{count:,}", f"middle in-{kind}"))
        done += count
    if not total:
        parts.append(text(_LEFT, y + 35, "no figures to show"))
    if bar.goal is not None and not bar.counts.get(HIDDEN):
        x = _x_of(bar.goal)
        side = "end" if bar.goal > 50 else ""
        parts += [
            line("goal", (x, y + 10), (x, y + 50)),
            text(x + (5 if not side else -5), y + 11, f"goal {bar.goal}%", side),
        ]
    if bar.by_chance is not None:
        lower, expected, upper = (_x_of(share) for share in bar.by_chance)
        parts += [
            line("chance", (lower, y + 47), (lower, y + 51), (upper, y + 51), (upper, y + 47)),
            line("chance", (expected, y + 46), (expected, y + 56)),
        ]
    return parts


def _x_of(percent: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * percent / 100
