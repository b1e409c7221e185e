"""What the command line shows: rows as a table, JSON or CSV, and progress on long work."""

import csv
import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pipeline.inert import inert_row

if TYPE_CHECKING:
    from pipeline.steps import Progress


class Format(StrEnum):
    """How rows are printed."""

    table = "table"
    json = "json"
    csv = "csv"


def print_rows(rows: Sequence[Mapping[str, Any]], form: Format) -> None:
    """Print rows that share their columns; nothing but the rows goes to standard output."""
    if form is Format.json:
        print(json.dumps(list(rows), indent=2, ensure_ascii=False, default=str))  # noqa: T201
    elif form is Format.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(rows[0] if rows else [])
        writer.writerows(inert_row(row[column] for column in rows[0]) for row in rows)
    else:
        _print_table(rows)


def print_summary(summary: Mapping[str, Any], form: Format = Format.table) -> None:
    """Print one step's summary, a line a fact."""
    if form is not Format.table:
        print_rows([summary], form)
        return
    for key, value in summary.items():
        print(f"{key.replace('_', ' ').capitalize()}: {_shown(value)}")  # noqa: T201


def print_text(text: str) -> None:
    """Print a text as it is."""
    print(text, end="")  # noqa: T201


def say(sentence: str) -> None:
    """Tell the user something beside the rows."""
    print(sentence, file=sys.stderr)  # noqa: T201


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = (", ".join(map(str, value)) or "none") if isinstance(value, list | tuple) else str(value)
    # A sender's file name must not move the cursor or add lines of its own.
    return text if text.isprintable() else "".join(sign if sign.isprintable() else " " for sign in text)


def _print_table(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        say("Nothing to show.")
        return
    numeric = [isinstance(value, int | float) and not isinstance(value, bool) for value in rows[0].values()]
    lines = [[column.replace("_", " ") for column in rows[0]], *([*map(_shown, row.values())] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    # In a pipe or a file there is no width to fit into, so no line is folded.
    if sys.stdout.isatty() and sum(widths) + 2 * len(widths) > shutil.get_terminal_size().columns:
        _print_folded(lines, numeric)
        return
    for line in lines:
        cells = zip(line, widths, numeric, strict=True)
        print("  ".join(f"{cell:>{width}}" if number else f"{cell:<{width}}" for cell, width, number in cells).rstrip())  # noqa: T201


def _print_folded(lines: Sequence[Sequence[str]], numeric: Sequence[bool]) -> None:
    from rich.console import Console  # only here: it takes a tenth of a second to import
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, number in zip(lines[0], numeric, strict=True):
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for line in lines[1:]:
        table.add_row(*line)
    Console(markup=False, highlight=False, emoji=False).print(table)


@contextmanager
def watched() -> "Iterator[Progress]":
    """A progress bar on standard error, one line a kind of work; silent when nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    bars: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:

        def progress(what: str, done: int, of: int) -> None:
            if what not in bars:
                bars[what] = bar.add_task(what, total=of)
            bar.update(bars[what], completed=done, total=of)

        yield progress
