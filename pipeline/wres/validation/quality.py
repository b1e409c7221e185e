"""The frames of the quality stage: what changed in each return and in each figure, and the limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wres.returns.indicator_math import ENTERED, ENTERED_PREVIOUS_YEAR
from wres.validation.batch import Batch
from wres.validation.cell_changes import measure_cells
from wres.validation.changes import measure_changes
from wres.validation.figure_frames import FigureArray
from wres.validation.usual_changes import YearCounts
from wres.validation.year_on_year import comparison, figure_array, year_counts

NO_FIGURES = "the figures that it needs are missing or have findings of their own"
NO_LAST_YEAR = "there is no accepted return of last year to compare with"
NO_LAST_ENTRIES = "last year's return does not give the entries of twelve months"
HALVES = "a half in the entries says that two years were averaged already"
NO_EXPECTATION = "neither last year's return nor last year's national rate is known here"

# What each tested column is computed from; a column that is not named here needs this year's and last year's staff.
_STAFF, _LAST_STAFF, _ENTRIES, _LAST_ENTRIES, _RATE = "staff", "last_staff", "entries", "last_entries", "rate"
_LAST_SENT = "last_sent"
_NEEDS: dict[str, tuple[str, ...]] = {
    "unknown_percent": (_STAFF,),
    "ratio_chance": (_STAFF, _ENTRIES, _LAST_STAFF, _LAST_ENTRIES),
    "rate_chance": (_STAFF, _ENTRIES, _LAST_STAFF, _LAST_ENTRIES),
    "entered_where_expected": (_STAFF, _ENTRIES, _RATE),
    "entries_alike_chance": (_STAFF, _ENTRIES, _LAST_STAFF, _LAST_ENTRIES),
    "cell_move": (_STAFF, _LAST_STAFF),
    "entered_previous_year": (_ENTRIES, _LAST_SENT),
    "few_staff_entered": (_STAFF,),
    "few_staff": (_STAFF,),
    "entered_as_sent": (),
}
_BY_DEFAULT = (_STAFF, _LAST_STAFF)


@dataclass(frozen=True, slots=True)
class QualityFrames:
    """The frames of measures and of cells of a batch, and why a need of a return is not met (None: it is)."""

    measures: pd.DataFrame
    cells: pd.DataFrame
    lacking: list[dict[str, str]]

    def reason(self, submission: int, columns: Sequence[str]) -> str | None:
        """Say why an expectation over these columns had nothing to test in a return; None where it ran."""
        for column in columns:
            if column.endswith("_limit"):
                continue
            for need in _NEEDS.get(column, _BY_DEFAULT):
                if need in self.lacking[submission]:
                    return self.lacking[submission][need]
        return None


def measure(
    batch: Batch, amounts: FigureArray, doubtful: Mapping[str, np.ndarray], left_out: Sequence[bool]
) -> QualityFrames:
    """Build the frames of the quality stage.

    Args:
        batch: the returns.
        amounts: their usable figures.
        doubtful: as `window_counts` takes it.
        left_out: for each return, whether its figures may be somebody else's, so that nothing is measured.
    """
    now = year_counts(amounts, doubtful)
    last = figure_array([submission.last_year for submission in batch.submissions], batch.template)
    before = year_counts(last)
    compared = comparison(batch, before)
    measured = measure_changes(now, compared)
    measured = {name: np.where(left_out, np.nan, values) for name, values in measured.items()}
    returns = range(len(batch.submissions))
    frame = pd.DataFrame({"row": returns, "submission": returns, **measured})
    cells = _cells_frame(batch, amounts, now, before, np.asarray(left_out))
    return QualityFrames(frame, cells, _unmet_needs(now, before, amounts, batch))


def _unmet_needs(now: YearCounts, before: YearCounts, amounts: FigureArray, batch: Batch) -> list[dict[str, str]]:
    """Return which needs of each return are not met, and why."""
    halves = (amounts.of(ENTERED) % 1 != 0) & np.isfinite(amounts.of(ENTERED))
    staff, last_staff = (np.nan_to_num(year.staff.sum(axis=1)) > 0 for year in (now, before))
    entries, last_entries = (np.isfinite(year.entered.sum(axis=1)) for year in (now, before))
    lacking_by_return: list[dict[str, str]] = []
    for number, submission in enumerate(batch.submissions):
        lacking: dict[str, str] = {}
        if not staff[number]:
            lacking[_STAFF] = NO_FIGURES
        if not entries[number]:
            lacking[_ENTRIES] = HALVES if halves[number].any() else NO_FIGURES
        if not last_staff[number]:
            lacking[_LAST_STAFF] = NO_LAST_YEAR
        if not last_entries[number]:
            lacking[_LAST_ENTRIES] = NO_LAST_ENTRIES if submission.last_year else NO_LAST_YEAR
            if batch.template.window != "single_year":
                lacking[_LAST_SENT] = lacking[_LAST_ENTRIES]
        if {_LAST_STAFF, _LAST_ENTRIES} & lacking.keys() and batch.last_year_national_rate is None:
            lacking[_RATE] = NO_EXPECTATION
        lacking_by_return.append(lacking)
    return lacking_by_return


def _cells_frame(
    batch: Batch, amounts: FigureArray, now: YearCounts, before: YearCounts, left_out: np.ndarray
) -> pd.DataFrame:
    """Build a row for each figure that can be compared: `submission`, `template_cell`, and columns (float).

    `cell_move` and `cell_move_limit` of staff; `entered_previous_year` and `entered_as_sent`, by last year's return;
    `few_staff_entered` and `few_staff` of entries in a group with few staff (in two years their mean).
    """
    items = [item.code for item in batch.template.items]
    shape = (len(batch.submissions), len(items), len(batch.template.ethnic_groups))
    names = ["entered_previous_year", "entered_as_sent", "few_staff_entered", "few_staff"]
    columns = {name: np.full(shape, np.nan) for name in names}
    summands = [number for number, item in enumerate(batch.template.items) if item.in_total]
    for name, values in measure_cells(now, before, batch.year.thresholds).items():
        columns[name] = np.full(shape, np.nan)
        columns[name][:, summands] = values

    staff, few = amounts.staff(), batch.year.thresholds["few_staff"]
    columns["few_staff"][:, items.index(ENTERED)] = np.where(staff < few, staff, np.nan)
    columns["few_staff_entered"][:, items.index(ENTERED)] = amounts.of(ENTERED)
    if ENTERED_PREVIOUS_YEAR in items:
        number = items.index(ENTERED_PREVIOUS_YEAR)
        stated = amounts.of(ENTERED_PREVIOUS_YEAR)
        mean = np.where(amounts.of(ENTERED) <= staff, (amounts.of(ENTERED) + stated) / 2, np.nan)
        columns["few_staff"][:, number] = np.where(staff < few, staff, np.nan)
        columns["few_staff_entered"][:, number] = mean
        columns["entered_previous_year"][:, number] = stated
        columns["entered_as_sent"][:, number] = before.entered
    columns["few_staff_off"] = columns["few_staff_entered"] - columns["few_staff"]
    columns["entered_as_sent_off"] = columns["entered_previous_year"] - columns["entered_as_sent"]
    for values in columns.values():
        values[left_out] = np.nan
    submission, cell = np.indices((shape[0], shape[1] * shape[2]))
    frame = pd.DataFrame({name: values.ravel() for name, values in columns.items()})
    frame.insert(0, "template_cell", cell.ravel())
    frame.insert(0, "submission", submission.ravel())
    frame.insert(0, "row", range(len(frame)))
    return frame
