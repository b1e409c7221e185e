"""What the official tables print, and what of them an attacker can work out."""

from decimal import Decimal
from importlib import import_module
from typing import Any

import pyarrow as pa
import pytest

from tests.disclosure.attacker import Attacker
from tests.disclosure.nations import OPEN, POLICY, Nation, Tables, Trust, exact_tables, policies, rows_of
from wres.disclosure import Protected, attacker, protect
from wres.disclosure.apply import apply_suppression
from wres.disclosure.attacker import Solver
from wres.disclosure.dependencies import figures_of_other_years, unprinted_figures
from wres.disclosure.disclosure_audit import disclosures
from wres.disclosure.problem import sdc_problem
from wres.disclosure.suppression_pattern import SuppressionPattern
from wres.errors import WresError
from wres.outputs.schema_check import ReleaseCheckError, specification_breaches
from wres.reference.year_tables import DisclosurePolicy

# Enough organisations elsewhere that the nation's own total says nothing about the first region.
ELSEWHERE = {
    f"RZ{index}": Trust(white=40 + 3 * index, bme=11 + 4 * index, unknown=9, region="Y60") for index in range(6)
}


def unprotected(tables: Tables, nation: Nation) -> tuple[SuppressionPattern, Protected]:
    """The rule alone, without anything given up for it."""
    decisions = SuppressionPattern(sdc_problem(tables, policies(nation)))
    return decisions, Protected(apply_suppression(decisions, tables), {})


def test_counts_below_the_nation_are_replaced_or_rounded_and_what_rests_on_them_too() -> None:
    nation = {2021: {"RAA": Trust(22, 3), "RBB": Trust(38, 14, 0), **ELSEWHERE}}
    exact = exact_tables(nation)
    tables = protect(exact, policies(nation)).tables
    [small] = rows_of(tables["organisation"], code="RAA")
    assert (small["white_entered"], small["bme_entered"], small["white_headcount"]) == (20, None, 1000)
    assert small["white_likelihood_percent"] == Decimal("2.00")  # of the rounded count
    assert small["relative_likelihood"] is small["range"] is small["entries_above_parity"] is None
    assert {"bme_entered", "relative_likelihood", "range", "reliability"} <= set(small["suppressed"])
    [shown] = rows_of(tables["organisation"], code="RBB")
    assert [shown[name] for name in ("white_entered", "bme_entered", "unknown_entered")] == [40, 15, 0]
    # 12.5 to 17.4 of 500 against 37.5 to 42.4 of 1,000 can be on either side of 0.80.
    assert (shown["relative_likelihood"], shown["range"]) == (None, None)
    assert {"relative_likelihood", "range", "excess_entries"} <= set(shown["suppressed"])
    nation_row = rows_of(tables["national"], organisation_group="all")[0]
    assert nation_row["white_entered"] == 22 + 38 + sum(trust.white for trust in ELSEWHERE.values())
    # The nation's counts are printed exactly, so its range is certain.
    assert nation_row["range"] == rows_of(exact["national"], organisation_group="all")[0]["range"] is not None


def test_a_figure_that_cannot_be_calculated_is_not_called_suppressed() -> None:
    nation = {2021: {"RAA": Trust(0, 10), **ELSEWHERE}}
    [row] = rows_of(protect(exact_tables(nation), policies(nation)).tables["organisation"], code="RAA")
    assert row["relative_likelihood"] is None
    assert (row["range"], row["reason_not_calculable"]) == ("not_calculable", "no_white_entries")
    assert not {"relative_likelihood", "range", "reason_not_calculable"} & set(row["suppressed"])


def test_an_open_year_shows_everything() -> None:
    nation = {2021: {"RAA": Trust(22, 3)}, 2022: {"RAA": Trust(7, 1)}}
    tables = exact_tables(nation)
    protected = protect(tables, policies(nation, OPEN))
    assert {name: table.drop_columns("suppressed") for name, table in protected.tables.items()} == tables
    assert not any(names for table in protected.tables.values() for names in table["suppressed"].to_pylist())
    assert set(protected.figures_shown.values()) == {100}


