"""The command of `wres` for analysts: SQL over the warehouse."""

from typing import Annotated, TextIO

import typer

from wres.cli.command_context import command_settings
from wres.cli.options import Form
from wres.cli.output import Format, echo_err, print_batches, warn
from wres.cli.standard_streams import INTERRUPTED
from wres.errors import WresError

_COLUMNS = """
    SELECT table_schema || '.' || table_name AS "table", column_name AS "column", lower(data_type) AS type
    FROM information_schema.columns
    WHERE table_schema IN ('raw', 'core', 'mart')
    ORDER BY list_position(['mart', 'core', 'raw'], table_schema), table_name, ordinal_position
"""


_ROWS_OF_A_TABLE = 1_000
_ROWS_OF_A_FILE = 1_000_000
_SECONDS = 600


def sql(
    query: Annotated[
        str | None,
        typer.Argument(metavar="QUERY", help="One SELECT; without it, the tables and columns that there are."),
    ] = None,
    file: Annotated[
        typer.FileText | None,
        typer.Option("--file", encoding="utf-8-sig", help="A file with the query; - is standard input."),
    ] = None,
    build: Annotated[
        str | None, typer.Option(help="The name of a build; by default the latest of the newest collection year.")
    ] = None,
    form: Form = Format.table,
    rows: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="NUMBER",
            show_default=False,
            help=f"The most rows to show; by default {_ROWS_OF_A_TABLE:,}, and {_ROWS_OF_A_FILE:,} as CSV or JSON.",
        ),
    ] = None,
    seconds: Annotated[
        int, typer.Option(min=1, metavar="NUMBER", help="How long the query may run before it is stopped.")
    ] = _SECONDS,
) -> None:
    """Ask the warehouse in SQL (DuckDB). Its schemas are raw, core and mart. Nothing can be changed."""
    from wres.warehouse import connect
    from wres.warehouse.query import run_query

    if file is not None:
        query = _read_query(file, query)
    most_rows = rows or (_ROWS_OF_A_TABLE if form is Format.table and query is not None else _ROWS_OF_A_FILE)
    with connect(build, command_settings()) as connection:
        try:
            result = run_query(connection, _COLUMNS if query is None else query, most_rows, seconds)
            print_batches(result.names, result.read_batches(), form)
        except KeyboardInterrupt:
            warn("The query was stopped before its end: rows are missing. Nothing was changed.")
            raise typer.Exit(INTERRUPTED) from None
    if result.has_more:
        echo_err(
            f"These are the first {most_rows:,} rows; there are more. Show more with --rows, or add up with GROUP BY."
        )
    if query is None:
        echo_err('Ask for rows like this: wres sql "SELECT * FROM mart.national"')


def _read_query(file: TextIO, query: str | None) -> str:
    """Read the query of a file.

    Raises:
        WresError: a query is given on the command line too, or the file is no text.
    """
    if query is not None:
        raise WresError("Give the query on the command line or with --file, not both.")
    try:
        return file.read()
    except UnicodeDecodeError:
        raise WresError("The file of --file is not text in UTF-8. Save it as UTF-8.") from None
