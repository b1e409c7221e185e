"""The frame around the SQL: columns, types, order, what is refused."""

import pyarrow as pa
import pytest

from tests.indicators.made_returns import Row, collection, computed, computed_year, figures, organisation, plain_return
from wres.errors import WresError
from wres.indicators.compute import compute_tables
from wres.indicators.schemas import INPUTS, measured_tables
from wres.indicators.view_inputs import template_inputs

SHARED_COLUMNS = """
collection_year, level, code, name, organisation_group, window, organisations, white_headcount, bme_headcount,
unknown_headcount, white_entered, bme_entered, unknown_entered, white_likelihood_percent, bme_likelihood_percent,
overall_likelihood_percent, relative_likelihood, relative_likelihood_lower, relative_likelihood_upper, range"""
ORGANISATION_COLUMNS = """
organisation_type, region_code, region_name, reason_not_calculable, differs_from_equal, reliability,
entries_above_parity, excess_group, excess_entries, entries_above_parity_lower, entries_above_parity_upper"""
GOALS_COLUMNS = """
collection_year, organisation_group, below, within, above, not_calculable, not_returned, share_within_percent,
small_organisations, share_within_adjusted_percent, goal_percent, goal_met"""


def names(columns: str) -> list[str]:
    return "".join(columns.split()).split(",")


def test_the_columns_are_those_that_the_contract_names_in_its_order() -> None:
    schemas = {name: spec.arrow_schema() for name, spec in measured_tables().items()}
    for table in ("national", "region", "organisation_type"):
        assert schemas[table].names[:20] == names(SHARED_COLUMNS)
    assert schemas["organisation"].names[:31] == names(SHARED_COLUMNS) + names(ORGANISATION_COLUMNS)
    assert schemas["goals"].names[:12] == names(GOALS_COLUMNS)


def national_rows() -> tuple[list[Row], list[Row], list[Row]]:
    year = collection(2022)
    organisations = [organisation(2022, "RBB"), organisation(2022, "RAA"), organisation(2022, "RCC", "not_received")]
    cells = figures(year, "RAA", plain_return(white=(100, 1), bme=(50, 1)))
    cells += figures(year, "RBB", plain_return(white=(300, 3), bme=(10, 0), unknown=(9, 1)))
    return cells, organisations, [year]


def input_tables(rows: tuple[list[Row], list[Row], list[Row]]) -> dict[str, pa.Table]:
    return {
        name: pa.Table.from_pylist(part, INPUTS[name])
        for name, part in zip(("figures", "organisations", "collections"), rows, strict=True)
    }


def test_the_order_of_the_inputs_changes_nothing() -> None:
    cells, organisations, collections = national_rows()
    assert computed(cells, organisations, collections) == computed(cells[::-1], organisations[::-1], collections)


def test_further_columns_and_large_strings_are_taken() -> None:
    cells, organisations, collections = national_rows()
    plain = computed(cells, organisations, collections)
    tables = input_tables((cells, organisations, collections))
    codes = tables["figures"]["organisation_code"].cast(pa.large_string())
    tables["figures"] = tables["figures"].set_column(1, "organisation_code", codes).append_column("receipt", codes)
    assert compute_tables(**tables) == plain


def test_a_year_without_any_return_is_in_goals_and_coverage_only() -> None:
    tables = computed_year(collection(2022, goal_percent=90), {}, missing=["RAA"])
    assert {name: table.num_rows for name, table in tables.items()} == {
        "national": 0,
        "region": 0,
        "organisation_type": 0,
        "organisation": 0,
        "goals": 2,
        "coverage": 6,
        **dict.fromkeys(
            [
                "data_quality",
                "goal_distance",
                "organisation_series",
                "comparison",
                "organisation_change",
                "funnel",
                "improvement",
            ],
            0,
        ),
    }
    assert tables["goals"].schema == measured_tables()["goals"].arrow_schema()
    assert [(row["not_returned"], row["goal_met"]) for row in tables["goals"].to_pylist()] == [(1, None), (1, None)]


def test_the_interval_is_not_shown_where_the_ratio_cannot_be_calculated() -> None:
    """Without white entries there is a lower bound, and no ratio that it could be the lower bound of."""
    [row] = computed_year(collection(2022), {"RAA": plain_return(white=(50, 0), bme=(50, 5))})[
        "organisation"
    ].to_pylist()
    shown = {name: row[name] for name in row if name.startswith("relative_likelihood") or name == "differs_from_equal"}
    assert set(shown.values()) == {None}
    assert (row["reason_not_calculable"], row["entries_above_parity"]) == ("no_white_entries", None)


def test_items_are_those_of_the_years_template() -> None:
    collections = pa.Table.from_pylist([collection(2020, "two_year_average"), collection(2021)], INPUTS["collections"])
    items = template_inputs(collections)["items"].to_pylist()
    assert {row["collection_year"] for row in items if row["item"] == "disciplinary.entered_previous_year"} == {2020}
    left_out = {row["item"] for row in items if row["item"].startswith("workforce.") and not row["in_total"]}
    assert left_out == {"workforce.total", "workforce.medical.senior_medical_managers"}


def test_a_template_that_nobody_knows_is_refused() -> None:
    cells, organisations, [year] = national_rows()
    with pytest.raises(WresError, match=r"9\.0"):
        computed(cells, organisations, [year | {"template_version": "9.0"}])


def test_a_figure_that_cannot_be_counted_is_refused_and_named() -> None:
    cells, organisations, collections = national_rows()
    with pytest.raises(ValueError, match="2022, organisation RBB, hold an accepted return that lacks figures"):
        computed(cells[:-1], organisations, collections)


def test_a_column_that_is_missing_is_refused_and_named() -> None:
    tables = input_tables(national_rows())
    tables["collections"] = tables["collections"].drop_columns(["small_numbers_entries", "window"])
    with pytest.raises(ValueError, match="collections lacks the columns window, small_numbers_entries"):
        compute_tables(**tables)


def test_a_row_without_a_value_is_refused_and_named() -> None:
    tables = input_tables(national_rows())
    empty = pa.nulls(tables["organisations"].num_rows, pa.string())
    tables["organisations"] = tables["organisations"].drop_columns(["region_code"]).append_column("region_code", empty)
    with pytest.raises(ValueError, match="organisations has rows without a value in region_code"):
        compute_tables(**tables)
