"""Compute the indicators: run sql/indicators over the warehouse's tables, for the published measures of every level."""

from contextlib import nullcontext

import pyarrow as pa

from wres.indicators.duckdb_engine import open_duckdb
from wres.indicators.engine import Engine
from wres.indicators.schemas import INPUTS, measured_tables
from wres.indicators.sql_views import all_rows, compute_views, load_sql, tables_read
from wres.indicators.view_inputs import edits, merger_history, successions_of, template_inputs
from wres.outputs.table_schema import TableSpec

SOURCES = ("figures", "organisations", "findings", "collections")


def compute_tables(
    figures: pa.Table,
    organisations: pa.Table,
    collections: pa.Table,
    engine: Engine | None = None,
    findings: pa.Table | None = None,
) -> dict[str, pa.Table]:
    """Compute every published table of measures from the accepted returns of one or more collection years.

    Args (columns and types in `schemas.INPUTS`; further columns are ignored):
        figures: one row per required or stated cell of each accepted return.
        organisations: one row per collection year and organisation expected in it, returned or not.
        collections: one row per collection year.
        engine: the engine that counts; DuckDB by default.
        findings: one row per accepted return and quality edit; none by default.

    Returns: the tables of `schemas.measured_tables`, with their columns and types, sorted by their keys. Those that
    compare years have no rows where the year before is not among the inputs. A measure that cannot be calculated
    is null. Headcounts in people, entries in people (hundredths are possible in a two-year average), likelihoods and
    shares in percent. What a row and a measure is stands at the top of the SQL file of that name.

    Raises:
        ValueError: the inputs lack a column, or contradict themselves or the template; the text says where.
        WresError: a collection's template is unknown.
    """
    findings = INPUTS["findings"].empty_table() if findings is None else findings
    sources = zip(SOURCES, (figures, organisations, findings, collections), strict=True)
    with nullcontext(engine) if engine else open_duckdb() as counting:
        for name, rows in sources:
            counting.register(name, _declared(name, rows))
        return published_tables(counting)


def published_tables(engine: Engine) -> dict[str, pa.Table]:
    """Compute the tables of `compute_tables` with an engine that holds the tables of `SOURCES`.

    Raises:
        ValueError: the inputs have gaps, or contradict themselves or the template; the text says where.
        WresError: a collection's template is unknown.
    """
    for name in SOURCES:
        _refuse_gaps(engine, name)
    organisations = all_rows(engine, "organisations")
    engine.register("edits", edits())
    for name, rows in template_inputs(all_rows(engine, "collections")).items():
        engine.register(name, rows)
    engine.register("successions", successions_of(organisations))
    engine.register("lineages", merger_history(organisations))
    _refuse_faults(engine)
    published = measured_tables()
    read = {name for table in published for name in tables_read(table)}
    compute_views(engine, read, INPUTS)
    return {name: _published(engine, spec, name in read) for name, spec in published.items()}


def _declared(name: str, table: pa.Table) -> pa.Table:
    """Return the columns that the views need, in their declared types.

    Raises:
        ValueError: the input lacks one.
    """
    schema = INPUTS[name]
    missing = [column for column in schema.names if column not in table.column_names]
    if missing:
        raise ValueError(f"The input {name} lacks the columns {', '.join(missing)}.")
    return table.select(schema.names).cast(schema)


def _refuse_gaps(engine: Engine, name: str) -> None:
    """Refuse an input with a row that lacks a value in a column that must have one.

    Raises:
        ValueError: it has such a row.
    """
    optional = {"goal_percent", "small_numbers_entries"}
    needed = [column for column in INPUTS[name].names if column not in optional]
    counts = ", ".join(f"COUNT(*) - COUNT({name}.{column}) AS no_{column}" for column in needed)
    [gaps] = engine.query(f"SELECT {counts} FROM {name}").to_pylist()  # noqa: S608
    if empty := [column for column in needed if gaps[f"no_{column}"]]:
        raise ValueError(f"The input {name} has rows without a value in {', '.join(empty)}.")


def _refuse_faults(engine: Engine) -> None:
    """Refuse inputs in which the view `input_faults` finds something.

    Raises:
        ValueError: it does; the text names the first fault.
    """
    faults = engine.query(load_sql("input_faults")).to_pylist()
    if faults:
        description, year, organisation = min(tuple(fault.values()) for fault in faults)
        place = f"{year}, organisation {organisation}" if organisation else f"{year}"
        raise ValueError(f"The inputs of collection year {place}, hold {description}.")


def _published(engine: Engine, spec: TableSpec, is_held: bool) -> pa.Table:
    """Return a table as its specification has it; the cast raises where a value does not fit its type."""
    schema = spec.arrow_schema()
    rows = all_rows(engine, spec.name) if is_held else engine.query(load_sql(spec.name))
    return rows.select(schema.names).cast(schema).sort_by([(column, "ascending") for column in spec.key])
