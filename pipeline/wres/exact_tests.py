"""Exact tests of a change between two years, for many organisations at once: of a ratio and of an overall rate.

Entries are Poisson counts over the staff of a group. Given how many entered in all, one count is left to chance. P
values are mid-p, twice the smaller tail: the chance of what was seen counts half, without which tests of small counts
find too little.
"""

import numpy as np

from wres.array_types import Bools, Floats, Integers

_LEAST_SWING = 0.01  # below this the beta-binomial distribution is the binomial one in all that floats can tell


def ratio_p_values(now: tuple[Integers, ...], before: tuple[Integers, ...]) -> Floats:
    """Test whether the relative likelihood is the same in both years.

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
    return two_sided(fewer, more, testable)


def _hypergeometric_tails(margins: Integers, log_odds: Floats) -> tuple[Floats, Floats]:
    """Return the mid-p tails below and above the counts seen.

    Margins: a row each of BME entries of the later year, all entries of the later and of the earlier year, BME entries
    of both, and the least and the most that the first could be.
    """
    from scipy.special import gammaln

    seen, year, before, both, least, most = margins
    row, outcome, starts = _outcomes(least, most)
    cells = (outcome, year[row] - outcome, both[row] - outcome, before[row] - both[row] + outcome)
    log_weight = outcome * log_odds[row] - sum(gammaln(cell + 1) for cell in cells)
    return _tails(log_weight, row, outcome, starts, seen)


def swing_p_values(entered: Integers, entered_before: Integers, odds: Floats, swing: float) -> Floats:
    """Test whether the overall rate is the same, up to the swings that an organisation's rate usually makes.

    Given all entries of both years, those of the later are beta-binomial. Its mean is `odds / (1 + odds)`; its
    variance is that of a binomial count whose log odds swing with the standard deviation `swing` (delta method).

    Args:
        entered: entries of the later year, whole counts.
        entered_before: those of the earlier year.
        odds: expected entries of the later year over those of the earlier one, such as the growth of the staff.
        swing: standard deviation of the log rate from one year to the next within an organisation.

    Returns: two-sided mid-p values; nan where there are no entries in either year or no odds.
    """
    from scipy.special import betaln, gammaln

    entries = entered + entered_before
    testable = (entries > 0) & np.isfinite(odds) & (odds > 0)
    fewer, more = np.ones(entered.shape), np.ones(entered.shape)
    if testable.any():
        seen, both = entered[testable], entries[testable]
        mean = odds[testable] / (1 + odds[testable])
        size = 1 / (mean * (1 - mean) * max(swing, _LEAST_SWING) ** 2) - 1
        size = np.maximum(size, 1e-6)
        row, outcome, starts = _outcomes(np.zeros_like(both), both)
        alpha, beta, of = (mean * size)[row], ((1 - mean) * size)[row], both[row]
        log_weight = betaln(outcome + alpha, of - outcome + beta) - gammaln(outcome + 1) - gammaln(of - outcome + 1)
        fewer[testable], more[testable] = _tails(log_weight, row, outcome, starts, seen)
    return two_sided(fewer, more, testable)


def _outcomes(least: Integers, most: Integers) -> tuple[Integers, Integers, Integers]:
    """List the possible outcomes of all rows in one array: the row of each, its value, and where each row starts."""
    lengths = most - least + 1
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    row = np.repeat(np.arange(lengths.size), lengths)
    return row, np.arange(lengths.sum()) - starts[row] + least[row], starts


def _tails(
    log_weight: Floats, row: Integers, outcome: Integers, starts: Integers, seen: Integers
) -> tuple[Floats, Floats]:
    """Return the mid-p tails below and above the counts seen, from the log weights of all outcomes."""
    weight = np.exp(log_weight - np.maximum.reduceat(log_weight, starts)[row])
    total = np.add.reduceat(weight, starts)
    below = np.add.reduceat(weight * ((outcome < seen[row]) + 0.5 * (outcome == seen[row])), starts)
    above = np.add.reduceat(weight * ((outcome > seen[row]) + 0.5 * (outcome == seen[row])), starts)
    return below / total, above / total


def two_sided(fewer: Floats, more: Floats, testable: Bools) -> Floats:
    """Return twice the smaller tail, at most 1; nan where there was nothing to test."""
    return np.where(testable, np.minimum(1, 2 * np.minimum(fewer, more)), np.nan)
