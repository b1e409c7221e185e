"""Estimate how many organisations would rise by chance alone, and the ratio within organisations in both years."""

import numpy as np
import pyarrow as pa

from wres.array_types import Integers
from wres.indicators.statistics.columns import number_families, read_counts, whole_or_null, with_columns
from wres.indicators.statistics.pooled_ratios import Strata, within_organisations
from wres.indicators.statistics.rises_by_chance import chance_of_higher_rate, chance_of_higher_ratio

_KEY = ("collection_year", "level", "code", "organisation_group")


def comparison_estimates(members: pa.Table) -> pa.Table:
    """Return one row per pooled row of `comparison_members`.

    `rate_rose_tenths` and `ratio_rose_tenths` are the numbers of organisations that would rise by chance alone if
    nothing had changed, in tenths; right where the two years share no entries. `within_hundredths` and
    `previous_within_hundredths` are the Mantel-Haenszel ratios of both years, null where there is none.
    """
    rows = members.sort_by([(name, "ascending") for name in (*_KEY, "organisation_code")])
    family = number_families(rows, *_KEY) if rows.num_rows else np.zeros(0, dtype=np.int64)
    _, first = np.unique(family, return_index=True)

    def people(name: str) -> Integers:
        return np.floor(read_counts(rows, name) + 0.5).astype(np.int64)

    now, before = (
        tuple(
            people(f"{year}{side}_{quantity}")
            for side in ("group", "comparator")
            for quantity in ("entered_hundredths", "headcount")
        )
        for year in ("", "previous_")
    )
    entries = people("entered_hundredths") + people("previous_entered_hundredths")
    chances = {
        "rate_rose": chance_of_higher_rate(entries, people("headcount"), people("previous_headcount")),
        "ratio_rose": chance_of_higher_ratio(now, before),
    }
    columns = {}
    for name, chance in chances.items():
        expected = np.bincount(family, np.nan_to_num(chance), first.size).astype(np.float64)
        columns[f"{name}_tenths"] = whole_or_null(10 * expected, np.zeros(first.size, dtype=np.bool_))
    for name, year in (("within", ""), ("previous_within", "previous_")):
        group, group_staff, comparator, comparator_staff = (
            read_counts(rows, f"{year}{side}_{quantity}")
            for side in ("group", "comparator")
            for quantity in ("entered_hundredths", "headcount")
        )
        ratio = within_organisations(Strata(group, group_staff, comparator, comparator_staff, family, first.size)).ratio
        columns[f"{name}_hundredths"] = whole_or_null(100 * ratio, np.isnan(ratio))
    return with_columns(rows.select(list(_KEY)).take(pa.array(first)), **columns)
