"""Did a figure move by more than chance? Exact conditional tests of two years, and the false discovery rate.

Entries of each group and year are taken as Poisson counts over the staff of the group. Given how many entered in all,
one count is left to chance, and its distribution under no change holds no unknown number: binomial for the overall
likelihood, Fisher's noncentral hypergeometric for the relative likelihood. P values are mid-p, twice the smaller tail:
the chance of what was seen counts half, without which tests of small counts find too little.
"""

import numpy as np

from wres.array_types import Floats, Integers
from wres.exact_tests import ratio_p_values, two_sided
from wres.indicators.statistics.array_math import binomial_cdf

__all__ = ["FALSE_DISCOVERY_RATE", "q_values", "rate_p_values", "ratio_p_values"]

FALSE_DISCOVERY_RATE = 0.05


def rate_p_values(entered: Integers, staff: Integers, entered_before: Integers, staff_before: Integers) -> Floats:
    """Test whether the likelihood of entering is the same in both years.

    Given all entries of both years, those of the later are binomial, with its part of the staff as their chance.

    Args: four arrays of one shape, whole counts of people.

    Returns: two-sided mid-p values; nan where there is no staff in a year, or no entry in either, so that nothing could
    have shown.
    """
    entries = entered + entered_before
    testable = (staff > 0) & (staff_before > 0) & (entries > 0)
    share = np.where(testable, staff, 1) / np.where(testable, staff + staff_before, 2)
    fewer = binomial_cdf(entered - 1, entries, share) + binomial_cdf(entered, entries, share)
    more = binomial_cdf(entries - entered - 1, entries, 1 - share) + binomial_cdf(entries - entered, entries, 1 - share)
    return two_sided(fewer / 2, more / 2, testable)


def q_values(p_values: Floats, families: Integers) -> Floats:
    """Return the false discovery rate at which each test would just be called, by Benjamini and Hochberg, by family.

    Args: p values, nan where there was no test, which does not count; the number of each one's family.

    Returns: q values of the same shape, nan where there was no test.
    """
    from scipy.stats import false_discovery_control

    q = np.full(p_values.shape, np.nan)
    tested = ~np.isnan(p_values)
    for family in np.unique(families[tested]):
        members = tested & (families == family)
        q[members] = false_discovery_control(p_values[members], method="bh")
    return q
