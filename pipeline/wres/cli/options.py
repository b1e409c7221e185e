"""The arguments and options that the commands of `wres` share."""

import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wres.cli.command_context import command_settings, set_option
from wres.cli.output import Format
from wres.errors import WresError


class EngineName(StrEnum):
    """The engine that counts the indicators."""

    duckdb = "duckdb"
    spark = "spark"


def _set_clock(value: str | None) -> str | None:
    """Take --as-of for the clock of this run."""
    if value is not None:
        try:
            datetime.fromisoformat(value)
        except ValueError:
            raise typer.BadParameter("give a time like 2022-06-10T12:00") from None
        set_option("as_of", value)
    return value


def _setting_option(name: str) -> Callable[[str | None], str | None]:
    """Return a callback that takes an option in place of a setting."""

    def put(value: str | None) -> str | None:
        if value is not None:
            set_option(name, str(value))
        return value

    return put


def _read_code(code: str) -> str:
    """Read an organisation's code, in letters of any case; refuse what cannot be one."""
    plain = code.strip().upper()
    if not re.fullmatch(r"[A-Z0-9]{1,10}", plain):
        raise WresError(f"{code[:40]!r} is no organisation code. Give the ODS code, for example RXY.")
    return plain


def outside_stores(path: Path | None) -> Path | None:
    """Take a place to write to; refuse one where the pipeline keeps its own files."""
    if path is not None:
        from wres.home import require_outside_stores

        require_outside_stores(command_settings(), path)
    return path


Year = Annotated[int, typer.Argument(metavar="YEAR", help="The collection year.")]
Code = Annotated[str, typer.Argument(metavar="ORG", help="The organisation's code.", callback=_read_code)]
Form = Annotated[Format, typer.Option("--format", help="How rows are printed.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="Set the clock, e.g. 2022-06-10T12:00 (London).", callback=_set_clock, is_eager=True),
]
Engine = Annotated[
    EngineName | None,
    typer.Option(
        "--engine",
        help="What counts, with the same result; by default WRES_ENGINE.",
        callback=_setting_option("engine"),
    ),
]
Master = Annotated[
    str | None,
    typer.Option(
        "--master",
        help="Where Spark runs: local[2] or spark://host:7077; by default WRES_SPARK_MASTER.",
        callback=_setting_option("spark_master"),
    ),
]


def exit_if(failed: bool) -> None:
    """End with exit status 1 when something was rejected or a check failed."""
    if failed:
        raise typer.Exit(1)
