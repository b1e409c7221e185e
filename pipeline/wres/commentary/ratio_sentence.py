"""Say in a sentence how many times as likely one group of staff was as the other, so that equal and none are so called.

A ratio that prints as 1.00 or 0.00 need not be it: the counts of its row say so, as far as they are shown.
"""

from wres.outputs.formatting import RATIO, PublishedRow
from wres.outputs.group_columns import both_staff, columns_of_measure, compared_counts, compared_groups, staff_of

_ENTER = "to enter the formal disciplinary process"


def times_as_likely(row: PublishedRow) -> str:
    """Return the relative likelihood of a row as a sentence, or why there is none to show."""
    if row[RATIO] is None:
        why = "is not published (small numbers) [c]" if row.is_held_back(RATIO) else "cannot be calculated"
        return f"The relative likelihood {why}."
    return f"{begin(likelihood_clause(row))}."


def likelihood_clause(row: PublishedRow) -> str:
    """Return the relative likelihood of a row, which it has, as a clause that a sentence may begin or go on with."""
    ratio = row.text(RATIO)
    compared, comparator = map(staff_of, compared_groups())
    if row[RATIO] == 1:
        about = "" if is_equal(row) else "about "
        return f"{both_staff()} were {about}equally likely {_ENTER}: {ratio}"
    if row.get(columns_of_measure("entered")[compared_groups()[0]]) == 0:
        return f"no {compared} entered the formal disciplinary process, and some {comparator} did: {ratio}"
    if row[RATIO] == 0:
        return f"{compared} were far less likely than {comparator} {_ENTER}: {ratio}"
    return f"{compared} were {ratio} times as likely as {comparator} {_ENTER}"


def is_equal(row: PublishedRow) -> bool:
    """Return whether both groups are known to be equally likely to enter, not only by the printed ratio."""
    products = _cross_products(row)
    return row[RATIO] == 1 and products is not None and products[0] == products[1]


def is_one_or_more(row: PublishedRow) -> bool:
    """Return whether the ratio is 1 or more; where it prints as 1.00, by the row's counts, for 0.997 is not."""
    if row[RATIO] != 1:
        return bool(row[RATIO] > 1)
    products = _cross_products(row)
    return products is None or products[0] >= products[1]


def begin(words: str) -> str:
    """Return words as a sentence begins with them."""
    return words[:1].upper() + words[1:]


def _cross_products(row: PublishedRow) -> tuple[int, int] | None:
    """Return two products whose ratio is the relative likelihood; None where a count of the row is not shown."""
    comparator_staff, staff, comparator_entered, entered = (row.get(name) for name in compared_counts())
    if None in (comparator_staff, staff, comparator_entered, entered):
        return None
    return entered * comparator_staff, comparator_entered * staff
