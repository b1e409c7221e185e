"""The command of `wres` for analysts: SQL over the warehouse."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wres.cli.command_context import command_settings
from wres.cli.options import Form
from wres.cli.output import Format, echo_err, print_rows
from wres.errors import WresError

if TYPE_CHECKING:
    import duckdb

_COLUMNS = """
    SELECT table_schema || '.' || table_name AS "table", column_name AS "column", lower(data_type) AS type
    FROM information_schema.columns
    WHERE table_schema IN ('raw', 'core', 'mart')
    ORDER BY list_position(['mart', 'core', 'raw'], table_schema), table_name, ordinal_position
"""


def sql(
    query: Annotated[
        str | None,
        typer.Argument(metavar="QUERY", help="One SELECT; without it, the tables and columns that there are."),
    ] = None,
    build: Annotated[
        str | None, typer.Option(help="The name of a build; by default the latest of the newest collection year.")
    ] = None,
    form: Form = Format.table,
) -> None:
    """Ask the warehouse in SQL (DuckDB). Its schemas are raw, core and mart. Nothing can be changed."""
    from wres.warehouse import connect

    with connect(build, command_settings()) as connection:
        names, rows = _answer(connection, _COLUMNS if query is None else query)
    print_rows([dict(zip(names, row, strict=True)) for row in rows], form, names)
    if query is None:
        echo_err('Ask for rows like this: wres sql "SELECT * FROM mart.national"')


def _answer(connection: "duckdb.DuckDBPyConnection", query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one query and give the names of its columns, each once, and its rows.

    Raises:
        WresError: it is more than one statement, would change something, or cannot be run.
    """
    import duckdb

    try:
        statements = connection.extract_statements(query)
        kinds = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
        if len(statements) != 1 or statements[0].type not in kinds:
            raise WresError(
                "The warehouse is read with one SELECT at a time. Write one, without a semicolon inside it."
            )
        result = connection.execute(statements[0])
        rows = result.fetchall()
    except duckdb.Error as error:
        reason = " ".join(str(error).split("\n\n", maxsplit=1)[0].split())
        raise WresError(f"The query cannot be run: {reason} See what there is: wres sql") from None
    names: list[str] = []
    for name, *_ in result.description or ():
        names.append(name if name not in names else f"{name}_{len(names) + 1}")
    return names, rows
