"""R502 as a reader's attack: from the printed tables alone it finds what is given away, and nothing else."""

from decimal import Decimal
from importlib import import_module
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.attacker import Attacker
from tests.disclosure.nations import RATIOS, Nation, Tables, Trust, exact_tables, policies
from wres.disclosure import Protected, protect
from wres.disclosure.apply import apply_suppression
from wres.disclosure.printed_attack import deduce_counts
from wres.disclosure.problem import sdc_problem
from wres.disclosure.suppression_pattern import SuppressionPattern
from wres.outputs.schema_check import ReleaseCheckError

ELSEWHERE = {
    f"RZ{index}": Trust(white=40 + 3 * index, bme=11 + 4 * index, unknown=9, region="Y60") for index in range(6)
}
GIVEN_AWAY: list[tuple[Nation, int, str]] = [
    ({2021: {**{f"RA{index}": Trust(40, 7) for index in range(9)}, **ELSEWHERE}}, 2021, "RA0"),
    ({2021: {"QAA": Trust(22, 3, group="icb"), **ELSEWHERE}}, 2021, "QAA"),
    ({2021: {"RAA": Trust(22, 1), "RBB": Trust(30, 1), "RCC": Trust(41, 1)}}, 2021, "RAA"),
    ({2021: ELSEWHERE, 2022: {**ELSEWHERE, "RNN": Trust(20, 4, before="")}}, 2022, "RNN"),
]


def by_the_rule_alone(nation: Nation) -> Tables:
    """What would be printed without secondary suppression."""
    tables = exact_tables(nation)
    return apply_suppression(SuppressionPattern(sdc_problem(tables, policies(nation))), tables)


@pytest.mark.parametrize(("nation", "year", "code"), GIVEN_AWAY)
def test_it_finds_what_the_rule_alone_gives_away_and_nothing_in_a_release(nation: Nation, year: int, code: str) -> None:
    deduced = deduce_counts(by_the_rule_alone(nation), policies(nation))
    names = {row["code"]: row["name"] for row in exact_tables(nation)["organisation"].to_pylist()}
    assert (year, names[code], "bme_entered") in {(count.year, count.name, count.column) for count in deduced}
    assert deduce_counts(protect(exact_tables(nation), policies(nation)).tables, policies(nation)) == []


def test_organisations_that_have_closed_are_no_members_of_a_later_total() -> None:
    """All organisations less those that are compared with the year before are the new one, also where one closed."""
    nation = {2021: {**ELSEWHERE, "ROLD": Trust(40, 12)}, 2022: {**ELSEWHERE, "RNN": Trust(20, 4, before="")}}
    deduced = deduce_counts(by_the_rule_alone(nation), policies(nation))
    assert (2022, "Trust RNN", "bme_entered") in {(count.year, count.name, count.column) for count in deduced}


