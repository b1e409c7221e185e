"""The commands of `wres` for what the national team loads and sets: register, successions, contacts, calendar."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from pipeline.cli_groups import CommandGroup
from pipeline.cli_options import AsOf, Form, Year
from pipeline.console import Format, print_rows, print_summary, print_text, say, warn

organisations = typer.Typer(cls=CommandGroup, no_args_is_help=True, help="The register of organisations.")
succession = typer.Typer(cls=CommandGroup, no_args_is_help=True, help="Predecessors and successors.")
contacts = typer.Typer(cls=CommandGroup, no_args_is_help=True, help="Whom to write to at each organisation.")
collection = typer.Typer(cls=CommandGroup, no_args_is_help=True, help="The calendar of collections and its state.")


@organisations.command("load")
def load_organisations(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="ODS etr.csv, or the project's own register CSV.")],
    edition: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day of the ODS edition; by default the newest date in the file."),
    ] = None,
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Take in an ODS etr.csv or the project's own register CSV.

    ODS never takes a closing date back. To do so, write the register to a file (wres organisations list --format csv),
    empty the date in the row of the organisation, and load that file.
    """
    from pipeline.registry.loading import load_organisations_file

    summary = load_organisations_file(file, edition.date() if edition else None)
    print_summary(summary, form)
    if older := summary["older_than_register"]:
        warn(
            f"This is an older edition ({summary['edition']}) than the register has ({older}), so names, regions and "
            "boards that are known were kept. If it is newer, load it again and say of which day it is: --edition."
        )
    if any("closed" in kept for kept in summary["kept_against_the_file"]):
        say(
            "Closing dates that the file does not have were kept. The project's own register file takes one back: "
            "wres organisations load --help"
        )
    _hand_on_journal()


@organisations.command("list")
def list_organisations(
    year: Annotated[int | None, typer.Option(help="Only those expected to send in this year.")] = None,
    form: Form = Format.table,
) -> None:
    """The register in force; as CSV it is a file that can be changed and loaded again."""
    from pipeline.collection.register import REGISTER_COLUMNS
    from pipeline.registry.loading import register_rows

    rows = register_rows(year)
    if form is Format.table:
        shown = ("code", "name", "organisation_type", "region_name", "icb_code", "opened", "closed")
        rows = [{column.removeprefix("organisation_"): row[column] for column in shown} for row in rows]
    print_rows(rows, form, REGISTER_COLUMNS)


@succession.command("load")
def load_successions(file: Annotated[Path, typer.Argument(metavar="FILE")], form: Form = Format.table) -> None:
    """Take in predecessors and successors with dates."""
    from pipeline.registry.loading import load_succession_file

    print_summary(load_succession_file(file), form)
    _hand_on_journal()


@contacts.command("load")
def load_contacts(file: Annotated[Path, typer.Argument(metavar="FILE")], form: Form = Format.table) -> None:
    """Take in the roles and addresses of a CSV file (organisation_code, role, address) in place of those there are."""
    from pipeline.progress.contacts import load_contacts_file
    from pipeline.registry.database import open_registry
    from pipeline.settings import load_settings

    print_summary(load_contacts_file(open_registry(load_settings()), file), form)
    _hand_on_journal()


@collection.command("list")
def list_collections(as_of: AsOf = None, form: Form = Format.table) -> None:
    """Every collection year with its dates and its state."""
    from pipeline.collection.calendar import known_years

    print_rows([_calendar_row(year) for year in known_years()], form)


@collection.command("show")
def show_collection(year: Year, as_of: AsOf = None, form: Form = Format.table) -> None:
    """All that a collection year's file says, and its state."""
    from dataclasses import asdict

    from pipeline.collection.calendar import load_year

    facts = _calendar_row(year) | asdict(load_year(year))
    if form is not Format.table:
        print_summary(facts, form)
        return
    del facts["year"]  # it is the collection year
    tables = {name: facts.pop(name) for name in ("thresholds", "disclosure")}
    print_summary(facts)
    for name, values in tables.items():
        print_text("\n")
        print_rows([{name: key.replace("_", " "), "value": value} for key, value in values.items()], form)


@collection.command("open")
def open_collection(year: Year, as_of: AsOf = None) -> None:
    """Open a collection by hand, whatever its calendar says."""
    _set_state(year, "open")


@collection.command("close")
def close_collection(year: Year, as_of: AsOf = None) -> None:
    """Close a collection by hand: what arrives later is refused (S111)."""
    _set_state(year, "closed")


def _calendar_row(year: int) -> dict[str, Any]:
    from pipeline.registry.collections import state_of
    from pipeline.steps import open_house

    house = open_house(year)
    calendar = house.calendar
    return {
        "collection_year": year,
        "state": state_of(house.engine, calendar, house.settings.now()),
        "opens": calendar.opens,
        "deadline": calendar.deadline,
        "hard_close": calendar.hard_close,
        "release_time": calendar.release_time,
        "template_version": calendar.template_version,
        "window": calendar.window,
        "snapshot": calendar.snapshot,
    }


def _set_state(year: int, state: Literal["open", "closed"]) -> None:
    from pipeline.registry.collections import set_state
    from pipeline.steps import open_house

    house = open_house(year)
    set_state(house.engine, year, state, house.settings.now())
    _hand_on_journal()
    say(f"The {year} collection is {state} by hand.")


def _hand_on_journal() -> None:
    """Copy what was loaded or set to the landing store, as each step does."""
    from pipeline.intake.journal_copy import export_journal
    from pipeline.registry.database import open_registry
    from pipeline.settings import load_settings

    settings = load_settings()
    export_journal(settings, open_registry(settings))
