"""Which totals have to go, so that no count that is held back can be worked out from them.

Where the attack narrows a count that is held back, choices are given up one after the other, the least valuable first,
until it no longer does; then as many as possible are taken back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.publication.disclosure.decisions import Choice, Decisions, Goals
from pipeline.publication.disclosure.earlier import Earlier
from pipeline.publication.disclosure.exact import Exact
from pipeline.publication.disclosure.lines import systems_of
from pipeline.publication.disclosure.printed import COUNTS
from pipeline.publication.disclosure.revised import goals_that_tell
from pipeline.publication.disclosure.standing import JUDGED
from pipeline.publication.disclosure.system import Integers
from pipeline.publication.disclosure.totals import KINDS, Members
from pipeline.publication.disclosure.worlds import Attack

_OTHERS = 4  # worlds of the other count that are tried beside
Worlds = tuple[list[Integers], list[Integers]]  # of a count, and those of the other count that they rest on
Evidence = dict[tuple[int, str], Worlds]  # by year and column


def decide(exact: Exact, earlier: Sequence[Earlier] = ()) -> tuple[Decisions, Evidence]:
    """What has to be given up, and the worlds that prove that it is enough.

    Args:
        earlier: editions published before, newest first.
    """
    decisions, evidence = Decisions(exact, earlier), Evidence()
    for year, policy in sorted(exact.policies.items()):
        if policy.protects and year in exact.organisations:
            for group in goals_that_tell(decisions, year):
                decisions.steps[Goals(year, group)] = 1
            for column in COUNTS:
                evidence[year, column] = _settle(Case(decisions, year, column))
    return decisions, evidence


@dataclass(slots=True)
class Case:
    """One count in one year: the worlds found so far, and those of the other count that ranges rest on."""

    decisions: Decisions
    year: int
    column: str
    worlds: list[Integers] = field(default_factory=list)
    others: list[Integers] = field(default_factory=list)

    def attack(self) -> Attack:
        """The attack on what is decided now."""
        return Attack(systems_of(self.decisions, self.year, self.column, self.others), self.worlds)

    def given_away(self) -> list[int]:
        """The counts that are narrowed, of those alike the first; other worlds of the other count are tried before."""
        attack = self.attack()
        found = attack.given_away()
        self.worlds = attack.worlds
        if found and self.column in JUDGED and not self.others:
            [other] = set(JUDGED) - {self.column}
            self.others = Attack(systems_of(self.decisions, self.year, other)).apart(_OTHERS)
            return self.given_away() if self.others else found
        return found

    def all_like(self, one: int) -> list[int]:
        """A count, and all that are alike and so narrowed where it is."""
        return self.attack().all_like(one)

    def is_open(self, one: int) -> bool:
        """Whether one organisation's count is not narrowed."""
        attack = self.attack()
        is_open = attack.is_open(one)
        self.worlds = attack.worlds
        return is_open


def _settle(case: Case) -> Worlds:
    """Give up what is needed for one count in one year; returns the worlds found."""
    hopeless: set[int] = set()  # what earlier editions give away, whatever this one prints
    while given_away := [one for one in case.given_away() if one not in hopeless]:
        for one in given_away:
            _close(case, one)
            if not case.is_open(one):
                hopeless.add(one)
    return case.worlds, case.others


def _close(case: Case, one: int) -> None:
    """Give up choices until one organisation's count is open, then take back those that need not have been."""
    steps, given_up = case.decisions.steps, list[tuple[Choice, int]]()
    last: list[tuple[Choice, int]] = []
    for group in _options(case.decisions, case.year, case.column, one):
        if case.is_open(one):
            break
        given_up += last
        last = [(choice, case.decisions.step(choice)) for choice in group]
        steps.update(group)
    _take_back(case, one, given_up, together=True)
    _take_back(case, one, [*given_up, *last], together=False)


def _take_back(case: Case, one: int, given_up: list[tuple[Choice, int]], *, together: bool) -> None:
    """Undo what was given up, all together or one by one, as far as the count stays open."""
    steps = case.decisions.steps
    for undone in [given_up] if together else [[each] for each in reversed(given_up)]:
        now = {choice: case.decisions.step(choice) for choice, _ in undone}
        before = dict(reversed(undone))  # a choice may have been given up in steps: the first says what it was
        if now == before:
            continue
        steps.update(before)
        if not case.is_open(one):
            steps.update(now)


def _options(decisions: Decisions, year: int, column: str, one: int) -> Iterator[dict[Choice, int]]:
    """What may be given up for one organisation, the least valuable first, each with how far, in groups."""
    exact = decisions.exact
    code = systems_of(decisions, year, column)[0].codes[one]
    here = [members for members in exact.totals.kinds if members.year == year]
    around = [members.codes for members in here if code in members.codes and members.reach == "below"]

    def rows(kind: str, *, near: bool) -> list[Members]:
        chosen = [
            each
            for each in here
            if exact.totals.kinds[each] == kind
            and near == (each.reach != "below" or any(each.codes <= codes for codes in around))
        ]
        return sorted(chosen, key=lambda members: (len(members.codes), sorted(members.codes)))

    for near in (True, False):  # what is left over from a total that the organisation has no part in
        for kind in KINDS[:-1]:
            yield {(members, column): 1 for members in rows(kind, near=near)}
    if column in JUDGED:
        groups = {row["organisation_group"] for row in exact.organisations[year].values() if row["code"] == code}
        yield {Goals(year, group): 1 for group in (*groups, "all")}
    for step in (1, 2):
        for nation in rows(KINDS[-1], near=True):
            yield {(nation, column): step}
