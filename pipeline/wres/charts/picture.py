"""A drawing as a picture by itself: one SVG file with its own style, its title and what it is about."""

import re
from functools import cache
from pathlib import Path
from textwrap import shorten

from markupsafe import escape

from wres.charts.svg import WIDTH, Chart, text

STYLE = Path(__file__).with_name("charts.css")
_TITLE_ROOM = 56  # units above the drawing
_LETTERS = 54  # of a line above it
_MARGIN = 8


def render_picture(chart: Chart, subject: str) -> str:
    """Return a drawing as an SVG document that any program shows alike.

    Args:
        chart: the drawing.
        subject: what it is about and where it comes from, in one line below its title.
    """
    height = chart.height + _TITLE_ROOM + _MARGIN
    frame = f'x="{-_MARGIN}" y="{-_TITLE_ROOM}" width="{WIDTH + 2 * _MARGIN}" height="{height:g}"'
    box = f"{-_MARGIN} {-_TITLE_ROOM} {WIDTH + 2 * _MARGIN} {height:g}"
    size = f'width="{2 * (WIDTH + 2 * _MARGIN)}" height="{2 * height:g}"'
    head = text(0, 20 - _TITLE_ROOM, shorten(chart.title, _LETTERS, placeholder="…"), "strong")
    head += text(0, 42 - _TITLE_ROOM, shorten(subject, _LETTERS + 8, placeholder="…"), "small")
    body = head + "".join(chart.parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" {size} viewBox="{box}">'
        f"<title>{escape(chart.title)}. {escape(subject)}</title><desc>{escape(chart.words)}</desc>"
        f'<style>{_style_of(body)}</style><rect {frame} fill="#fff"/>{body}</svg>\n'
    )


def _style_of(body: str) -> str:
    """Return the rules of the style that the parts of a drawing need."""
    classes = frozenset(re.findall(r'class="([^"]*)"', body))
    return _rules_for(frozenset(name for names in classes for name in names.split()) | {"drawing"})


@cache
def _rules_for(used: frozenset[str]) -> str:
    """Return the rules of the style for some classes."""
    kept = []
    for selectors, rule in _rules():
        fitting = [selector for selector in selectors if set(re.findall(r"\.([\w-]+)", selector)) <= used]
        if fitting:
            kept.append(f"{','.join(fitting)}{{{rule}}}")
    return "".join(kept)


@cache
def _rules() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the rules of the style as selectors and declarations, without those for forced colours."""
    style = re.sub(r"/\*.*?\*/", "", STYLE.read_text(encoding="utf-8"), flags=re.DOTALL).split("@media")[0]
    rules = re.findall(r"([^{}]+)\{([^{}]+)\}", style)
    return tuple(
        (
            tuple(map(str.strip, selectors.split(","))),
            " ".join(rule.split()).replace(": ", ":").rstrip("; "),
        )
        for selectors, rule in rules
    )
