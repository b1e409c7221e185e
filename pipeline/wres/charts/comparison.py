"""Ratios with their intervals on one scale, one place under the other, so that a place can be read beside others."""

import re
from collections.abc import Sequence
from textwrap import shorten

from wres.charts.svg import LOWER, UPPER, WIDTH, Chart, LogScale, box, chart, dots, line, ratio_scale, text
from wres.outputs.formatting import PublishedRow, ratio_text

_RATIO, _ENDS = "relative_likelihood", ("relative_likelihood_lower", "relative_likelihood_upper")
_LABEL = 36  # characters of a name that fit above its interval; the words of the drawing have it whole
_LEFT, _RIGHT, _TOP, _ROW = 8, WIDTH - 8, 8, 50
# Of a strip, whose names stand before their dots.
_STRIP_LABEL, _STRIP_LEFT, _STRIP_RIGHT, _STRIP_ROW = 25, 204, WIDTH - 72, 26
_TICK_ROOM = 34  # units that the letters of a ratio below the scale of a strip need
_LEGAL_FORM = re.compile(r"(?: University)? NHS (?:Foundation )?Trust$")

Rows = Sequence[tuple[str, PublishedRow, bool]]


def comparison_chart(title: str, rows: Rows) -> Chart:
    """Draw each row's ratio and interval under its name.

    Args:
        title: of the drawing.
        rows: name, figures, and whether it is what the page is about.
    """
    scale = _scale_of(rows, _LEFT + 14, _RIGHT - 14)
    bottom = _TOP + _ROW * len(rows)
    parts = _background(scale, bottom)
    parts += [text(scale.at(tick), bottom + 20, f"{tick:g}", "middle") for tick in scale.ticks]
    for number, (name, row, is_own) in enumerate(rows):
        y = _TOP + _ROW * number
        strong = "strong" if is_own else ""
        label = shorten(name, _LABEL, placeholder="…")
        parts += [
            text(_LEFT, y + 17, label, f"{strong} on"),
            text(_RIGHT, y + 17, ratio_text(row), f"end {strong} on"),
        ]
        parts += _marks(row, scale, y + 34, is_own=is_own)
    return chart(title, _describe_rows(rows), bottom + 28, parts)


def strip_chart(title: str, rows: Rows) -> Chart:
    """Draw each ratio beside its name, so that many fit on half a page; arguments as of `comparison_chart`.

    The rows keep their order, for ratios that rest on few people are not ranked.
    """
    scale = _scale_of(rows, _STRIP_LEFT + 8, _STRIP_RIGHT - 8)
    bottom = _TOP + _STRIP_ROW * len(rows)
    parts = _background(scale, bottom)
    parts += [text(scale.at(tick), bottom + 20, f"{tick:g}", "middle small") for tick in _ticks_apart(scale)]
    for number, (name, row, is_own) in enumerate(rows):
        middle = _TOP + _STRIP_ROW * number + _STRIP_ROW / 2
        letters = "small strong" if is_own else "small"
        label = _short_name(name)
        parts += [text(0, middle + 5, label, letters), text(WIDTH, middle + 5, ratio_text(row), f"end {letters}")]
        parts += _marks(row, scale, middle, is_own=is_own)
    return chart(title, _describe_rows(rows), bottom + 28, parts)


def ratio_in_words(row: PublishedRow) -> str:
    """Return a ratio with its interval, or why there is none."""
    if row[_RATIO] is None:
        return "not published (small numbers)" if row.is_held_back(_RATIO) else "cannot be calculated"
    interval = f" ({row.text(_ENDS[0])} to {row.text(_ENDS[1])})"
    return ratio_text(row) + (interval if all(row[end] is not None for end in _ENDS) else "")


def _scale_of(rows: Rows, left: float, right: float) -> LogScale:
    """Return the scale that holds the ratios of all rows and their intervals."""
    return ratio_scale((row.number(column) for _, row, _ in rows for column in (_RATIO, *_ENDS)), left, right)


def _background(scale: LogScale, bottom: float) -> list[str]:
    """Draw the range as a band, and a line at each ratio of the scale."""
    lines = [
        line("equal" if tick == 1 else "grid", (scale.at(tick), _TOP), (scale.at(tick), bottom)) for tick in scale.ticks
    ]
    return [box("band", scale.at(LOWER), _TOP, scale.at(UPPER) - scale.at(LOWER), bottom - _TOP), *lines]


def _marks(row: PublishedRow, scale: LogScale, y: float, *, is_own: bool) -> list[str]:
    """Draw a ratio as a dot on its interval, as far as there are figures."""
    parts = []
    ratio, lower, upper = (row.number(column) for column in (_RATIO, *_ENDS))
    if lower is not None and upper is not None:
        parts.append(line("interval" if is_own else "interval other", (scale.at(lower), y), (scale.at(upper), y)))
    if ratio is not None:
        parts.append(dots("marked large" if is_own else "peer", [(scale.at(ratio), y)]))
    return parts


def _describe_rows(rows: Rows) -> str:
    """Return the drawing in words."""
    return f"{'; '.join(f'{name}: {ratio_in_words(row)}' for name, row, _ in rows)}."


def _short_name(name: str) -> str:
    """Return a name without its legal form, cut where it does not fit before its dot."""
    short = _LEGAL_FORM.sub("", name)
    return short if len(short) <= _STRIP_LABEL else f"{short[: _STRIP_LABEL - 1].rstrip()}…"


def _ticks_apart(scale: LogScale) -> list[float]:
    """Return the ratios to write below so short a scale: its ends and 1 first, then those that do not lie on others."""
    kept: list[float] = []
    for tick in sorted(scale.ticks, key=lambda tick: (tick not in (1, scale.low, scale.high), tick)):
        if all(abs(scale.at(tick) - scale.at(other)) >= _TICK_ROOM for other in kept):
            kept.append(tick)
    return kept
