"""The commands of `wres` for a collection that is open: collect, status, chase, history, submit, template."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wres.cli.command_context import command_context
from wres.cli.options import AsOf, Code, Form, Year, exit_if, outside_stores
from wres.cli.output import Format, echo_err, print_rows, print_summary, progress_bar, warn


class GroupBy(StrEnum):
    """The subject of a row of the status."""

    organisation = "organisation"
    region = "region"
    type = "type"


def collect(year: Year, as_of: AsOf = None, form: Form = Format.table) -> None:
    """Receive, read, validate, answer and accept every return that has arrived."""
    from wres import steps
    from wres.parallel import cpu_count

    with progress_bar() as progress:
        summary = steps.collect(command_context(year), progress, cpu_count())
    print_summary(summary, form)
    exit_if(summary["rejected"] > 0 or bool(summary["failures"]))


def status(
    year: Year,
    by: Annotated[
        GroupBy, typer.Option(help="A row an organisation, or counts by region or by type.")
    ] = GroupBy.organisation,
    outstanding: Annotated[bool, typer.Option("--outstanding", help="Only who has sent nothing.")] = False,
    rejected: Annotated[bool, typer.Option("--rejected", help="Only whose last return was rejected.")] = False,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only organisations whose return is not validated yet.")
    ] = False,
    queries: Annotated[bool, typer.Option("--queries", help="Only who was accepted with queries.")] = False,
    accepted: Annotated[bool, typer.Option("--accepted", help="Only who was accepted.")] = False,
    late: Annotated[bool, typer.Option("--late", help="Only of these, or of all, who was late.")] = False,
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Show who has sent what, and who is still to send; several of --outstanding, --rejected and so on add up."""
    from wres.intake.rounds import misplaced
    from wres.monitoring.status_counts import status_count_rows, summary_line
    from wres.monitoring.submission_status import STATUS_COLUMNS, choose_statuses, status_rows, submission_statuses
    from wres.steps import require_newest

    asked = {
        "not_received": outstanding,
        "rejected": rejected,
        "received": waiting,
        "accepted_with_queries": queries or accepted,
        "accepted": accepted,
    }
    wanted = {name for name, flag in asked.items() if flag}
    if by is not GroupBy.organisation and (wanted or late):
        raise typer.BadParameter("leave it out where organisations are chosen", param_hint="--by")
    context = command_context(year)
    require_newest(context)
    statuses = submission_statuses(context.database, context.calendar)
    if by is GroupBy.organisation:
        rows = status_rows(choose_statuses(statuses, wanted, late=late))
        print_rows(rows, form, STATUS_COLUMNS)
    else:
        print_rows(status_count_rows(statuses, by.value), form)
    echo_err(summary_line(statuses))
    for place in misplaced(context):
        echo_err(f"{place.what} {place.remedy}")


def chase(
    year: Year,
    output: Annotated[
        Path | None,
        typer.Option(
            help="The file to write; by default it is under WRES_HOME/progress/YEAR/.", callback=outside_stores
        ),
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Write the chase list: whom to write to, why, and what to write, as CSV."""
    from wres.intake.rounds import misplaced
    from wres.monitoring.chase_list import chase_list, due_now, write_chase_list
    from wres.monitoring.reminders import state_sentence
    from wres.outputs.formatting import number_of

    context = command_context(year)
    rows = chase_list(context.settings, context.database, context.calendar, misplaced(context))
    written = write_chase_list(context.settings, rows, year, output)
    codes = {row["organisation_code"] for row in rows} - {""}
    echo_err(f"{number_of(len(codes), 'organisation')} to write to: {written}")
    if sentence := state_sentence(due_now(context.database, context.calendar, context.clock.now())):
        echo_err(sentence)


def history(year: Year, org: Code, as_of: AsOf = None, form: Form = Format.table) -> None:
    """List all that an organisation sent for a year and each report to it."""
    from wres.monitoring.submission_history import history_rows

    print_rows(history_rows(command_context(year).database, year, org), form)


def submit(
    year: Year,
    org: Code,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The return.")],
    test: Annotated[bool, typer.Option("--test", help="Try it out: checked and answered, never counted.")] = False,
    as_of: AsOf = None,
) -> None:
    """Put a return on the folder channel."""
    from wres.adhoc import submit_return

    placed = submit_return(command_context(year), org, file, test=test)
    echo_err(f"{file.name} is in {placed.parent}. It is received and answered by: wres collect {year}")


def template(
    year: Year,
    org: Code,
    output: Annotated[Path | None, typer.Option(help="Where to write the workbook.", callback=outside_stores)] = None,
    as_of: AsOf = None,
) -> None:
    """Write an organisation's blank workbook, with its name and the year filled in."""
    from wres.adhoc import explain_not_asked, write_prefilled_template

    context = command_context(year)
    echo_err(f"Written: {write_prefilled_template(context, org, output)}")
    if sentence := explain_not_asked(context, org):
        warn(sentence)
