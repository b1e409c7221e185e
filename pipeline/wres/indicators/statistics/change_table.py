"""Tests of what changed between two years, as a table that the views join: p and q values, and shrunken figures."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wres.array_types import Bools, Floats, Integers
from wres.indicators.statistics.columns import number_families, read_counts, whole_or_null, with_columns
from wres.indicators.statistics.pooled_changes import rate_change_p_values, ratio_change_p_values
from wres.indicators.statistics.pooled_ratios import Strata
from wres.indicators.statistics.shrinkage import true_ratios
from wres.indicators.statistics.significance import FALSE_DISCOVERY_RATE, q_values, rate_p_values, ratio_p_values
from wres.indicators.statistics.swings import estimate_swing, swing_tails

KEY = ("basis", "collection_year", "years_between", "level", "code", "organisation_group", "measure")
SCHEMA = pa.schema(
    [
        ("basis", pa.string()),
        ("collection_year", pa.int32()),
        ("years_between", pa.int32()),
        *((name, pa.string()) for name in KEY[3:]),
        *((f"{name}_ten_thousandths", pa.int64()) for name in ("p", "q", "distance_p", "distance_q")),
        *((name, pa.bool_()) for name in ("beyond_chance", "distance_beyond_chance")),
        *((f"{name}_hundredths", pa.int64()) for name in ("shrunken", "previous_shrunken")),
    ]
)
_POPULATION = ("basis", "collection_year", "years_between", "organisation_group")  # organisations like each other
_NOISE = 1e-12  # of a q value that is exactly the rate


@dataclass(frozen=True, slots=True)
class _Compared:
    """Rows that compare two years, of one measure: the members of each, and what tells the rows apart.

    `counts` are the members' entries and staff of the later year, then of the earlier one; of a ratio each time those
    of both groups, the group's first. `row` is the number of the row that each member counts in.
    """

    rows: pa.Table
    counts: list[Integers]
    row: Integers
    is_single: Bools  # whether a row is of one organisation's own

    @property
    def size(self) -> int:
        return int(self.rows.num_rows)

    def totals(self) -> list[Integers]:
        """Return the counts of each row, added up over its members."""
        return [np.bincount(self.row, count, self.size).astype(np.int64) for count in self.counts]

    def families(self, *names: str) -> Integers:
        """Number the rows, with the same number where the named columns are the same."""
        return number_families(self.rows, *names)


def significance(members: pa.Table) -> pa.Table:
    """Give p and q values of each row that compares two years, from the organisations in it (`significance_members`).

    `p` is of the figure being the same in both years. A row of one organisation is tested by the exact conditional
    test; its likelihood with the usual swing of likelihoods of its group and years (`swings`). A pooled row takes the
    larger of that p value and the one that its organisations' own changes give (`pooled_changes`). `distance_p` is of a
    ratio that changed sides of 1 being as far from 1 as before; null where it did not. q values are over all tests of
    one list: basis, year, years between, level, organisation group and measure. Figures shrunken towards those of the
    other organisations (`shrinkage`) are in hundredths, of rows of one organisation; null where there are too few.
    """
    ordered = members.sort_by([(name, "ascending") for name in (*KEY, "organisation_code")])
    is_ratio = ordered["comparator_headcount"].is_valid()
    tables = [
        _tested(ordered.filter(chosen), ("group", "comparator") if ratio else ("group",))
        for ratio, chosen in ((False, pc.invert(is_ratio)), (True, is_ratio))
    ]
    return pa.concat_tables([SCHEMA.empty_table(), *tables])


def _tested(members: pa.Table, sides: tuple[str, ...]) -> pa.Table:
    """Test the rows of likelihoods, which have one side, or of ratios, which have two."""
    if not members.num_rows:
        return SCHEMA.empty_table()
    row = number_families(members, *KEY)
    _, first = np.unique(row, return_index=True)
    rows = members.select(list(KEY)).take(pa.array(first))
    counts = [
        np.floor(read_counts(members, f"{year}{side}_{quantity}") + 0.5).astype(np.int64)
        for year in ("", "previous_")
        for side in sides
        for quantity in ("hundredths", "headcount")
    ]
    compared = _Compared(rows, counts, row, np.asarray(rows["level"].to_pylist()) == "organisation")
    if len(sides) == 1:
        return _table(compared, _rate_p_values(compared), np.full(compared.size, np.nan), _shrunken_rates(compared))
    return _table(compared, *_ratio_p_values(compared), _shrunken_ratios(compared))


def _rate_p_values(compared: _Compared) -> Floats:
    """Return p values of the same likelihood; of single organisations with the swing of their population."""
    totals = compared.totals()
    p = rate_p_values(*totals)
    entered, staff, entered_before, staff_before = (count.astype(np.float64) for count in compared.counts)
    between = rate_change_p_values((entered, staff), (entered_before, staff_before), compared.row, compared.size)
    p = np.where(compared.is_single, p, np.fmax(p, between))
    entered_now, staff_now, before, staff_then = totals
    entries, both = entered_now + before, staff_now + staff_then
    family = compared.families(*_POPULATION)
    for number in np.unique(family):
        tested = (family == number) & compared.is_single & (staff_now > 0) & (staff_then > 0) & (entries > 0)
        share = staff_now[tested] / both[tested]
        swing = estimate_swing(entered_now[tested], entries[tested], share).swing
        if swing > 0:
            below, above = swing_tails(entered_now[tested], entries[tested], share, swing)
            p[tested] = np.minimum(1, 2 * np.minimum(below, above))
    return p


def _ratio_p_values(compared: _Compared) -> tuple[Floats, Floats]:
    """Return p values of the same ratio, and of the same distance from 1 where the years' ratios are on either side."""
    totals = compared.totals()
    now, before = tuple(totals[:4]), tuple(totals[4:])
    turned = before[2:] + before[:2]  # a ratio with its groups exchanged is as far from 1, on the other side
    members = [count.astype(np.float64) for count in compared.counts]
    later, earlier, exchanged = (
        Strata(group, group_staff, comparator, comparator_staff, compared.row, compared.size)
        for group, group_staff, comparator, comparator_staff in (members[:4], members[4:], members[6:] + members[4:6])
    )
    p, distance_p = (
        np.where(compared.is_single, exact, np.fmax(exact, ratio_change_p_values(later, other)))
        for exact, other in ((ratio_p_values(now, before), earlier), (ratio_p_values(now, turned), exchanged))
    )
    sides = [_side(*year) for year in (now, before)]
    return p, np.where(sides[0] * sides[1] < 0, distance_p, np.nan)


