"""What SQL has no functions for: intervals, funnel limits and p values, as tables that the views join."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wres.indicators.statistics.columns import (
    Bools,
    divide_or_nought,
    mean_by_family,
    number_families,
    read_counts,
    read_people,
    whole_or_null,
    with_columns,
)
from wres.indicators.statistics.funnel_limits import TAILS, funnel_limits, is_outside, squared_residual
from wres.indicators.statistics.score_interval import Floats, equality_p_values, koopman_interval
from wres.indicators.statistics.significance import FALSE_DISCOVERY_RATE, q_values, rate_p_values, ratio_p_values
from wres.returns.indicator_math import FOUR_FIFTHS

_NOISE = 1e-12  # of a q value that is exactly the rate


def intervals(exact_ratio: pa.Table) -> pa.Table:
    """One row per row of `exact_ratio`: the interval's bounds, what they leave out, and the bounds in people.

    `lower_hundredths` and `upper_hundredths` are of the ratio R; `parity_lower_hundredths` and
    `parity_upper_hundredths` of the entries above parity, which they give: E_group * (1 - 1 / R) where R is 1 or more,
    E_comparator * (1 - R) where it is less. `range_beyond_chance` says whether the whole interval is above, below or
    within 0.8 to 1.25; if none of them, that nobody can tell. `equal_q_ten_thousandths` is the q value of equal
    likelihoods among the organisations of a year and group. All are null where the ratio cannot be calculated or has no
    interval. A two-year average counts as the events of both years over twice the staff, which are person-years.
    """
    entries, staff, others, other_staff = (
        read_counts(exact_ratio, f"{side}_{what}")
        for side in ("group", "comparator")
        for what in ("hundredths", "headcount")
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
            100 * np.where(is_above, entries - divide_or_nought(entries, lower), others - others * upper), without
        ),
        parity_upper_hundredths=whole_or_null(
            100 * np.where(is_above, entries - divide_or_nought(entries, upper), others - others * lower), without
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


def limits(funnel_bases: pa.Table) -> pa.Table:
    """One row per row of `funnel_inputs`: the limits and the dispersion in hundredths, and what lies outside.

    All are null where there is no expected share, where nobody can be counted, and in the rare organisation with more
    entries than staff; an upper limit also where even all could be chance.
    """
    # In one order, so that the mean of a family is the same sum on every engine.
    rows = funnel_bases.sort_by([(name, "ascending") for name in ("collection_year", "measure", "code")])
    entered, size = read_counts(rows, "entered_hundredths"), read_counts(rows, "size_hundredths")
    share = read_counts(rows, "share_numerator") / read_counts(rows, "share_denominator")
    staff, other_staff = read_counts(rows, "group_headcount"), read_counts(rows, "comparator_headcount")
    others_to_group = np.divide(other_staff, staff, out=np.full(staff.shape, np.nan), where=staff > 0)
    ratios = np.asarray(rows["measure"].to_pylist()) != "overall_likelihood_percent"
    without = ~((share > 0) & (share < 1) & (size > 0) & (entered <= size))
    entered, size, share = np.where(without, 0, entered), np.where(without, 1, size), np.where(without, 0.5, share)
    columns = {}
    for name, tail in TAILS.items():
        low, high = funnel_limits(size, share, tail)
        no_upper = without | (high >= size)
        lower, upper = (
            np.where(ratios, count / np.maximum(size - count, 1e-9) * others_to_group, 100 * count / size)
            for count in (low, high)
        )
        columns[f"lower_{name}_hundredths"] = whole_or_null(100 * lower, without)
        columns[f"upper_{name}_hundredths"] = whole_or_null(100 * upper, no_upper)
        columns[f"outside_{name}"] = pa.array(is_outside(entered, size, share, tail), mask=without)
    dispersion = mean_by_family(
        number_families(rows, "collection_year", "organisation_group", "measure"),
        squared_residual(entered, size, share),
        ~without,
    )
    return with_columns(rows, **columns, dispersion_hundredths=whole_or_null(100 * dispersion, np.isnan(dispersion)))


def significance(inputs: pa.Table) -> pa.Table:
    """One row per row of `significance_inputs`: p and q value in ten-thousandths, and whether q is low enough.

    All three are null where nothing could have shown. A family is what is read as one list: the rows of one year, years
    between, level, organisation group and measure. Tests are of people: a half is counted as one.
    """
    keys = ["collection_year", "years_between", "level", "code", "organisation_group", "measure"]
    is_ratio = inputs["comparator_headcount"].is_valid()
    tables = []
    for rows, sides in (
        (inputs.filter(pc.invert(is_ratio)), ("group",)),
        (inputs.filter(is_ratio), ("group", "comparator")),
    ):
        now, before = (
            tuple(read_people(rows, [f"{year}{side}_{what}"]) for side in sides for what in ("hundredths", "headcount"))
            for year in ("", "previous_")
        )
        p = ratio_p_values(now, before) if len(sides) > 1 else rate_p_values(*now, *before)
        family = number_families(rows, "collection_year", "years_between", "level", "organisation_group", "measure")
        q = q_values(p, family)
        without = np.isnan(p)
        columns = {
            "p_ten_thousandths": whole_or_null(10_000 * p, without),
            "q_ten_thousandths": whole_or_null(10_000 * q, without),
            "beyond_chance": pa.array(q <= FALSE_DISCOVERY_RATE + _NOISE, mask=without),
        }
        tables.append(with_columns(rows.select(keys), **columns))
    return pa.concat_tables(tables)
