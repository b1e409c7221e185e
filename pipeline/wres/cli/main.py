"""`wres`: one command a step, for people and for cron."""

import sys
from typing import Annotated

import typer

from wres.cli.analysis import sql
from wres.cli.collecting import chase, collect, history, status, submit, template
from wres.cli.command_context import command_settings
from wres.cli.groups import HELP_OPTIONS, CommandGroup, print_version
from wres.cli.local_report import local_report
from wres.cli.maintenance import airflow, audit, backup, forget, keys, migrate, rebuild, restore
from wres.cli.options import AsOf
from wres.cli.output import Format, print_rows, progress_bar, warn
from wres.cli.publishing import approve, build, checklist, publish, run, trace, withdraw
from wres.cli.reference import collection, contacts, organisations, succession
from wres.cli.release import commentary, tables, verify
from wres.cli.standard_streams import safe_streams
from wres.cli.trusts import check, prepare
from wres.cli.web import senders, serve
from wres.errors import WresError, as_unavailable_error, use_a_time_zone_that_exists
from wres.event_log import log_event

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
app.add_typer(senders, name="senders")
app.add_typer(tables, name="tables")
app.add_typer(airflow, name="airflow")
for _command in (
    *(collect, status, chase, history, submit, template),
    *(check, prepare, serve),
    *(build, checklist, approve, publish, withdraw, run, trace, commentary, verify, local_report, sql),
    *(audit, forget, backup, restore, rebuild, migrate, keys),
):
    app.command()(_command)

# What only the extra `national` installs; a trust that checks its own return does without.
_WEB = {
    "authlib",
    "fastapi",
    "httpx2",
    "itsdangerous",
    "limits",
    "nhsuk_frontend_jinja",
    "python_multipart",
    "starlette",
    "uvicorn",
}
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
def demo(
    more_years: Annotated[list[int] | None, typer.Argument(hidden=True)] = None,  # --years 2020 2021 2022
    years: Annotated[list[int] | None, typer.Option(help="Collection years, e.g. --years 2020 2021 2022.")] = None,
    returns: Annotated[
        int | None, typer.Option(min=1, help="How many organisations send; by default all expected.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = 2019,
) -> None:
    """Run the whole job on synthetic returns for the real register."""
    from wres.simulation.demo_collection import run_demo

    with progress_bar() as progress:
        rows = run_demo(
            command_settings(),
            [*(years or []), *(more_years or [])] or [2020, 2021, 2022],
            returns=returns,
            seed=seed,
            progress=progress,
        )
    print_rows(rows, Format.table)


def main() -> None:
    """Run the command line; a user's mistake is one line on standard error and exit status 2."""
    with safe_streams():
        _run_app()


def _run_app() -> None:
    """Run the command; a mistake becomes a sentence and exit status 2."""
    use_a_time_zone_that_exists()
    try:
        app()
        sys.stdout.flush()
    except WresError as error:
        warn(str(error))
        sys.exit(2)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in _WEB:
            warn("This command belongs to the page, which is not installed here: pip install 'wres[national,web]'.")
            sys.exit(2)
        if missing not in _NATIONAL:
            raise
        warn(
            "This command belongs to the national pipeline, which is not installed here: pip install 'wres[national]'."
        )
        sys.exit(2)
    except Exception as error:
        if (unavailable := as_unavailable_error(error)) is None:
            raise
        log_event("failed", failed=True, error=type(error).__name__)
        warn(str(unavailable))
        sys.exit(2)
