"""The commands of `wres` from a build to its release: build, checklist, approve, publish, withdraw, run, trace."""

from pathlib import Path
from typing import Annotated

import typer

from wres.cli.command_context import command_context
from wres.cli.options import AsOf, Code, Engine, Form, Master, Year, exit_if, outside_stores
from wres.cli.output import Format, busy, echo_err, print_rows, print_summary, progress_bar
from wres.cli.release import Audience
from wres.errors import WresError


def build(
    year: Year, engine: Engine = None, master: Master = None, as_of: AsOf = None, form: Form = Format.table
) -> None:
    """Write the accepted returns to the warehouse and count them."""
    from wres import steps

    with busy(f"Building {year}"):
        summary = steps.build(command_context(year))
    print_summary(summary, form)
    if summary["national_checks"]:
        echo_err(f"The national checks found something to look into: wres checklist {year}")


def checklist(year: Year, as_of: AsOf = None, form: Form = Format.table) -> None:
    """Show what is in the way of releasing the last build, and what to do about it."""
    from wres import steps

    with busy(f"Going through the checklist of {year}"):
        rows = steps.checklist(command_context(year))
    print_rows(rows, form, ("code", "severity", "message", "what_to_do"), prose=("message", "what_to_do"))
    exit_if(any(row["severity"] == "error" for row in rows))


def approve(
    year: Year,
    by: Annotated[str, typer.Option(help="Your name.")],
    role: Annotated[str, typer.Option(help="Your role.")],
    accept: Annotated[
        list[str] | None, typer.Option(help="A warning of the checklist that you accept, by its code; once for each.")
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(help="Why every figure may be shown; needed, and printed, where the year's policy is open."),
    ] = None,
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Approve the last build for official release; wres checklist shows what you approve."""
    from wres import steps

    with busy(f"Going through the checklist of {year}"):
        summary = steps.approve(command_context(year), by, role, accept or (), reason=reason)
    print_summary(summary, form)


def publish(
    year: Year,
    edition: Annotated[str | None, typer.Option(help="1.0, 1.1 ...; by default the next one.")] = None,
    note: Annotated[str | None, typer.Option(help="What a revision changes, and why.")] = None,
    from_edition: Annotated[
        str | None, typer.Option(help="Make this old edition again, and hold the published one against it.")
    ] = None,
    audience: Annotated[
        Audience | None, typer.Option(help="With --from-edition: the audience of that edition; by default management.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            help="With --from-edition: a folder to make it in, with nothing compared.", callback=outside_stores
        ),
    ] = None,
    engine: Engine = None,
    master: Master = None,
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Make a release of the last build: management at any time, official once that build is approved."""
    from wres import adhoc, steps
    from wres.parallel import cpu_count
    from wres.summaries import is_public

    if from_edition is None and (audience is not None or output is not None):
        raise WresError(
            "--audience and --output are for an old edition made again, so nothing was published. Name it with "
            "--from-edition, or leave them out: a release goes to its place in WRES_HOME."
        )
    if from_edition is not None and (edition is not None or note is not None):
        raise WresError("--edition and --note are for a new release. Leave them out with --from-edition.")
    if from_edition is not None:
        with busy(f"Making edition {from_edition} of {year} again"):
            summary = adhoc.reproduce_release(
                command_context(year), from_edition, (audience or Audience.management).value, output
            )
        print_summary(summary, form)
        exit_if(bool(summary["differs"]))
    else:
        with busy(f"Publishing {year}"):
            summary = steps.publish(command_context(year), edition, note, cpu_count())
        print_summary(summary, form)
        if is_public(command_context(year), summary):
            with progress_bar() as progress:
                delivered = steps.send_local_reports(command_context(year), progress)["local_reports"]
            echo_err(f"Local reports given to organisations: {delivered}. Who has one: wres local-report {year} --list")
        exit_if(bool(summary["failures"]))


def withdraw(
    year: Year,
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="1.1, for example.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence; the audit log keeps it.")],
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Take back an edition that was reserved and never written; its number can be used again."""
    from wres import steps

    print_summary(steps.withdraw(command_context(year), edition, reason), form)


def run(
    year: Year, engine: Engine = None, master: Master = None, as_of: AsOf = None, form: Form = Format.table
) -> None:
    """Collect, build, publish what may be published."""
    from wres import steps

    with progress_bar() as progress:
        summary = steps.run(command_context(year), progress)
    print_summary(summary, form)
    exit_if(summary["rejected"] > 0 or bool(summary["failures"]))


def trace(year: Year, org: Code, as_of: AsOf = None, form: Form = Format.table) -> None:
    """Trace a published figure back to the receipt, the file and its SHA-256."""
    from wres.release.provenance import trace_figures

    context = command_context(year)
    print_rows(trace_figures(context.settings, context.database, year, org), form)
