"""R503: every way in which a table can break its specification is named, all at once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.support.tables import check_table
from wres.outputs.schema_check import ReleaseCheckError, checked_tables, schema_violations
from wres.outputs.table_schema import load_specification

Tables = dict[str, pa.Table]
SPECS = load_specification().tables


def with_column(table: pa.Table, name: str, values: Any) -> pa.Table:
    """The same table with other values, or another type, in one column."""
    number = table.column_names.index(name)
    array = values if isinstance(values, pa.Array) else pa.array(values, table.schema.field(name).type)
    return table.set_column(number, name, array)


def test_the_tables_of_contract_and_indicators_keep_to_the_specification(tables: Tables) -> None:
    for name, spec in SPECS.items():
        assert schema_violations(tables[name], spec) == []


def test_columns_stand_in_the_order_that_is_promised() -> None:
    shared = (
        "collection_year, level, code, name, organisation_group, window, organisations, white_headcount, "
        "bme_headcount, unknown_headcount, white_entered, bme_entered, unknown_entered, white_likelihood_percent, "
        "bme_likelihood_percent, overall_likelihood_percent, relative_likelihood, relative_likelihood_lower, "
        "relative_likelihood_upper, range"
    )
    of_organisations = (
        ", organisation_type, region_code, region_name, reason_not_calculable, differs_from_equal, reliability, "
        "entries_above_parity, excess_group, excess_entries, entries_above_parity_lower, "
        "entries_above_parity_upper"
    )
    promised = {
        "national": shared,
        "region": shared,
        "organisation_type": shared,
        "organisation": shared + of_organisations,
        "goals": (
            "collection_year, organisation_group, below, within, above, not_calculable, not_returned, "
            "share_within_percent, small_organisations, share_within_adjusted_percent, goal_percent, goal_met"
        ),
        "coverage": (
            "collection_year, level, code, name, organisation_group, expected, received, accepted_with_queries, "
            "rejected, not_received, late, returned_percent"
        ),
        "data_quality": (
            "collection_year, organisation_group, edit_code, edit_title, severity, organisations, "
            "organisations_checked, organisations_with_findings, findings, findings_explained, organisations_corrected"
        ),
    }
    for name, columns in promised.items():
        assert ", ".join(column.name for column in SPECS[name].columns).startswith(columns), name


def test_only_what_compares_may_be_empty(tables: Tables) -> None:
    empty = {name: schema_violations(table.slice(0, 0), SPECS[name]) for name, table in tables.items()}
    without = {"comparison", "organisation_change", "improvement", "revisions", "goal_distance", "data_quality"}
    assert empty == {name: [] if name in without else ["there are no rows"] for name in SPECS}


BROKEN: list[tuple[str, Callable[[pa.Table], pa.Table], str]] = [
    ("national", lambda table: table.drop_columns(["range"]), "column range is missing"),
    (
        "national",
        lambda table: table.append_column("median", pa.nulls(len(table))),
        "column median is not in the specification",
    ),
    ("national", lambda table: table.slice(0, 0), "there are no rows"),
    (
        "national",
        lambda table: with_column(table, "organisations", pa.array(["3", "2"])),
        "column organisations is string and should be int64",
    ),
    (
        "national",
        lambda table: with_column(table, "relative_likelihood", pa.array([1.72, 1.33])),
        "column relative_likelihood is double and should be decimal128(14, 2)",
    ),
    (
        "goals",
        lambda table: with_column(table, "share_within_percent", pa.array([Decimal("0.00"), Decimal("50.00")])),
        "column share_within_percent is decimal128(4, 2) and should be decimal128(14, 1)",
    ),
    (
        "goals",
        lambda table: with_column(table, "goal_met", pa.array([0, 1])),
        "column goal_met is int64 and should be bool",
    ),
    (
        "national",
        lambda table: with_column(table, "white_headcount", [None, 5200]),
        "column white_headcount has 1 empty values and must have none",
    ),
    (
        "national",
        lambda table: with_column(table, "white_entered", [Decimal("57.40"), Decimal("57.25")]),
        "column white_entered holds 57.40, no mean of whole numbers or halves",
    ),
    (
        "national",
        lambda table: with_column(table, "range", ["abve", "above"]),
        "column range holds 'abve', not one of below, within, above, not_calculable",
    ),
    (
        "national",
        lambda table: with_column(table, "name", ["z", "England"]),
        "column name holds 'z', which would read as a symbol",
    ),
    (
        "national",
        lambda table: with_column(table, "name", ["", "England"]),
        "column name holds '', text without a letter or digit",
    ),
    (
        "national",
        lambda table: pa.concat_tables([table, table.slice(0, 1)]),
        "more than one row for '2020 all england'",
    ),
]


@pytest.mark.parametrize(("name", "break_it", "breach"), BROKEN, ids=[breach for _, _, breach in BROKEN])
def test_a_breach_is_named(tables: Tables, name: str, break_it: Callable[[pa.Table], pa.Table], breach: str) -> None:
    broken = break_it(tables[name])
    assert schema_violations(broken, SPECS[name]) == [breach]
    with pytest.raises(ReleaseCheckError, match="R503") as error:
        check_table(broken, SPECS[name])
    assert (error.value.code, error.value.breaches) == ("R503", [f"{name}: {breach}"])


def test_columns_in_another_order_are_a_breach(tables: Tables) -> None:
    names = tables["goals"].column_names
    swapped = tables["goals"].select([names[1], names[0], *names[2:]])
    assert schema_violations(swapped, SPECS["goals"]) == [f"the columns are not in the order {', '.join(names)}"]


def test_all_breaches_of_all_tables_are_reported_at_once(tables: Tables) -> None:
    tables["national"] = with_column(tables["national"], "range", ["a1", "a2"])
    tables["goals"] = tables["goals"].drop_columns(["below", "above"])
    tables["medians"] = tables.pop("region")
    with pytest.raises(ReleaseCheckError) as error:
        checked_tables(tables, 2021)
    assert error.value.breaches == [
        "table region is missing",
        "table medians has no specification",
        "national: column range holds 'a1', 'a2', not one of below, within, above, not_calculable",
        "goals: column below is missing",
        "goals: column above is missing",
    ]


def test_a_year_after_the_release_s_own_is_a_breach(tables: Tables) -> None:
    with pytest.raises(ReleaseCheckError) as error:
        checked_tables(tables, 2020)
    assert error.value.breaches[0] == "national: rows of 2021, after the release's own year 2020"


def test_checked_tables_are_in_declared_types_sorted_and_say_nothing_where_the_register_does(tables: Tables) -> None:
    organisation = tables["organisation"]
    widened = with_column(organisation, "organisations", organisation["organisations"].combine_chunks().cast(pa.int8()))
    checked = checked_tables({**tables, "organisation": widened}, 2021)
    assert list(checked) == list(SPECS)
    ready = checked["organisation"]
    assert ready.schema.types == [column.arrow_type() for column in SPECS["organisation"].columns]
    keys = list(zip(ready["collection_year"].to_pylist(), ready["code"].to_pylist(), strict=True))
    assert keys == [(2020, "08W"), (2020, "RXY"), (2020, "RZ1"), (2021, "RXY")]
    assert pc.is_null(ready["region_code"]).to_pylist() == [True, False, False, False]
