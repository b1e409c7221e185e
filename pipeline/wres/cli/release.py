"""The commands of `wres` for what is published: its words, a release held against its manifest, the tables."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wres.cli.command_context import command_context, command_settings
from wres.cli.groups import CommandGroup
from wres.cli.options import AsOf, Form, Year, outside_stores
from wres.cli.output import Format, busy, echo_err, print_rows, print_text

tables = typer.Typer(
    cls=CommandGroup, no_args_is_help=True, help="The published tables: which there are, and one as a file."
)


class Audience(StrEnum):
    """For whom a release is."""

    official = "official"
    management = "management"


class Kind(StrEnum):
    """The kind of file that a table is written to."""

    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"


Edition = Annotated[str | None, typer.Option(help="1.0, 1.1 ...; by default the newest.")]
ForWhom = Annotated[
    Audience | None, typer.Option(help="By default official where such a release is published, else management.")
]


def verify(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="A release's folder, or its s3:// address.")],
    public_key: Annotated[
        Path | None, typer.Option(help="The publisher's public key: the release must be signed by its holder.")
    ] = None,
) -> None:
    """Is a release as it was made? Holds every file against its manifest; needs nothing but the release."""
    from wres.release.verification import verify as hold

    with busy("Looking at every file"):
        verdict = hold(folder, public_key)
    for sentence in (
        verdict.summary,
        *(f"{problem}." for problem in verdict.problems),
        verdict.passed_over,
        verdict.signed,
    ):
        if sentence:
            echo_err(sentence)
    echo_err("It is NOT as it was made." if verdict.problems else "It is as it was made.")
    if verdict.problems:
        raise typer.Exit(1)


def commentary(
    year: Year,
    audience: Annotated[
        Audience, typer.Option(help="Whose figures; official ones may be withheld.")
    ] = Audience.management,
    write: Annotated[
        bool, typer.Option("--write", help="Put the text with its placeholders where you can edit it.")
    ] = False,
    as_of: AsOf = None,
) -> None:
    """Show the text of the release, with the figures of the last build, before it is published."""
    if write:
        from wres.commentary.source_text import write_own_text
        from wres.reference.year_config import load_year

        settings = command_settings()
        load_year(year, settings.years)
        path = write_own_text(settings, year)
        echo_err(f"Written: {path}. Edit the words; figures stay placeholders. See it filled: wres commentary {year}")
        return
    from wres import adhoc

    with busy(f"Counting {year}"):
        text = adhoc.preview_commentary(command_context(year), audience.value)
    print_text(text)


@tables.command("list")
def list_(
    year: Annotated[int | None, typer.Option(help="Of one collection year; by default of all.")] = None,
    form: Form = Format.table,
) -> None:
    """List every published table, by year, edition and audience."""
    from wres.release.read import list_tables

    columns = ("collection_year", "edition", "audience", "latest", "table", "title")
    print_rows(list_tables(command_settings(), year), form, columns)


@tables.command()
def pull(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Its name, as wres tables list shows it.")],
    year: Annotated[int, typer.Option(help="The release's collection year.")],
    edition: Edition = None,
    audience: ForWhom = None,
    kind: Annotated[
        Kind | None, typer.Option("--format", help="What kind of file; by default as --output ends, else csv.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="Where to write it; by default a file in the current folder.", callback=outside_stores),
    ] = None,
) -> None:
    """Write a published table to a file; CSV and Parquet are the published bytes."""
    from wres.release.read import pull_table

    path, name = pull_table(
        command_settings(), table, year, edition, audience and audience.value, kind.value if kind else None, output
    )
    echo_err(f"Table {table} of the {name}: {path}")
