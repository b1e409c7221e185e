"""The same measures, from counts that are already pooled: what figures rest on counts that were rounded first."""

import pyarrow as pa

from wres.indicators.duckdb_engine import open_duckdb
from wres.indicators.engine import Engine
from wres.indicators.views import all_rows, compute_views

_COUNT = pa.decimal128(38, 0)
_GROUPS = ("white", "bme", "unknown")
_ROW = [("collection_year", pa.int32()), *((name, pa.string()) for name in ("level", "code", "organisation_group"))]
_NOW = [(f"{group}_{what}", _COUNT) for what in ("headcount", "hundredths") for group in _GROUPS]

# One row per published row, as in the views of these names; entries are in hundredths of a person.
LEVELS = pa.schema([*_ROW, ("name", pa.string()), ("organisations", pa.int64()), *_NOW])
COMPARED = pa.schema(
    [
        *_ROW,
        ("name", pa.string()),
        ("years_between", pa.int32()),
        ("previous_window", pa.string()),
        ("break_in_series", pa.bool_()),
        ("matched_organisations", pa.int64()),
        ("previous_organisations", pa.int64()),
        *_NOW,
        *((f"previous_{name}", kind) for name, kind in _NOW),
    ]
)


def measures_of_levels(levels: pa.Table, collections: pa.Table) -> dict[str, pa.Table]:
    """The views `indicators` and `funnel` over these counts, which hold the nation's row of every organisation's group.

    Args: rows as in `LEVELS`; one row per collection year as for `compute_tables`.
    """
    with open_duckdb() as engine:
        engine.register("collections", collections)
        engine.register("pooled_counts", levels.cast(LEVELS))
        return _computed(engine, ("indicators", "funnel"), ("collections", "pooled_counts"))


def measures_of_changes(compared: pa.Table, collections: pa.Table) -> dict[str, pa.Table]:
    """The views `changes` and `improvement` over these counts of two years.

    Args: rows as in `COMPARED`, with entries of a single-year window, which are those of the twelve months too;
        `improvement` is right for such years only. One row per collection year as for `compute_tables`.
    """
    twelve = [f"{side}{group}_hundredths" for side in ("", "previous_") for group in _GROUPS]
    rows = compared.cast(COMPARED)
    for name in twelve:
        rows = rows.append_column(name.replace("_hundredths", "_latest_hundredths"), rows[name])
    for what in ("rate", "ratio"):  # of single organisations, which nobody can tell from pooled counts
        for moved in ("fell", "same", "rose"):
            rows = rows.append_column(f"organisations_{what}_{moved}", pa.nulls(rows.num_rows, pa.int64()))
    with open_duckdb() as engine:
        engine.register("collections", collections)
        engine.register("year_on_year", rows)
        return _computed(engine, ("changes", "improvement"), ("collections", "year_on_year"))


def _computed(engine: Engine, wanted: tuple[str, ...], held: tuple[str, ...]) -> dict[str, pa.Table]:
    """Return the rows of views over what the engine holds."""
    compute_views(engine, wanted, held)
    return {name: all_rows(engine, name) for name in wanted}
