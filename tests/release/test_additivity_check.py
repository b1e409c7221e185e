"""R501: when any count of any table is changed, it no longer adds up, and the sentence says where."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from wres.outputs.schema_check import ReleaseCheckError
from wres.outputs.table_schema import load_specification
from wres.release.additivity_check import adding_up_breaches
from wres.release.release_edits import release_breaches
from wres.release.remembered_checks import require_passed

Tables = dict[str, pa.Table]
POOLED = ("national", "region", "organisation_type", "goals", "coverage", "comparison", "improvement")
NOT_ADDED = {"goal_percent", "goal_met", "years_between"}


@pytest.fixture(scope="module")
def collected(collection_tables: Callable[..., Tables]) -> Tables:
    """Three years of five organisations of three groups; one sent nothing in 2021, one was late, one has no region."""
    return collection_tables(missing=frozenset({(2021, "T1520")}))


def counts(name: str) -> list[str]:
    """The columns of a table that count people or organisations."""
    columns = load_specification().tables[name].columns
    return [c.name for c in columns if c.datatype in ("integer", "count") and c.name not in NOT_ADDED]


def changed(table: pa.Table, row: int, column: str, by: int | str) -> pa.Table:
    lines = table.to_pylist()
    lines[row][column] += Decimal(by) if isinstance(by, str) else by
    return pa.Table.from_pylist(lines, schema=table.schema)


def test_what_the_indicators_give_adds_up(collected: Tables) -> None:
    assert adding_up_breaches(collected) == []
    assert release_breaches(collected) == []


@pytest.mark.parametrize("name", POOLED)
def test_any_count_that_is_changed_is_found(collected: Tables, name: str) -> None:
    table, broken = collected[name], dict(collected)
    assert table.num_rows
    for number, column in enumerate(counts(name)):
        for row in range(number % 7, table.num_rows, 7):  # other rows for each column
            if name == "improvement" and table["level"][row].as_py() == "organisation":
                continue
            if table[column][row].as_py() is None:
                continue
            broken[name] = changed(table, row, column, 1)
            assert adding_up_breaches(broken), (name, column, table.slice(row, 1).to_pylist())


def test_a_quarter_of_a_person_too_many_is_found(collected: Tables) -> None:
    row = (
        collected["national"]
        .to_pylist()
        .index(next(row for row in collected["national"].to_pylist() if row["organisation_group"] == "trust"))
    )
    broken = {**collected, "national": changed(collected["national"], row, "bme_entered", "0.25")}
    assert adding_up_breaches(broken) == [
        "national, bme_entered, 2020: England, national, trust is 28.75, but its organisations add up to 28.50"
    ]


@pytest.mark.parametrize("name", ["organisation", "organisation_change"])
def test_a_count_of_an_organisation_that_is_changed_is_found(collected: Tables, name: str) -> None:
    for column in set(counts(name)) - {"excess_entries", "organisations"}:
        broken = {**collected, name: changed(collected[name], 1, column, 1)}
        assert adding_up_breaches(broken), column


@pytest.mark.parametrize("name", [*POOLED, "organisation", "organisation_change"])
def test_a_row_that_is_missing_is_found(collected: Tables, name: str) -> None:
    for row in range(0, collected[name].num_rows, 3):
        lines = collected[name].to_pylist()
        gone = lines.pop(row)
        broken = {**collected, name: pa.Table.from_pylist(lines, schema=collected[name].schema)}
        assert adding_up_breaches(broken), gone


def test_an_organisation_that_stands_in_another_region_is_found(collected: Tables) -> None:
    def moved(line: dict[str, Any]) -> dict[str, Any]:
        return {**line, "region_code": "Y56"} if (line["collection_year"], line["code"]) == (2021, "RXY") else line

    table = collected["organisation"]
    broken = {**collected, "organisation": pa.Table.from_pylist(list(map(moved, table.to_pylist())), table.schema)}
    sentences = adding_up_breaches(broken)
    assert any("South East, region, trust" in sentence for sentence in sentences)
    assert any("London, region, all" in sentence for sentence in sentences)


def test_a_range_that_is_another_no_longer_fits_the_goals(collected: Tables) -> None:
    lines = collected["organisation"].to_pylist()
    assert lines[0]["range"] != "within"
    lines[0]["range"] = "within"
    broken = {**collected, "organisation": pa.Table.from_pylist(lines, schema=collected["organisation"].schema)}
    assert {sentence.split(",")[0] for sentence in adding_up_breaches(broken)} == {"goals"}


def test_r501_stops_and_is_reported_with_its_code(collected: Tables) -> None:
    broken = {**collected, "goals": changed(collected["goals"], 0, "within", 1)}
    sentences = adding_up_breaches(broken)
    with pytest.raises(ReleaseCheckError) as error:
        require_passed(release_breaches(broken))
    assert (error.value.code, error.value.breaches) == ("R501", sentences)
    assert release_breaches(broken) == [("R501", sentence) for sentence in sentences]


def test_the_specification_comes_first(collected: Tables) -> None:
    broken = {**collected, "goals": collected["goals"].drop_columns(["within"])}
    assert release_breaches(broken) == [("R503", "goals: column within is missing")]
    assert release_breaches(collected, 2021)[0] == (
        "R503",
        "national: rows of 2022, after the release's own year 2021",
    )
