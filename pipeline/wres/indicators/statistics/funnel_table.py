"""Compute the funnel: limits of chance alone, widened limits, and which organisations are outside of them."""

import numpy as np
import pyarrow as pa

from wres.array_types import Bools, Floats, Integers
from wres.indicators.statistics.columns import mean_by_family, number_families, read_counts, whole_or_null, with_columns
from wres.indicators.statistics.funnel_limits import TAILS, funnel_limits, is_outside, squared_residual
from wres.indicators.statistics.overdispersion import between_variance, chance_p_values, log_variance, widening
from wres.indicators.statistics.significance import q_values

_FARTHEST = 1000  # times the national value: widened limits further off say nothing, and are not given (own choice)


def limits(funnel_bases: pa.Table) -> pa.Table:
    """Return one row per row of `funnel_inputs`: limits and dispersion in hundredths, whether outside, and q values.

    The limits of chance alone are exact. The widened ones allow for organisations of the year, group and measure
    differing by more than chance; they are never narrower than those of chance alone. `outside_q_ten_thousandths` is
    the q value of an organisation being like the nation. All are null where there is no expected share, where nobody
    can be counted, and in the rare organisation with more entries than staff; an upper limit also where even all could
    be chance.
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
    family = number_families(rows, "collection_year", "organisation_group", "measure")

    def on_scale(count: Floats) -> Floats:
        """Turn a count out of its size into the measure: a percentage, or a ratio."""
        figure: Floats = np.where(ratios, count / np.maximum(size - count, 1e-9) * others_to_group, 100 * count / size)
        return figure

    p, scores = chance_p_values(entered, size, share)
    variances = log_variance(size, share, ratios)
    spread = _spread_by_family(family, scores, variances, ~without)
    columns = {}
    for name, tail in TAILS.items():
        low, high = funnel_limits(size, share, tail)
        no_upper = without | (high >= size)
        lower, upper = on_scale(low), on_scale(high)
        factor = widening(variances, spread, tail)
        widened_lower = np.minimum(lower, on_scale(size * share) / factor)
        no_widened_upper = no_upper | (factor >= _FARTHEST)
        widened_upper = np.where(no_widened_upper, np.inf, np.maximum(upper, on_scale(size * share) * factor))
        outside = is_outside(entered, size, share, tail)
        figure = on_scale(entered)
        figure = np.where((entered >= size) & ratios, np.inf, figure)
        far_out = outside & ((figure < widened_lower) | (figure > widened_upper))
        columns[f"lower_{name}_hundredths"] = whole_or_null(100 * lower, without)
        columns[f"upper_{name}_hundredths"] = whole_or_null(100 * upper, no_upper)
        columns[f"outside_{name}"] = pa.array(outside, mask=without)
        columns[f"widened_lower_{name}_hundredths"] = whole_or_null(100 * widened_lower, without)
        columns[f"widened_upper_{name}_hundredths"] = whole_or_null(100 * widened_upper, no_widened_upper)
        columns[f"outside_widened_{name}"] = pa.array(far_out, mask=without)
    dispersion = mean_by_family(family, squared_residual(entered, size, share), ~without)
    q = q_values(np.where(without, np.nan, p), family)
    return with_columns(
        rows,
        **columns,
        dispersion_hundredths=whole_or_null(100 * dispersion, np.isnan(dispersion)),
        outside_q_ten_thousandths=whole_or_null(10_000 * q, np.isnan(q)),
    )


def _spread_by_family(family: Integers, scores: Floats, variances: Floats, counted: Bools) -> Floats:
    """Estimate the variance between organisations of each family, for each of its rows."""
    spread = np.zeros(scores.shape)
    for number in np.unique(family):
        in_family = (family == number) & counted
        spread[family == number] = between_variance(scores[in_family], variances[in_family])
    return spread
