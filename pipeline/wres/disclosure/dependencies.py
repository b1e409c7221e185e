"""Name the counts on which each published figure depends, from `tables.toml`: it is suppressed where one of them is."""

from collections.abc import Collection, Mapping

from wres.outputs.dependency_terms import (
    EVERY_MEASURE,
    EXACT_COUNTS,
    FINDINGS,
    NATIONAL,
    ORGANISATIONS,
    OTHER_YEARS,
)
from wres.outputs.table_schema import Column, load_specification

Needs = dict[str, tuple[str, ...]]  # by figure, the columns of counts that it is computed from
_NO_COUNTS = {
    ORGANISATIONS,
    FINDINGS,
    EXACT_COUNTS,
    OTHER_YEARS,
}  # what a figure depends on beside counts that a row states

[RATIO] = [  # the counts of the two groups that the ratio compares
    column.depends_on[EVERY_MEASURE]
    for column in load_specification().tables["national"].columns
    if column.name == "relative_likelihood"
]


def counts_needed(table: str, measure: str = EVERY_MEASURE) -> Needs:
    """Name for each figure of a table the counts of its own row that it is computed from; no figure without any."""
    named = {column.name: _depends_on(column, measure) for column in _columns(table)}
    own_counts = {name: tuple(count for count in needed if _is_own_count(count)) for name, needed in named.items()}
    return {name: needed for name, needed in own_counts.items() if needed}


def national_counts_needed(table: str, measure: str = EVERY_MEASURE) -> Needs:
    """Name for each figure of a table the counts of the nation's row that it is computed from."""
    named = {column.name: _depends_on(column, measure) for column in _columns(table)}
    national = {
        name: tuple(count.removeprefix(NATIONAL) for count in needed if count.startswith(NATIONAL))
        for name, needed in named.items()
    }
    return {name: needed for name, needed in national.items() if needed}


def needs_counts(table: str) -> bool:
    """Return whether a table states counts of people, or figures computed from those of its row or the nation's."""
    return any(
        column.counts_people or any(not _NO_COUNTS.issuperset(needed) for needed in column.depends_on.values())
        for column in _columns(table)
    )


def organisation_figures(table: str) -> frozenset[str]:
    """Name the figures of a table that reveal more of single organisations than the counts of their row."""
    return frozenset(column.name for column in _columns(table) if ORGANISATIONS in _depends_on(column))


def unprinted_figures(table: str) -> frozenset[str]:
    """Name the figures of a table that rest on exact counts of organisations, which no protected year prints."""
    return frozenset(
        column.name
        for column in _columns(table)
        if any(EXACT_COUNTS in needed for needed in column.depends_on.values())
    )


def figures_of_other_years(table: str) -> frozenset[str]:
    """Name the figures of a table that also rest on counts of years that their row does not compare."""
    return frozenset(
        column.name for column in _columns(table) if any(OTHER_YEARS in needed for needed in column.depends_on.values())
    )


def finding_figures(table: str) -> frozenset[str]:
    """Name the figures of a table that tell what checks found."""
    return frozenset(column.name for column in _columns(table) if FINDINGS in _depends_on(column))


def always_shown(table: str, measure: str = EVERY_MEASURE) -> frozenset[str]:
    """Name the figures of a table that the policy `ratios` shows however small the counts are."""
    return frozenset(
        column.name for column in _columns(table) if {EVERY_MEASURE, measure}.intersection(column.always_shown)
    )


def measures_of(table: str) -> Mapping[str, tuple[str, ...]]:
    """Name the measures of a table with a row for each, and the counts that the measure is computed from."""
    [figure] = [column for column in _columns(table) if column.name == "figure"]
    return figure.depends_on


def compares_groups(needed: Collection[str]) -> bool:
    """Return whether a figure rests on the counts of both groups compared, of one year or two, and on no other."""
    return {count.removeprefix("previous_") for count in needed} == set(RATIO)


def _columns(table: str) -> tuple[Column, ...]:
    return load_specification().tables[table].columns


def _depends_on(column: Column, measure: str = EVERY_MEASURE) -> tuple[str, ...]:
    """Return what a figure depends on in the rows of one measure."""
    return column.depends_on.get(measure) or column.depends_on.get(EVERY_MEASURE, ())


def _is_own_count(name: str) -> bool:
    return not name.startswith(NATIONAL) and name not in _NO_COUNTS
