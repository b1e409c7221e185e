"""The counts that the relative likelihood is computed from, as columns of the published tables."""

from functools import cache
from typing import NamedTuple

from wres.outputs.table_schema import load_specification
from wres.returns.template_spec import newest_template


class ComparedCounts(NamedTuple):
    """The names of four columns, in the order in which `wres.returns.indicator_math` takes their values."""

    comparator_headcount: str
    group_headcount: str
    comparator_entered: str
    group_entered: str


@cache
def compared_counts() -> ComparedCounts:
    """Name the columns with the counts of the two groups that the template compares.

    Raises:
        KeyError: tables.toml has no column for one of them.
    """
    columns = {
        (column.ethnic_group, column.measure): column.name
        for table in load_specification().tables.values()
        for column in table.columns
    }
    compared = newest_template().comparison()
    groups = (compared.comparator, compared.ethnic_group)
    return ComparedCounts(*(columns[group, measure] for measure in ("headcount", "entered") for group in groups))


def headcount_columns() -> tuple[str, ...]:
    """Name the columns with the staff of each group, in the order of tables.toml."""
    return tuple(name for name in load_specification().count_columns if name.endswith("_headcount"))
