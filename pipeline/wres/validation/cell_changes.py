"""What changed in each workforce cell since last year, as columns that the quality edits of single figures test."""

from collections.abc import Mapping

import numpy as np

from wres.array_types import Floats
from wres.validation.changes import Columns
from wres.validation.usual_changes import YearCounts


def measure_cells(now: YearCounts, before: YearCounts, limits: Mapping[str, float]) -> Columns:
    """Compare each workforce cell with last year's, carried forward by the growth of its group.

    The columns have the shape of the cells (returns, cells, groups). The growth is the median over the large cells of
    the group, so that one wrong cell does not move what is expected of it.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.where(before.cells >= limits["shrunk_cell_staff"], now.cells / before.cells, np.nan)
        expected = before.cells * _median(growth)[:, None, :]
        off = now.cells - expected
        limit = np.maximum.reduce(
            [
                np.full(expected.shape, limits["cell_people"]),
                limits["cell_percent"] / 100 * expected + limits["cell_roots"] * np.sqrt(expected),
                np.broadcast_to(limits["cell_group_percent"] / 100 * before.staff[:, None, :], expected.shape),
            ]
        )
    return {
        "cell": now.cells,
        "cell_expected": expected,
        "cell_off": off,
        "cell_move": np.abs(off),
        "cell_move_limit": limit,
        "cell_least": np.maximum(expected - limit, 0),
        "cell_most": expected + limit,
    }


def _median(values: Floats) -> Floats:
    """Return the median of the known values along the second axis; 1 where none is known."""
    ordered, known = np.sort(values, axis=1), np.isfinite(values).sum(axis=1)  # nan comes last
    halves = (np.maximum(known - 1, 0) // 2, known // 2)
    low, high = (np.take_along_axis(ordered, half[:, None, :], axis=1)[:, 0, :] for half in halves)
    return np.where(known > 0, (low + high) / 2, 1.0)
