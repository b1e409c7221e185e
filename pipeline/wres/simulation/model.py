"""The statistical model: plausible true figures of every organisation in a year, from a seed.

What is drawn for an organisation depends on the seed, its code and the year alone, so neither the order of a register
nor the number of returns asked for changes it. Only the national level is then set to the assumed one, over the whole
register.
"""

from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special

from wres.array_types import Floats
from wres.errors import WresError
from wres.reference.register import eligible_codes
from wres.reference.year_config import CollectionYear
from wres.returns.indicator_math import ENTERED, ENTERED_PREVIOUS_YEAR
from wres.returns.template_spec import load_template
from wres.simulation import assumptions as given
from wres.simulation.template_groups import split_groups
from wres.simulation.units import Units, successor_at, units_of

if TYPE_CHECKING:
    import pandas as pd

Counts = NDArray[np.int64]

TOTAL = "workforce.total"
ITEMS = (*given.STAFF_CELLS, given.SENIOR_MANAGERS, TOTAL, ENTERED, ENTERED_PREVIOUS_YEAR)
_CELLS = len(given.STAFF_CELLS)


@dataclass(frozen=True, slots=True)
class TrueFigures:
    """What is true of each expected organisation in one collection year, in whole people.

    `counts` has the shape (organisation, item, ethnic group), in the order of `codes` (sorted), `ITEMS` and `groups`.
    """

    year: int
    codes: tuple[str, ...]
    groups: tuple[str, ...]
    counts: Counts

    def of(self, code: str) -> dict[tuple[str, str], Decimal]:
        """Return one organisation's figures by item and ethnic group."""
        values = self.counts[bisect_left(self.codes, code)].tolist()
        return {
            (item, group): Decimal(value)
            for item, row in zip(ITEMS, values, strict=True)
            for group, value in zip(self.groups, row, strict=True)
        }


def true_figures(register: "pd.DataFrame", successions: "pd.DataFrame", year: CollectionYear, seed: int) -> TrueFigures:
    """Draw the figures of all organisations that the year expects; a successor has its predecessors' staff.

    Raises:
        WresError: a year, type or region without an assumption, or a seed below 0.
    """
    if seed < 0:
        raise WresError(f"The seed {seed} cannot be used: give a whole number of 0 or more.")
    units = units_of(register, successions)
    expected = sorted(eligible_codes(register, year))
    counts = _unit_figures(units, year.year, seed)
    position = {code: index for index, code in enumerate(expected)}
    pooled = np.zeros((len(expected), *counts.shape[1:]), dtype=np.int64)
    for index, code in enumerate(successor_at(units.codes, successions, year.snapshot)):
        if code in position:
            pooled[position[code]] += counts[index]
    template = load_template(year.template_version)
    return TrueFigures(
        year.year, tuple(expected), template.ethnic_groups, split_groups(pooled, template, expected, year.year, seed)
    )


def _unit_figures(units: Units, year: int, seed: int) -> Counts:
    """Draw the counts of each unit: (unit, item in the order of ITEMS, drawn group in the order of DRAWN)."""
    staff = _staff(units, year, seed)
    headcount = staff.sum(axis=1)
    consultants = staff[:, list(given.STAFF_CELLS).index(given.CONSULTANTS)]
    senior = (consultants * given.SENIOR_MANAGERS_SHARE).astype(np.int64)
    before = _staff(units, year - 1, seed).sum(axis=1)
    entered = _entries(units, year, seed, headcount)
    entered_before = _entries(units, year - 1, seed, before)
    parts = (staff, *(counts[:, None, :] for counts in (senior, headcount, entered, entered_before)))
    return np.concatenate(parts, axis=1)


def _uniforms(units: Units, seed: int, year: int, width: int) -> Floats:
    """Draw uniform numbers, a row a unit, each from a stream of its own. Year 0 holds what an organisation keeps."""
    rows = [np.random.default_rng([seed, year, int.from_bytes(code.encode())]).random(width) for code in units.codes]
    return np.array(rows).reshape(-1, width)


def _normals(uniforms: Floats) -> Floats:
    """Turn uniform draws into standard normal ones, within four standard deviations."""
    draws: Floats = special.ndtri(np.clip(uniforms, 3e-5, 1 - 3e-5))
    return draws


