"""Each SQL file by itself: the small tables of fixtures/<view>.md in, exactly the rows under `expected` out.

A cell says null for no value and is empty for an empty text. `expected` may leave out columns, never rows.
"""

from pathlib import Path

import duckdb
import pytest

from pipeline.indicators.compute import COUNTS, MEASURES
from pipeline.indicators.tables import PUBLISHED
from pipeline.settings import shipped

FIXTURES = Path(__file__).resolve().parent / "fixtures"
SQL = shipped("sql") / "indicators"
VIEWS = list(dict.fromkeys(["input_faults", *COUNTS, *MEASURES, *PUBLISHED]))

# What every engine has under one name; FILTER, QUALIFY, lists, DuckDB's macros and the like are not portable.
PORTABLE = {
    "ABS",
    "CAST",
    "COALESCE",
    "CONCAT",
    "COUNT",
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

TYPES = {
    "collection_year": "INTEGER",
    "latest_year": "INTEGER",
    "value": "DECIMAL(12, 1)",
    "organisations": "BIGINT",
    "lower_hundredths": "BIGINT",
}
TYPES |= {
    "upper_hundredths": "BIGINT",
    "entries_to_range": "BIGINT",
    "goal_percent": "INTEGER",
    "share_within_percent": "DECIMAL(5, 1)",
    "small_numbers_entries": "INTEGER",
}
TYPES |= dict.fromkeys(["in_total", "required", "late", "small_numbers", "differs_from_equal"], "BOOLEAN")
TYPES |= dict.fromkeys(["break_in_series", "outside_95", "outside_99_8", "beyond_chance"], "BOOLEAN")
TYPES |= dict.fromkeys(["below", "within", "above", "years_between", "rate_moved", "ratio_moved"], "BIGINT")
TYPES |= dict.fromkeys(["matched_organisations", "previous_organisations"], "BIGINT")
TYPES |= dict.fromkeys(["figure", "previous_figure", "difference", "change_ratio"], "DECIMAL(14, 2)")

Table = tuple[list[str], list[list[str]]]


def type_of(column: str) -> str:
    if column.endswith(("_headcount", "_hundredths", "numerator", "denominator")):
        return "DECIMAL(38, 0)"
    if column.endswith(("_percent", "_likelihood", "_parity")):
        return TYPES.get(column, "DECIMAL(14, 2)")
    if column.startswith("organisations_") or column.endswith("_ten_thousandths"):
        return "BIGINT"
    return TYPES.get(column, "VARCHAR")


def read(path: Path) -> dict[str, Table]:
    """The tables of a fixture by their headings."""
    tables: dict[str, Table] = {}
    for part in path.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading, *lines = [line for line in part.splitlines() if line.strip()]
        header, _, *rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
        assert all(len(row) == len(header) for row in rows), f"{path.name}, {heading}: a row is too long or too short"
        tables[heading] = header, rows
    return tables


def make(database: duckdb.DuckDBPyConnection, name: str, table: Table) -> None:
    header, rows = table
    columns = ", ".join(f'"{column}" {type_of(column)}' for column in header)
    database.execute(f"CREATE TABLE {name} ({columns})")
    marks = ", ".join("?" for _ in header)
    database.executemany(
        f"INSERT INTO {name} VALUES ({marks})", [[None if cell == "null" else cell for cell in row] for row in rows]
    )


def text(value: object) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("view", VIEWS)
def test_its_fixture(view: str) -> None:
    tables = read(FIXTURES / f"{view}.md")
    columns, expected = tables.pop("expected")
    with duckdb.connect() as database:
        for name, table in tables.items():
            make(database, name, table)
        sql = (SQL / f"{view}.sql").read_text(encoding="utf-8")
        found = database.execute(f"SELECT {', '.join(f'v.{c}' for c in columns)} FROM ({sql}) AS v").fetchall()
    assert sorted([text(value) for value in row] for row in found) == sorted(expected)


def test_no_file_is_left_out() -> None:
    assert {path.stem for path in SQL.glob("*.sql")} == set(VIEWS)
    assert {path.stem for path in FIXTURES.glob("*.md")} == set(VIEWS)


@pytest.mark.parametrize("view", VIEWS)
def test_it_says_what_it_is_and_spark_can_read_it(view: str) -> None:
    from sqlfluff.core import Linter

    sql = (SQL / f"{view}.sql").read_text(encoding="utf-8")
    assert sql.startswith(f"-- {view}: ")
    tree = Linter(dialect="sparksql").parse_string(sql).tree
    assert tree is not None
    assert not list(tree.recursive_crawl("unparsable"))
    functions = {name.raw.upper() for name in tree.recursive_crawl("function_name")}
    assert functions <= PORTABLE
