"""Which totals have to go, so that no count that is held back can be worked out from them.

Where the attack narrows a count that is held back, choices are given up one after the other, the least valuable first,
until it no longer does; then as many as possible are taken back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.publication.disclosure.decisions import NATION_GIVEN_UP, Choice, Decisions, Goals
from pipeline.publication.disclosure.exact import Exact
from pipeline.publication.disclosure.lines import systems_of
from pipeline.publication.disclosure.printed import COUNTS
from pipeline.publication.disclosure.standing import JUDGED
from pipeline.publication.disclosure.system import Integers
from pipeline.publication.disclosure.totals import KINDS
from pipeline.publication.disclosure.worlds import Attack

_OTHERS = 4
Evidence = dict[tuple[int, str], list[Integers]]  # the worlds found for each year and count


def decide(exact: Exact) -> tuple[Decisions, Evidence]:
    """What has to be given up, and the worlds that prove that it is enough."""
    decisions, evidence = Decisions(exact), Evidence()
    for year, policy in sorted(exact.policies.items()):
        if policy.protects and year in exact.organisations:
            for column in COUNTS:
                evidence[year, column] = _settle(_Case(decisions, year, column))
    return decisions, evidence


@dataclass(slots=True)
class _Case:
    """One count in one year: the worlds found so far, and those of the other count that ranges rest on."""

    decisions: Decisions
    year: int
    column: str
    worlds: list[Integers] = field(default_factory=list)
    others: list[Integers] = field(default_factory=list)

    def attack(self) -> Attack:
        return Attack(systems_of(self.decisions, self.year, self.column, self.others), self.worlds)

    def given_away(self) -> list[int]:
        attack = self.attack()
        found = attack.given_away()
        self.worlds = attack.worlds
        if found and self.column in JUDGED and not self.others:
            [other] = set(JUDGED) - {self.column}
            beside = Attack(systems_of(self.decisions, self.year, other))
            beside.given_away()
            self.others = beside.worlds[:_OTHERS]
            return self.given_away() if self.others else found
        return found

    def is_open(self, one: int) -> bool:
        attack = self.attack()
        is_open = attack.is_open(one)
        self.worlds = attack.worlds
        return is_open


def _settle(case: _Case) -> list[Integers]:
    """Give up what is needed for one count in one year; returns the worlds found."""
    while given_away := case.given_away():
        for one in given_away:
            _close(case, one)
    return case.worlds


def _close(case: _Case, one: int) -> None:
    """Give up choices until one organisation's count is open, then take back those that need not have been."""
    steps = case.decisions.steps
    given_up: list[tuple[Choice, int]] = []
    options = _options(case.decisions, case.year, case.column, one)
    while not case.is_open(one):
        choice, step = next(options)
        given_up.append((choice, case.decisions.step(choice)))
        steps[choice] = step
    for choice, before in reversed(given_up):
        after, steps[choice] = steps[choice], before
        if not case.is_open(one):
            steps[choice] = after


def _options(decisions: Decisions, year: int, column: str, one: int) -> Iterator[tuple[Choice, int]]:
    """What may be given up for one organisation, the least valuable first, each with how far."""
    exact = decisions.exact
    code = sorted(exact.organisations[year])[one]
    here = [members for members in exact.totals.kinds if members.year == year]
    around = [members.codes for members in here if code in members.codes and not members.national]
    near = [members for members in here if members.national or any(members.codes <= codes for codes in around)]
    for kind in KINDS[:-1]:
        rows = [members for members in near if exact.totals.kinds[members] == kind]
        for members in sorted(rows, key=lambda members: (len(members.codes), sorted(members.codes))):
            if members.national:
                yield from (((members, column), step) for step in range(1, NATION_GIVEN_UP + 1))
            else:
                yield (members, column), 1
    if column in JUDGED:
        group = exact.organisations[year][code]["organisation_group"]
        yield from ((Goals(year, each), 1) for each in (group, "all"))
    nations = sorted(
        (members for members in here if exact.totals.kinds[members] == "national"), key=lambda each: len(each.codes)
    )
    yield from (((members, column), step) for step in range(1, NATION_GIVEN_UP + 1) for members in nations)