def _staff(units: Units, year: int, seed: int) -> Counts:
    """Headcounts: (unit, staff cell, ethnic group)."""
    kept = _normals(_uniforms(units, seed, 0, 3 + 2 * _CELLS))
    now = _uniforms(units, seed, year, 4 + 3 * _CELLS)
    since = year - given.BASE_YEAR
    cell_totals = _headcounts(units, kept, now, since)[:, None] * _composition(units, kept[:, 3 : 3 + _CELLS])
    odds = special.logit(units.bme_share) + 0.25 * kept[:, 1] + given.BME_LOG_ODDS_GROWTH * since
    cell_odds = np.array([odds for _, _, odds in given.STAFF_CELLS.values()])
    bme = special.expit(odds[:, None] + cell_odds + 0.1 * kept[:, 3 + _CELLS :])
    unknown = np.clip(0.035 * np.exp(0.4 * kept[:, 2] + 0.1 * _normals(now[:, 1])), 0.01, 0.12)[:, None]
    shares = np.stack([(1 - unknown) * (1 - bme), (1 - unknown) * bme, np.broadcast_to(unknown, bme.shape)], axis=2)
    # Rounded up or down by chance, so that a cell of 0.3 people is one person three times in ten.
    rounding = now[:, 4:].reshape(len(units.codes), _CELLS, 3)
    counts: Counts = np.floor(np.round(cell_totals[:, :, None] * shares, 6) + rounding).astype(np.int64)
    return counts


def _headcounts(units: Units, kept: Floats, now: Floats, since: int) -> Floats:
    """Return the mean headcount of each unit; one that a merger made has none of its own."""
    median = np.array([kind.median for kind in units.kinds])
    spread = np.array([kind.spread for kind in units.kinds])
    size = np.minimum(median * np.exp(spread * kept[:, 0]), given.LARGEST)
    growth = (1 + given.HEADCOUNT_GROWTH) ** since * np.exp(0.015 * _normals(now[:, 0]))
    result: Floats = np.where(units.own, size * growth, 0.0)
    return result


def _composition(units: Units, kept: Floats) -> Floats:
    """Return the share of the staff in each cell, a row a unit, which sums to 1; each unit has a lasting pattern."""
    columns = []
    for section, parts, _ in given.STAFF_CELLS.values():
        whole = sum(share for name, share, _ in given.STAFF_CELLS.values() if name == section)
        columns.append([getattr(kind, section) * parts / whole for kind in units.kinds])
    weights = np.array(columns).reshape(_CELLS, -1).T * np.exp(0.15 * kept)
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _entries(units: Units, year: int, seed: int, headcount: Counts) -> Counts:
    """Draw the people who entered in one year, (unit, drawn group): Poisson around the likelihoods of each unit."""
    if year not in given.WHITE_LIKELIHOOD:
        known = ", ".join(map(str, given.WHITE_LIKELIHOOD))
        raise WresError(f"No synthetic figures can be drawn for {year}: the assumptions cover {known}.")
    white, bme = _likelihoods(units, year, seed)
    white_staff, bme_staff = headcount[:, 0], headcount[:, 1]
    white *= given.WHITE_LIKELIHOOD[year] / _mean(white, white_staff)
    bme *= given.WHITE_LIKELIHOOD[year] * given.RELATIVE_LIKELIHOOD[year] / _mean(bme, bme_staff)
    means = headcount * np.stack([white, bme, white], axis=1)
    draws = _uniforms(units, seed, 10_000 + year, 3)
    return np.minimum(_poisson(draws, np.round(means, 6)), headcount)


def _likelihoods(units: Units, year: int, seed: int) -> tuple[Floats, Floats]:
    """Draw the likelihoods of white and BME staff, up to a national factor; part lasts, part is the year's own."""
    lasting = _uniforms(units, seed, 1, 2)
    own_year = _uniforms(units, seed, 20_000 + year, 3)
    passing = _normals(own_year[:, :2])
    quiet = np.where(own_year[:, 2] < given.QUIET, given.QUIET_LIKELIHOOD, 1.0)
    kind = np.array([unit_kind.likelihood for unit_kind in units.kinds])
    kind_relative = np.array([unit_kind.relative for unit_kind in units.kinds])
    organisation: Floats = special.gammaincinv(3.0, lasting[:, 0]) / 3.0
    white = kind * organisation * quiet * np.exp(0.2 * passing[:, 0])
    relative = np.exp(0.3 * _normals(lasting[:, 1]) + 0.2 * passing[:, 1])
    return white, white * relative * kind_relative * units.relative


def _mean(likelihood: Floats, staff: Counts) -> float:
    """Return the mean over the staff; 1 where there are none, so that nothing is divided by zero."""
    people = int(staff.sum())
    return float(likelihood @ staff) / people if people else 1.0


def _poisson(uniforms: Floats, means: Floats) -> Counts:
    """Draw Poisson counts by inversion: the smallest whose cumulative probability reaches the uniform draw."""
    draws = np.clip(uniforms, 1e-9, 1 - 1e-9)
    upper = np.ceil(special.pdtrik(draws, np.maximum(means, 1e-9)))
    lower = np.maximum(upper - 1, 0)
    counts = np.where(special.pdtr(lower, means) >= draws, lower, upper)
    return np.where(means > 0, counts, 0).astype(np.int64)
