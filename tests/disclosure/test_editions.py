"""Two editions side by side: what neither gives away may follow from both."""

from typing import Any

import pytest

from tests.disclosure.attacker import Attacker
from tests.disclosure.nations import Nation, Trust, exact, exact_tables, policies, rows_of
from wres.disclosure import Protected, protect
from wres.disclosure.apply import apply_suppression
from wres.disclosure.previous_releases import PublishedEdition, earlier_edition
from wres.disclosure.primary_suppression import COUNTS
from wres.disclosure.secondary_suppression import goals_that_disclose
from wres.disclosure.suppression_pattern import SuppressionPattern
from wres.outputs.schema_check import ReleaseCheckError

NATION = {f"RZ{index}": Trust(40 + 3 * index, 9 + 5 * index, 9, region=("Y60", "")[index % 2]) for index in range(8)}
NATION |= {f"RY{index}": Trust(31 + index, 2 + index, 3) for index in range(4)}


_FIRST: dict[str, Protected] = {}


def first_edition(nation: Nation) -> Protected:
    """Protected once, as many revisions start from the same nation."""
    key = repr(nation)
    if key not in _FIRST:
        _FIRST[key] = protect(exact_tables(nation), policies(nation))
    return _FIRST[key]


def editions(before: Nation, after: Nation, *, blind: bool = False) -> tuple[Protected, Protected]:
    """Two editions; the second, where it is blind, made without a look at the first."""
    first = first_edition(before)
    return first, protect(exact_tables(after), policies(after), [] if blind else [first.edition])


def revision(before: int, after: int) -> tuple[Nation, Nation]:
    """One trust corrects its BME entries, and something else that everybody can see."""
    trust = Trust(60, before, 12, region="Y60")
    return {2021: {**NATION, "RAA": trust}}, {2021: {**NATION, "RAA": trust.revised(bme=after, white=71)}}


REVISIONS = [(1, 7), (7, 1), (3, 4), (8, 7), (12, 1), (1, 12), (6, 30), (0, 3), (3, 0)]


@pytest.mark.parametrize(("before", "after"), REVISIONS)
def test_a_revision_leaves_three_values_open_on_both_sides(before: int, after: int) -> None:
    first, second = editions(*revision(before, after))
    for edition, true in ((0, before), (1, after)):
        if 1 <= true <= 7:
            interval = Attacker([first, second], 2021, "bme_entered").left_open("RAA", edition)
            assert interval is not None
            assert interval[0] <= true <= interval[1]
            assert interval[1] - interval[0] >= 2, (edition, interval)
    assert Attacker([first, second], 2021, "bme_entered").left_open("RY0") == (1, 7)  # who was not revised


@pytest.mark.parametrize(("before", "after"), [(1, 7), (7, 1), (8, 7), (12, 1)])
def test_without_a_look_at_the_first_edition_the_second_gives_it_away(before: int, after: int) -> None:
    first, second = editions(*revision(before, after), blind=True)
    edition, true = (0, before) if before <= 7 else (1, after)
    assert Attacker([first, second], 2021, "bme_entered").left_open("RAA", edition) == (true, true)


def difference(before: tuple[float, float], after: tuple[float, float]) -> tuple[float, float]:
    """The least and the greatest move of a total by what two editions print of it."""
    return after[0] - before[1], after[1] - before[0]


def printed_as(edition: Protected, table: str, row: dict[str, Any]) -> tuple[float, float] | None:
    """The least and the greatest BME entries behind a printed total; None where it is withheld."""
    shown = row["bme_entered"]
    if shown is None:
        return None
    rounded = (row["collection_year"], row["organisation_group"], "bme_entered") in edition.edition.rounded
    below, above = (0, 0) if table == "national" and not rounded else (10, 9) if table == "national" else (2, 2)
    return float(shown) - below, float(shown) + above


@pytest.mark.parametrize(("before", "after"), [(7, 1), (1, 7), (6, 1), (2, 7), (6, 2), (4, 5)])
def test_no_total_tells_how_far_a_count_moved_that_is_withheld_in_both(before: int, after: int) -> None:
    """Nothing of the trust is seen to change; who knows that one was revised still has three values to choose from."""
    nations = [{2021: {**NATION, "RAA": Trust(60, count, 12, region="Y60")}} for count in (before, after)]
    first, second = editions(*nations)
    assert first.tables["organisation"].select(["code", "bme_entered"]) == (
        second.tables["organisation"].select(["code", "bme_entered"])
    )
    compared = 0
    for table in ("national", "region", "organisation_type"):
        for old, new in zip(*(edition.tables[table].to_pylist() for edition in (first, second)), strict=True):
            bounds = printed_as(first, table, old), printed_as(second, table, new)
            if None not in bounds:
                least, most = difference(*bounds)  # type: ignore[arg-type]
                assert least <= 4
                assert most >= -4
                compared += 1
    assert compared
    [nation] = rows_of(second.tables["national"], organisation_group="all")
    exact = sum(trust.bme for trust in nations[1][2021].values())
    assert (nation["bme_entered"] == exact) == (abs(after - before) <= 4)


def test_an_edition_that_fits_once_the_nation_is_rounded_is_laid_beside() -> None:
    """R02 moves unseen, so the nation's 46 contradicts the 45 before. Rounded to 40 it does not, and 45 narrows R01."""
    nation = {
        "R00": Trust(1, 29, 8, region="Y60", staff=(1000, 98, 100)),
        "R01": Trust(0, 7, 8, region="", staff=(1000, 500, 100)),
        "R02": Trust(2, 9, 2, region="Y60", kind="mental_health", staff=(203, 98, 6)),
    }
    before = {2021: nation}
    after = {2021: {**nation, "R02": nation["R02"].revised(white=7, bme=10)}}
    first, second = editions(before, after)
    assert Attacker([first], 2021, "bme_entered").left_open("R01") == (1, 7)
    assert Attacker([first, second], 2021, "bme_entered").left_open("R01") == (1, 7)


