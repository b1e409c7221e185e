"""`wres`: one command a step, for people and for cron."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wres.cli.groups import HELP_OPTIONS, CommandGroup, print_version
from wres.cli.maintenance import audit, backup, forget, keys, migrate, rebuild, restore
from wres.cli.options import AsOf, Code, Engine, Form, Master, Year
from wres.cli.output import Format, busy, count, echo_err, print_rows, print_summary, progress_bar, warn
from wres.cli.reference import collection, contacts, organisations, succession
from wres.cli.release import Audience, commentary, tables, verify
from wres.cli.trusts import prepare
from wres.cli_airflow import airflow
from wres.errors import WresError, as_unavailable_error, use_a_time_zone_that_exists
from wres.event_log import log_event
from wres.standard_streams import safe_streams

app = typer.Typer(
    cls=CommandGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",  # typer imports rich for a help page and a usage error only
    pretty_exceptions_enable=False,
    context_settings=HELP_OPTIONS,
    help="Collect, check and publish the WRES disciplinary indicator. State lives under WRES_HOME (default ./var).",
)
app.add_typer(organisations, name="organisations")
app.add_typer(succession, name="succession")
app.add_typer(contacts, name="contacts")
app.add_typer(collection, name="collection")
app.add_typer(tables, name="tables")
app.add_typer(airflow, name="airflow")
app.command()(commentary)
app.command()(prepare)
for _command in (verify, audit, forget, backup, restore, rebuild, migrate, keys):
    app.command()(_command)


class GroupBy(StrEnum):
    """What a row of the status is about."""

    organisation = "organisation"
    region = "region"
    type = "type"


# What only the extra `national` installs; a trust that checks its own return does without.
_NATIONAL = {"alembic", "cryptography", "duckdb", "gptables", "pyarrow", "pyiceberg", "scipy", "sqlalchemy"}


@app.callback()
def _take_global_options(
    as_of: AsOf = None,
    quiet: Annotated[  # for the help page: CommandGroup takes it from wherever it stands
        bool, typer.Option("--quiet", "-q", help="Only rows and errors: no progress, no remarks.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=print_version, is_eager=True)
    ] = False,
) -> None:
    pass


@app.command()
def collect(year: Year, as_of: AsOf = None, form: Form = Format.table) -> None:
    """Receive, read, judge, answer and accept all that waits."""
    from wres import steps
    from wres.parallel import cpu_count

    with progress_bar() as progress:
        summary = steps.collect(year, progress, cpu_count())
    print_summary(summary, form)
    _exit_if(summary["rejected"] > 0 or bool(summary["failures"]))


@app.command()
def build(
    year: Year, engine: Engine = None, master: Master = None, as_of: AsOf = None, form: Form = Format.table
) -> None:
    """Write the accepted returns to the warehouse and count them."""
    from wres import steps

    with busy(f"Building {year}"):
        summary = steps.build(year)
    print_summary(summary, form)
    if summary["national_checks"]:
        echo_err(f"The national checks found something to look into: wres checklist {year}")


@app.command()
def checklist(year: Year, as_of: AsOf = None, form: Form = Format.table) -> None:
    """What stands in the way of releasing the last build, and what to do about each thing."""
    from wres import steps

    with busy(f"Going through the checklist of {year}"):
        rows = steps.checklist(year)
    print_rows(rows, form, ("code", "severity", "message", "what_to_do"), prose=("message", "what_to_do"))
    _exit_if(any(row["severity"] == "error" for row in rows))


@app.command()
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
        summary = steps.approve(year, by, role, accept or (), reason=reason)
    print_summary(summary, form)


@app.command()
def publish(
    year: Year,
    edition: Annotated[str | None, typer.Option(help="1.0, 1.1 ...; by default the next one.")] = None,
    note: Annotated[str | None, typer.Option(help="What a revision changes, and why.")] = None,
    from_edition: Annotated[
        str | None, typer.Option(help="Make this old edition again, and hold the published one against it.")
    ] = None,
    audience: Annotated[Audience, typer.Option(help="With --from-edition: of which audience.")] = Audience.management,
    output: Annotated[
        Path | None, typer.Option(help="With --from-edition: a folder to make it in, with nothing compared.")
    ] = None,
    engine: Engine = None,
    master: Master = None,
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Make a release of the last build: management at any time, official once that build is approved."""
    from wres import adhoc, steps

    if from_edition:
        with busy(f"Making edition {from_edition} of {year} again"):
            summary = adhoc.reproduce_release(year, from_edition, audience.value, output)
        print_summary(summary, form)
        _exit_if(bool(summary["differs"]))
    else:
        with busy(f"Publishing {year}"):
            summary = steps.publish(year, edition, note)
        print_summary(summary, form)
        _exit_if(bool(summary["failures"]))


