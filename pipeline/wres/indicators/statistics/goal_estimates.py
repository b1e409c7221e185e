"""Estimate the share of organisations within the range by chance alone, and the share truly within it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from wres.indicators.statistics.columns import number_families, read_counts
from wres.indicators.statistics.share_at_parity import chance_within_range, expected_share
from wres.indicators.statistics.shrinkage import true_ratios

_KEY = ("basis", "collection_year", "organisation_group")
SCHEMA = pa.schema(
    [
        ("basis", pa.string()),
        ("collection_year", pa.int32()),
        ("organisation_group", pa.string()),
        *((f"{name}_tenths", pa.int64()) for name in ("expected", "expected_lower", "expected_upper", "truly_within")),
    ]
)


def goal_estimates(goal_members: pa.Table) -> pa.Table:
    """Estimate the shares of each basis, year and organisation group with a ratio, in tenths of a per cent.

    `expected` with its bounds is the share within the range that chance alone would give if every true ratio were 1,
    over the organisations with a ratio. `truly_within` is the mean over them of the chance that the true ratio is
    within; null where there are too few to tell.
    """
    rows = goal_members.filter(goal_members["reason_not_calculable"].is_null())
    keys = (*_KEY, "organisation_code")
    return pa.Table.from_pylist(list(_groups(rows.sort_by([(name, "ascending") for name in keys]))), schema=SCHEMA)


def _groups(rows: pa.Table) -> Iterator[dict[str, Any]]:
    """Take the rows of one basis, year and group after the other."""
    if not rows.num_rows:
        return
    years = read_counts(rows, "years_counted")
    group, comparator, group_staff, comparator_staff = (
        years * read_counts(rows, f"{side}_{quantity}")
        for quantity in ("hundredths", "headcount")
        for side in ("group", "comparator")
    )
    family = number_families(rows, *_KEY)
    for number in np.unique(family):
        in_family = family == number
        share, lower, upper = expected_share(
            chance_within_range((group + comparator)[in_family], group_staff[in_family], comparator_staff[in_family])
        )
        true = true_ratios(group[in_family], comparator[in_family], group_staff[in_family], comparator_staff[in_family])
        first = int(np.flatnonzero(in_family)[0])
        yield {
            **{name: rows[name][first].as_py() for name in _KEY},
            "expected_tenths": _tenths(share),
            "expected_lower_tenths": _tenths(lower),
            "expected_upper_tenths": _tenths(upper),
            "truly_within_tenths": None if true is None else _tenths(float(true.within.mean())),
        }


def _tenths(share: float) -> int:
    return int(np.floor(round(1000 * share, 6) + 0.5))