def test_what_rests_on_exact_counts_that_nothing_prints_is_never_shown() -> None:
    """The nation and the goals too: a share by chance or a ratio within organisations is worked out from each count."""
    nation = {2021: {"RAA": Trust(22, 3), **ELSEWHERE}}
    tables = protect(exact_tables(nation), policies(nation)).tables
    for name in ("goals", "national", "region", "organisation_type"):
        figures = unprinted_figures(name)
        assert len(figures) > 5
        assert {row[figure] for row in rows_of(tables[name]) for figure in figures} == {None}
        assert all(figures - figures_of_other_years(name) <= set(row["suppressed"]) for row in rows_of(tables[name]))


def without_values(tables: Tables, table: str, column: str) -> Tables:
    """Leave a column of a table without a value."""
    rows = [{**row, column: None} for row in tables[table].to_pylist()]
    return {**tables, table: pa.Table.from_pylist(rows, schema=tables[table].schema)}


def test_figures_that_a_year_cannot_have_are_not_called_suppressed() -> None:
    """Of three years in the first two; by chance where a window has two years; without a goal or a threshold."""
    nation = {year: {"RAA": Trust(22, 3), **ELSEWHERE} for year in (2020, 2021, 2022)}
    tables = exact_tables(nation, {2020: "two_year_average"})
    suppressed = unprotected(tables, nation)[1].tables
    of_three_years = figures_of_other_years("goals")
    assert len(of_three_years) == 3
    for exact, row in zip(rows_of(tables["goals"]), rows_of(suppressed["goals"]), strict=True):
        is_there = exact["three_years_calculable"] is not None
        assert is_there == (row["collection_year"] == 2022)
        assert of_three_years & set(row["suppressed"]) == (of_three_years if is_there else set())
    by_chance = {"organisations_rate_rose_by_chance", "organisations_ratio_rose_by_chance"}
    for row in rows_of(suppressed["comparison"]):
        assert by_chance & set(row["suppressed"]) == (by_chance if row["collection_year"] == 2022 else set())
    without = ("goal_percent", "goal_met", "small_organisations", "share_within_adjusted_percent")
    for name in without:
        tables = without_values(tables, "goals", name)
    for row in rows_of(unprotected(tables, nation)[1].tables["goals"]):
        assert not set(without) & set(row["suppressed"])


def test_a_year_without_the_rule_keeps_its_own_figures() -> None:
    nation = {2021: {"RAA": Trust(22, 3), **ELSEWHERE}, 2022: {"RAA": Trust(19, 4), **ELSEWHERE}}
    tables = exact_tables(nation)
    published = protect(tables, {**policies(nation), 2021: OPEN}).tables
    [before], [now] = (rows_of(published["organisation"], code="RAA", collection_year=year) for year in (2021, 2022))
    assert (before["bme_entered"], now["bme_entered"]) == (3, None)
    [change] = rows_of(published["organisation_change"], code="RAA")
    assert (change["previous_bme_entered"], change["bme_entered"], change["relative_likelihood_change"]) == (
        3,
        None,
        None,
    )


def test_a_comparison_with_the_year_before_is_worked_out_again_and_one_over_three_years_is_held_back() -> None:
    """Of the printed counts, 20 white and 40 BME entries of 1,600 staff after 20 and 35: 3.75% and 3.44%."""
    years = {2019: 30, 2020: 33, 2021: 36, 2022: 39}
    nation = {year: {"RAA": Trust(22, bme), **ELSEWHERE} for year, bme in years.items()}
    improvements = protect(exact_tables(nation), policies(nation)).tables["improvement"]
    rows = rows_of(improvements, collection_year=2022, code="RAA", measure="overall_likelihood_percent")
    figures = {row["years_between"]: (row["figure"], row["previous_figure"]) for row in rows}
    assert figures == {1: (Decimal("3.75"), Decimal("3.44")), 3: (None, None)}
    assert [{"figure", "previous_figure"} <= set(row["suppressed"]) for row in rows] == [False, True]


def test_the_tables_keep_to_their_specification() -> None:
    nation = {2021: {"RAA": Trust(22, 3), **ELSEWHERE}, 2022: {"RAA": Trust(19, 4), **ELSEWHERE}}
    tables = protect(exact_tables(nation), policies(nation)).tables
    assert specification_breaches(tables, 2022, without={"revisions", "published_series", "data_quality"}) == []


