"""Types that the tests of several rooms share."""

from decimal import Decimal

Figures = dict[tuple[str, str], Decimal]  # (item, ethnic group) to number
