"""How far from the national value can chance alone take an organisation? Exact limits of a funnel plot.

What is compared is a count out of a size: all entries out of all staff, or BME entries out of white and BME entries.
Were the organisation like the nation, the count would be binomial. Its tails are those of the beta distribution, which
goes on between whole numbers, so limits are smooth in the size. In a two-year average the events of both years are
counted, over person-years.
"""

import numpy as np

from wres.array_types import Bools, Floats

TAILS = {"95": 0.025, "99_8": 0.001}  # what chance may leave beyond each limit, below and above


def funnel_limits(size: Floats, share: Floats, tail: float) -> tuple[Floats, Floats]:
    """Return the counts at which the chance of so few, and of so many, is just `tail`.

    Args: arrays of one shape: out of how many, above 0, not always whole; the expected share of them, above 0 and below
    1. `tail` is a probability.

    Returns: lower and upper limits as counts, not whole. The lower one is 0 where even none is no rarer than `tail`;
    the upper one is the size where even all are no rarer.
    """
    from scipy.special import bdtrik

    return bdtrik(tail, size, share), size - bdtrik(tail, size, 1 - share)  # so many are so few of the others


def is_outside(entered: Floats, size: Floats, share: Floats, tail: float) -> Bools:
    """Return whether so few, or so many, have a chance below `tail`; arguments as in `funnel_limits`."""
    from scipy.special import betainc

    so_few = np.where(entered < size, betainc(np.maximum(size - entered, 1e-9), entered + 1, 1 - share), 1)
    so_many = np.where(entered > 0, betainc(np.maximum(entered, 1e-9), size - entered + 1, share), 1)
    outside: Bools = (so_few < tail) | (so_many < tail)
    return outside


def squared_residual(entered: Floats, size: Floats, share: Floats) -> Floats:
    """Return the squared distance from the expected count over its variance by chance: 1 on average by chance."""
    squared: Floats = (entered - size * share) ** 2 / (size * share * (1 - share))
    return squared