# Each of these narrows a count to one value unless something more than the rule is done.
REGION_AT_ITS_EDGE = {2021: {**{f"RA{index}": Trust(40, 7) for index in range(9)}, **ELSEWHERE}}
ONE_OF_ITS_GROUP = {2021: {"QAA": Trust(22, 3, group="icb"), **ELSEWHERE}}
ONE_NOT_COMPARED = {
    2021: {f"RZ{index}": trust for index, trust in enumerate(ELSEWHERE.values())},
    2022: {**{f"RZ{index}": trust for index, trust in enumerate(ELSEWHERE.values())}, "RNN": Trust(20, 4, before="")},
}
SMALL_NATION = {2021: {"RAA": Trust(22, 1), "RBB": Trust(30, 1), "RCC": Trust(41, 1)}}


@pytest.mark.parametrize(
    ("nation", "year", "code", "true"),
    [
        (REGION_AT_ITS_EDGE, 2021, "RA0", 7),
        (ONE_OF_ITS_GROUP, 2021, "QAA", 3),
        (SMALL_NATION, 2021, "RAA", 1),
    ],
)
def test_what_the_rule_alone_would_give_away(nation: Nation, year: int, code: str, true: int) -> None:
    tables = exact_tables(nation)
    decisions, weak = unprotected(tables, nation)
    assert Attacker([weak], year, "bme_entered").left_open(code) == (true, true)
    assert any("bme_entered" in disclosure for disclosure in disclosures(decisions, {}, weak.tables))
    protected = protect(tables, policies(nation))
    assert Attacker([protected], year, "bme_entered").left_open(code) == (1, 7)


