"""The indicators: runs sql/indicators over the warehouse's tables and gives the published measures of every level."""

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.indicators.intervals import Floats, koopman_interval
from pipeline.indicators.tables import INPUTS, PUBLISHED, SORTED_BY
from pipeline.settings import shipped

# Each view stands on those before it; `intervals` comes between the two, from Python.
COUNTS = ("places", "counts", "levels", "exact_ratio")
MEASURES = (
    "likelihoods",
    "relative_likelihood",
    "fair_range",
    "small_numbers",
    "entries_above_parity",
    "entries_to_range",
    "measured",
)
_THREADS = 2  # a national run takes well under a second; more would only take them from others


def compute_tables(figures: pa.Table, organisations: pa.Table, collections: pa.Table) -> dict[str, pa.Table]:
    """Every published table of measures, from the accepted returns of one or more collection years.

    Args (columns and types in `tables.INPUTS`; further columns are let be):
        figures: one row per required or stated cell of each accepted return.
        organisations: one row per collection year and organisation expected in it, returned or not.
        collections: one row per collection year.

    Returns: tables `national`, `region`, `organisation_type`, `organisation`, `goals`, `coverage` with the columns and
    types of `tables.PUBLISHED`, sorted by year, level, organisation group and code. A measure that cannot be calculated
    is null. Headcounts in people, entries in people (hundredths are possible in a two-year average), likelihoods and
    shares in percent. What a row and a measure is stands at the top of the SQL file of that name.

    Raises:
        ValueError: the inputs lack a column, or contradict themselves or the template; the text says where.
        WresError: a collection's template is unknown.
    """
    given = {"figures": figures, "organisations": organisations, "collections": collections}
    inputs = {name: _checked(name, table) for name, table in given.items()}
    inputs["items"] = items_of(inputs["collections"])
    with duckdb.connect(
        config={
            "threads": _THREADS,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_access": False,
        }
    ) as database:
        for name, table in inputs.items():
            database.register(name, table)
        _refuse_faults(database)
        _make_views(database, COUNTS)
        database.register("intervals", _intervals(database))
        _make_views(database, MEASURES)
        return {name: _published(database, name, schema) for name, schema in PUBLISHED.items()}


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
    _make_views(database, ("input_faults",))
    fault = database.execute("SELECT * FROM input_faults ORDER BY ALL LIMIT 1").fetchone()
    if fault:
        what, year, organisation = fault
        where = f"{year}, organisation {organisation}" if organisation else f"{year}"
        raise ValueError(f"The inputs of collection year {where}, hold {what}.")


def _select(name: str) -> str:
    return (shipped("sql") / "indicators" / f"{name}.sql").read_text(encoding="utf-8")


def _make_views(database: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> None:
    """Run each file once and keep its rows, since later ones ask for them more than once."""
    for name in names:
        database.execute(f"CREATE TEMPORARY TABLE {name} AS {_select(name)}")


def _intervals(database: duckdb.DuckDBPyConnection) -> pa.Table:
    """One row per row of `levels`: the interval's bounds in hundredths, and whether it leaves out 1.

    All three are null where the ratio cannot be calculated or has no interval.
    """
    rows = database.sql(
        """
        SELECT
            collection_year, level, code, organisation_group, reason_not_calculable IS NULL AS calculable,
            CAST(0.01 * bme_hundredths AS DOUBLE) AS bme_entered, CAST(bme_headcount AS DOUBLE) AS bme_headcount,
            CAST(0.01 * white_hundredths AS DOUBLE) AS white_entered, CAST(white_headcount AS DOUBLE) AS white_headcount
        FROM exact_ratio
        """
    ).to_arrow_table()
    lower, upper = koopman_interval(
        *(rows[name].to_numpy() for name in ("bme_entered", "bme_headcount", "white_entered", "white_headcount"))
    )
    without = ~rows["calculable"].to_numpy() | np.isnan(upper)
    columns = {
        "lower_hundredths": _hundredths(lower, without),
        "upper_hundredths": _hundredths(upper, without),
        "differs_from_equal": (lower > 1) | (upper < 1),  # on the bounds as they are, not as they print
    }
    for name, values in columns.items():
        rows = rows.append_column(name, pa.array(values, mask=without))
    return rows


def _hundredths(values: Floats, without: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Rounded half up; what comes after the eighth place is the root finder's noise and decides nothing."""
    hundredths = np.floor(np.round(100 * np.where(without, 0, values), 6) + 0.5)
    return hundredths.astype(np.int64)


def _published(database: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema) -> pa.Table:
    """A table as its specification has it; the cast raises where a value does not fit its type."""
    table = database.sql(_select(name)).to_arrow_table().select(schema.names).cast(schema)
    return table.sort_by([(column, "ascending") for column in SORTED_BY if column in schema.names])
