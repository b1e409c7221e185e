"""The policy `ratios`: what is shown is exact, what is small is not shown, and how much could be narrowed down."""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wres.disclosure.ratio_policy
from tests.disclosure.nations import (
    OPEN,
    POLICY,
    RATIOS,
    Nation,
    Tables,
    Trust,
    exact_tables,
    policies,
    rows_of,
)
from wres.disclosure import protect
from wres.disclosure.narrowed import count_narrowed, possible_entries
from wres.disclosure.protect import category_columns, wrong_verdicts
from wres.disclosure.treatment import Treatment, treat_rows
from wres.errors import WresError
from wres.outputs.schema_check import ReleaseCheckError
from wres.outputs.table_schema import load_specification
from wres.reference.year_tables import DisclosurePolicy

ELSEWHERE = {f"RZ{number}": Trust(40 + 3 * number, 11 + 4 * number, 9, region="Y60") for number in range(4)}
COUNTS = ("white_entered", "bme_entered", "unknown_entered")


def shown_tables(nation: Nation, policy: DisclosurePolicy = RATIOS, **windows: Any) -> tuple[Tables, Tables]:
    exact = exact_tables(nation, windows.get("windows"))
    return exact, dict(protect(exact, policies(nation, policy)).tables)


def row_of(tables: Tables, name: str, **wanted: Any) -> dict[str, Any]:
    [row] = rows_of(tables[name], **wanted)
    return row


def test_three_years_that_are_not_there_are_not_withheld() -> None:
    nation: Nation = {year: {"RAA": Trust(3, 3, 3), **ELSEWHERE} for year in (2021, 2022)}
    _, shown = shown_tables(nation)
    row = row_of(shown, "improvement", code="RAA", measure="relative_likelihood", collection_year=2022)
    assert "q_value" in row["suppressed"]
    assert row["three_years_verdict"] is None
    assert not [name for name in row["suppressed"] if "three_years" in name]


def test_a_small_count_of_any_of_six_years_withholds_the_figures_of_three() -> None:
    """With the counts of the other years, those of three years together would tell the small one."""
    large, small = Trust(40, 12, 9), Trust(40, 3, 9)
    nation: Nation = {
        year: {"RAA": small if year == 2022 else large, "RBB": large, **ELSEWHERE} for year in range(2018, 2024)
    }
    exact, shown = shown_tables(nation)
    wanted = {"collection_year": 2023, "years_between": 3, "measure": "relative_likelihood"}
    for code, is_shown in (("RAA", False), ("RBB", True)):
        before, after = (row_of(tables, "improvement", code=code, **wanted) for tables in (exact, shown))
        assert before["three_years_verdict"] is not None
        assert (after["three_years_figure"] == before["three_years_figure"]) == is_shown
        assert after["q_value"] == before["q_value"]


def test_figures_of_three_years_of_a_region_with_one_organisation_are_withheld() -> None:
    """They are that organisation's own; its counts of single years are not looked at here."""
    two = {code: Trust(40, 12, 9, region="Y60") for code in ("RBB", "RCC")}
    nation: Nation = {year: {"RAA": Trust(40, 12, 9), **two} for year in range(2018, 2024)}
    exact, shown = shown_tables(nation)
    wanted = {"collection_year": 2023, "years_between": 3, "measure": "relative_likelihood", "level": "region"}
    wanted["organisation_group"] = "all"
    for code, organisations, is_shown in (("Y56", 1, False), ("Y60", 2, True)):
        before, after = (row_of(tables, "improvement", code=code, **wanted) for tables in (exact, shown))
        assert before["three_years_organisations"] == organisations
        assert before["three_years_verdict"] is not None
        assert (after["three_years_figure"] == before["three_years_figure"]) == is_shown


