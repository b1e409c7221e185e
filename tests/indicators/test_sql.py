"""Each SQL file by itself: the small tables of fixtures/<view>.md in, exactly the rows under `expected` out."""

import pytest

from tests.indicators.sql_fixtures import FIXTURES, VIEWS, check
from wres.indicators.duckdb_engine import open_duckdb
from wres.indicators.sql_views import PIVOTS, compute_views, load_sql, tables_read, view_order
from wres.settings import package_data

# What every engine has under one name; FILTER, QUALIFY, lists, DuckDB's macros and the like are not portable.
PORTABLE = {
    "ABS",
    "CAST",
    "COALESCE",
    "CONCAT",
    "COUNT",
    "LEAST",
    "MAX",
    "MIN",
    "MOD",
    "NULLIF",
    "REPLACE",
    "ROUND",
    "SUBSTRING",
    "SUM",
}
PORTABLE |= {"UPPER"}


@pytest.mark.parametrize("view", VIEWS)
def test_its_fixture(view: str) -> None:
    with open_duckdb() as engine:
        check(engine, view)


def test_no_file_is_left_out() -> None:
    assert {path.stem for path in (package_data("sql") / "indicators").rglob("*.sql")} == set(VIEWS) - set(PIVOTS)
    assert {path.stem for path in FIXTURES.glob("*.md")} == set(VIEWS)


@pytest.mark.parametrize("view", VIEWS)
def test_it_says_what_it_is_and_spark_can_read_it(view: str) -> None:
    from sqlfluff.core import Linter

    sql = load_sql(view)
    assert view in PIVOTS or sql.startswith(f"-- {view}: ")
    tree = Linter(dialect="sparksql").parse_string(sql).tree
    assert tree is not None
    assert not list(tree.recursive_crawl("unparsable"))
    functions = {name.raw.upper() for name in tree.recursive_crawl("function_name")}
    assert functions <= PORTABLE


def test_a_view_runs_after_all_that_it_reads_and_what_is_held_is_not_computed() -> None:
    held = {"collections", "comparisons", "group_members", "areas", "pooled_counts"}
    order = view_order(["indicators", "funnel"], held)
    for place, name in enumerate(order):
        assert tables_read(name) <= {*held, *order[:place]}, name
    assert {"intervals", "funnel_limits", "indicators", "funnel"} <= set(order)
    assert not {*held, "counts", "changes"} & set(order)


def test_a_table_that_is_not_there_is_named() -> None:
    with open_duckdb() as engine, pytest.raises(ValueError, match="no table or view 'comparisons'"):
        compute_views(engine, ["exact_ratio"], ["group_counts"])
