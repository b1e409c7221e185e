"""Name the published columns that give a figure of each ethnic group, in the order and words of readers.

The groups are those of the newest template, and `tables.toml` says which column is what figure of which group. So a
further group is a line of the template and its columns, and it appears wherever columns are named here.
"""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from wres.outputs.table_schema import ANY_GROUP, Column, load_specification
from wres.returns.template_spec import newest_template


class ComparedCounts(NamedTuple):
    """The names of four columns, in the order in which `wres.returns.indicator_math` takes their values."""

    comparator_headcount: str
    group_headcount: str
    comparator_entered: str
    group_entered: str


@cache
def compared_counts() -> ComparedCounts:
    """Name the columns with the counts of the two groups that the relative likelihood is computed from.

    Raises:
        KeyError: tables.toml has no column for one of them.
    """
    compared = newest_template().comparison()
    groups = (compared.comparator, compared.ethnic_group)
    return ComparedCounts(
        *(columns_of_measure(measure)[group] for measure in ("headcount", "entered") for group in groups)
    )


def compared_groups() -> tuple[str, str]:
    """Return the two groups that the relative likelihood compares, the one that is compared before its comparator."""
    compared = newest_template().comparison()
    return compared.ethnic_group, compared.comparator


def headcount_columns() -> tuple[str, ...]:
    """Name the columns with the staff of each group, in the order of tables.toml."""
    return tuple(name for name in load_specification().count_columns if name.endswith("_headcount"))


def ethnic_groups() -> tuple[str, ...]:
    """Return the groups that a return states as readers meet them: the two compared, others, unknown, each once."""
    template = newest_template()
    first = compared_groups()
    others = (group for group in template.ethnic_groups if group not in (*first, template.unknown_group))
    return (*first, *others, template.unknown_group)


@cache
def columns_of_measure(measure: str) -> dict[str, str]:
    """Return the column of a measure by ethnic group: groups as `ethnic_groups`, then several groups together.

    Args:
        measure: of `tables.toml`, such as headcount or likelihood_percent. A group without it has no column.
    """
    columns: dict[str, str] = {
        column.ethnic_group: column.name
        for column in _all_columns()
        if column.measure == measure and column.ethnic_group is not None
    }
    order = [group for group in ethnic_groups() if group in columns]
    return {group: columns[group] for group in dict.fromkeys((*order, *columns))}


def page_columns(page_table: str) -> tuple[str, ...]:
    """Name the columns of a table on a page, in its order; `*_entered` in `tables.toml` is that of every group.

    Raises:
        KeyError: tables.toml has no such table on a page.
    """
    return tuple(_expanded(load_specification().page_tables[page_table]))


def group_label(group: str) -> str:
    """Name a group, or several together, for the heading of a column or a line: BME."""
    stated = load_specification().ethnic_groups.get(group, {}).get("label")
    return stated or newest_template().group_labels.get(group, group.replace("_", " ").capitalize())


def long_group_label(group: str) -> str:
    """Name a group for readers who have nothing beside it that explains: Black and minority ethnic (BME)."""
    return load_specification().ethnic_groups.get(group, {}).get("long_label") or group_label(group)


def staff_of(group: str) -> str:
    """Name the staff of a group within a sentence: white staff."""
    return load_specification().ethnic_groups.get(group, {}).get("staff") or f"{group_label(group)} staff"


def both_staff() -> str:
    """Name the staff of the two groups that are compared within a sentence: BME and white staff."""
    compared, comparator = map(staff_of, compared_groups())
    return f"{compared.removesuffix(' staff')} and {comparator}"


def _expanded(names: Iterable[str]) -> Iterable[str]:
    """Give each name of a list of columns; for a measure of every group the names of its columns."""
    for name in names:
        if name.startswith(ANY_GROUP):
            yield from columns_of_measure(name.removeprefix(ANY_GROUP)).values()
        else:
            yield name


def _all_columns() -> Iterable[Column]:
    return (column for table in load_specification().tables.values() for column in table.columns)