@pytest.mark.parametrize("nation", [REGION_AT_ITS_EDGE, ONE_OF_ITS_GROUP, SMALL_NATION, ONE_NOT_COMPARED])
def test_asking_for_one_of_those_alike_changes_nothing(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = exact_tables(nation)
    protected = protect(tables, policies(nation))
    asked_for_each = lambda _systems, ones: {number: number for number in ones}  # noqa: E731
    monkeypatch.setattr(attacker, "first_of_each_class", asked_for_each)
    assert protect(tables, policies(nation)) == protected


def test_many_that_are_alike_cost_no_more_questions_than_few(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    most = Solver.maximise
    monkeypatch.setattr(Solver, "maximise", lambda self, *arguments: asked.append(1) or most(self, *arguments))
    questions = []
    for size in (10, 40):
        nation = {2021: {**{f"RA{index}": Trust(4, 3, 2) for index in range(size)}, **ELSEWHERE}}
        protect(exact_tables(nation), policies(nation))
        questions.append(len(asked))
        asked.clear()
    few, many = questions
    assert 0 < many <= few


def test_all_that_are_alike_are_named() -> None:
    decisions, weak = unprotected(exact_tables(REGION_AT_ITS_EDGE), REGION_AT_ITS_EDGE)
    disclosed = [
        disclosure
        for disclosure in disclosures(decisions, {}, weak.tables)
        if "organisation, bme_entered" in disclosure
    ]
    names = {row["name"] for row in decisions.exact.rows["organisation"] if row["region_code"] == "Y56"}
    assert len(names) == 9
    assert all(any(name in disclosure for disclosure in disclosed) for name in names)


def test_an_organisation_that_is_in_one_total_and_not_in_the_other() -> None:
    tables = exact_tables(ONE_NOT_COMPARED)
    _, weak = unprotected(tables, ONE_NOT_COMPARED)
    narrowed = Attacker([weak], 2022, "bme_entered").left_open("RNN")
    assert narrowed is not None
    assert narrowed != (1, 7)
    protected = protect(tables, policies(ONE_NOT_COMPARED))
    assert Attacker([protected], 2022, "bme_entered").left_open("RNN") == (1, 7)
    assert (
        rows_of(protected.tables["national"], collection_year=2022, organisation_group="all")[0]["bme_entered"]
        is not None
    )


def test_the_goals_go_where_they_tell_a_range_that_tells_a_count() -> None:
    """With 10 white entries of twice the staff, a ratio within range needs 4 to 7 BME entries of a hidden 1 to 7."""
    nation = {2021: {"RAA": Trust(10, 4), "RBB": Trust(90, 30, region="Y60"), "RCC": Trust(70, 20, region="Y60")}}
    tables = exact_tables(nation)
    [goals] = rows_of(tables["goals"], organisation_group="all")
    assert goals["within"] > 0
    decisions, weak = unprotected(tables, nation)
    assert any("organisation, bme_entered" in disclosure for disclosure in disclosures(decisions, {}, weak.tables))
    printed = protect(tables, policies(nation)).tables
    assert {row["within"] for row in printed["goals"].to_pylist()} == {None}
    assert all("within" in row["suppressed"] for row in printed["goals"].to_pylist())


@pytest.mark.parametrize(("counts", "printed"), [((1, 3), None), ((7, 7), None), ((8, 8), 20)])
def test_a_rounded_nation_that_could_print_as_zero_is_always_withheld(
    counts: tuple[int, int], printed: int | None
) -> None:
    """Of 1 to 7 both print alike, so 2 to 14 in all, and 9 would print as zero; 8 and 8 stand for 16 at least."""
    nation = {2021: {f"R{index}": Trust(30, count) for index, count in enumerate(counts)}}
    decisions = SuppressionPattern(sdc_problem(exact_tables(nation), policies(nation)))
    [members] = [kind for kind in decisions.exact.totals.kinds if kind.reach == "nation"]
    assert decisions.shown(members, "bme_entered") == sum(counts)
    decisions.levels[members, "bme_entered"] = 1
    assert decisions.shown(members, "bme_entered") == printed
    decisions.levels[members, "white_entered"] = 1
    assert decisions.shown(members, "white_entered") == 60


def queried(tables: Tables, year: int = 2021) -> Tables:
    """With what the quality edits found: of a ratio, and of a sign-off, which looks at no count."""
    row = {"collection_year": year, "organisation_group": "all", "severity": "query", "organisations": 8}
    row |= {"organisations_checked": 8, "organisations_with_findings": 1, "findings": 1, "organisations_corrected": 0}
    ratio = row | {"edit_code": "Q303", "edit_title": "Ratio high", "findings_explained": 1}
    unsigned = row | {"edit_code": "Q309", "edit_title": "Not signed off", "findings_explained": None}
    schema = tables["data_quality"].schema
    return {**tables, "data_quality": pa.Table.from_pylist([ratio, unsigned], schema=schema)}


def test_how_many_were_queried_is_held_back_with_the_counts_that_it_speaks_of() -> None:
    nation = {2021: {"RAA": Trust(22, 3), **ELSEWHERE}}
    printed = protect(queried(exact_tables(nation)), policies(nation)).tables
    ratio, unsigned = printed["data_quality"].to_pylist()
    measures = ["organisations_checked", "organisations_with_findings", "findings", "findings_explained"]
    assert ratio["suppressed"] == [*measures, "organisations_corrected"]
    assert {ratio[name] for name in ratio["suppressed"]} == {None}
    assert (ratio["organisations"], ratio["edit_title"]) == (8, "Ratio high")
    assert (unsigned["organisations_with_findings"], unsigned["findings_explained"], unsigned["suppressed"]) == (
        1,
        None,
        [],
    )
    assert {row["accepted_with_queries"] for row in printed["coverage"].to_pylist()} == {None}
    assert {row["received"] for row in rows_of(printed["coverage"], level="national")} == {7}


def spoiled(tables: Tables, table: str, column: str, value: Any, **where: Any) -> Tables:
    rows = [
        row | {column: value} if all(row[name] == wanted for name, wanted in where.items()) else row
        for row in tables[table].to_pylist()
    ]
    return {**tables, table: pa.Table.from_pylist(rows, schema=tables[table].schema)}


Whole = tuple[Nation, Tables, Tables]


@pytest.fixture(scope="module")
def whole() -> Whole:
    """A nation, its exact tables and what is rightly printed of them."""
    nation = {year: {"RAA": Trust(22, 3), "RBB": Trust(38, 14), **ELSEWHERE} for year in (2021, 2022)}
    tables = queried(exact_tables(nation))
    return nation, tables, dict(protect(tables, policies(nation)).tables)


@pytest.mark.parametrize(
    ("table", "column", "value", "where"),
    [
        ("organisation", "bme_entered", Decimal("3.00"), {"code": "RAA"}),
        ("organisation", "relative_likelihood", Decimal("0.27"), {"code": "RAA"}),
        ("organisation", "white_entered", Decimal("22.00"), {"code": "RAA"}),
        ("organisation", "excess_entries", 5, {"code": "RAA"}),
        ("organisation_series", "range", "below", {"code": "RAA"}),
        ("organisation_change", "previous_bme_entered", Decimal("3.00"), {"code": "RAA"}),
        ("organisation_change", "relative_likelihood_change", Decimal("0.10"), {"code": "RAA"}),
        ("region", "bme_entered", Decimal("3.00"), {"code": "Y56"}),
        ("comparison", "organisations_ratio_fell", 1, {"level": "national"}),
        ("goals", "expected_share_within_percent", Decimal("41.2"), {"organisation_group": "all"}),
        ("national", "relative_likelihood_within", Decimal("1.10"), {"organisation_group": "all"}),
        ("region", "organisations_above_beyond_chance", 0, {"code": "Y56"}),
        ("organisation", "range_beyond_chance", "cannot_tell", {"code": "RAA"}),
        ("funnel", "outside_95", False, {"code": "RAA", "measure": "relative_likelihood"}),
        ("funnel", "dispersion", Decimal("1.20"), {"code": "RBB"}),
        ("improvement", "p_value", Decimal("0.5000"), {"code": "RAA", "measure": "relative_likelihood"}),
        ("coverage", "accepted_with_queries", 0, {"code": "Y56"}),
        ("data_quality", "organisations_with_findings", 0, {"edit_code": "Q303"}),
        ("data_quality", "findings_explained", 1, {"edit_code": "Q303"}),
    ],
)
def test_a_figure_that_stands_where_it_is_held_back_stops_the_release(
    table: str, column: str, value: Any, where: dict[str, Any], whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    nation, tables, printed = whole
    module = import_module("wres.disclosure.protect")  # the package's own name is the function's
    monkeypatch.setattr(module, "apply_suppression", lambda *_: spoiled(printed, table, column, value, **where))
    monkeypatch.setattr(module, "withhold_uncertain", lambda tables, *_: tables)
    with pytest.raises(ReleaseCheckError, match=f"R502: .*{table}, {column}, 202") as caught:
        protect(tables, policies(nation))
    assert caught.value.code == "R502"
    assert caught.value.breaches


def test_a_table_that_nothing_is_said_of_is_refused() -> None:
    nation = {2021: {"RAA": Trust(22, 3)}}
    tables = exact_tables(nation)
    with pytest.raises(WresError, match="how to protect the table salaries"):
        protect({**tables, "salaries": tables["coverage"]}, policies(nation))


def test_a_year_without_a_policy_is_refused() -> None:
    nation = {2021: {"RAA": Trust(22, 3)}}
    with pytest.raises(WresError, match="no disclosure policy for 2021"):
        protect(exact_tables(nation), {})


def test_totals_that_do_not_add_up_are_refused() -> None:
    nation = {2021: {"RAA": Trust(22, 3), **ELSEWHERE}}
    tables = exact_tables(nation)
    wrong = spoiled(tables, "region", "bme_entered", Decimal("9.00"), code="Y56")
    with pytest.raises(ValueError, match="not the sum of its organisations"):
        protect(wrong, policies(nation))


@pytest.mark.parametrize(("policy", "is_shown"), [(OPEN, True), (POLICY, False)])
def test_last_year_of_organisations_that_nobody_can_tell_follows_the_policy_of_that_year(
    policy: DisclosurePolicy, is_shown: bool
) -> None:
    """RNN was made of two; without the table of mergers no total of the year before it can be checked."""
    nation = {
        2021: {"RAA": Trust(22, 9), "RBB": Trust(38, 14), **ELSEWHERE},
        2022: {"RNN": Trust(61, 24, before="RAA RBB"), **ELSEWHERE},
    }
    exact = exact_tables(nation)
    tables = protect(exact, {2021: policy, 2022: POLICY}).tables
    wanted = {"collection_year": 2022, "level": "national", "organisation_group": "all"}
    [before], [after] = (rows_of(tables_of_policy["comparison"], **wanted) for tables_of_policy in (exact, tables))
    for column in ("previous_white_entered", "previous_bme_entered"):
        assert after[column] == (before[column] if is_shown else None)


def test_a_protected_release_with_a_year_that_lacks_a_group_is_refused() -> None:
    nation = {2021: ELSEWHERE, 2022: ELSEWHERE}
    tables = exact_tables(nation)
    rows = [
        row | {"unknown_entered": None} if row["collection_year"] == 2021 else row
        for row in tables["organisation"].to_pylist()
    ]
    tables["organisation"] = pa.Table.from_pylist(rows, schema=tables["organisation"].schema)
    with pytest.raises(WresError, match="2021 has no unknown_entered"):
        protect(tables, policies(nation))
