"""Ratios with their intervals, one under the other: the place of a page beside others, without a map."""

from collections.abc import Sequence
from textwrap import shorten

from wres.charts.svg import LOWER, UPPER, WIDTH, Chart, box, chart, dots, line, ratio_scale, text
from wres.outputs.formatting import PublishedRow, ratio_text

_LABEL = 36  # characters of a name that fit beside its figure; the words of the drawing have it whole
_LEFT, _RIGHT, _TOP, _ROW = 8, WIDTH - 8, 8, 50
_RATIO, _ENDS = "relative_likelihood", ("relative_likelihood_lower", "relative_likelihood_upper")


def comparison_chart(title: str, rows: Sequence[tuple[str, PublishedRow, bool]]) -> Chart:
    """Each row's ratio and interval under its name.

    Args:
        title: of the drawing.
        rows: name, figures, and whether it is what the page is about.
    """
    scale = ratio_scale(
        (row.number(column) for _, row, _ in rows for column in (_RATIO, *_ENDS)), _LEFT + 14, _RIGHT - 14
    )
    bottom = _TOP + _ROW * len(rows)
    parts = [box("band", scale.at(LOWER), _TOP, scale.at(UPPER) - scale.at(LOWER), bottom - _TOP)]
    parts += [
        line("equal" if tick == 1 else "grid", (scale.at(tick), _TOP), (scale.at(tick), bottom)) for tick in scale.ticks
    ]
    parts += [text(scale.at(tick), bottom + 20, f"{tick:g}", "middle") for tick in scale.ticks]
    for number, (name, row, is_own) in enumerate(rows):
        y = _TOP + _ROW * number
        strong = "strong" if is_own else ""
        label = shorten(name, _LABEL, placeholder="…")
        parts += [
            text(_LEFT, y + 17, label, f"{strong} on"),
            text(_RIGHT, y + 17, ratio_text(row), f"end {strong} on"),
        ]
        ratio, lower, upper = (row.number(column) for column in (_RATIO, *_ENDS))
        if lower is not None and upper is not None:
            parts.append(
                line("interval" if is_own else "interval other", (scale.at(lower), y + 34), (scale.at(upper), y + 34))
            )
        if ratio is not None:
            parts.append(dots("marked large" if is_own else "peer", [(scale.at(ratio), y + 34)]))
    words = "; ".join(f"{name}: {ratio_in_words(row)}" for name, row, _ in rows)
    return chart(title, f"{words}.", bottom + 28, parts)


def ratio_in_words(row: PublishedRow) -> str:
    """A ratio with its interval, or why there is none."""
    if row[_RATIO] is None:
        return "not published (small numbers)" if row.is_held_back(_RATIO) else "cannot be calculated"
    interval = f" ({row.text(_ENDS[0])} to {row.text(_ENDS[1])})"
    return ratio_text(row) + (interval if all(row[end] is not None for end in _ENDS) else "")
