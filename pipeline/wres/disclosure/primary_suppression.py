"""Suppress or round a count of people below the nation, and bound the counts behind a printed one.

Counts are whole numbers of units: a unit is a person, or a quarter of one where entries are a mean of two years.
"""

from decimal import Decimal

from wres.outputs.table_schema import load_specification
from wres.reference.year_tables import DisclosurePolicy

Count = int | Decimal

COARSER = 4  # times the policy's rounding: what a count of the nation is rounded to where it may not be exact
COUNTS = load_specification().count_columns  # of people, in the order of tables.toml


def units_per_person(column: str, window: str) -> int:
    """Return how many units a person is, in a column of counts of a year with this window."""
    return 4 if window == "two_year_average" and column.endswith("_entered") else 1


def apply_rule(count: Count, policy: DisclosurePolicy) -> Count | None:
    """Return the count as it may be printed, or None where it is replaced by `c`. Zero stays zero."""
    if not policy.protects or count == 0:
        return count
    return None if count < policy.threshold + 1 else round_to_base(count, policy.rounding)


def round_to_base(count: Count, rounding: int) -> int:
    """Return the nearest multiple, halves up."""
    return int((2 * count + rounding) // (2 * rounding)) * rounding


def feasibility_interval(shown: Count | None, policy: DisclosurePolicy, units: int) -> tuple[int, int]:
    """Return the least and the greatest count, in units, behind an organisation's printed count."""
    if shown is None:
        return 1, (policy.threshold + 1) * units - 1
    if not policy.protects or shown == 0:
        return int(shown * units), int(shown * units)
    low, high = rounded_from(int(shown), policy.rounding, units)
    return max(low, (policy.threshold + 1) * units), high


def rounded_from(shown: int, rounding: int, units: int) -> tuple[int, int]:
    """Return the least and the greatest count, in units, that rounds to this multiple."""
    low = -((rounding - 2 * shown) * units // 2)  # the half below, rounded up to a unit
    high = -(-(2 * shown + rounding) * units // 2) - 1
    return max(low, 0), high
