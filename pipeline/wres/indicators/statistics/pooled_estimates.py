"""Estimate the ratios of pooled rows within and between their organisations."""

import numpy as np
import pyarrow as pa

from wres.indicators.statistics.columns import number_families, read_counts, whole_or_null, with_columns
from wres.indicators.statistics.pooled_ratios import Strata, between_organisations, within_organisations

_KEY = ("collection_year", "level", "code", "organisation_group")


def pooled_ratios(pooled_members: pa.Table) -> pa.Table:
    """Return one row per pooled row of `pooled_members`, all in hundredths, null where there is none.

    `within` is the Mantel-Haenszel ratio within organisations with its bounds, `between` the bounds of the pooled ratio
    that take its organisations as a sample of their kind, `composition` the pooled ratio over that within.
    """
    rows = pooled_members.sort_by([(name, "ascending") for name in (*_KEY, "organisation_code")])
    family = number_families(rows, *_KEY) if rows.num_rows else np.zeros(0, dtype=np.int64)
    _, first = np.unique(family, return_index=True)
    years = read_counts(rows, "years_counted")
    group, group_staff, comparator, comparator_staff = (
        years * read_counts(rows, f"{side}_{quantity}")
        for side in ("group", "comparator")
        for quantity in ("hundredths", "headcount")
    )
    strata = Strata(group, group_staff, comparator, comparator_staff, family, first.size)
    within, between = within_organisations(strata), between_organisations(strata)
    composition = np.divide(
        between.ratio, within.ratio, out=np.full(first.shape, np.nan), where=np.nan_to_num(within.ratio) > 0
    )
    figures = {
        "within": within.ratio,
        "within_lower": within.lower,
        "within_upper": within.upper,
        "between_lower": between.lower,
        "between_upper": between.upper,
        "composition": composition,
    }
    return with_columns(
        rows.select(list(_KEY)).take(pa.array(first)),
        **{f"{name}_hundredths": whole_or_null(100 * figure, np.isnan(figure)) for name, figure in figures.items()},
    )
