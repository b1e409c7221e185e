"""The parts that every drawing is made of: scales, marks, texts. All colours and letters are in `charts.css`."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from wres.returns.indicator_math import FOUR_FIFTHS

WIDTH = 440
LOWER, UPPER = map(float, FOUR_FIFTHS)
_DOMAINS = ((0.5, 2.0), (0.2, 5.0), (0.1, 10.0))
_TICKS = {
    0.5: (0.5, 0.8, 1, 1.25, 2),
    0.2: (0.2, 0.5, 0.8, 1.25, 2, 5),
    0.1: (0.1, 0.2, 0.5, 1, 2, 5, 10),
}


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, what it is called, and what it shows in words: its text alternative."""

    title: str
    words: str
    height: float
    parts: tuple[str, ...]

    @property
    def svg(self) -> Markup:
        """Return the drawing within a page."""
        label = escape(f"{self.title}. {self.words}")
        view = f'class="drawing" viewBox="0 0 {WIDTH} {_short(self.height)}" role="img" aria-label="{label}"'
        return Markup(f"<svg {view}>{''.join(self.parts)}</svg>")  # noqa: S704 - all text is escaped


def chart(title: str, words: str, height: float, parts: Iterable[str]) -> Chart:
    """Put the parts of a drawing together. `title` and `words` may hold names."""
    return Chart(title, words, height, tuple(parts))


def text(x: float, y: float, content: object, kind: str = "") -> str:
    """Draw text at a place; `kind` are classes of `charts.css`, such as end, middle, strong."""
    chosen = f' class="{kind}"' if kind else ""
    return f'<text x="{_short(x)}" y="{_short(y)}"{chosen}>{escape(content)}</text>'


def line(kind: str, *points: tuple[float, float]) -> str:
    """Draw a line through points."""
    return f'<path class="{kind}" d="M' + "L".join(f"{_short(x)} {_short(y)}" for x, y in points) + '"/>'


def dots(kind: str, points: Iterable[tuple[float, float]]) -> str:
    """Draw round dots as one path of lines without length; their size is the width of the stroke."""
    path = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in points)
    return f'<path class="{kind}" d="{path}"/>' if path else ""


def box(kind: str, x: float, y: float, width: float, height: float) -> str:
    """Draw a rectangle."""
    return f'<rect class="{kind}" x="{_short(x)}" y="{_short(y)}" width="{_short(width)}" height="{_short(height)}"/>'


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class LogScale:
    """A logarithmic scale, on which 0.5 is as far from 1 as 2 is. What lies beyond it is drawn at its edge."""

    low: float
    high: float
    start: float  # where `low` is drawn
    end: float

    def at(self, ratio: float) -> float:
        """Return where a ratio lies, at the edge where it is beyond the scale."""
        inside = min(max(ratio, self.low), self.high)
        part = math.log(inside / self.low) / math.log(self.high / self.low)
        return self.start + (self.end - self.start) * part

    def holds(self, ratio: float) -> bool:
        """Return whether a ratio lies on the scale."""
        return self.low <= ratio <= self.high

    @property
    def ticks(self) -> Sequence[float]:
        """Return the ratios to write at the scale."""
        return _TICKS[self.low]


def ratio_scale(ratios: Iterable[float | None], start: float, end: float) -> LogScale:
    """Return the narrowest of three scales that holds all ratios, so that pages can be compared."""
    seen = [ratio for ratio in ratios if ratio is not None]
    for low, high in _DOMAINS:
        if all(low <= ratio <= high for ratio in seen):
            return LogScale(low, high, start, end)
    return LogScale(*_DOMAINS[-1], start, end)


def ratio_axis(scale: LogScale, left: float, right: float) -> list[str]:
    """Draw the range as a band and equality as a line across the drawing, with the scale on its left."""
    top, bottom = scale.at(UPPER), scale.at(LOWER)
    parts = [box("band", left, top, right - left, bottom - top)]
    for tick in scale.ticks:
        y = scale.at(tick)
        parts.append(line("equal" if tick == 1 else "grid", (left, y), (right, y)))
        parts.append(text(left - 6, y + 5.5, f"{tick:g}", "end"))
    if 1 not in scale.ticks:
        parts.append(line("equal", (left, scale.at(1)), (right, scale.at(1))))
    return parts
