"""Did a figure move by more than chance? Exact conditional tests of two years, and the false discovery rate.

Entries of each group and year are taken as Poisson counts over the staff of the group. Given how many entered in all,
one count is left to chance, and its distribution under no change holds no unknown number: binomial for the overall
likelihood, Fisher's noncentral hypergeometric for the relative likelihood. P values are mid-p, twice the smaller tail:
the chance of what was seen counts half, without which tests of small counts find too little.
"""

import numpy as np
import numpy.typing as npt

from wres.indicators.statistics.score_interval import Floats

Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FALSE_DISCOVERY_RATE = 0.05


def rate_p_values(entered: Integers, staff: Integers, entered_before: Integers, staff_before: Integers) -> Floats:
    """Is the likelihood of entering the same in both years?

    Given all entries of both years, those of the later are binomial, with its part of the staff as their chance.

    Args: four arrays of one shape, whole counts of people.

    Returns: two-sided mid-p values; nan where there is no staff in a year, or no entry in either, so that nothing could
    have shown.
    """
    entries = entered + entered_before
    testable = (staff > 0) & (staff_before > 0) & (entries > 0)
    share = np.where(testable, staff, 1) / np.where(testable, staff + staff_before, 2)
    fewer = _so_few(entered - 1, entries, share) + _so_few(entered, entries, share)
    more = _so_few(entries - entered - 1, entries, 1 - share) + _so_few(entries - entered, entries, 1 - share)
    return _two_sided(fewer / 2, more / 2, testable)


def _so_few(count: Integers, of: Integers, share: Floats) -> Floats:
    """The binomial chance of `count` or fewer out of `of`, by the beta distribution; 0 below none."""
    from scipy.special import betainc

    inside = (count >= 0) & (count < of)
    chance: Floats = np.where(
        inside, betainc(np.where(inside, of - count, 1), np.where(inside, count + 1, 1), 1 - share), count >= of
    )
    return chance


def ratio_p_values(now: tuple[Integers, ...], before: tuple[Integers, ...]) -> Floats:
    """Is the relative likelihood the same in both years?

    Given the entries of each year and of each group over both, the later year's BME entries are noncentral
    hypergeometric; the odds are the later year's BME staff to its white staff, over the same of the earlier year.

    Args: for each year BME entries, BME staff, white entries and white staff: arrays of one shape, whole counts.

    Returns: two-sided mid-p values; nan where a group has no staff, or only one outcome was possible.
    """
    (bme, bme_staff, white, white_staff), (bme_before, bme_staff_before, white_before, white_staff_before) = now, before
    year, year_before, both = bme + white, bme_before + white_before, bme + bme_before
    least, most = np.maximum(0, both - year_before), np.minimum(year, both)
    staff = np.stack([bme_staff, white_staff, bme_staff_before, white_staff_before])
    testable = (staff > 0).all(axis=0) & (most > least)
    if not testable.any():
        return np.full(bme.shape, np.nan)
    log_staff = np.log(np.where(staff > 0, staff, 1))
    log_odds = log_staff[0] - log_staff[1] - log_staff[2] + log_staff[3]
    margins = np.stack([bme, year, year_before, both, least, most])
    tails = _hypergeometric_tails(margins[:, testable], log_odds[testable])
    fewer, more = np.ones(bme.shape), np.ones(bme.shape)
    fewer[testable], more[testable] = tails
    return _two_sided(fewer, more, testable)


def _hypergeometric_tails(margins: Integers, log_odds: Floats) -> tuple[Floats, Floats]:
    """Mid-p tails below and above what was seen. All possible outcomes of all rows lie in one long array.

    Margins: a row each of BME entries of the later year, all entries of the later and of the earlier year, BME entries
    of both, and the least and the most that the first could be.
    """
    from scipy.special import gammaln

    seen, year, before, both, least, most = margins
    lengths = most - least + 1
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    row = np.repeat(np.arange(lengths.size), lengths)
    outcome = np.arange(lengths.sum()) - starts[row] + least[row]
    cells = (outcome, year[row] - outcome, both[row] - outcome, before[row] - both[row] + outcome)
    log_weight = outcome * log_odds[row] - sum(gammaln(cell + 1) for cell in cells)
    weight = np.exp(log_weight - np.maximum.reduceat(log_weight, starts)[row])
    total = np.add.reduceat(weight, starts)
    below = np.add.reduceat(weight * ((outcome < seen[row]) + 0.5 * (outcome == seen[row])), starts)
    above = np.add.reduceat(weight * ((outcome > seen[row]) + 0.5 * (outcome == seen[row])), starts)
    return below / total, above / total


def _two_sided(fewer: Floats, more: Floats, testable: Bools) -> Floats:
    return np.where(testable, np.minimum(1, 2 * np.minimum(fewer, more)), np.nan)


def q_values(p_values: Floats, families: Integers) -> Floats:
    """The false discovery rate at which each test would just be called, by Benjamini and Hochberg, family by family.

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