def test_what_it_finds_stops_the_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the decisions believe in themselves: nothing is suppressed beyond the rule here, nor checked."""
    nation = GIVEN_AWAY[0][0]
    module = import_module("wres.disclosure.protect")
    exact = sdc_problem(exact_tables(nation), policies(nation))
    monkeypatch.setattr(module, "suppress", lambda *_: (SuppressionPattern(exact), {}))
    monkeypatch.setattr(module, "disclosures", lambda *_: [])
    with pytest.raises(ReleaseCheckError, match="organisation, bme_entered, 2021") as caught:
        protect(exact_tables(nation), policies(nation))
    assert caught.value.code == "R502"
    assert len(caught.value.breaches) == 9


@pytest.mark.parametrize(
    ("column", "value"),
    [("bme_likelihood_percent", Decimal("0.60")), ("relative_likelihood", Decimal("0.27")), ("range", "above")],
)
def test_it_sees_a_figure_of_a_row_that_tells_a_count_of_it(column: str, value: Any) -> None:
    nation = {2021: {"RAA": Trust(9, 3), **ELSEWHERE}}
    tables = dict(protect(exact_tables(nation), policies(nation)).tables)
    rows = [row | ({column: value} if row["code"] == "RAA" else {}) for row in tables["organisation"].to_pylist()]
    tables["organisation"] = pa.Table.from_pylist(rows, schema=tables["organisation"].schema)
    deduced = deduce_counts(tables, policies(nation))
    assert {count.name for count in deduced} == {rows[0]["name"]}


@pytest.mark.parametrize(("before", "after"), [(1, 7), (7, 1), (8, 7), (12, 1), (3, 4)])
def test_two_editions_side_by_side(before: int, after: int) -> None:
    others = {
        f"RZ{index}": Trust(40 + 3 * index, 9 + 5 * index, 9, region=("Y60", "")[index % 2]) for index in range(8)
    }
    nations = [{2021: {**others, "RAA": Trust(60, before, 12, region="Y60")}}]
    nations.append({2021: {**others, "RAA": Trust(71, after, 12, region="Y60")}})
    edition = protect(exact_tables(nations[0]), policies(nations[0])).edition
    first = edition.tables
    blind = protect(exact_tables(nations[1]), policies(nations[1])).tables
    seeing = protect(exact_tables(nations[1]), policies(nations[1]), [edition]).tables
    assert deduce_counts(seeing, policies(nations[1]), [first]) == []
    # In (8, 7) the first nation has 220, which could be a count that had to be rounded to the nearest 20.
    if (before, after) not in {(3, 4), (8, 7)}:
        assert deduce_counts(blind, policies(nations[1]), [first])


def test_counts_of_a_two_year_average_may_be_quarters_also_where_the_next_year_compares_with_them() -> None:
    nation = {2020: {**ELSEWHERE, "RAA": Trust(3.5, 3.5)}, 2021: {**ELSEWHERE, "RAA": Trust(40, 30)}}
    nation = {year: {**trusts, "RBB": Trust(9, 11, region="")} for year, trusts in nation.items()}
    tables = exact_tables(nation, {2020: "two_year_average", 2021: "single_year"})
    protected = protect(tables, policies(nation))
    assert deduce_counts(protected.tables, policies(nation)) == []


def test_other_policies_promise_nothing() -> None:
    nation = GIVEN_AWAY[2][0]
    tables = protect(exact_tables(nation), policies(nation, RATIOS)).tables
    assert deduce_counts(tables, policies(nation, RATIOS)) == []


def test_a_nation_of_many_that_are_alike_is_one_question() -> None:
    nation = {2021: {f"R{index:04}": Trust(30, index % 9, 2, region=("Y56", "Y60")[index % 2]) for index in range(600)}}
    assert deduce_counts(by_the_rule_alone(nation), policies(nation)) == []


counts = st.one_of(st.integers(0, 9), st.integers(0, 40))
trusts = st.builds(
    Trust, counts, counts, counts, st.sampled_from(["Y56", "Y60"]), st.sampled_from(["acute", "community"]),
    st.sampled_from(["trust", "trust", "alb"]),
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=15)
@given(st.dictionaries(st.sampled_from([f"R{index}" for index in range(8)]), trusts, min_size=1))
def test_it_agrees_with_an_attacker_who_asks_for_each_organisation(nation: dict[str, Trust]) -> None:
    """The tests' own attacker has no organisations that are alike, and the same answer."""
    years = {2021: nation}
    printed = by_the_rule_alone(years)
    names = {row["name"]: row["code"] for row in exact_tables(years)["organisation"].to_pylist()}
    deduced = {(names[count.name], count.column) for count in deduce_counts(printed, policies(years))}
    rows = printed["organisation"].to_pylist()
    narrowed = set()
    for column in ("bme_entered", "white_entered", "unknown_entered"):
        attacker = Attacker([Protected(printed, {})], 2021, column)
        hidden = [row["code"] for row in rows if row[column] is None]
        narrowed |= {(code, column) for code in hidden if attacker.left_open(code) not in {(1, 7), None}}
    assert narrowed <= deduced
    by_a_row = {row["code"] for row in rows if row["range"] is not None or row["relative_likelihood"] is not None}
    assert {code for code, _ in deduced - narrowed} <= by_a_row
