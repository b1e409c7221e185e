"""A nation of correct returns for the question `edits`, and the errors that people make in them.

Sizes, regions and make-up of the staff are those that the simulation draws for the trusts of the shipped register; what
moves from year to year is drawn here, so that a return's counts differ from last year's by chance and by changes that
are true. Every number is assumed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wres.array_types import Floats
from wres.reference.register import default_register, default_successions
from wres.reference.year_config import load_year
from wres.returns.template_spec import newest_template
from wres.simulation.assumptions import STAFF_CELLS
from wres.simulation.model import true_figures
from wres.validation.usual_changes import YearCounts, group_positions

POSITIONS = group_positions(newest_template())
WHITE, BME, UNKNOWN = POSITIONS
SCENARIOS = ("chance alone", "swings", "heavy tails")
BASE_YEAR = 2021
_RATE, _RELATIVE = 0.0101, 1.14  # of white staff in the first year: the last has about the 11,278 entries of 2020
_RATE_SPREAD, _RELATIVE_SPREAD = 4.0, 0.3  # shape of a gamma distribution; standard deviation of logs
_STAYS = 0.85  # of the staff of a cell, to the next year
_GROWTH, _GROWTH_SPREAD, _CELL_SPREAD = 0.02, 0.02, 0.03
_BME_GROWTH, _BME_SPREAD, _UNKNOWN_SPREAD = 0.06, 0.02, 0.1
_RATE_CHANGE = -0.05  # of all, from one year to the next, as a log
_RATE_SWING, _RELATIVE_SWING = 0.2 / 2**0.5, 0.1 / 2**0.5  # of one year about what lasts, as logs
_TAIL = 4  # degrees of freedom of heavy tails (Student, of the same variance)
_FTE = (0.83, 0.92)  # full-time equivalents of a member of staff, cell by cell; 0.87 to 0.88 in the NHS as a whole


@dataclass(frozen=True, slots=True)
class Nation:
    """Four years of correct returns of the same trusts, the last one this year's, and the region of each trust."""

    years: tuple[YearCounts, ...]
    regions: np.ndarray

    @property
    def now(self) -> YearCounts:
        """This year's counts."""
        return self.years[-1]

    @property
    def before(self) -> YearCounts:
        """Last year's counts."""
        return self.years[-2]


def draw_nation(seed: int, scenario: str) -> Nation:
    """Draw four years of every trust of the register that sends a return."""
    random = np.random.default_rng([seed, SCENARIOS.index(scenario)])
    figures = true_figures(default_register(), default_successions(), load_year(BASE_YEAR), seed)
    cells = figures.counts[:, : len(STAFF_CELLS)].astype(float)
    register = default_register().set_index("code")
    regions = register.loc[list(figures.codes), "region_code"].to_numpy(str)
    returns = len(cells)
    rate = _RATE * random.gamma(_RATE_SPREAD, 1 / _RATE_SPREAD, returns)
    relative = _RELATIVE * np.exp(_RELATIVE_SPREAD * random.standard_normal(returns))
    years = []
    for year in range(4):
        if year:
            cells = _next_year(random, cells, scenario)
        swings = (scenario != "chance alone") * _noise(random, (2, returns), scenario)
        of_year = rate * np.exp(year * _RATE_CHANGE + _RATE_SWING * swings[0])
        likelihood = np.stack([of_year, of_year * relative * np.exp(_RELATIVE_SWING * swings[1]), of_year], axis=1)
        years.append(
            YearCounts(cells, np.minimum(random.poisson(cells.sum(axis=1) * likelihood), cells.sum(axis=1)), POSITIONS)
        )
    return Nation(tuple(years), regions)


def _noise(random: np.random.Generator, shape: int | tuple[int, ...], scenario: str) -> Floats:
    if scenario == "heavy tails":  # of the same variance
        heavy: Floats = random.standard_t(_TAIL, shape) / np.sqrt(_TAIL / (_TAIL - 2))
        return heavy
    normal: Floats = random.standard_normal(shape)
    return normal


def _next_year(random: np.random.Generator, cells: Floats, scenario: str) -> Floats:
    """Most stay, others come; each trust grows in its own way, and each cell and group a little differently."""
    returns = len(cells)
    growth = _GROWTH + _GROWTH_SPREAD * _noise(random, returns, scenario)
    groups = np.zeros((returns, 3))
    groups[:, BME] = _BME_GROWTH + _BME_SPREAD * _noise(random, returns, scenario)
    share = cells[:, :, BME].sum(axis=1) / cells.sum(axis=(1, 2))
    groups[:, WHITE] = -groups[:, BME] * share / (1 - share)
    groups[:, UNKNOWN] = _UNKNOWN_SPREAD * _noise(random, returns, scenario)
    logs = growth[:, None, None] + groups[:, None, :] + _CELL_SPREAD * _noise(random, cells.shape, scenario)
    wanted = cells * np.exp(np.clip(logs, -1, 1))
    stay = random.binomial(cells.astype(int), np.minimum(_STAYS, wanted / np.maximum(cells, 1)))
    new = stay + random.poisson(np.maximum(wanted - _STAYS * cells, 0))
    return new.astype(np.float64)


