"""Rows as lines of text that fit the width of a terminal: nothing is folded, and no text moves the cursor."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from wres.clock import LONDON
from wres.safe_text import printable

_HASH = re.compile(r"[0-9a-f]{40,}")
_HASH_SHOWN = 8  # characters tell two files of a collection apart
_MIDNIGHT = time(0)  # of a day; nobody sends at the very second
_GAP = "  "
_NARROWEST = 16  # a text is cut to this width before a column is left out
_INDENT = "    "
_NEVER_CUT = ("code", "organisation_code", "receipt", "status", "state", "severity", "cell")
# Headings that are short where the data's own name is long.
_HEADINGS = {
    "organisation_code": "code",
    "collection_year": "year",
    "ethnic_group": "group",
    "returns_sent": "sent",
    "national_relative_likelihood": "national ratio",
}


@dataclass(slots=True)
class Column:
    """A column as it is shown: its heading, its cells, whether they are numbers, whether they may be cut."""

    name: str
    cells: list[str]
    number: bool
    may_be_cut: bool
    width: int = 0


def lay_out(
    rows: Sequence[Mapping[str, Any]], width: int | None, prose: Sequence[str] = (), *, as_named: bool = False
) -> Iterator[str]:
    """Give the lines of a table.

    Where the table is wider than the terminal, what is the same in all rows stands once above it, then headings take
    more lines, texts are cut, and at last columns are left out, which the last line says.

    Args:
        rows: they share their columns; at least one.
        width: of the terminal; None where there is none, as in a pipe: then nothing is cut.
        prose: columns of sentences, which stand whole below their row.
        as_named: head each column with its own name, by which a query asks for it, and not with words for it.
    """
    columns = [_make_column(name, [row[name] for row in rows], as_named) for name in rows[0] if name not in prose]
    left_out: list[str] = []
    if width is not None and _total_width([column.width for column in columns]) > width:
        if len(rows) == 1 and not prose:
            yield from lay_out_facts(rows[0], width, as_named=as_named)
            return
        columns, same = _split_same(columns)
        for column in same:
            yield from _format_fact(column.name, column.cells[0], width, as_named)
        if same:
            yield ""
        left_out = _fit(columns, width)
    headings = [_wrap_heading(column) for column in columns]
    for index in range(max(map(len, headings), default=0)):
        yield _format_line(columns, [heading[index] if index < len(heading) else "" for heading in headings])
    for number, row in enumerate(rows):
        yield _format_line(columns, [column.cells[number] for column in columns])
        for name in prose:
            yield from _format_paragraph(show_value(row[name]), width)
    if left_out:
        yield ""
        yield from wrap(f"Not shown: {', '.join(left_out)}. All columns: --format csv", width)


def lay_out_facts(facts: Mapping[str, Any], width: int | None, *, as_named: bool = False) -> Iterator[str]:
    """Give a line a fact; one that is longer than the terminal is wide goes on below, between words."""
    for name, value in facts.items():
        yield from _format_fact(name if as_named else name.replace("_", " "), show_value(value), width, as_named)


def wrap(text: str, width: int | None, indent: str = "") -> list[str]:
    """Give the lines of a text, broken between words; a path or an address stays whole."""
    if width is None:
        return [text]
    wrapper = textwrap.TextWrapper(
        max(width, 20), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return wrapper.wrap(text) or [""]


def show_value(value: object) -> str:
    """Give a value as people read it: times in England's time, hashes short, one line."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        london_time = value.astimezone(LONDON) if value.tzinfo else value
        return f"{london_time:%Y-%m-%d}" if london_time.time() == _MIDNIGHT else f"{london_time:%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(show_value, value)) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{show_value(key)}: {show_value(inner)}" for key, inner in value.items()) or "none"
    text = str(value)
    return text[:_HASH_SHOWN] if _HASH.fullmatch(text) else printable(text)


def _make_column(name: str, values: Sequence[object], as_named: bool) -> Column:
    kinds = {type(value) for value in values} - {type(None)}
    number = bool(kinds) and kinds <= {int, float, Decimal}
    cells = [show_value(value) for value in values]
    fixed = number or any(isinstance(value, datetime) for value in values) or name in _NEVER_CUT
    heading = name if as_named else _HEADINGS.get(name, name.replace("_", " "))
    column = Column(heading, cells, number, not fixed)
    column.width = max(map(len, (column.name, *cells)))
    return column


def _split_same(columns: Sequence[Column]) -> tuple[list[Column], list[Column]]:
    """Give the columns that differ from row to row (the first always), and those that are the same in all rows."""
    same = [column for column in columns[1:] if len(column.cells) > 1 and len(set(column.cells)) == 1]
    return [column for column in columns if column not in same], same


def _fit(columns: list[Column], width: int) -> list[str]:
    """Make the columns narrower until they fit; give the names of those that were left out, from the last one on."""
    left_out: list[str] = []
    while len(columns) > 1 and _total_width([_minimum_width(column) for column in columns]) > width:
        left_out.insert(0, columns.pop().name)
    for column in columns:
        column.width = max(map(len, (*column.name.split(), *column.cells)))
    while (excess := _total_width([column.width for column in columns]) - width) > 0:
        widest = max(columns, key=lambda column: column.width - _minimum_width(column))
        if widest.width <= (least := _minimum_width(widest)):
            break  # a single column that is wider than the terminal
        others = [column.width for column in columns if column is not widest and column.may_be_cut]
        widest.width = max(least, widest.width - excess, min(widest.width - 1, max(others, default=0)))
    return left_out


def _minimum_width(column: Column) -> int:
    """Return the least width of a column: that of its longest cell where it may not be cut."""
    longest = max(map(len, column.cells))
    return max(*map(len, column.name.split()), min(longest, _NARROWEST) if column.may_be_cut else longest)


def _total_width(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _wrap_heading(column: Column) -> list[str]:
    return textwrap.wrap(column.name, max(column.width, 1), break_long_words=False) or [""]


def _format_line(columns: Sequence[Column], cells: Sequence[str]) -> str:
    parts = []
    for column, cell in zip(columns, cells, strict=True):
        shown = cell if len(cell) <= column.width else f"{cell[: column.width - 1].rstrip()}…"
        parts.append(f"{shown:>{column.width}}" if column.number else f"{shown:<{column.width}}")
    return _GAP.join(parts).rstrip()


def _format_paragraph(text: str, width: int | None) -> list[str]:
    return [] if text in ("", "-") else wrap(_INDENT + text, width, _INDENT)


def _format_fact(name: str, value: str, width: int | None, as_named: bool) -> list[str]:
    heading = name if as_named else f"{name[:1].upper()}{name[1:]}"
    return wrap(f"{heading}: {value}", width, _INDENT)