@pytest.mark.parametrize(
    ("trust", "hidden"),
    [
        (Trust(22, 3, 9), set(COUNTS)),
        (Trust(7, 30, 9), set(COUNTS)),
        (Trust(22, 8, 9), set()),
        (Trust(22, 0, 0), set()),
        (Trust(22, 8, 7), {"unknown_entered"}),
        (Trust(0, 30, 9), set()),
        (Trust(0, 7, 9), set(COUNTS)),
    ],
)
def test_entries_are_shown_where_no_group_has_few(trust: Trust, hidden: set[str]) -> None:
    exact, shown = shown_tables({2021: {"RAA": trust, **ELSEWHERE}})
    before, after = (row_of(tables, "organisation", code="RAA") for tables in (exact, shown))
    assert {column for column in COUNTS if after[column] is None} == hidden
    assert all(after[column] in (None, before[column]) for column in COUNTS)
    kept = ("relative_likelihood", "range", "reason_not_calculable", "reliability", "excess_group", "white_headcount")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    rests = {"white_likelihood_percent", "relative_likelihood_lower", "entries_above_parity", "excess_entries"}
    rests |= {"differs_from_equal", "bme_likelihood_percent"}
    assert {name for name in rests if name in after["suppressed"]} == (rests if len(hidden) == 3 else set())
    assert ("overall_likelihood_percent" in after["suppressed"]) == bool(hidden)


def test_regions_round_entries_and_keep_ratios_and_the_nation_is_exact() -> None:
    nation = {2021: {"RAA": Trust(22, 3, 9), "RBB": Trust(31, 14, 1), **ELSEWHERE}}
    exact, shown = shown_tables(nation)
    before, after = (row_of(tables, "region", code="Y56", organisation_group="all") for tables in (exact, shown))
    assert (before["white_entered"], before["bme_entered"]) == (53, 17)
    assert (after["white_entered"], after["bme_entered"]) == (55, 15)
    kept = ("relative_likelihood", "relative_likelihood_lower", "relative_likelihood_upper", "range")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert shown["national"].drop_columns("suppressed") == exact["national"]
    assert shown["goals"].drop_columns("suppressed") == exact["goals"]


def test_a_total_of_one_organisation_is_treated_as_the_organisation() -> None:
    nation = {2021: {"QAA": Trust(22, 3, region="Y60", kind="integrated_care_board", group="icb"), **ELSEWHERE}}
    _, shown = shown_tables(nation)
    rows = [
        *rows_of(shown["region"], code="Y60", organisation_group="icb"),
        *rows_of(shown["organisation_type"], code="integrated_care_board"),
        *rows_of(shown["national"], organisation_group="icb"),
    ]
    assert len(rows) >= 3
    assert {row["bme_entered"] for row in rows} == {None}
    assert None not in {row["relative_likelihood"] for row in rows}
    # measures beside the ratio would tell how few people it rests on
    columns = (
        "relative_likelihood_within_upper",
        "relative_likelihood_unknown_bme",
        "organisations_above_beyond_chance",
    )
    assert {row[name] for row in rows for name in columns} == {None}


def test_what_would_tell_how_few_people_a_ratio_rests_on_goes_with_the_interval() -> None:
    nation = {2021: {"RAA": Trust(22, 3), "RBB": Trust(31, 14, 0), **ELSEWHERE}}
    _, shown = shown_tables(nation)
    few, many = (row_of(shown, "organisation", code=code) for code in ("RAA", "RBB"))
    columns = (
        "range_beyond_chance",
        "differs_from_equal_q_value",
        "averaged_by_sender",
        "relative_likelihood_unknown_bme",
    )
    assert {few[name] for name in columns} == {None}
    assert None not in {many[name] for name in columns}


def test_two_years_side_by_side_hide_what_each_year_hides() -> None:
    nation = {
        2021: {"RAA": Trust(22, 3), "RBB": Trust(30, 12), **ELSEWHERE},
        2022: {"RAA": Trust(24, 9), "RBB": Trust(28, 15), **ELSEWHERE},
    }
    exact, shown = shown_tables(nation)
    row = row_of(shown, "organisation_change", code="RAA")
    assert (row["previous_bme_entered"], row["bme_entered"]) == (None, 9)
    assert (
        row["previous_relative_likelihood"]
        == row_of(exact, "organisation_change", code="RAA")["previous_relative_likelihood"]
    )
    assert row["bme_likelihood_change_points"] is None
    tests = {row["measure"]: row for row in rows_of(shown["improvement"], code="RAA", years_between=1)}
    assert tests["relative_likelihood"]["verdict"] is tests["relative_likelihood"]["p_value"] is None
    assert tests["relative_likelihood"]["previous_figure"] is not None
    assert tests["overall_likelihood_percent"]["previous_figure"] is None
    whole = {row["measure"]: row for row in rows_of(shown["improvement"], code="RBB", years_between=1)}
    assert whole["relative_likelihood"]["suppressed"] == []


