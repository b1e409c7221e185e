"""Whether the goals of two editions, laid side by side, tell too much of an organisation that was revised.

Where the goals' numbers differ, a reader may learn where a revised organisation stood before, or stands now. That is
too much where its standing leaves fewer values of a count that is held back than a revised count must have.
"""

from collections.abc import Collection

from pipeline.publication.disclosure.decisions import Decisions
from pipeline.publication.disclosure.earlier import Earlier, Numbers, Printed, count_bounds
from pipeline.publication.disclosure.printed import COUNTS, grains_of
from pipeline.publication.disclosure.standing import JUDGED, segments_of

_VALUES = 3  # people
_RANGES = ("below", "within", "above", "not_calculable")


def goals_that_tell(decisions: Decisions, year: int) -> set[str]:
    """The organisation groups whose row of the year's goals has to go."""
    rows = [row for row in decisions.exact.rows["goals"] if row["collection_year"] == year]
    now = Earlier({"goals": rows}, decisions.exact.totals).goals(year)
    telling: set[str] = set()
    for earlier in decisions.earlier:
        before = earlier.goals(year)
        for group in now.keys() & before.keys():
            if before[group] != now[group] and _tells_of_any(decisions, earlier, year, before[group], now[group]):
                telling.add(group)
    return telling


def _tells_of_any(decisions: Decisions, earlier: Earlier, year: int, before: Numbers, now: Numbers) -> bool:
    """Whether the difference between two rows of the goals tells too much of any organisation that was revised."""
    left = {name for name in _RANGES if now[name] < before[name]}
    come = {name for name in _RANGES if now[name] > before[name]}
    stood = earlier.counts.get(year, {})
    for code in decisions.exact.organisations[year]:
        stands = decisions.exact.all_printed(year, code)
        if code in stood and stood[code] != stands:
            both = ((stood[code], left), (stands, come))
            # Where no range tells, the number of small organisations may.
            if any(_tells(decisions, year, code, counts, ranges or set(_RANGES)) for counts, ranges in both):
                return True
    return False


def _tells(decisions: Decisions, year: int, code: str, counts: Printed, ranges: Collection[str]) -> bool:
    """Whether one of these ranges would leave too few values of a count that is held back."""
    exact, policy = decisions.exact, decisions.exact.policies[year]
    row = exact.organisations[year][code]
    shown = dict(zip(COUNTS, counts, strict=True))
    for column in JUDGED:
        if shown[column] is not None:
            continue
        [beside] = set(JUDGED) - {column}
        grains = grains_of(column, row["window"])
        ends, others = (count_bounds(shown[each], policy, grains) for each in (column, beside))
        staff = {each: shown[each] or 0 for each in ("white_headcount", "bme_headcount")}
        reached: dict[str, list[int]] = {}
        for other in range(others[0], others[1] + 1):
            for segment in segments_of({**row, **staff}, column, *ends, exact.small(year), other):
                if segment.standing.split()[0] in ranges:
                    reached.setdefault(segment.standing, []).extend((segment.low, segment.high))
        if any(max(values) - min(values) < (_VALUES - 1) * grains for values in reached.values()):
            return True
    return False
