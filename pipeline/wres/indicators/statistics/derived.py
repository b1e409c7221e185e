"""What SQL has no functions for: intervals, funnel limits and p values, as tables that the views join."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wres.indicators.statistics.funnel_limits import TAILS, funnel_limits, is_outside, squared_residual
from wres.indicators.statistics.score_interval import Floats, koopman_interval
from wres.indicators.statistics.significance import FALSE_DISCOVERY_RATE, q_values, rate_p_values, ratio_p_values

Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]

_NOISE = 1e-12  # of a q value that is exactly the rate


def intervals(exact_ratio: pa.Table) -> pa.Table:
    """One row per row of `exact_ratio`: the interval's bounds, whether it leaves out 1, and the bounds in people.

    `lower_hundredths` and `upper_hundredths` are of the ratio R; `parity_lower_hundredths` and
    `parity_upper_hundredths` of the entries above parity, which they give: E_group * (1 - 1 / R) where R is 1 or more,
    E_comparator * (1 - R) where it is less. All are null where the ratio cannot be calculated or has no interval. A
    two-year average counts as the events of both years over twice the staff, which are person-years.
    """
    entries, staff, others, other_staff = (
        _counted(exact_ratio, f"{side}_{what}")
        for side in ("group", "comparator")
        for what in ("hundredths", "headcount")
    )
    years = _counted(exact_ratio, "years_counted")
    lower, upper = koopman_interval(*(years * count for count in (entries, staff, others, other_staff)))
    is_above = entries * other_staff >= others * staff
    without = exact_ratio["reason_not_calculable"].is_valid().to_numpy() | np.isnan(upper)
    lower, upper = np.where(without, 0, lower), np.where(without, 0, upper)
    return _with_columns(
        exact_ratio.select(["collection_year", "level", "code", "organisation_group", "measure"]),
        lower_hundredths=_whole(100 * lower, without),
        upper_hundredths=_whole(100 * upper, without),
        # On the bounds as they are, not as they print.
        differs_from_equal=pa.array((lower > 1) | (upper < 1), mask=without),
        parity_lower_hundredths=_whole(
            100 * np.where(is_above, entries - _over(entries, lower), others - others * upper), without
        ),
        parity_upper_hundredths=_whole(
            100 * np.where(is_above, entries - _over(entries, upper), others - others * lower), without
        ),
    )


def limits(funnel_bases: pa.Table) -> pa.Table:
    """One row per row of `funnel_inputs`: the limits and the dispersion in hundredths, and what lies outside.

    All are null where there is no expected share, where nobody can be counted, and in the rare organisation with more
    entries than staff; an upper limit also where even all could be chance.
    """
    # In one order, so that the mean of a family is the same sum on every engine.
    rows = funnel_bases.sort_by([(name, "ascending") for name in ("collection_year", "measure", "code")])
    entered, size = _counted(rows, "entered_hundredths"), _counted(rows, "size_hundredths")
    share = _counted(rows, "share_numerator") / _counted(rows, "share_denominator")
    staff, other_staff = _counted(rows, "group_headcount"), _counted(rows, "comparator_headcount")
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
        columns[f"lower_{name}_hundredths"] = _whole(100 * lower, without)
        columns[f"upper_{name}_hundredths"] = _whole(100 * upper, no_upper)
        columns[f"outside_{name}"] = pa.array(is_outside(entered, size, share, tail), mask=without)
    dispersion = _mean_by(
        _families(rows, "collection_year", "organisation_group", "measure"),
        squared_residual(entered, size, share),
        ~without,
    )
    return _with_columns(rows, **columns, dispersion_hundredths=_whole(100 * dispersion, np.isnan(dispersion)))


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
            tuple(_people(rows, f"{year}{side}_{what}") for side in sides for what in ("hundredths", "headcount"))
            for year in ("", "previous_")
        )
        p = ratio_p_values(now, before) if len(sides) > 1 else rate_p_values(*now, *before)
        family = _families(rows, "collection_year", "years_between", "level", "organisation_group", "measure")
        q = q_values(p, family)
        without = np.isnan(p)
        columns = {
            "p_ten_thousandths": _whole(10_000 * p, without),
            "q_ten_thousandths": _whole(10_000 * q, without),
            "beyond_chance": pa.array(q <= FALSE_DISCOVERY_RATE + _NOISE, mask=without),
        }
        tables.append(_with_columns(rows.select(keys), **columns))
    return pa.concat_tables(tables)


def _counted(rows: pa.Table, name: str) -> Floats:
    """A column of counts as floats, people where it is in hundredths of a person; nan where it is null."""
    counts: Floats = rows[name].cast(pa.float64()).to_numpy()
    return counts / 100 if name.endswith("_hundredths") else counts


def _over(dividend: Floats, divisor: Floats) -> Floats:
    """Divide; 0 where the divisor is not above 0."""
    quotient: Floats = np.divide(dividend, divisor, out=np.zeros(dividend.shape), where=divisor > 0)
    return quotient


def _people(rows: pa.Table, name: str) -> Integers:
    """A column of counts as whole people."""
    whole: Integers = np.floor(_counted(rows, name) + 0.5).astype(np.int64)
    return whole


def _families(rows: pa.Table, *names: str) -> Integers:
    """A number for each row, the same where the columns are."""
    _, numbers = np.unique(
        list(zip(*(map(str, rows[name].to_pylist()) for name in names), strict=True)), axis=0, return_inverse=True
    )
    return numbers.reshape(-1)


def _mean_by(family: Integers, values: Floats, counted: Bools) -> Floats:
    """For each row the mean over its family's counted values; nan where there are none."""
    numbers = np.bincount(family, counted)
    sums = np.bincount(family, np.where(counted, values, 0))
    means: Floats = np.divide(sums, numbers, out=np.full(sums.shape, np.nan), where=numbers > 0)
    return means[family]


def _whole(values: Floats, without: Bools) -> pa.Array:
    """Rounded half up; what comes after the sixth further place is the root finder's noise and decides nothing."""
    whole = np.floor(np.round(np.where(without, 0, values), 6) + 0.5)
    return pa.array(whole.astype(np.int64), mask=without)


def _with_columns(rows: pa.Table, **columns: pa.Array) -> pa.Table:
    for name, values in columns.items():
        rows = rows.append_column(name, values)
    return rows
