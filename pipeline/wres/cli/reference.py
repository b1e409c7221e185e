"""The commands of `wres` for what the national team loads and sets: register, successions, contacts, calendar."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wres.cli.command_context import command_context, command_pipeline
from wres.cli.groups import CommandGroup
from wres.cli.options import AsOf, Form, Year
from wres.cli.output import Format, echo_err, print_rows, print_summary, print_text, warn

if TYPE_CHECKING:
    from wres.context import Context, Pipeline

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
    from wres.database.reference_loading import load_organisations_file

    pipeline = command_pipeline()
    summary = load_organisations_file(pipeline.settings, pipeline.database, file, edition.date() if edition else None)
    print_summary(summary, form)
    if older := summary["older_than_register"]:
        warn(
            f"This is an older edition ({summary['edition']}) than the register has ({older}), so names, regions and "
            "boards that are known were kept. If it is newer, load it again and give its date: --edition."
        )
    if any("closed" in kept for kept in summary["kept_against_the_file"]):
        echo_err(
            "Closing dates that the file does not have were kept. The project's own register file takes one back: "
            "wres organisations load --help"
        )
    _export_audit_log(pipeline)


@organisations.command("list")
def list_organisations(
    year: Annotated[int | None, typer.Option(help="Only those that may send in this year.")] = None,
    form: Form = Format.table,
) -> None:
    """List the current register; as CSV it is a file that can be changed and loaded again."""
    from wres.database.reference_loading import register_rows
    from wres.reference.register import REGISTER_COLUMNS

    pipeline = command_pipeline()
    rows = register_rows(pipeline.database, None if year is None else pipeline.for_year(year).calendar)
    if form is Format.table:
        shown = ("code", "name", "organisation_type", "region_name", "icb_code", "opened", "closed")
        rows = [{column.removeprefix("organisation_"): row[column] for column in shown} for row in rows]
    print_rows(rows, form, REGISTER_COLUMNS)


@succession.command("load")
def load_successions(file: Annotated[Path, typer.Argument(metavar="FILE")], form: Form = Format.table) -> None:
    """Take in predecessors and successors with dates."""
    from wres.database.reference_loading import load_succession_file

    pipeline = command_pipeline()
    print_summary(load_succession_file(pipeline.database, file), form)
    _export_audit_log(pipeline)


@contacts.command("load")
def load_contacts(file: Annotated[Path, typer.Argument(metavar="FILE")], form: Form = Format.table) -> None:
    """Take in the roles and addresses of a CSV file (organisation_code, role, address) in place of those there are."""
    from wres.monitoring.contacts_file import load_contacts_file

    pipeline = command_pipeline()
    print_summary(load_contacts_file(pipeline.database, file), form)
    _export_audit_log(pipeline)


@collection.command("list")
def list_collections(as_of: AsOf = None, form: Form = Format.table) -> None:
    """List every collection year with its dates and its state."""
    pipeline = command_pipeline()
    print_rows([_calendar_row(pipeline.for_year(year)) for year in pipeline.configured_years()], form)


@collection.command("show")
def show_collection(year: Year, as_of: AsOf = None, form: Form = Format.table) -> None:
    """Show all that a collection year's file states, and the state of the collection."""
    context = command_context(year)
    facts = _calendar_row(context) | context.calendar.model_dump()
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
    """Open a collection by hand, also outside its calendar."""
    _set_state(year, "open")


@collection.command("close")
def close_collection(year: Year, as_of: AsOf = None) -> None:
    """Close a collection by hand: what arrives later is refused (S111)."""
    _set_state(year, "closed")


def _calendar_row(context: "Context") -> dict[str, Any]:
    """Return the calendar of a collection as a row to print."""
    from wres.database.collection_state import get_state

    calendar = context.calendar
    return {
        "collection_year": context.year,
        "state": get_state(context.database, calendar, context.clock.now()),
        "opens": calendar.opens,
        "deadline": calendar.deadline,
        "hard_close": calendar.hard_close,
        "release_time": calendar.release_time,
        "template_version": calendar.template_version,
        "window": calendar.window,
        "snapshot": calendar.snapshot,
    }


def _set_state(year: int, state: Literal["open", "closed"]) -> None:
    from wres.steps import set_collection_state

    set_collection_state(command_context(year), state)
    echo_err(f"The {year} collection is {state} by hand.")


def _export_audit_log(pipeline: "Pipeline") -> None:
    """Copy what was loaded or set to the landing zone, as each step does."""
    from wres.intake.audit_log_export import export_audit_log

    export_audit_log(pipeline.settings, pipeline.database)
