"""Run the views of sql/indicators, each after those that its SQL reads."""

from collections.abc import Callable, Collection, Iterable
from functools import cache
from graphlib import TopologicalSorter

import pyarrow as pa

from wres.indicators.engine import Engine
from wres.indicators.statistics import derived
from wres.indicators.statistics.change_table import significance
from wres.indicators.statistics.comparison_estimates import comparison_estimates
from wres.indicators.statistics.funnel_table import limits
from wres.indicators.statistics.goal_estimates import goal_estimates
from wres.indicators.statistics.pooled_estimates import pooled_ratios
from wres.outputs.table_schema import load_specification
from wres.settings import package_data

# Views for which SQL has no functions: the view that each is made from, and the function.
BEYOND_SQL: dict[str, tuple[str, Callable[[pa.Table], pa.Table]]] = {
    "intervals": ("exact_ratio", derived.intervals),
    "pooled_ratios": ("pooled_members", pooled_ratios),
    "goal_estimates": ("goal_members", goal_estimates),
    "funnel_limits": ("funnel_inputs", limits),
    "comparison_estimates": ("comparison_members", comparison_estimates),
    "significance": ("significance_members", significance),
}
_AREA = ("collection_year", "level", "code", "organisation_group")  # what tells a published row from others
# The long views whose rows become columns, and the tables that publish a column for a group and measure.
PIVOTS = {
    "indicators_by_group": (
        "group_measures",
        ("national", "region", "organisation_type", "organisation", "organisation_series"),
    ),
    "changes_by_group": ("group_changes", ("comparison", "organisation_change")),
}


def load_sql(name: str) -> str:
    """Read the SELECT of a view from its file in sql/indicators, or write that of a pivot."""
    if name in PIVOTS:
        return _pivot_sql(*PIVOTS[name])
    [file] = (package_data("sql") / "indicators").glob(f"*/{name}.sql")
    return file.read_text(encoding="utf-8")


def _pivot_sql(view: str, tables: Iterable[str]) -> str:
    """Write the SELECT that turns the rows of a long view into the columns of groups that tables.toml names."""
    specs = load_specification().tables
    columns = {
        column.name: f"MAX(CASE WHEN ethnic_group = '{column.ethnic_group}' AND measure = '{column.measure}' "
        f"THEN value END) AS {column.name}"
        for table in tables
        for column in specs[table].columns
        if column.ethnic_group is not None
    }
    area = ", ".join(_AREA)
    return f"SELECT {area}, {', '.join(columns.values())} FROM {view} GROUP BY {area}"  # noqa: S608


def compute_views(engine: Engine, wanted: Iterable[str], held: Collection[str]) -> None:
    """Run views, and those that they stand on, each once; the engine then holds their rows under their names.

    Args:
        engine: what counts.
        wanted: names of views.
        held: names of the tables and views that the engine holds already; none of them is computed.

    Raises:
        ValueError: a view reads a table that is neither held nor a view.
        graphlib.CycleError: views read each other in a circle.
    """
    for name in view_order(wanted, held):
        if name in BEYOND_SQL:
            view, compute = BEYOND_SQL[name]
            engine.register(name, compute(all_rows(engine, view)))
        else:
            engine.materialise(name, load_sql(name))


def view_order(wanted: Iterable[str], held: Collection[str]) -> list[str]:
    """Return the views to run, wanted ones and those that they stand on, each after all that it reads.

    Raises:
        ValueError: a view reads a table that is neither held nor a view.
        graphlib.CycleError: views read each other in a circle.
    """
    reads: dict[str, frozenset[str]] = {}
    to_visit = sorted(set(wanted) - set(held))
    while to_visit:
        name = to_visit.pop()
        if name not in reads:
            reads[name] = tables_read(name) - set(held)
            to_visit += sorted(reads[name])
    in_order = {name: sorted(needed) for name, needed in reads.items()}  # the same order in every process
    return list(TopologicalSorter(in_order).static_order())


def tables_read(name: str) -> frozenset[str]:
    """Name the tables and views that a view reads.

    Raises:
        ValueError: there is no such view.
    """
    if name in BEYOND_SQL:
        return frozenset([BEYOND_SQL[name][0]])
    try:
        return _tables_in(load_sql(name))
    except ValueError:
        raise ValueError(f"There is no table or view {name!r}, and no file {name}.sql in sql/indicators.") from None


@cache
def _tables_in(select: str) -> frozenset[str]:
    """Name the tables that a SELECT reads, without its own WITH clauses."""
    from sqlglot import exp, parse_one

    tree = parse_one(select, dialect="duckdb")
    local_names = {clause.alias for clause in tree.find_all(exp.CTE)}
    return frozenset(table.name for table in tree.find_all(exp.Table)) - local_names


def all_rows(engine: Engine, name: str) -> pa.Table:
    """Return all rows of what an engine holds under a name."""
    return engine.query(f"SELECT * FROM {name}")  # noqa: S608