def _entered(counts: YearCounts, entered: Floats) -> YearCounts:
    return replace(counts, entered=entered)


def _cells(counts: YearCounts, cells: Floats) -> YearCounts:
    return replace(counts, cells=cells)


def _swap(values: Floats) -> Floats:
    """White for BME and the other way round, in the last axis."""
    return values[..., [BME, WHITE, UNKNOWN]]


def _with_group(values: Floats, group: int, changed: Floats) -> Floats:
    result = values.copy()
    result[..., group] = changed
    return result


def _transposed(values: Floats) -> Floats:
    """The first two digits of each number that differ, next to each other, change places."""
    result = []
    for value in values.ravel():
        digits = list(str(int(value)))
        position = next(
            (position for position in range(len(digits) - 1) if digits[position] != digits[position + 1]), None
        )
        if position is not None:
            digits[position], digits[position + 1] = digits[position + 1], digits[position]
        result.append(float("".join(digits)))
    return np.array(result).reshape(values.shape)


def _in_largest(counts: YearCounts, change: Callable[[Floats], Floats]) -> YearCounts:
    """The largest cell of each return, changed."""
    flat = counts.cells.reshape(len(counts.cells), -1).copy()
    rows, at = np.arange(len(flat)), flat.argmax(axis=1)
    flat[rows, at] = change(flat[rows, at])
    return _cells(counts, flat.reshape(counts.cells.shape))


def _full_time(counts: YearCounts) -> YearCounts:
    random = np.random.default_rng(len(counts.cells))
    return _cells(counts, np.round(counts.cells * random.uniform(*_FTE, counts.cells.shape)))


def _sent_as_unknown(counts: YearCounts) -> YearCounts:
    moved = np.round(counts.cells[:, :, WHITE] / 10)
    cells = _with_group(counts.cells, WHITE, counts.cells[:, :, WHITE] - moved)
    return _cells(counts, _with_group(cells, UNKNOWN, counts.cells[:, :, UNKNOWN] + moved))


def _one_row_off(counts: YearCounts) -> YearCounts:
    """The bands of clinical staff one row lower, the last one first."""
    clinical = [position for position, (section, _, _) in enumerate(STAFF_CELLS.values()) if section == "clinical"]
    cells = counts.cells.copy()
    cells[:, clinical] = np.roll(cells[:, clinical], 1, axis=1)
    return _cells(counts, cells)


# Each error from this year's correct counts and last year's.
ERRORS: dict[str, Callable[[YearCounts, YearCounts], YearCounts]] = {
    "entries swapped": lambda now, _: _entered(now, _swap(now.entered)),
    "both columns swapped": lambda now, _: replace(now, cells=_swap(now.cells), entered=_swap(now.entered)),
    "staff columns swapped": lambda now, _: _cells(now, _swap(now.cells)),
    "white entries transposed": lambda now, _: _entered(
        now, _with_group(now.entered, WHITE, _transposed(now.entered[:, WHITE]))
    ),
    "BME entries transposed": lambda now, _: _entered(
        now, _with_group(now.entered, BME, _transposed(now.entered[:, BME]))
    ),
    "largest band transposed": lambda now, _: _in_largest(now, _transposed),
    "white entries times ten": lambda now, _: _entered(
        now, _with_group(now.entered, WHITE, 10 * now.entered[:, WHITE])
    ),
    "BME entries times ten": lambda now, _: _entered(now, _with_group(now.entered, BME, 10 * now.entered[:, BME])),
    "a band times ten": lambda now, _: _in_largest(now, lambda values: 10 * values),
    "every figure as last year": lambda _, before: before,
    "entries left out": lambda now, _: _entered(now, np.zeros_like(now.entered)),
    "entries as last year": lambda now, before: _entered(now, before.entered),
    "staff as last year": lambda now, before: _cells(now, before.cells),
    "entries counted twice": lambda now, _: _entered(now, 2 * now.entered),
    "two-year sum": lambda now, before: _entered(now, now.entered + before.entered),
    "bands one row off": lambda now, _: _one_row_off(now),
    "full-time equivalents": lambda now, _: _full_time(now),
    "10% of white as unknown": lambda now, _: _sent_as_unknown(now),
    "informal cases too": lambda now, _: _entered(now, 5 * now.entered),
}