def test_the_false_discovery_rate_is_over_all_organisations_not_the_shown_ones() -> None:
    nation = {
        year: {**{f"RA{number}": Trust(22, 3) for number in range(9)}, "RBB": Trust(30, 12 + year - 2021), **ELSEWHERE}
        for year in (2021, 2022)
    }
    exact, shown = shown_tables(nation)
    wanted = {"code": "RBB", "measure": "relative_likelihood", "years_between": 1}
    assert row_of(shown, "improvement", **wanted)["q_value"] == row_of(exact, "improvement", **wanted)["q_value"]


@pytest.mark.parametrize("policy", [RATIOS, POLICY, OPEN])
def test_no_verdict_that_is_shown_differs_from_the_exact_one(policy: DisclosurePolicy) -> None:
    nation = {
        2021: {"RAA": Trust(22, 3), "RBB": Trust(38, 14), "RCC": Trust(50, 61), **ELSEWHERE},
        2022: {"RAA": Trust(19, 4), "RBB": Trust(33, 13), "RCC": Trust(52, 64), **ELSEWHERE},
    }
    exact, shown = shown_tables(nation, policy)
    assert wrong_verdicts(exact, shown) == []
    ranges = row_of(shown, "organisation", code="RCC", collection_year=2022)
    assert ranges["range"] == "above"


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("organisation", "range", "below"), ("organisation", "differs_from_equal", None), ("funnel", "outside_95", None)],
)
def test_a_verdict_that_differs_is_named(table: str, column: str, value: str | None) -> None:
    """The exact value is the opposite of what is shown, where it is a yes or no."""
    exact, shown = shown_tables({2021: {"RAA": Trust(50, 61), **ELSEWHERE}})
    rows = shown[table].to_pylist()
    number = next(index for index, row in enumerate(rows) if row["code"] == "RAA" and row[column] is not None)
    rows[number] |= {column: not rows[number][column] if value is None else value}
    changed = {**shown, table: pa.Table.from_pylist(rows, schema=shown[table].schema)}
    [sentence] = wrong_verdicts(exact, changed)
    assert f"{table}, {column}, 2021" in sentence
    assert "RAA" in sentence
    assert column in category_columns(load_specification().tables[table])


def test_a_year_of_each_policy_in_one_release(monkeypatch: pytest.MonkeyPatch) -> None:
    nation = {year: {"RAA": Trust(22, 3), "RBB": Trust(30, 12), **ELSEWHERE} for year in (2020, 2021, 2022)}
    exact = exact_tables(nation)
    shown = protect(exact, {2020: OPEN, 2021: POLICY, 2022: RATIOS}).tables
    rows = {row["collection_year"]: row for row in rows_of(shown["organisation"], code="RAA")}
    assert [rows[year]["bme_entered"] for year in (2020, 2021, 2022)] == [3, None, None]
    assert [rows[year]["relative_likelihood"] is None for year in (2020, 2021, 2022)] == [False, True, False]
    assert [rows[year]["white_headcount"] for year in (2020, 2021, 2022)] == [1000, 1000, 1000]


def test_a_figure_of_another_range_than_the_exact_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import import_module

    nation = {2021: {"RAA": Trust(50, 61), **ELSEWHERE}}
    module = import_module("wres.disclosure.protect")
    right = module.apply_ratio_policy

    def wrong(*arguments: Any) -> Tables:
        tables = right(*arguments)
        rows = [{**row, "range": "within"} for row in tables["organisation"].to_pylist()]
        return {**tables, "organisation": pa.Table.from_pylist(rows, schema=tables["organisation"].schema)}

    monkeypatch.setattr(module, "apply_ratio_policy", wrong)
    with pytest.raises(ReleaseCheckError, match="R505: organisation, range, 2021"):
        protect(exact_tables(nation), policies(nation, RATIOS))


