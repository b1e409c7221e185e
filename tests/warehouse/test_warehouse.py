"""The warehouse: a commit replaces a year, the same content is not written twice, a snapshot stays readable."""

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

import wres.warehouse.build
import wres.warehouse.tags
from wres.settings import Settings
from wres.warehouse.build import content_digest, write_year
from wres.warehouse.iceberg import open_catalog, open_table, table_schema
from wres.warehouse.snapshot_reader import read_years
from wres.warehouse.tags import tag_release, tagged_snapshots


def tables(year: int, *values: str) -> dict[str, pa.Table]:
    figures = [
        {
            "collection_year": year,
            "organisation_code": f"R{n:02d}",
            "receipt": f"{year}-R{n:02d}-001",
            "sha256": "0" * 64,
            "item": "workforce.clinical.vsm",
            "ethnic_group": "white",
            "value": Decimal(value),
        }
        for n, value in enumerate(values)
    ]
    return {
        "figures": pa.Table.from_pylist(figures, schema=table_schema("figures")),
        "organisations": table_schema("organisations").empty_table(),
        "findings": table_schema("findings").empty_table(),
    }


def values(settings: Settings, snapshot: int, up_to: int) -> list[tuple[int, Decimal]]:
    rows = read_years(settings, "figures", snapshot, up_to).to_pylist()
    return sorted((row["collection_year"], row["value"]) for row in rows)


def test_a_build_replaces_its_year_and_no_other(anywhere: Settings) -> None:
    write_year(anywhere, 2021, tables(2021, "1.0", "2.5"))
    write_year(anywhere, 2022, tables(2022, "3.0", "4.0"))
    written = write_year(anywhere, 2022, tables(2022, "5.0"))
    snapshot = written.snapshots["figures"]
    assert values(anywhere, snapshot, 2022) == [(2021, Decimal(1)), (2021, Decimal("2.5")), (2022, Decimal(5))]
    assert values(anywhere, snapshot, 2021) == [(2021, Decimal(1)), (2021, Decimal("2.5"))]


def test_the_same_content_is_the_same_build_in_any_row_order(settings: Settings) -> None:
    first = write_year(settings, 2022, tables(2022, "1.0", "2.0"))
    turned = tables(2022, "1.0", "2.0")
    turned["figures"] = turned["figures"].take([1, 0])
    second = write_year(settings, 2022, turned)
    assert (first.changed, second.changed) == (True, False)
    assert (first.content, first.snapshots) == (second.content, second.snapshots)


def test_content_counts_the_years_before_and_not_those_after(settings: Settings) -> None:
    first = write_year(settings, 2021, tables(2021, "1.0"))
    second = write_year(settings, 2022, tables(2022, "1.0"))
    assert write_year(settings, 2021, tables(2021, "1.0")).content == first.content
    write_year(settings, 2021, tables(2021, "9.0"))
    assert write_year(settings, 2022, tables(2022, "1.0")).content != second.content


def test_a_large_year_is_written_in_parts_and_is_the_same(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write_year(settings, 2021, tables(2021, "9.0"))
    write_year(settings, 2022, tables(2022, "7.0"))
    three = tables(2022, "1.0", "2.0", "3.0")
    expected = content_digest(settings, 2022, three)
    monkeypatch.setattr(wres.warehouse.build, "ROWS_AT_ONCE", 1)
    written = write_year(settings, 2022, three)
    all_rows = [(2021, Decimal(9)), *((2022, Decimal(value)) for value in (1, 2, 3))]
    assert (values(settings, written.snapshots["figures"], 2022), written.content) == (all_rows, expected)
    assert not write_year(settings, 2022, three).changed


def test_a_year_can_become_empty(settings: Settings) -> None:
    write_year(settings, 2022, tables(2022, "1.0"))
    written = write_year(settings, 2022, tables(2022))
    assert values(settings, written.snapshots["figures"], 2022) == []


def test_an_old_snapshot_is_read_as_it_was_and_keeps_its_tag(settings: Settings) -> None:
    old = write_year(settings, 2022, tables(2022, "1.0"))
    for _ in range(2):
        tag_release(settings, dict(old.snapshots), "2022-1.0")
    write_year(settings, 2022, tables(2022, "2.0"))
    assert values(settings, old.snapshots["figures"], 2022) == [(2022, Decimal(1))]
    with open_catalog(settings) as catalogue:
        assert open_table(catalogue, "figures").refs()["2022-1.0"].snapshot_id == old.snapshots["figures"]


@pytest.mark.parametrize("theirs", ["2022-1.0", "2022-1.1"])
def test_another_worker_that_gives_a_tag_in_between_does_no_harm(
    theirs: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = dict(write_year(settings, 2022, tables(2022, "1.0")).snapshots)
    opened = wres.warehouse.tags.open_table  # type: ignore[attr-defined]
    stalls = ["findings"]  # after it has looked, before it commits

    def open_and_stall(catalogue: Any, name: str) -> Any:
        table = opened(catalogue, name)
        if stalls == [name]:
            stalls.clear()
            tag_release(settings, written, theirs)
        return table

    monkeypatch.setattr("wres.warehouse.tags.open_table", open_and_stall)
    tag_release(settings, written, "2022-1.0")
    assert not stalls
    assert tagged_snapshots(settings, "2022-1.0") == tagged_snapshots(settings, theirs) == written


def test_rows_of_another_year_are_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="another year"):
        write_year(settings, 2022, tables(2021, "1.0"))


def test_each_year_has_its_own_parquet_partition(settings: Settings) -> None:
    write_year(settings, 2021, tables(2021, "1.0"))
    write_year(settings, 2022, tables(2022, "1.0"))
    files = [path.parent.name for path in (settings.home / "warehouse").rglob("*.parquet")]
    assert sorted(files) == ["collection_year=2021", "collection_year=2022"]


def tables_with_findings(year: int, findings: int) -> dict[str, pa.Table]:
    row = {"collection_year": year, "organisation_code": "R00", "receipt": "r", "edit_code": "Q303", "ran": True}
    rows = [row | {"findings": findings, "findings_explained": 0, "corrected": False}]
    return {**tables(year, "1.0"), "findings": pa.Table.from_pylist(rows, schema=table_schema("findings"))}


def test_findings_are_no_part_of_a_builds_digest(settings: Settings) -> None:
    before = write_year(settings, 2022, tables(2022, "1.0"))
    after = write_year(settings, 2022, tables_with_findings(2022, 2))
    assert (after.content, after.changed) == (before.content, True)
    assert content_digest(settings, 2022, tables_with_findings(2022, 2)) == after.content
    for written, numbers in ((before, []), (after, [2])):
        rows = read_years(settings, "findings", written.snapshots["findings"], 2022)
        assert rows["findings"].to_pylist() == numbers
