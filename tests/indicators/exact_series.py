"""Each organisation's own series, and the distance to the goals, from the method's text."""

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

from tests.indicators.exact_method import Counts, Row, reliability, rounded
from tests.indicators.exact_pairs import Key, pool, reached


def series(
    orgs: dict[Key, Row], returned: dict[Key, Counts], years: dict[int, Row], measures: Callable[[Counts], Row]
) -> list[Row]:
    """Organisations of the latest year, back through every year up to the first that is missing."""
    known = {year for year, _ in orgs}
    latest = max(known, default=0)
    rows = []
    for back in range(len(known)):
        if latest - back not in known:
            break
        now = {code: reached(orgs, latest, code, back) for year, code in orgs if year == latest}
        claims = Counter(member for members in now.values() for member in members)
        for code, members in now.items():
            sent = [returned[latest - back, member] for member in set(members) if (latest - back, member) in returned]
            if not sent:
                continue
            year, before = years[latest - back], years.get(latest - back - 1)
            rows.append(
                {
                    "collection_year": latest - back,
                    "code": code,
                    **{column: orgs[latest, code][column] for column in ("name", "organisation_group")},
                    "window": year["window"],
                    "break_in_series": before is not None and before["window"] != year["window"],
                    "made_of": len(set(members)),
                    "organisations": len(sent),
                    "complete": pool(orgs, latest, code, back) is not None
                    and len(sent) == len(members)
                    and all(claims[member] == 1 for member in members),
                    **measures(pooled := Counts.pooled(sent)),
                    "reliability": reliability(pooled),
                }
            )
    return rows


def goal_distance(goals: list[Row]) -> list[Row]:
    rows = []
    for row in goals:
        calculable, goal = row["below"] + row["within"] + row["above"], row["goal_percent"]
        if goal is None or not calculable:
            continue
        needed = math.ceil(Fraction(goal * calculable, 100))
        shared = (
            "collection_year",
            "organisation_group",
            "window",
            "break_in_series",
            "share_within_percent",
            "goal_percent",
        )
        rows.append(
            {column: row[column] for column in shared}
            | {
                "points_to_goal": rounded(goal - Fraction(100 * row["within"], calculable), 1),
                "organisations_to_goal": max(0, needed - row["within"]),
            }
        )
    return rows
