"""An organisation in a strip with its peers: one line each, so that many fit on half a page."""

import re
from collections.abc import Sequence

from wres.charts.comparison import ratio_in_words
from wres.charts.svg import LOWER, UPPER, WIDTH, Chart, LogScale, box, chart, dots, line, ratio_scale, text
from wres.outputs.formatting import PublishedRow, ratio_text

_NAME = 25  # letters of a name that fit before its dot; the words of the drawing have it whole
_LEFT, _RIGHT, _TOP, _ROW = 204, WIDTH - 72, 8, 26
_TICK_ROOM = 34  # units that the letters of a ratio below the scale need
_RATIO, _ENDS = "relative_likelihood", ("relative_likelihood_lower", "relative_likelihood_upper")
_LEGAL_FORM = re.compile(r"(?: University)? NHS (?:Foundation )?Trust$")


def strip_chart(title: str, rows: Sequence[tuple[str, PublishedRow, bool]]) -> Chart:
    """Each ratio as a dot on one scale beside its name, in the order given, for ratios of few people are not ranked.

    Args:
        title: of the drawing.
        rows: name, figures, and whether it is what the page is about.
    """
    scale = ratio_scale(
        (row.number(column) for _, row, _ in rows for column in (_RATIO, *_ENDS)), _LEFT + 8, _RIGHT - 8
    )
    bottom = _TOP + _ROW * len(rows)
    parts = [box("band", scale.at(LOWER), _TOP, scale.at(UPPER) - scale.at(LOWER), bottom - _TOP)]
    parts += [
        line("equal" if tick == 1 else "grid", (scale.at(tick), _TOP), (scale.at(tick), bottom)) for tick in scale.ticks
    ]
    parts += [text(scale.at(tick), bottom + 20, f"{tick:g}", "middle small") for tick in _apart(scale)]
    for number, (name, row, is_own) in enumerate(rows):
        middle = _TOP + _ROW * number + _ROW / 2
        letters = "small strong" if is_own else "small"
        label = _short(_LEGAL_FORM.sub("", name))
        parts += [text(0, middle + 5, label, letters), text(WIDTH, middle + 5, ratio_text(row), f"end {letters}")]
        ratio, lower, upper = (row.number(column) for column in (_RATIO, *_ENDS))
        if lower is not None and upper is not None:
            kind = "interval" if is_own else "interval other"
            parts.append(line(kind, (scale.at(lower), middle), (scale.at(upper), middle)))
        if ratio is not None:
            parts.append(dots("marked large" if is_own else "peer", [(scale.at(ratio), middle)]))
    words = "; ".join(f"{name}: {ratio_in_words(row)}" for name, row, _ in rows)
    return chart(title, f"{words}.", bottom + 28, parts)


def _short(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1].rstrip()}…"


def _apart(scale: LogScale) -> list[float]:
    """The ratios to write below so short a scale: its ends and 1 first, then those that do not lie on others."""
    kept: list[float] = []
    for tick in sorted(scale.ticks, key=lambda tick: (tick not in (1, scale.low, scale.high), tick)):
        if all(abs(scale.at(tick) - scale.at(other)) >= _TICK_ROOM for other in kept):
            kept.append(tick)
    return kept
