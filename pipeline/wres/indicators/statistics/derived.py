"""Intervals of ratios, as a table that the views join."""

import numpy as np
import pyarrow as pa

from wres.array_types import Bools, Floats
from wres.indicators.statistics.columns import divide_or_zero, number_families, read_counts, whole_or_null, with_columns
from wres.indicators.statistics.score_interval import equality_p_values, koopman_interval
from wres.indicators.statistics.significance import q_values
from wres.returns.indicator_math import FOUR_FIFTHS


def intervals(exact_ratio: pa.Table) -> pa.Table:
    """Return one row per row of `exact_ratio`: the bounds of the interval, its verdicts, and the bounds in people.

    `lower_hundredths` and `upper_hundredths` are of the ratio R; `parity_lower_hundredths` and
    `parity_upper_hundredths` of the entries above parity, which they give: E_group * (1 - 1 / R) where R is 1 or more,
    E_comparator * (1 - R) where it is less. `range_beyond_chance` says whether the whole interval is above, below or
    within 0.8 to 1.25; if none of them, that nobody can tell. `equal_q_ten_thousandths` is the q value of equal
    likelihoods among the organisations of a year and group. All are null where the ratio cannot be calculated or has no
    interval. A two-year average counts as the events of both years over twice the staff, which are person-years.
    """
    entries, staff, others, other_staff = (
        read_counts(exact_ratio, f"{side}_{quantity}")
        for side in ("group", "comparator")
        for quantity in ("hundredths", "headcount")
    )
    years = read_counts(exact_ratio, "years_counted")
    counts = [years * count for count in (entries, staff, others, other_staff)]
    lower, upper = koopman_interval(*counts)
    is_above = entries * other_staff >= others * staff
    no_ratio = exact_ratio["reason_not_calculable"].is_valid().to_numpy()
    without = no_ratio | np.isnan(upper)
    place = _place_in_range(np.where(without, 0, lower), np.where(without, np.inf, upper))
    lower, upper = np.where(without, 0, lower), np.where(without, 0, upper)
    q = _equality_q_values(exact_ratio, counts, without)
    return with_columns(
        exact_ratio.select(["collection_year", "level", "code", "organisation_group", "measure"]),
        lower_hundredths=whole_or_null(100 * lower, without),
        upper_hundredths=whole_or_null(100 * upper, without),
        # On the bounds as they are, not as they print.
        differs_from_equal=pa.array((lower > 1) | (upper < 1), mask=without),
        range_beyond_chance=pa.array(place, pa.string(), mask=no_ratio),
        equal_q_ten_thousandths=whole_or_null(10_000 * q, np.isnan(q)),
        parity_lower_hundredths=whole_or_null(
            100 * np.where(is_above, entries - divide_or_zero(entries, lower), others - others * upper), without
        ),
        parity_upper_hundredths=whole_or_null(
            100 * np.where(is_above, entries - divide_or_zero(entries, upper), others - others * lower), without
        ),
    )


def _place_in_range(lower: Floats, upper: Floats) -> list[str]:
    """Say of each interval whether all of it is above, below or within the range; else nobody can tell."""
    least, most = (float(end) for end in FOUR_FIFTHS)
    chosen = np.select(
        [lower > most, upper < least, (lower >= least) & (upper <= most)], ["above", "below", "within"], "cannot_tell"
    )
    return [str(place) for place in chosen]


def _equality_q_values(rows: pa.Table, counts: list[Floats], without: Bools) -> Floats:
    """Give q values of equal likelihoods among the organisations of each year and group; nan of all other rows."""
    tested = ~without & (np.asarray(rows["level"].to_pylist()) == "organisation")
    p = np.full(without.shape, np.nan)
    if tested.any():
        p[tested] = equality_p_values(*(count[tested] for count in counts))
    return q_values(p, number_families(rows, "collection_year", "organisation_group", "measure"))
