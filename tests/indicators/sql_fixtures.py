"""The fixtures of the SQL files: the small tables of fixtures/<view>.md, and a view run over them on any engine.

A cell says null for no value and is empty for an empty text. `expected` may leave out columns, never rows.
"""

from pathlib import Path

import pyarrow as pa

from wres.indicators.engine import Engine
from wres.indicators.schemas import INPUTS, measured_tables
from wres.indicators.sql_views import BEYOND_SQL, load_sql, view_order
from wres.outputs.table_schema import load_specification

FIXTURES = Path(__file__).resolve().parent / "fixtures"
VIEWS = [name for name in view_order(["input_faults", *measured_tables()], INPUTS) if name not in BEYOND_SQL]

COUNT = pa.decimal128(38, 0)
MEASURE = pa.decimal128(14, 2)
YEARS = "collection_year latest_year goal_percent small_numbers_entries"
NUMBERS = """
    organisations matched_organisations previous_organisations below within above years_between rate_moved ratio_moved
    years_counted within_hundredths within_lower_hundredths within_upper_hundredths between_lower_hundredths
    between_upper_hundredths composition_hundredths expected_tenths expected_lower_tenths expected_upper_tenths
    truly_within_tenths lower_hundredths upper_hundredths parity_lower_hundredths parity_upper_hundredths excess_entries
    rate_rose_tenths ratio_rose_tenths previous_within_hundredths
    findings findings_explained shrunken_hundredths previous_shrunken_hundredths
"""
MARKS = """
    in_total required late small_numbers differs_from_equal break_in_series outside_95 outside_99_8 beyond_chance
    ran corrected to_be_explained is_ratio averaged_by_sender outside_widened_95 outside_widened_99_8
    distance_beyond_chance
"""
TYPES = dict.fromkeys(YEARS.split(), pa.int32()) | dict.fromkeys(NUMBERS.split(), pa.int64())
TYPES |= dict.fromkeys(MARKS.split(), pa.bool_())
TYPES |= dict.fromkeys(["figure", "previous_figure", "difference", "change_ratio"], MEASURE)
TYPES |= {"value": pa.decimal128(20, 2), "share_within_percent": pa.decimal128(5, 1)}

PUBLISHED = {column.name: column for spec in load_specification().tables.values() for column in spec.columns}

Table = tuple[list[str], list[list[str]]]


def type_of(column: str) -> pa.DataType:
    if column in TYPES:
        return TYPES[column]
    if column.endswith(("headcount", "_hundredths", "numerator", "denominator")):
        return COUNT
    if column.endswith(("_percent", "_likelihood", "_parity", "_parity_lower", "_parity_upper")):
        return MEASURE
    if column.startswith("organisations_") or column.endswith("_ten_thousandths"):
        return pa.int64()
    published = PUBLISHED.get(column)
    return pa.string() if published is None else published.arrow_type()


def read(path: Path) -> dict[str, Table]:
    """The tables of a fixture by their headings."""
    tables: dict[str, Table] = {}
    for part in path.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading, *lines = [line for line in part.splitlines() if line.strip()]
        header, _, *rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
        assert all(len(row) == len(header) for row in rows), f"{path.name}, {heading}: a row is too long or too short"
        tables[heading] = header, rows
    return tables


def arrow(table: Table) -> pa.Table:
    """The cells in their types."""
    header, rows = table
    cells = [[None if row[place] == "null" else row[place] for row in rows] for place in range(len(header))]
    columns = [pa.array(column, pa.string()) for column in cells]
    return pa.table({name: column.cast(type_of(name)) for name, column in zip(header, columns, strict=True)})


def text(value: object) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def check(engine: Engine, view: str) -> None:
    """The view over its fixture's tables has exactly the rows that the fixture expects."""
    tables = read(FIXTURES / f"{view}.md")
    columns, expected = tables.pop("expected")
    for name, table in tables.items():
        engine.register(name, arrow(table))
    queried = engine.query(f"SELECT {', '.join(f'v.{column}' for column in columns)} FROM ({load_sql(view)}) AS v")
    assert sorted([text(value) for value in row.values()] for row in queried.to_pylist()) == sorted(expected)
