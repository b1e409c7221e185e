"""The curve as a drawing: inline SVG, distinguished by dashes as well as by colour, readable without either."""

from datetime import date

from wres.monitoring.cumulative_returns import CumulativeReturns, Curves

_WIDTH, _HEIGHT = 600, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 578, 52, 316
_NICE = (5, 10, 20, 50, 100, 200, 500, 1000)  # distances between the lines of the scale


def chart_svg(curves: Curves, expected: int) -> str:
    """Draw the SVG element: accepted organisations by day since the opening, this year solid, last year dashed.

    All text in it is the program's own, so nothing needs escaping.
    """
    # Last year more may have been expected than now.
    largest = max([expected, *curves.now.accepted, *(curves.before.accepted if curves.before else ())])
    step = next((nice for nice in _NICE if largest <= 5 * nice), _NICE[-1])
    top = max(step, -(-largest // step) * step)
    scale = _Scale(max(curves.last_day, 1), top)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="chart-title chart-words">',
        f'<title id="chart-title">{_draw_title(curves)}</title>',
        f'<desc id="chart-words">{_describe_chart(curves, expected)}</desc>',
        *_draw_frame(curves, scale, step),
        f'<path class="all" d="M{_LEFT} {scale.y(expected)}H{_RIGHT}"/>',
        f'<text x="{_LEFT + 6}" y="{scale.y(expected) + 20}">{expected} expected</text>',
        *(_draw_line(curves.before, scale, "before") if curves.before else []),
        *_draw_line(curves.now, scale, "now"),
        *_draw_legend(curves),
        "</svg>",
    ]
    return "\n".join(parts)


class _Scale:
    """Where a day and a count lie on the drawing."""

    def __init__(self, last_day: int, top: int) -> None:
        self.last_day, self.top = last_day, top

    def x(self, day: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * day / self.last_day, 1)

    def y(self, count: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * count / self.top, 1)


def _draw_title(curves: Curves) -> str:
    against = f" against {curves.before.year}" if curves.before else ""
    return f"Organisations with an accepted return, {curves.now.year}{against}"


def _describe_chart(curves: Curves, expected: int) -> str:
    """Say in words what the chart shows."""
    now, before = curves.now, curves.before
    if not now.accepted:
        return f"The {now.year} collection is not open yet."
    day = len(now.accepted) - 1
    words = f"By day {day} ({_format_day(now.date_of(day))}) {now.accepted[day]} of {expected} organisations expected."
    if before is None:
        return words
    return f"{words} In {before.year} it was {before.on(min(day, len(before.accepted) - 1))} by the same day."


def _draw_frame(curves: Curves, scale: _Scale, step: int) -> list[str]:
    """Draw the scale, the days and the deadline."""
    parts = []
    for count in range(0, scale.top + 1, step):
        y = scale.y(count)
        parts.append(f'<path class="grid" d="M{_LEFT} {y}H{_RIGHT}"/>')
        parts.append(f'<text class="end" x="{_LEFT - 8}" y="{y + 5}">{count}</text>')
    for day in range(0, scale.last_day + 1, 30):
        x = scale.x(day)
        parts.append(f'<path class="axis" d="M{x} {_BOTTOM}v6"/>')
        parts.append(f'<text class="middle" x="{x}" y="{_BOTTOM + 22}">{day}</text>')
    middle, deadline = (_LEFT + _RIGHT) / 2, scale.x(curves.now.deadline)
    parts.append(
        f'<text class="middle" x="{middle}" y="{_BOTTOM + 52}">Days since the collection opened '
        f"(day 0 is {_format_day(curves.now.opens)})</text>"
    )
    parts.append(f'<path class="deadline" d="M{deadline} {_TOP}V{_BOTTOM}"/>')
    parts.append(f'<text class="end" x="{deadline - 6}" y="{_TOP + 14}">deadline</text>')
    return parts


def _draw_line(curve: CumulativeReturns, scale: _Scale, name: str) -> list[str]:
    """Draw a stair: the count holds through a day and rises at its end."""
    if not curve.accepted:
        return []
    path = f"M{scale.x(0)} {scale.y(curve.accepted[0])}"
    for day, count in enumerate(curve.accepted[1:], start=1):
        if count != curve.accepted[day - 1]:
            path += f"H{scale.x(day)}V{scale.y(count)}"
    return [f'<path class="{name}" d="{path}H{scale.x(len(curve.accepted) - 1)}"/>']


def _draw_legend(curves: Curves) -> list[str]:
    names = [("now", curves.now)] + ([("before", curves.before)] if curves.before else [])
    parts = []
    for place, (name, curve) in enumerate(names):
        x, last = _LEFT + 270 * place, curve.accepted[-1] if curve.accepted else 0
        parts.append(f'<path class="{name}" d="M{x} 20h36"/>')
        parts.append(f'<text x="{x + 44}" y="25">{curve.year}: {last} accepted</text>')
    return parts


def _format_day(day: date) -> str:
    return f"{day:%-d %B %Y}"