def test_the_nation_is_rounded_rather_than_given_up_and_that_is_said() -> None:
    before, after = revision(8, 7)
    _, second = editions(before, after)
    assert {(count.year, count.column, count.to) for count in second.rounded} == {(2021, "bme_entered", 20)}
    [nation] = rows_of(second.tables["national"], organisation_group="all")
    exact = sum(trust.bme for trust in after[2021].values())
    assert nation["bme_entered"] % 20 == 0
    assert abs(nation["bme_entered"] - exact) <= 10
    assert nation["relative_likelihood"] is not None
    assert nation["range"] is None
    assert "range" in nation["suppressed"]


def test_the_same_figures_again_print_the_same() -> None:
    nation, _ = revision(3, 4)
    first, second = editions(nation, nation)
    assert first.tables == second.tables


# Seven trusts whose 20 entries of unknown ethnicity are 8, 8 and two counts of 2 that are withheld: the exact 20 would
# leave these at most 4 together, so it is rounded, to 20.
ROUNDED_TO_ITSELF = {
    "R00": Trust(9, 8, 8, region="Y60"),
    "R01": Trust(10, 7, 0, region="Y60"),
    "R02": Trust(10, 3, 2, region=""),
    "R03": Trust(9, 2, 2, region=""),
    "R04": Trust(8, 12, 8, region="Y60", kind="mental_health"),
    "R05": Trust(9, 0, 0, region=""),
    "R06": Trust(12, 50, 0, region="Y60"),
}


def test_a_national_count_that_was_rounded_to_itself_is_not_read_as_exact_later() -> None:
    """Another figure is revised. Read as exact, the 20 of the first edition would tell counts and stop the second."""
    before = {2021: ROUNDED_TO_ITSELF}
    after = {2021: {**ROUNDED_TO_ITSELF, "R01": Trust(8, 3, 0, region="Y60")}}
    first = protect(exact_tables(before), policies(before))
    rounded = (2021, "all", "unknown_entered")
    assert rounded in first.edition.rounded
    [nation] = rows_of(first.tables["national"], organisation_group="all")
    assert nation["unknown_entered"] == 20
    second = protect(exact_tables(after), policies(after), [first.edition])
    assert rounded in second.edition.rounded
    with pytest.raises(ReleaseCheckError, match="R502: organisation, unknown_entered, 2021"):
        protect(exact_tables(after), policies(after), [PublishedEdition(first.tables)])  # as if it were exact


def test_a_later_year_changes_nothing_of_an_earlier_one_that_gives_it_away() -> None:
    before, _ = revision(3, 4)
    after = {**before, 2022: {**before[2021], "RNN": Trust(30, 2, before="")}}
    first, second = editions(before, after)
    for year, codes in ((2021, ("RAA", "RY0", "RY3")), (2022, ("RAA", "RNN"))):
        for code in codes:
            assert Attacker([first, second], year, "bme_entered").left_open(code) == (1, 7)


@pytest.mark.parametrize(
    ("before", "after", "telling"),
    [
        (Trust(9, 7), Trust(30, 2), True),  # beside 8 to 12 white entries only 6 and 7 are above range
        (Trust(15, 6), Trust(15, 40), True),  # beside 13 to 17 only 6 and 7 are within
        (Trust(9, 4), Trust(30, 2), False),  # beside 8 to 12 these are 4 to 7
        (Trust(90, 4), Trust(60, 4), False),  # always below, so nothing is disclosed
        (Trust(90, 40), Trust(90, 60), False),  # nothing is held back
    ],
)
def test_the_goals_go_where_a_revision_would_tell_a_range_that_tells_a_count(
    before: Trust, after: Trust, telling: bool
) -> None:
    nations = [{2021: {**NATION, "RAA": trust}} for trust in (before, after)]
    old, new = (SuppressionPattern(exact(nation)) for nation in nations)
    printed = apply_suppression(old, exact_tables(nations[0]))
    ours = SuppressionPattern(new.exact, [earlier_edition(PublishedEdition(printed), new.exact.predecessors)])
    assert goals_that_disclose(ours, 2021) == ({"all", "trust"} if telling else set())


@pytest.mark.parametrize(
    ("white", "before", "after", "telling"),
    [
        (15, (3, 6, 3, 6), (6, 6, 3, 6), True),  # one more is within, where only 6 and 7 are
        (15, (3, 6, 3, 6), (3, 6, 3, 3), True),  # one fewer is within
        (12, (4, 7, 4, 7), (7, 7, 4, 7), True),  # one fewer is below
        (15, (3, 6, 3, 6), (3, 6, 3, 7), False),  # the numbers in the ranges stay
    ],
)
def test_the_goals_go_where_they_alone_tell_that_a_count_moved(
    white: int, before: tuple[int, ...], after: tuple[int, ...], telling: bool
) -> None:
    """Four trusts print the same in both editions, but the number of trusts within the range moves by one."""
    nations = [
        {2021: {**NATION, **{f"RA{number}": Trust(white, count) for number, count in enumerate(counts)}}}
        for counts in (before, after)
    ]
    first, second = editions(*nations)
    shown = [edition.tables["organisation"].select(["code", *COUNTS]) for edition in (first, second)]
    assert shown[0] == shown[1]
    exact_within, printed = (
        [[row["within"] for row in tables["goals"].to_pylist()] for tables in of_editions]
        for of_editions in (map(exact_tables, nations), (first.tables, second.tables))
    )
    assert printed == [exact_within[0], [None] * len(exact_within[1]) if telling else exact_within[1]]
