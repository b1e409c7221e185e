"""The indicators: runs sql/indicators over the warehouse's tables and gives the published measures of every level."""

import duckdb
import pyarrow as pa

from pipeline.indicators import beyond_sql
from pipeline.indicators.tables import INPUTS, PUBLISHED, SORTED_BY
from pipeline.settings import shipped

# Each view stands on those before it; what SQL cannot do comes between the two, from Python.
COUNTS = ("places", "counts", "levels", "exact_ratio", "funnel_bases", "earlier_pools", "matched", "compared")
MEASURES = (
    "likelihoods",
    "relative_likelihood",
    "fair_range",
    "small_numbers",
    "entries_above_parity",
    "entries_to_range",
    "measured",
    "compared_fractions",
    "compared_measures",
    "changes",
)
BEYOND_SQL = {"intervals": beyond_sql.intervals, "funnel_limits": beyond_sql.limits, "chance": beyond_sql.chance}
_THREADS = 2  # a national run takes well under a second; more would only take them from others


def compute_tables(figures: pa.Table, organisations: pa.Table, collections: pa.Table) -> dict[str, pa.Table]:
    """Every published table of measures, from the accepted returns of one or more collection years.

    Args (columns and types in `tables.INPUTS`; further columns are let be):
        figures: one row per required or stated cell of each accepted return.
        organisations: one row per collection year and organisation expected in it, returned or not.
        collections: one row per collection year.

    Returns: the tables of `tables.PUBLISHED`, with its columns and types, sorted by `tables.SORTED_BY`. Those that
    compare years have no rows where the year before is not among the inputs. A measure that cannot be calculated
    is null. Headcounts in people, entries in people (hundredths are possible in a two-year average), likelihoods and
    shares in percent. What a row and a measure is stands at the top of the SQL file of that name.

    Raises:
        ValueError: the inputs lack a column, or contradict themselves or the template; the text says where.
        WresError: a collection's template is unknown.
    """
    given = {"figures": figures, "organisations": organisations, "collections": collections}
    inputs = {name: _checked(name, table) for name, table in given.items()}
    inputs["items"] = items_of(inputs["collections"])
    inputs["successions"] = successions_of(inputs["organisations"])
    with connect() as database:
        for name, table in inputs.items():
            database.register(name, table)
        _refuse_faults(database)
        make_views(database, COUNTS)
        for name, made in BEYOND_SQL.items():
            database.register(name, made(database))
        make_views(database, MEASURES)
        return {name: _published(database, name, schema) for name, schema in PUBLISHED.items()}


def connect() -> duckdb.DuckDBPyConnection:
    """A database in memory that reaches nothing outside."""
    return duckdb.connect(
        config={
            "threads": _THREADS,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_access": False,
        }
    )


def items_of(collections: pa.Table) -> pa.Table:
    """One row per collection year and item of its template: whether it is required and counts into the headcount."""
    from pipeline.returns.specification import load_template

    rows = [
        {
            "collection_year": row["collection_year"],
            "item": item.code,
            "required": item.required,
            "in_total": item.in_total,
        }
        for row in collections.select(["collection_year", "template_version"]).to_pylist()
        for item in load_template(row["template_version"]).items
    ]
    return pa.Table.from_pylist(rows, schema=INPUTS["items"])


def successions_of(organisations: pa.Table) -> pa.Table:
    """One row per collection year, organisation and member of the pool that makes up its last year."""
    columns = ("collection_year", "organisation_code", "last_year_codes")
    years, codes, pools = (organisations[name].to_pylist() for name in columns)
    rows = [
        {"collection_year": year, "organisation_code": code, "last_year_code": last_year}
        for year, code, pool in zip(years, codes, pools, strict=True)
        for last_year in pool.split()
    ]
    return pa.Table.from_pylist(rows, schema=INPUTS["successions"])


def _checked(name: str, table: pa.Table) -> pa.Table:
    """The columns that the views need, in their declared types."""
    schema = INPUTS[name]
    missing = [column for column in schema.names if column not in table.column_names]
    if missing:
        raise ValueError(f"The input {name} lacks the columns {', '.join(missing)}.")
    table = table.select(schema.names).cast(schema)
    empty = [column for column in schema.names if column != "goal_percent" and table[column].null_count]
    if empty:
        raise ValueError(f"The input {name} has rows without a value in {', '.join(empty)}.")
    return table


def _refuse_faults(database: duckdb.DuckDBPyConnection) -> None:
    make_views(database, ("input_faults",))
    fault = database.execute("SELECT * FROM input_faults ORDER BY ALL LIMIT 1").fetchone()
    if fault:
        what, year, organisation = fault
        where = f"{year}, organisation {organisation}" if organisation else f"{year}"
        raise ValueError(f"The inputs of collection year {where}, hold {what}.")


def selected(name: str) -> str:
    """The SELECT of a file in sql/indicators."""
    return (shipped("sql") / "indicators" / f"{name}.sql").read_text(encoding="utf-8")


def make_views(database: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> None:
    """Run each file once and keep its rows, since later ones ask for them more than once."""
    for name in names:
        database.execute(f"CREATE TEMPORARY TABLE {name} AS {selected(name)}")


def _published(database: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema) -> pa.Table:
    """A table as its specification has it; the cast raises where a value does not fit its type."""
    table = database.sql(selected(name)).to_arrow_table().select(schema.names).cast(schema)
    return table.sort_by([(column, "ascending") for column in SORTED_BY if column in schema.names])