@app.command()
def withdraw(
    year: Year,
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="1.1, for example.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence; the journal keeps it.")],
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Take back an edition that was claimed and never written; its number can be used again."""
    from wres import steps

    print_summary(steps.withdraw(year, edition, reason), form)


@app.command()
def run(
    year: Year, engine: Engine = None, master: Master = None, as_of: AsOf = None, form: Form = Format.table
) -> None:
    """Collect, build, publish what may be published."""
    from wres import steps

    with progress_bar() as progress:
        summary = steps.run(year, progress)
    print_summary(summary, form)
    _exit_if(summary["rejected"] > 0 or bool(summary["failures"]))


@app.command()
def status(
    year: Year,
    by: Annotated[
        GroupBy, typer.Option(help="A row an organisation, or counts by region or by type.")
    ] = GroupBy.organisation,
    outstanding: Annotated[bool, typer.Option("--outstanding", help="Only who has sent nothing.")] = False,
    rejected: Annotated[bool, typer.Option("--rejected", help="Only whose last return was rejected.")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only whose return is not judged yet.")] = False,
    queries: Annotated[bool, typer.Option("--queries", help="Only who was accepted with queries.")] = False,
    accepted: Annotated[bool, typer.Option("--accepted", help="Only who was accepted.")] = False,
    late: Annotated[bool, typer.Option("--late", help="Only of these, or of all, who was late.")] = False,
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Who has sent what, and who is still to send; several of --outstanding, --rejected and so on add up."""
    from wres.monitoring.status_counts import status_count_rows, summary_line
    from wres.monitoring.submission_status import STANDING_COLUMNS, choose_standings, status_rows, submission_statuses
    from wres.steps import misplaced, open_newest

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
    context = open_newest(year)
    found = submission_statuses(context.engine, context.calendar)
    if by is GroupBy.organisation:
        rows = status_rows(choose_standings(found, wanted, late=late))
        print_rows(rows, form, STANDING_COLUMNS)
    else:
        print_rows(status_count_rows(found, by.value), form)
    echo_err(summary_line(found))
    for place in misplaced(year):
        echo_err(f"{place.what} {place.remedy}")


@app.command()
def chase(
    year: Year,
    output: Annotated[
        Path | None, typer.Option(help="The file to write; by default it is under WRES_HOME/progress/YEAR/.")
    ] = None,
    as_of: AsOf = None,
) -> None:
    """The chase list: whom to write to, why, and what to write, as CSV."""
    from wres.monitoring.chase_list import chase_list, write_chase_list
    from wres.steps import misplaced, open_context

    context = open_context(year)
    rows = chase_list(context.settings, context.engine, context.calendar, misplaced(year))
    written = write_chase_list(context.settings, rows, year, output)
    echo_err(f"{count(len({row['organisation_code'] for row in rows} - {''}), 'organisation')} to write to: {written}")


@app.command()
def history(year: Year, org: Code, as_of: AsOf = None, form: Form = Format.table) -> None:
    """All that an organisation sent for a year and what it was told."""
    from wres.monitoring.submission_history import history_rows
    from wres.steps import open_context

    print_rows(history_rows(open_context(year).engine, year, org), form)


@app.command()
def trace(year: Year, org: Code, as_of: AsOf = None, form: Form = Format.table) -> None:
    """From a published figure back to the receipt, the file and its SHA-256."""
    from wres.release.provenance import trace_figures
    from wres.steps import open_context

    context = open_context(year)
    print_rows(trace_figures(context.settings, context.engine, year, org), form)


@app.command()
def submit(
    year: Year,
    org: Code,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The return.")],
    test: Annotated[bool, typer.Option("--test", help="Try it out: judged and answered, never counted.")] = False,
    as_of: AsOf = None,
) -> None:
    """Put a return on the folder channel."""
    from wres.adhoc import submit_return

    placed = submit_return(year, org, file, test=test)
    echo_err(f"{file.name} waits in {placed.parent}. It is answered by the next: wres collect {year}")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The return.")],
    year: Annotated[
        int | None, typer.Option(help="The collection year; by default the one that the return states.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="A folder to write the full report to.")] = None,
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """What the national checks would say of a return; nothing is sent."""
    from wres.feedback.presubmission import check_file
    from wres.validation.check_summary import explain_check

    document = check_file(file, year, report)
    columns = ("code", "severity", "sheet", "cell", "item", "ethnic_group", "value", "message", "how_to_fix")
    rows = [{column: finding[column] for column in columns} for finding in document["findings"]]
    if rows or form is not Format.table:
        print_rows(rows, form, columns, prose=("message", "how_to_fix"))
    for sentence in explain_check(document, file.name):
        echo_err(sentence)
    _exit_if(document["status"] == "rejected")


@app.command()
def template(
    year: Year,
    org: Code,
    output: Annotated[Path | None, typer.Option(help="Where to write the workbook.")] = None,
    as_of: AsOf = None,
) -> None:
    """The blank workbook, filled in with who and when."""
    from wres.adhoc import write_prefilled_template

    echo_err(f"Written: {write_prefilled_template(year, org, output)}")


@app.command()
def demo(
    more_years: Annotated[list[int] | None, typer.Argument(hidden=True)] = None,  # --years 2020 2021 2022
    years: Annotated[list[int] | None, typer.Option(help="Collection years, e.g. --years 2020 2021 2022.")] = None,
    returns: Annotated[
        int | None, typer.Option(min=1, help="How many organisations send; by default all expected.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = 2019,
) -> None:
    """The whole job on synthetic returns for the real register."""
    from wres.simulation.demo_collection import run_demo

    with progress_bar() as progress:
        rows = run_demo(
            [*(years or []), *(more_years or [])] or [2020, 2021, 2022], returns=returns, seed=seed, progress=progress
        )
    print_rows(rows, Format.table)


def _exit_if(failed: bool) -> None:
    if failed:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; a user's mistake is one line on standard error and exit status 2."""
    with safe_streams():
        _run_app()


def _run_app() -> None:
    use_a_time_zone_that_exists()
    try:
        app()
        sys.stdout.flush()
    except WresError as error:
        warn(str(error))
        sys.exit(2)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _NATIONAL:
            raise
        warn(
            "This command belongs to the national pipeline, which is not installed here: pip install 'wres[national]'."
        )
        sys.exit(2)
    except Exception as error:
        if (told := as_unavailable_error(error)) is None:
            raise
        log_event("failed", failed=True, error=type(error).__name__)
        warn(str(told))
        sys.exit(2)