@settings(max_examples=60)
@given(
    st.integers(8, 400), st.integers(8, 400), st.integers(0, 30), st.integers(0, 7),
)  # fmt: skip
def test_the_possible_entries_are_those_of_a_plain_search(white: int, bme: int, white_in: int, bme_in: int) -> None:
    """Every pair up to 60 entries each that prints the same ratio and range, one of them small: nothing else."""
    from wres.returns import indicator_math

    def facts(white_entered: int, bme_entered: int) -> tuple[Any, ...]:
        counts = (white, bme, white_entered, bme_entered)
        ratio = indicator_math.relative_likelihood(*counts)
        rounded = None if ratio is None else indicator_math.round_half_away(ratio, 2)
        return rounded, indicator_math.four_fifths_band(*counts), indicator_math.reliability(*counts, "single_year")

    if white_in > white or bme_in > bme or white_in == 0 or not (0 < bme_in <= 7 or 0 < white_in <= 7):
        return
    ratio, band, reliability = facts(white_in, bme_in)
    row = {
        "white_headcount": white, "bme_headcount": bme, "window": "single_year", "range": band,
        "relative_likelihood": ratio, "reliability": reliability,
    }  # fmt: skip
    wanted = {
        (Fraction(white_entries), Fraction(other))
        for white_entries, other in product(range(min(60, white) + 1), range(min(60, bme) + 1))
        if (0 < white_entries <= 7 or 0 < other <= 7) and facts(white_entries, other) == (ratio, band, reliability)
    }
    possible = possible_entries(row, RATIOS)
    assert (Fraction(white_in), Fraction(bme_in)) in possible
    assert {pair for pair in possible if max(pair) <= 60} == wanted


def test_how_many_could_be_narrowed_down_is_counted() -> None:
    """One hidden organisation of a nation whose totals are exact: its entries are what is left."""
    _, alone = shown_tables({2021: {"RAA": Trust(22, 3), **ELSEWHERE}})
    assert count_narrowed(alone, 2021, RATIOS) == (1, 1)
    _, none = shown_tables({2021: {"RAA": Trust(22, 9), **ELSEWHERE}})
    assert count_narrowed(none, 2021, RATIOS) == (0, 0)


def test_the_shares_that_are_shown_are_whole_per_cents_of_the_printed_tables() -> None:
    nation = {2021: {"RAA": Trust(22, 3), **ELSEWHERE}}
    shares = protect(exact_tables(nation), policies(nation, RATIOS)).figures_shown
    assert shares["national"] == 100
    assert 0 < shares["organisation"] < 100
    assert {type(share) for share in shares.values()} == {int}
    assert Decimal(shares["organisation"]) == shares["organisation"]


def test_a_table_with_counts_that_nothing_is_said_of_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would go out exact beside suppressed counts."""
    nation = {2021: {"RAA": Trust(22, 3), **ELSEWHERE}}
    monkeypatch.setattr(wres.disclosure.ratio_policy, "PROTECTED_TABLES", ("national", "region", "organisation_type"))
    with pytest.raises(WresError, match="how to protect the table organisation "):
        protect(exact_tables(nation), policies(nation, RATIOS))


def test_what_one_release_shows_of_a_year_the_next_one_shows_too() -> None:
    """RAA is part of RBB from 2022 on; nothing that was published of it for 2021 may change by that."""
    early: Nation = {year: {"RAA": Trust(22, 12), "RBB": Trust(30, 12), **ELSEWHERE} for year in (2020, 2021)}
    late: Nation = {**early, 2022: {"RBB": Trust(50, 25, before="RAA RBB"), **ELSEWHERE}}
    first, second = (dict(protect(exact_tables(nation), policies(nation, RATIOS)).tables) for nation in (early, late))
    for name in ("organisation", "organisation_change", "improvement", "funnel"):
        before, after = (
            [row for row in tables[name].to_pylist() if (row["code"], row["collection_year"]) == ("RAA", 2021)]
            for tables in (first, second)
        )
        assert before
        assert [row["suppressed"] for row in before] == [row["suppressed"] for row in after], name


@pytest.mark.parametrize("number", [0, 1, 3])
def test_each_row_of_a_table_needs_its_treatment(number: int) -> None:
    columns = {"entered": [3, 40], "suppressed": [[], []]}
    table = pa.table(columns, schema=pa.schema({"entered": pa.int64(), "suppressed": pa.list_(pa.string())}))
    with pytest.raises(ValueError, match=f"^{number} treatments do not fit 2 rows$"):
        treat_rows(table, [Treatment(frozenset({"entered"}))] * number)
