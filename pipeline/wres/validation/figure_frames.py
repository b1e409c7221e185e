"""The frames of the values stage: each figure by itself, then the figures that have to agree.

A figure with a finding of its own takes no further part, so that one mistake does not breed others.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

import numpy as np
import pandas as pd

from wres.returns.indicator_math import ENTERED, ENTERED_PREVIOUS_YEAR
from wres.returns.template_spec import Template, load_template, template_versions
from wres.validation.frames import Cells

_ENORMOUS = Decimal(10) ** 15  # above any limit, and small enough for floats to tell its eighths apart


def figures_frame(cells: Cells, template: Template) -> pd.DataFrame:
    """Build a row for each figure that the template has; a blank optional one counts as not given.

    `row` and `submission` as in the frame of cells; `required` (bool); `raw` (str, None where blank); `number` (float,
    NaN where blank or no number); `has_text`, `has_number` (bool); `remainder` (float: what is left over after whole
    steps of the item). Numbers are exact where they are multiples of a quarter; any other stands between the same whole
    numbers and leaves a remainder.
    """
    joined = cells.frame
    known = joined[joined["given_cell"].notna() & joined["template_cell"].notna()]
    given = known["given_cell"].astype(int).tolist()
    raws, given_numbers = cells.given.column("raw"), cells.given.column("number")
    steps = np.array([float(item.step) for item in template.items for _ in template.ethnic_groups])
    numbers = np.array([_as_float(given_numbers[place]) for place in given], float)
    frame = known[["row", "submission", "template_cell", "required"]].assign(
        raw=pd.Series([raws[place].strip() or None for place in given], index=known.index, dtype=object),
        number=numbers,
        remainder=np.fmod(numbers, steps[known["template_cell"].astype(int)]),
    )
    frame = frame.assign(has_text=frame["raw"].notna(), has_number=frame["number"].notna())
    return frame[frame["required"] | frame["has_text"]].reset_index(drop=True)


@lru_cache(maxsize=50_000)  # most figures of a round are a few hundred small counts, and this is slow for each
def _as_float(number: Decimal | None) -> float:
    """Convert a number so that it can be compared with whole numbers and divided by steps of a quarter or more.

    NaN where there is none; an infinity or a not-a-number is no number; an enormous one is cut to what floats can tell
    apart.
    """
    if number is None or not number.is_finite():
        return math.nan
    if number.adjusted() >= _ENORMOUS.adjusted():
        number = _ENORMOUS.copy_sign(number)
    value = float(number)
    return value if number == value else math.floor(number) + 0.375


@dataclass(frozen=True, slots=True)
class FigureArray:
    """Hold figures as an array of floats, returns by items by groups; NaN where there is none that can be used.

    Every amount is a multiple of a half below 2**50, so floats and their sums are exact.
    """

    array: np.ndarray
    template: Template

    def of(self, item: str) -> np.ndarray:
        """Return the figures of one item, returns by groups; NaN throughout where the template has no such item."""
        codes = [item.code for item in self.template.items]
        if item not in codes:
            return np.full((len(self.array), len(self.template.ethnic_groups)), np.nan)
        amounts: np.ndarray = self.array[:, codes.index(item)]
        return amounts

    def staff(self) -> np.ndarray:
        """Return staff in post, returns by groups: the sum of the parts of the total, NaN where one is missing."""
        summands = [number for number, item in enumerate(self.template.items) if item.in_total]
        total: np.ndarray = self.array[:, summands].sum(axis=1)
        return total


def usable_amounts(figures: pd.DataFrame, spoilt: Collection[int], returns: int, template: Template) -> FigureArray:
    """Return the figures without a finding of their own; `spoilt` holds the rows that have one."""
    array = np.full((returns, len(template.items) * len(template.ethnic_groups)), np.nan)
    fine = figures[figures["number"].notna() & ~figures["row"].isin(list(spoilt))]
    array[fine["submission"], fine["template_cell"].astype(int)] = fine["number"]
    return FigureArray(array.reshape(returns, len(template.items), len(template.ethnic_groups)), template)


@cache
def item_codes() -> list[str]:
    """Return the codes of the items of all versions of the template."""
    items = [item.code for version in template_versions() for item in load_template(version).items]
    return list(dict.fromkeys(items))


def groups_frame(amounts: FigureArray, few_staff: float) -> pd.DataFrame:
    """Build a row for each return and ethnic group: every item by its code, and what follows from them (float).

    An item that only another version of the template has is a column of missing values.

    `staff`; `most_entered`, the staff, without limit in a group of fewer than `few_staff`; in two years
    `most_entered_in_two_years` and `entered_in_two_years` (missing where the year alone is already above the staff);
    `staff_of_all_groups` on the first group's row only, for it says something of the return.
    """
    staff, entered = amounts.staff(), amounts.of(ENTERED)
    both = np.where(entered <= staff, entered + amounts.of(ENTERED_PREVIOUS_YEAR), np.nan)
    everyone = np.full(staff.shape, np.nan)
    everyone[:, 0] = staff.sum(axis=1)
    columns = {code: amounts.of(code) for code in item_codes()}
    columns |= {
        "staff": staff,
        "most_entered": np.where(staff < few_staff, np.inf, staff),
        "most_entered_in_two_years": np.where(staff < few_staff, np.inf, 2 * staff),
        "entered_in_two_years": both,
        "staff_of_all_groups": everyone,
    }
    frame = pd.DataFrame({name: array.ravel() for name, array in columns.items()})
    frame.insert(0, "submission", np.arange(len(frame)) // staff.shape[1])
    frame.insert(0, "row", range(len(frame)))
    return frame
