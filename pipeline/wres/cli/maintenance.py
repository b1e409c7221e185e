"""Define the commands that keep a home safe and set it up: audit, forget, backup, restore, rebuild, migrate, keys."""

from pathlib import Path
from typing import Annotated

import typer

from wres.cli.command_context import command_settings
from wres.cli.options import AsOf, Form, outside_stores
from wres.cli.output import Format, echo_err, print_rows, print_summary, progress_bar

airflow = typer.Typer(no_args_is_help=True, help="The DAGs, for an Airflow of your own.")


def audit(
    year: Annotated[int | None, typer.Argument(metavar="YEAR", help="The collection year; by default all.")] = None,
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Compare registry, landing zone, warehouse and releases with the audit log: is anything not as it was left?"""
    from wres.database.registry import open_registry
    from wres.recovery.audit import audit as look
    from wres.reference.year_config import load_year

    settings = command_settings()
    if year is not None:
        load_year(year, settings.years)
    with progress_bar() as progress:
        faults = look(settings, open_registry(settings), year, progress)
    if faults or form is not Format.table:
        print_rows(faults, form, ("collection_year", "where", "what"), prose=("what",))
    things = (
        "1 thing is NOT as it was left." if len(faults) == 1 else f"{len(faults)} things are NOT as they were left."
    )
    echo_err(things if faults else "All is as it was left.")
    if faults:
        raise typer.Exit(1)


def forget(
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="As in wres history, for example 2022-RXY-001.")],
    reason: Annotated[str, typer.Option(help="Why, in a few words that name nobody; it is kept.")],
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Erase the bytes and the texts of a receipt, and of all with the same bytes, for good.

    Its figures, which are counts, go on counting; to take them back, have the organisation send another return.
    """
    from wres.database.registry import open_registry
    from wres.recovery.forget import forget as erase

    settings = command_settings()
    summary = erase(settings, open_registry(settings), receipt, reason)
    still = summary.pop("still_to_do")
    print_summary(summary, form)
    for sentence in still:
        echo_err(sentence)


def rebuild(as_of: AsOf = None, form: Form = Format.table) -> None:
    """Make registry, warehouse and releases again from the landing zone alone, in a home that has none."""
    from wres.recovery.rebuild import rebuild as again

    with progress_bar() as progress:
        summary = again(command_settings(), progress)
    print_summary(summary, form)
    if summary["contacts_to_load"]:
        echo_err("The contacts are not among it: load them again (wres contacts load FILE).")
    if summary["senders_to_enter"]:
        echo_err("Who may send on the page is not among it: invite them again (wres senders --help).")
    if summary["differs"] or summary["lost"]:
        raise typer.Exit(1)


def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder, on another disk.")],
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Copy all that cannot be made again into a folder, consistent while the pipeline runs.

    It holds what the home holds: organisations' figures, approvers' names, contacts' addresses. Keep it as safe.
    """
    from wres.database.registry import open_registry
    from wres.recovery.backup import backup as copy

    settings = command_settings()
    with progress_bar() as progress:
        summary = copy(settings, open_registry(settings), folder, progress)
    print_summary(summary, form)


def restore(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What wres backup made.")],
    as_of: AsOf = None,
    form: Form = Format.table,
) -> None:
    """Put a backup into an empty home, wherever that is and whichever database it has."""
    from wres.recovery.restore import restore as put

    with progress_bar() as progress:
        summary = put(command_settings(), folder, progress)
    print_summary(summary, form)


def migrate() -> None:
    """Make or upgrade the tables and grant rights in them, as the database's owner, once for each new version.

    Where one user does everything, as in SQLite, nobody need do this: the tables are looked after at every start.
    """
    from wres.database.registry import ROLES, grant_roles, open_registry
    from wres.warehouse.iceberg import open_catalog

    settings = command_settings()
    engine = open_registry(settings)
    with open_catalog(settings):  # its tables lie in the same database
        granted = grant_roles(engine)
    echo_err("The tables are up to date.")
    echo_err(f"Rights were given to {' and '.join(ROLES)}." if granted else "One user does everything here.")


def keys(
    output: Annotated[Path, typer.Option(help="The folder to write them to.", callback=outside_stores)],
) -> None:
    """Make a pair of keys by which releases are signed and their signatures checked."""
    from wres.release.verification import make_keys

    private, public = make_keys(output)
    echo_err(
        f"Private: {private}. Keep it secret; its text is the setting WRES_SIGNING_KEY where releases are published."
    )
    echo_err(f"Public: {public}. Publish it, and say where: wres verify FOLDER --public-key FILE")


@airflow.command("dags-folder")
def dags_folder() -> None:
    """Print the folder that holds the DAGs: name it in Airflow's dags_folder, or link to it from yours."""
    from wres.settings import package_data

    typer.echo(package_data("dags"))
