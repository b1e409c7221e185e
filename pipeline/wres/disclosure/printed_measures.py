"""Compute the measures from the printed counts: the same SQL, run over the printed counts alone.

Where a count is suppressed a zero stands in its place; every figure that would rest on it is suppressed afterwards.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wres.disclosure.dependencies import counts_needed, measures_of
from wres.disclosure.printed_counts import Shown
from wres.disclosure.problem import SdcProblem

Key = tuple[Any, ...]
Row = Mapping[str, Any]
Measures = dict[Key, dict[str, Any]]

_LEVELS = ("national", "region", "organisation_type", "organisation")


def level_key(row: Row) -> Key:
    """Return the key of a row of counts."""
    return row["collection_year"], row.get("level", "series"), row["code"], row["organisation_group"]


def funnel_key(row: Row) -> Key:
    """Return the key of a row of the funnel."""
    return row["collection_year"], row["code"], row["measure"]


def improvement_key(row: Row) -> Key:
    """Return the key of a row of `improvement` that compares with the year before."""
    return (*level_key(row), row["measure"])


def level_measures(exact: SdcProblem, counts: Mapping[str, Sequence[Shown]]) -> tuple[Measures, Measures]:
    """Return the measures of every row of counts by `level_key`, and of the funnel by `funnel_key`."""
    from wres.indicators.from_pooled import measures_of_levels

    rows = [
        {**row, "level": row.get("level", "series"), **shown}
        for table, printed in counts.items()
        if table in (*_LEVELS, "organisation_series")
        for row, shown in zip(exact.rows[table], printed, strict=True)
    ]
    tables = measures_of_levels(rows, _collections(exact))
    return _by(level_key, tables["indicators"].to_pylist()), _by(funnel_key, tables["funnel"].to_pylist())


def change_measures(exact: SdcProblem, counts: Mapping[str, Sequence[Shown]]) -> tuple[Measures, Measures]:
    """Return the measures of every row that compares two years, by `level_key`, and of `improvement`, by its key.

    Improvement is validated on entries of twelve months, so only where both years have a single-year window; and of the
    rows alone whose counts are printed, so that nothing else decides what is beyond chance.
    """
    from wres.indicators.from_pooled import measures_of_changes

    rows = [
        {"matched_organisations": 1, **row, "years_between": 1, **shown}
        for table in ("comparison", "organisation_change")
        for row, shown in zip(exact.rows[table], counts[table], strict=True)
    ]
    collections = _collections(exact)
    changes = _by(level_key, measures_of_changes(rows, collections)["changes"].to_pylist())
    improvement: Measures = {}
    for measure in measures_of("improvement"):
        needed = counts_needed("improvement", measure)["verdict"]
        tested = [
            row
            for row in rows
            if {row["window"], row["previous_window"]} == {"single_year"} and None not in map(row.get, needed)
        ]
        improvements = measures_of_changes(tested, collections)["improvement"]
        improvement |= _by(improvement_key, [row for row in improvements.to_pylist() if row["measure"] == measure])
    return changes, improvement


def _collections(exact: SdcProblem) -> Any:
    from wres.indicators.from_warehouse import collections_table

    return collections_table(sorted(exact.organisations), exact.years_folder)


def _by(key: Callable[[Row], Key], rows: list[dict[str, Any]]) -> Measures:
    return {key(row): row for row in rows}