def _side(entered: Integers, staff: Integers, others: Integers, other_staff: Integers) -> Integers:
    """Return 1 where the ratio is above 1, -1 where it is below."""
    return np.sign(entered * other_staff - others * staff)


def _shrunken_rates(compared: _Compared) -> list[Floats]:
    """Return the shrunken likelihood of each single organisation in both years, in per cent, from the odds."""
    entered, staff, before, staff_before = compared.totals()
    likelihoods = []
    for entries, people in ((entered, staff), (before, staff_before)):
        ones = np.minimum(people, 1)
        log_odds = _shrunken(compared, entries, ones, np.maximum(people - entries, 0), ones)
        likelihoods.append(100 / (1 + np.exp(-log_odds)))
    return likelihoods


def _shrunken_ratios(compared: _Compared) -> list[Floats]:
    """Return the shrunken ratio of each single organisation in both years."""
    totals = compared.totals()
    return [np.exp(_shrunken(compared, *year)) for year in (totals[:4], totals[4:])]


def _shrunken(
    compared: _Compared, entered: Integers, staff: Integers, others: Integers, other_staff: Integers
) -> Floats:
    """Log ratios of single organisations, shrunken towards those of their group and years; nan of all other rows."""
    log_ratios = np.full(compared.size, np.nan)
    usable = compared.is_single & (staff > 0) & (other_staff > 0) & (entered + others > 0)
    family = compared.families(*_POPULATION)
    for number in np.unique(family):
        chosen = (family == number) & usable
        true = true_ratios(*(count[chosen].astype(np.float64) for count in (entered, others, staff, other_staff)))
        if true is not None:
            log_ratios[chosen] = true.log_ratios
    return log_ratios


def _table(compared: _Compared, p: Floats, distance_p: Floats, shrunken: list[Floats]) -> pa.Table:
    """Return both p values with their q values over one list of tests, whether beyond chance, and shrunken figures."""
    family = compared.families(*_POPULATION, "level", "measure")
    q, distance_q = np.split(q_values(np.concatenate([p, distance_p]), np.concatenate([family, family])), 2)
    columns = {
        f"{name}_ten_thousandths": whole_or_null(10_000 * values, np.isnan(values))
        for name, values in (("p", p), ("q", q), ("distance_p", distance_p), ("distance_q", distance_q))
    }
    for name, values in (("beyond_chance", q), ("distance_beyond_chance", distance_q)):
        columns[name] = pa.array(values <= FALSE_DISCOVERY_RATE + _NOISE, mask=np.isnan(values))
    for name, values in zip(("shrunken", "previous_shrunken"), shrunken, strict=True):
        columns[f"{name}_hundredths"] = whole_or_null(100 * values, np.isnan(values))
    return with_columns(compared.rows, **columns).cast(SCHEMA)
