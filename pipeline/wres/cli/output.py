"""What the command line shows: rows as a table, JSON or CSV, sentences beside them, and progress on long work."""

import csv
import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from math import isfinite
from textwrap import indent
from typing import TYPE_CHECKING, Any, TextIO

from wres.cli.standard_streams import BROKEN_PIPE
from wres.cli.table_layout import lay_out, lay_out_facts, wrap
from wres.clock import LONDON
from wres.safe_text import escape_row, printable, printable_lines

if TYPE_CHECKING:
    from wres.context import Progress


class Format(StrEnum):
    """The form in which rows are printed."""

    table = "table"
    json = "json"
    csv = "csv"


class _Volume:
    """The switch --quiet, which leaves out sentences and progress."""

    quiet = False


def set_quiet(quiet: bool) -> None:
    """Leave out sentences and progress, or show them; rows and errors are always shown."""
    _Volume.quiet = quiet


def print_rows(
    rows: Sequence[Mapping[str, Any]], form: Format, columns: Sequence[str] = (), prose: Sequence[str] = ()
) -> None:
    """Print rows that share their columns; nothing but the rows goes to standard output.

    Args:
        rows: what to print.
        form: how.
        columns: the columns' names, for the header of a CSV file without rows.
        prose: columns of sentences, which a table shows below their row.
    """
    if form is not Format.table:
        names = list(rows[0] if rows else columns)
        print_batches(names, [[[row[name] for name in names] for row in rows]], form)
    elif rows:
        _print_lines(lay_out(rows, _terminal_width(), prose))
    else:
        echo_err("Nothing to show.")


def print_batches(names: Sequence[str], batches: Iterable[Iterable[Sequence[Any]]], form: Format) -> None:
    """Print rows that come in batches under their columns' own names; CSV and JSON batch by batch, as they are read.

    Args:
        names: of the columns.
        batches: each is rows with a value for each column.
        form: how.
    """
    if form is Format.csv:
        _print(_as_csv([names]), end="")
        for batch in batches:
            _print(_as_csv(map(_to_plain_text, row) for row in batch), end="")
    elif form is Format.json:
        before = "["
        for batch in batches:
            for row in batch:
                named = dict(zip(names, map(_none_for_infinity, row), strict=True))
                _print(before + indent("\n" + _as_json(named), "  "), end="")
                before = ","
        _print("[]" if before == "[" else "\n]")
    else:
        rows = [dict(zip(names, row, strict=True)) for batch in batches for row in batch]
        if rows:
            _print_lines(lay_out(rows, _terminal_width(), as_named=True))
        else:
            echo_err("Nothing to show.")


def print_summary(summary: Mapping[str, Any], form: Format = Format.table) -> None:
    """Print one step's summary, a line a fact."""
    if form is Format.table:
        _print_lines(lay_out_facts(summary, _terminal_width()))
    else:
        print_rows([summary], form)


def print_text(text: str) -> None:
    """Print a text of several lines, wrapped at words on a terminal, without what would control it."""
    if not sys.stdout.isatty():
        _print(printable_lines(text), end="")
        return
    width = shutil.get_terminal_size().columns
    for line in printable_lines(text).splitlines():
        _print("\n".join(wrap(line, width)))


def echo_err(sentence: str) -> None:
    """Tell the user something beside the rows."""
    if not _Volume.quiet:
        warn(sentence)


def warn(sentence: str) -> None:
    """Tell the user what must not be missed, such as an error."""
    width = shutil.get_terminal_size().columns if sys.stderr.isatty() else None  # in a log a sentence is one line
    for line in wrap(printable(sentence), width):
        _print(line, sys.stderr)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        _print(line)


def _print(text: str, stream: TextIO | None = None, end: str = "\n") -> None:
    try:
        print(text, file=stream or sys.stdout, end=end)
    except BrokenPipeError:  # here, for typer would end with 1, which says that something was rejected
        raise SystemExit(BROKEN_PIPE) from None


def _terminal_width() -> int | None:
    """Return the width to fit into; None in a pipe or a file, unless COLUMNS gives one."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() or os.environ.get("COLUMNS") else None


def _as_csv(rows: Iterable[Iterable[object]]) -> str:
    """Write rows of CSV in which no text is a formula or controls a terminal."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(escape_row(row) for row in rows)
    return printable_lines(text.getvalue())


def _as_json(value: object) -> str:
    """Write JSON with readable letters; characters that control a terminal are written as escapes."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=_to_plain_text)
    if text.replace("\n", "").isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign == "\n" else json.dumps(sign)[1:-1] for sign in text)


def _to_plain_text(value: object) -> object:
    """Return a value for JSON and CSV: a time in England's time with its distance from UTC, any other as its text."""
    if isinstance(value, datetime):
        return (value.astimezone(LONDON) if value.tzinfo else value).isoformat(timespec="seconds")
    return value if value is None or isinstance(value, str | int | float | list | dict | tuple) else str(value)


def _none_for_infinity(value: object) -> object:
    """Return None for what JSON has no number for: infinity, and what is no number."""
    return None if isinstance(value, float) and not isfinite(value) else value


@contextmanager
def progress_bar() -> "Iterator[Progress]":
    """Show progress on standard error, one bar a kind of work; silent when nobody watches.

    A bar moves when a batch is done. Between batches the spinner and the time show that the work goes on.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    bars: dict[str, TaskID] = {}
    with Bar(*columns, console=(console := _console()), disable=not _is_watched(console)) as bar:

        def progress(task: str, done: int, of: int) -> None:
            if task not in bars:
                bars[task] = bar.add_task(task, total=of)
            bar.update(bars[task], completed=done, total=of)

        yield progress


@contextmanager
def busy(task: str) -> "Iterator[None]":
    """Show on standard error that long work goes on, and for how long; silent when nobody watches.

    Args:
        task: the work, as in `Building 2022`.
    """
    if _Volume.quiet or not sys.stderr.isatty():
        yield
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=_console(), transient=True) as spinner:
        spinner.add_task(task, total=None)
        yield


def _console() -> Any:
    from rich.console import Console  # only where something is watched: it takes a tenth of a second to import

    return Console(stderr=True)


def _is_watched(console: Any) -> bool:
    return bool(console.is_terminal) and not _Volume.quiet
