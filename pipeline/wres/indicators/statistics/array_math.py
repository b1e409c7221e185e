"""Arithmetic on arrays that several statistics need."""

import numpy as np

from wres.array_types import Floats, Integers

Numbers = Floats | Integers


def divide_or_nan(dividend: Floats, divisor: Floats) -> Floats:
    """Divide; nan where the divisor is not above 0."""
    shape = np.broadcast_shapes(np.shape(dividend), np.shape(divisor))
    quotient: Floats = np.divide(dividend, divisor, out=np.full(shape, np.nan), where=np.asarray(divisor) > 0)
    return quotient


def binomial_cdf(count: Numbers, size: Numbers, share: Floats) -> Floats:
    """Return the binomial chance of so few out of `size`; between whole numbers as the beta distribution goes on.

    Args: arrays of one shape; `share` is the chance of each.
    Returns: 0 where the count is below 0, 1 from the size on.
    """
    from scipy.special import betainc

    inside = (count >= 0) & (count < size)
    chance: Floats = np.where(
        inside, betainc(np.where(inside, size - count, 1), np.where(inside, count + 1, 1), 1 - share), count >= size
    )
    return chance
