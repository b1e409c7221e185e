"""The system of lines of one count in one year: all that the decisions let readers know of it."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from pipeline.publication.disclosure.decisions import Decisions, Goals
from pipeline.publication.disclosure.printed import grains_of, left_open
from pipeline.publication.disclosure.standing import JUDGED
from pipeline.publication.disclosure.system import Integers, System


def systems_of(decisions: Decisions, year: int, column: str, others: Sequence[Integers] = ()) -> list[System]:
    """What readers know of a count of all organisations in a year; they are numbered in the order of their codes.

    Args:
        others: worlds of the other count that ranges rest on: BME entries where `column` is white entries.

    Returns: the system without the goals; for a count that ranges rest on, also one with them, and one with them for
        each of `others`.
    """
    bare = _sums(decisions, year, column)
    if column not in JUDGED or not bare.asked:
        return [bare]
    return [bare, *(_with_standings(bare, decisions, year, column, other) for other in (None, *others))]


def _sums(decisions: Decisions, year: int, column: str) -> System:
    exact, policy = decisions.exact, decisions.exact.policies[year]
    grains = grains_of(column, exact.window(year))
    number = {code: at for at, code in enumerate(sorted(exact.organisations[year]))}
    shown = [exact.printed(year, code, column) for code in number]
    low, high = (np.array(ends) for ends in zip(*(left_open(each, policy, grains) for each in shown), strict=True))
    asked = {at: (grains, policy.threshold * grains) for at, each in enumerate(shown) if each is None}
    system = System(low, high, low.copy(), high.copy(), asked)
    if not asked:
        return system
    for members in exact.totals.kinds:
        if members.year == year and (ends := decisions.bounds(members, column)):
            system.sums.append((np.array([number[code] for code in members.codes]), *ends))
    return system


def _with_standings(bare: System, decisions: Decisions, year: int, column: str, other: Integers | None) -> System:
    """The same with the goals' numbers of organisations that stand here and there."""
    exact = decisions.exact
    system = System(bare.low, bare.high, bare.low.copy(), bare.high.copy(), bare.asked, bare.sums)
    rows = [row for _, row in sorted(exact.organisations[year].items())]
    groups = sorted({row["organisation_group"] for row in rows} | {"all"})
    printed = [group for group in groups if decisions.prints(Goals(year, group))]
    grains = grains_of(column, exact.window(year))
    standing = {}
    for at, row in enumerate(rows):
        if not {"all", row["organisation_group"]} & set(printed):
            continue
        segments = exact.segments(year, column, row["code"], None if other is None else int(other[at]))
        true = next(one for one in segments if one.low <= row[column] * grains <= one.high)
        system.segments[at], standing[at] = segments, true.standing
        if at not in system.asked:
            system.calm_low[at], system.calm_high[at] = true.low, true.high
    for group in printed:
        members = [at for at, row in enumerate(rows) if group in ("all", row["organisation_group"])]
        system.standings.append((members, Counter(standing[at] for at in members)))
    return system
