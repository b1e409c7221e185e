"""Rows as lines of text that fit the width of a terminal: nothing is folded, and no text moves the cursor."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.printable import printable
from pipeline.settings import LONDON

_HASH = re.compile(r"[0-9a-f]{40,}")
_HASH_SHOWN = 8  # characters tell two files of a collection apart
_GAP = "  "
_NARROWEST = 8  # a text is cut to this width before a column is left out
_INDENT = "    "


@dataclass(slots=True)
class Column:
    """A column as it is shown: its heading, its cells, whether they are numbers, whether they may be cut."""

    name: str
    cells: list[str]
    number: bool
    may_be_cut: bool
    width: int = 0


def lay_out(rows: Sequence[Mapping[str, Any]], width: int | None, prose: Sequence[str] = ()) -> Iterator[str]:
    """Give the lines of a table.

    Where the table is wider than the terminal, what is the same in all rows stands once above it, then headings take
    more lines, texts are cut, and at last columns are left out, which the last line says.

    Args:
        rows: they share their columns; at least one.
        width: of the terminal; None where there is none, as in a pipe: then nothing is cut.
        prose: columns of sentences, which stand whole below their row.
    """
    columns = [_column(name, [row[name] for row in rows]) for name in rows[0] if name not in prose]
    left_out: list[str] = []
    if width is not None and _total(columns) > width:
        if len(rows) == 1 and not prose:
            yield from lay_out_facts(rows[0])
            return
        columns, same = _split_same(columns)
        yield from (f"{_sentence_case(column.name)}: {column.cells[0]}" for column in same)
        if same:
            yield ""
        left_out = _fit(columns, width)
    headings = [_heading(column) for column in columns]
    for index in range(max(map(len, headings), default=0)):
        yield _line(columns, [heading[index] if index < len(heading) else "" for heading in headings])
    for number, row in enumerate(rows):
        yield _line(columns, [column.cells[number] for column in columns])
        for name in prose:
            yield from _paragraph(show_value(row[name]), width)
    if left_out:
        yield ""
        yield from textwrap.wrap(f"Not shown: {', '.join(left_out)}. All columns: --format csv", width or 80)


def lay_out_facts(facts: Mapping[str, Any]) -> Iterator[str]:
    """Give a line a fact."""
    return (f"{_sentence_case(name.replace('_', ' '))}: {show_value(value)}" for name, value in facts.items())


def show_value(value: object) -> str:
    """Give a value as people read it: times in England's time, hashes short, one line."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(LONDON) if value.tzinfo else value:%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(show_value, value)) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{show_value(key)}: {show_value(inner)}" for key, inner in value.items()) or "none"
    text = str(value)
    return text[:_HASH_SHOWN] if _HASH.fullmatch(text) else printable(text)


def _column(name: str, values: Sequence[object]) -> Column:
    number = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    cells = [show_value(value) for value in values]
    fixed = number or any(isinstance(value, datetime) for value in values) or name in ("receipt", "code")
    column = Column(name.replace("_", " "), cells, number, not fixed)
    column.width = max(map(len, (column.name, *cells)))
    return column


def _split_same(columns: Sequence[Column]) -> tuple[list[Column], list[Column]]:
    """Give the columns that differ from row to row (the first always), and those that are the same in all rows."""
    same = [column for column in columns[1:] if len(column.cells) > 1 and len(set(column.cells)) == 1]
    return [column for column in columns if column not in same], same


def _fit(columns: list[Column], width: int) -> list[str]:
    """Make the columns narrower until they fit; give the names of those that were left out."""
    for column in columns:
        column.width = max(map(len, (*column.name.split(), *column.cells)))
    while _total(columns) > width:
        widest = max(
            (column for column in columns if column.may_be_cut and column.width > _least(column)),
            key=lambda column: column.width,
            default=None,
        )
        if widest is None:
            break
        widest.width = max(_least(widest), widest.width - (_total(columns) - width))
    left_out: list[str] = []
    while _total(columns) > width and len(columns) > 1:
        left_out.insert(0, columns.pop().name)
    return left_out


def _least(column: Column) -> int:
    return max(_NARROWEST, *map(len, column.name.split()))


def _total(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + len(_GAP) * (len(columns) - 1)


def _heading(column: Column) -> list[str]:
    return textwrap.wrap(column.name, max(column.width, 1), break_long_words=False) or [""]


def _line(columns: Sequence[Column], cells: Sequence[str]) -> str:
    parts = []
    for column, cell in zip(columns, cells, strict=True):
        shown = cell if len(cell) <= column.width else f"{cell[: column.width - 1].rstrip()}…"
        parts.append(f"{shown:>{column.width}}" if column.number else f"{shown:<{column.width}}")
    return _GAP.join(parts).rstrip()


def _paragraph(text: str, width: int | None) -> list[str]:
    if text in ("", "-"):
        return []
    if width is None:
        return [_INDENT + text]
    return textwrap.wrap(text, max(width, 20), initial_indent=_INDENT, subsequent_indent=_INDENT)


def _sentence_case(name: str) -> str:
    return name[:1].upper() + name[1:]
