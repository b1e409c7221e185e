"""The command of `wres` for organisations' own reports of a release."""

from pathlib import Path
from typing import Annotated

import typer

from wres.cli.command_context import command_context
from wres.cli.options import AsOf, Form, Year, outside_stores
from wres.cli.output import Format, busy, echo_err, print_rows, print_summary, progress_bar
from wres.errors import WresError


def local_report(
    year: Year,
    org: Annotated[str | None, typer.Argument(metavar="[ORG]", help="The organisation's code.")] = None,
    edition: Annotated[str | None, typer.Option(help="The official edition; by default the newest.")] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to write it.", callback=outside_stores)
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Give every organisation the report that it is owed.")] = False,
    listed: Annotated[
        bool, typer.Option("--list", help="List the reports that were given, by edition, and who is still owed one.")
    ] = False,
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Write an organisation's own report of a release: its exact figures beside the official ones of all others."""
    from wres import steps
    from wres.local_report.deliver_local_reports import write_local_report
    from wres.local_report.given_reports import list_local_reports

    if [org is not None, send, listed].count(True) != 1:
        raise WresError(f"Give an organisation's code, or --send, or --list: wres local-report {year} RXY")
    context = command_context(year)
    if listed:
        columns = ("code", "name", "edition", "state", "at", "channel")
        print_rows(list_local_reports(context), form, columns)
    elif send:
        with progress_bar() as progress:
            summary = steps.send_local_reports(context, progress)
        print_summary(summary, form)
    else:
        code = str(org).strip().upper()
        with busy(f"Writing the report of {code}"):
            folder = write_local_report(context, code, edition, output)
        echo_err(f"Written: {folder}. Nothing was sent.")
