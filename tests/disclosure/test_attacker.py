"""The proof: other returns, made into tables again, print the very same official release."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.attacker import Attacker
from tests.disclosure.nations import Nation, Tables, Trust, exact_tables, policies
from wres.disclosure import protect
from wres.disclosure.apply import apply_suppression
from wres.disclosure.certain import withhold_uncertain
from wres.disclosure.constraint_builder import constraint_systems
from wres.disclosure.constraints import JUDGED
from wres.disclosure.problem import SdcProblem, sdc_problem
from wres.disclosure.secondary_suppression import Evidence, suppress
from wres.disclosure.suppression_pattern import SuppressionPattern

YEARS = (2021, 2022)
FIELDS = {"white_entered": "white", "bme_entered": "bme", "unknown_entered": "unknown"}


@st.composite
def nations(draw: st.DrawFn) -> Nation:
    """One or two years of up to nine organisations: tiny regions, types and groups; counts around the threshold."""
    counts = st.one_of(st.integers(0, 9), st.integers(0, 40))
    codes = [f"R{index}" for index in range(draw(st.integers(1, 9)))]
    places = {
        code: (
            draw(st.sampled_from(["Y56", "Y60"])),
            draw(st.sampled_from(["acute", "community"])),
            draw(st.sampled_from(["trust", "trust", "alb"])),
        )
        for code in codes
    }
    years = {}
    for year in draw(st.sampled_from([YEARS[:1], YEARS])):
        there = [code for code in codes if draw(st.integers(0, 9))] or codes[:1]
        years[year] = {code: Trust(draw(counts), draw(counts), draw(counts), *places[code]) for code in there}
    return years


def rebuilt(nation: Nation, year: int, columns: dict[str, list[int]]) -> Tables:
    """The tables of the same nation, where some entries of one year are those of another world."""
    trusts = dict(nation[year])
    for index, code in enumerate(sorted(trusts)):
        trusts[code] = trusts[code].revised(**{FIELDS[column]: world[index] for column, world in columns.items()})
    return exact_tables({**nation, year: trusts})


def print_again(decisions: SuppressionPattern, tables: Tables) -> Tables:
    """What is printed of other figures by the same decisions."""
    pattern = SuppressionPattern(sdc_problem(tables, decisions.exact.policies), levels=decisions.levels)
    return withhold_uncertain(apply_suppression(pattern, tables), pattern)


def held_back(exact: SdcProblem) -> Iterator[tuple[int, str, str]]:
    for year, organisations in exact.organisations.items():
        for code in organisations:
            for column in FIELDS:
                if exact.printed(year, code, column) is None:
                    yield year, code, column


def check(nation: Nation) -> None:
    tables = exact_tables(nation)
    exact = sdc_problem(tables, policies(nation))
    decisions, evidence = suppress(exact)
    protected = protect(tables, policies(nation))
    moved = with_places_changed(decisions, evidence)
    for year, code, column in held_back(exact):
        index = list(exact.organisations[year]).index(code)
        assert {1, 7} <= {int(world[index]) for world in moved[year, column][0]}, (year, code, column)
        assert Attacker([protected], year, column).left_open(code) == (1, 7)
    for year, column, world, others in some_worlds(moved):
        tried = [{column: world}]
        if column in JUDGED:
            [beside] = set(JUDGED) - {column}
            tried += [{column: world, beside: other} for other in others]
        again = (print_again(decisions, rebuilt(nation, year, columns)) for columns in tried)
        assert any(printed == protected.tables for printed in again), (year, column)


def with_places_changed(decisions: SuppressionPattern, evidence: Evidence) -> Evidence:
    """With the worlds in which two counts that are alike have changed places; each must hold as the first one did."""
    no_evidence = Evidence()
    for (year, column), (worlds, others) in evidence.items():
        systems = constraint_systems(decisions, year, column, others)
        asked = [*systems[0].protected]
        kinds = [*zip(*(system.symmetry_classes(asked) for system in systems), strict=True)]
        pairs = [
            (count, other)
            for (count, kind), (other, its) in combinations(zip(asked, kinds, strict=True), 2)
            if kind == its
        ]
        more = []
        for world in worlds:
            for count, other in pairs:
                changed = world.copy()
                changed[[count, other]] = world[[other, count]]
                assert [system.holds(changed) for system in systems] == [system.holds(world) for system in systems]
                more.append(changed)
        no_evidence[year, column] = [*worlds, *more], others
    return no_evidence


def some_worlds(evidence: Evidence) -> list[tuple[int, str, list[int], list[list[int]]]]:
    """The last world of up to four counts: to count all again takes its time."""
    disclosed_counts = [
        (year, column, worlds[-1].tolist(), [other.tolist() for other in others])
        for (year, column), (worlds, others) in evidence.items()
        if column in FIELDS and worlds
    ]
    return disclosed_counts[:: max(1, len(disclosed_counts) // 4)][:4]


def test_a_total_that_happens_to_be_round_shows_no_more_than_another() -> None:
    """White entries of 14 print as 20, as 20 do: the nation's range must be withheld of both or of none."""
    place = ("Y56", "acute", "trust")
    check({2021: {"R1": Trust(1, 0, 0, *place), "R2": Trust(13, 0, 0, *place)}})


@pytest.mark.slow
@settings(max_examples=3)
@given(nations())
def test_other_returns_print_the_same_release(nation: Nation) -> None:
    check(nation)


@pytest.mark.slow
@settings(max_examples=5)
@given(nations())
def test_the_same_over_many_more_nations(nation: Nation) -> None:
    check(nation)
