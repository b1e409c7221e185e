"""Build the constraints on one count in one year: all that this and earlier editions let readers know of it."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from wres.array_types import Integers
from wres.disclosure.attacker import is_possible
from wres.disclosure.constraints import JUDGED, BandConstraints, ConstraintSystem, Segment
from wres.disclosure.previous_releases import count_bounds, total_bounds
from wres.disclosure.primary_suppression import COUNTS, units_per_person
from wres.disclosure.problem import SdcProblem
from wres.disclosure.suppression_pattern import Goals, SuppressionPattern

_APART = 2  # people between the least and the greatest value that must remain possible of a revised count


def constraint_systems(
    decisions: SuppressionPattern, year: int, column: str, others: Sequence[Integers] = ()
) -> list[ConstraintSystem]:
    """Return the constraint systems of a count of all organisations in a year.

    Args:
        others: feasible solutions of the other count that ranges rest on: BME entries where `column` is white entries.

    Returns: the system without the goals; for a count that ranges rest on, also those with them: one in which every
        organisation whose count is printed stands where it does, which is easier to solve, and one in which it may
        stand elsewhere; and two more for each of `others`.
    """
    bare = _sums(decisions, year, column)
    if column not in JUDGED or not (bare.protected or bare.min_width):
        return [bare]
    return [
        bare,
        *(
            _with_standings(bare, decisions, year, column, other, calm=calm)
            for other in (None, *others)
            for calm in (True, False)
        ),
    ]


def _sums(decisions: SuppressionPattern, year: int, column: str) -> ConstraintSystem:
    """Return the constraints of this edition, and of the earlier ones that can be laid beside it."""
    system = _own_lines(decisions, year, column)
    if (year, column) not in decisions.linked_releases:
        decisions.linked_releases[year, column] = _links(decisions, year, column, system)
    return _linked(decisions, year, column, system, decisions.linked_releases[year, column])


def link_again(decisions: SuppressionPattern, year: int, column: str) -> bool:
    """Lay earlier editions beside what is printed now, and return whether others fit than before.

    An edition that contradicted a total may fit once that total is rounded or suppressed.
    """
    before = decisions.linked_releases.get((year, column))
    if before is None or len(before) == len(decisions.earlier):
        return False
    links = _links(decisions, year, column, _own_lines(decisions, year, column))
    decisions.linked_releases[year, column] = links
    return links != before


def _links(decisions: SuppressionPattern, year: int, column: str, system: ConstraintSystem) -> list[tuple[int, bool]]:
    """Return the earlier editions that can be laid beside this one; whether the nation's totals in each are exact."""
    links: list[tuple[int, bool]] = []
    for number, earlier in enumerate(decisions.earlier):
        known = any(decisions.earlier[linked].prints_same_counts(earlier, year, column) for linked, _ in links)
        if year not in earlier.counts or known:
            continue
        for exact in (True, False):
            if is_possible(_linked(decisions, year, column, system, [*links, (number, exact)])):
                links.append((number, exact))
                break
    return links


def _own_lines(decisions: SuppressionPattern, year: int, column: str) -> ConstraintSystem:
    """Return the bounds and sums of one count and year, before those of ranges and other years."""
    exact, policy = decisions.exact, decisions.exact.policies[year]
    units = units_per_person(column, exact.window(year))
    if (year, column) not in decisions.base_system:
        codes = list(exact.organisations[year])
        hidden = [index for index, code in enumerate(codes) if exact.printed(year, code, column) is None]
        asked = dict.fromkeys(hidden, (units, policy.threshold * units))
        decisions.base_system[year, column] = ConstraintSystem(codes, *exact.feasible_bounds(year, column), asked)
    sums = [
        (exact.numbers(members), *ends)
        for members in exact.totals.kinds
        if members.year == year and (ends := decisions.bounds(members, column))
    ]
    return replace(decisions.base_system[year, column], sums=sums)


def _linked(
    decisions: SuppressionPattern, year: int, column: str, system: ConstraintSystem, links: Sequence[tuple[int, bool]]
) -> ConstraintSystem:
    """Add the constraints of earlier editions, newest first; an organisation that differs has one count more."""
    if not links:
        return system
    exact, policy = decisions.exact, decisions.exact.policies[year]
    units, index = units_per_person(column, exact.window(year)), COUNTS.index(column)
    last = {code: (exact.all_printed(year, code), number) for number, code in enumerate(system.codes)}
    codes, asked, spread = list(system.codes), dict(system.protected), dict(system.min_width)
    ends = list(zip(system.low.tolist(), system.high.tolist(), strict=True))
    sums = {(frozenset(numbers.tolist()), least, most): None for numbers, least, most in system.sums}
    for edition, as_printed in links:
        earlier = decisions.earlier[edition]
        for code, counts in earlier.counts[year].items():
            if code in last and last[code][0] == counts:
                continue
            if code in last and last[code][1] in asked:
                del asked[last[code][1]]
                spread[last[code][1]] = _APART * units
            if counts[index] is None:
                spread[len(codes)] = _APART * units
            last[code] = counts, len(codes)
            codes.append(code)
            ends.append(count_bounds(counts[index], policy, units))
        for members, shown in earlier.stated(year, column).items():
            is_exact = as_printed and (members, column) not in earlier.rounded
            least, most = total_bounds(shown, members, policy, units, exact=is_exact)
            sums[frozenset(last[code][1] for code in members.codes), least, most] = None
    lines = [(np.array(sorted(numbers)), least, most) for numbers, least, most in sums]
    low, high = (np.array(bounds) for bounds in zip(*ends, strict=True))
    return ConstraintSystem(codes, low, high, asked, spread, lines)


def _with_standings(
    bare: ConstraintSystem, decisions: SuppressionPattern, year: int, column: str, other: Integers | None, *, calm: bool
) -> ConstraintSystem:
    """Add the numbers of organisations in each range of the goals."""
    groups = {row["organisation_group"] for row in decisions.exact.organisations[year].values()}
    printed = tuple(group for group in sorted({*groups, "all"}) if decisions.prints(Goals(year, group)))
    key = year, column, printed, None if other is None else other.tobytes(), calm
    if key not in decisions.band_constraints:
        fixed = set(range(len(bare.low))) - bare.protected.keys() if calm else set[int]()
        decisions.band_constraints[key] = _standings(decisions.exact, year, column, printed, other, fixed)
    bands = decisions.band_constraints[key]
    system = replace(bare, low=bare.low.copy(), high=bare.high.copy(), bands=bands)
    judged, least, most = bands.ends
    system.low[judged], system.high[judged] = least, most
    return system


def _standings(
    exact: SdcProblem, year: int, column: str, printed: Collection[str], other: Integers | None, fixed: Collection[int]
) -> BandConstraints:
    """Return the ranges of organisations of these groups; `fixed` are those whose range is known."""
    rows = list(exact.organisations[year].values())
    units = units_per_person(column, exact.window(year))
    segments: dict[int, list[Segment]] = {}
    band: dict[int, str] = {}
    for index, row in enumerate(rows):
        if "all" in printed or row["organisation_group"] in printed:
            segments_of_count = exact.segments(year, column, row["code"], None if other is None else int(other[index]))
            true = next(segment for segment in segments_of_count if segment.low <= row[column] * units <= segment.high)
            segments[index], band[index] = [true] if index in fixed else segments_of_count, true.band
    groups = []
    for group in printed:
        members = [index for index, row in enumerate(rows) if group in ("all", row["organisation_group"])]
        groups.append((np.array(members), Counter(band[index] for index in members)))
    return BandConstraints(segments, groups)
