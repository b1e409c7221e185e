"""The commands of `wres` that keep it all safe: audit, backup, restore, rebuild from nothing, keys."""

from typing import Annotated

import typer

from pipeline.cli_options import AsOf, Form
from pipeline.console import Format, print_rows, print_summary, say, watched


def audit(
    year: Annotated[int | None, typer.Argument(metavar="YEAR", help="The collection year; by default all.")] = None,
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Is anything not as it was left? Holds registry, landing store, warehouse and releases against the journal."""
    from pipeline.collection.calendar import load_year
    from pipeline.recovery.audit import audit as look
    from pipeline.registry.database import open_registry
    from pipeline.settings import load_settings

    if year is not None:
        load_year(year)
    settings = load_settings()
    with watched() as progress:
        faults = look(settings, open_registry(settings), year, progress)
    print_rows(faults, form)
    say(f"{len(faults)} things are NOT as they were left." if faults else "All is as it was left.")
    if faults:
        raise typer.Exit(1)


def rebuild(as_of: AsOf = None, form: Form = Format.table) -> None:
    """From the landing store alone: make registry, warehouse and releases again, in a home that has none."""
    from pipeline.recovery.rebuild import rebuild as again
    from pipeline.settings import load_settings

    with watched() as progress:
        summary = again(load_settings(), progress)
    print_summary(summary, form)
    if summary["contacts_to_load"]:
        say("The contacts are not among it: load them again (wres contacts load FILE).")
    if summary["differs"]:
        raise typer.Exit(1)
