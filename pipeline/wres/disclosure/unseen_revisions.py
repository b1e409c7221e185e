"""Suppress totals that would tell how far a count moved between two editions, although it is withheld in both.

An organisation whose printed counts are the same in two editions may have been revised all the same, from 7 to 1. No
count of it says so, but a total that fell by 6 does: whoever takes one organisation to have been revised knows that its
count was 7 and is 1. A total may say that a count moved; it must leave possible that the move was so small that three
values remain, two people apart, in both editions.
"""

from collections.abc import Iterator, Mapping

from wres.disclosure.previous_releases import Earlier, Printed, count_bounds, total_bounds
from wres.disclosure.primary_suppression import COUNTS, units_per_person
from wres.disclosure.problem import Marginal
from wres.disclosure.suppression_pattern import SuppressionPattern

_APART = 2  # people between the least and the greatest value that must remain possible
Bounds = tuple[int, int]


def withhold_far_moves(decisions: SuppressionPattern, year: int, column: str) -> None:
    """Round or suppress each total of a year whose difference from an earlier edition would tell a withheld count."""
    exact, policy = decisions.exact, decisions.exact.policies[year]
    units = units_per_person(column, exact.window(year))
    farthest = (policy.threshold + 1 - _APART) * units - 2  # of 1 to 7: 4, which leaves 5 to 7 before and 1 to 3 after
    current = {code: exact.all_printed(year, code) for code in exact.organisations[year]}
    for earlier in decisions.earlier:
        previous = earlier.counts.get(year, {})
        for before, now in _same_totals(decisions, earlier, year, column):
            codes = now.codes | before.codes
            if not any(_is_withheld_in_both(previous, current, code, column) for code in codes):
                continue
            is_exact = (before, column) not in earlier.rounded
            least, most = total_bounds(earlier.stated(year, column)[before], before, policy, units, exact=is_exact)
            for code in codes:  # what is seen to have changed takes its part of the difference
                if previous.get(code) != current.get(code):
                    old, new = (
                        count_bounds(counts[code][COUNTS.index(column)], policy, units) if code in counts else (0, 0)
                        for counts in (previous, current)
                    )
                    least, most = least + new[0] - old[1], most + new[1] - old[0]
            while (ends := decisions.bounds(now, column)) is not None:
                if ends[0] - most <= farthest and ends[1] - least >= -farthest:
                    break
                decisions.levels[now, column] = decisions.level((now, column)) + 1


def _same_totals(
    decisions: SuppressionPattern, earlier: Earlier, year: int, column: str
) -> Iterator[tuple[Marginal, Marginal]]:
    """Give each total that an earlier edition printed with that of the same organisations now.

    Those that only one of the editions has are no matter: their counts are seen to come or go.
    """
    in_both = earlier.counts.get(year, {}).keys() & decisions.exact.organisations[year].keys()
    now: dict[tuple[str, frozenset[str]], list[Marginal]] = {}
    for members in decisions.exact.totals.kinds:
        if members.year == year:
            now.setdefault((members.reach, members.codes & in_both), []).append(members)
    for before in earlier.stated(year, column):
        for members in now.get((before.reach, before.codes & in_both), ()):
            yield before, members


def _is_withheld_in_both(
    previous: Mapping[str, Printed], current: Mapping[str, Printed], code: str, column: str
) -> bool:
    """Return whether an organisation prints the same in both editions, and a count of it in neither."""
    counts = previous.get(code)
    return counts is not None and counts == current.get(code) and counts[COUNTS.index(column)] is None
