"""Two engines, one result: Spark reads the warehouse's own Parquet files, and counts what DuckDB counts."""

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import cast

import pyarrow as pa
import pytest

from tests.indicators.made_returns import Row, collection, computed, figures, organisation, plain_return
from wres.errors import WresError
from wres.indicators.duckdb_engine import open_duckdb
from wres.indicators.engine import Engine
from wres.settings import Settings
from wres.warehouse.build import write_year
from wres.warehouse.iceberg import open_catalog, open_table, table_schema
from wres.warehouse.snapshot_reader import data_files


def national_rows() -> tuple[list[Row], list[Row], list[Row]]:
    """Four years of a dozen organisations: mergers, gaps, halves, noughts, ratios on the edge."""
    chosen = random.Random(2022)
    years = [collection(year, "two_year_average" if year < 2021 else "single_year", 76) for year in range(2019, 2023)]
    organisations, cells = [], []
    for year in years:
        number, window = year["collection_year"], year["window"]
        for place in range(12):
            code = f"R{place:02d}"
            status = chosen.choice(["accepted"] * 6 + ["accepted_with_queries", "rejected", "not_received"])
            organisations.append(
                organisation(
                    number,
                    code,
                    status,
                    chosen.choice(["Y56", "Y60", ""]),
                    organisation_group=("trust", "icb", "trust")[place % 3],
                    organisation_type=("acute", "mental_health", "")[place % 3],
                    last_year_codes=chosen.choice([code] * 5 + ["", f"{code} R99"]),
                )
            )
            if status.startswith("accepted"):
                half = Decimal("0.5") * chosen.randint(0, 1) if window == "two_year_average" else 0
                counts: dict[str, tuple[Decimal | int, ...]] = {
                    group: (chosen.choice([0, 3, staff]), chosen.randint(0, 30) + half, chosen.randint(0, 30))
                    for group, staff in (("white", 1234), ("bme", 567), ("unknown", 20))
                }
                if window == "single_year":
                    counts = {group: counted[:2] for group, counted in counts.items()}
                cells += figures(year, code, plain_return(**counts))
    return cells, organisations, years


def test_every_table_of_a_national_collection_is_the_same(spark: Engine) -> None:
    rows = national_rows()
    on_duckdb, on_spark = computed(*rows), computed(*rows, engine=spark)
    assert on_duckdb["improvement"].num_rows
    assert on_duckdb["organisation"].num_rows
    for name, table in on_duckdb.items():
        assert on_spark[name].to_pylist() == table.to_pylist(), name
        assert on_spark[name].schema == table.schema


def test_a_fault_of_the_inputs_is_reported_alike(spark: Engine) -> None:
    cells, organisations, years = national_rows()
    with pytest.raises(ValueError, match="hold a figure given twice") as duckdb_error:
        computed(cells + cells[:1], organisations, years)
    with pytest.raises(ValueError, match="hold a figure given twice") as spark_error:
        computed(cells + cells[:1], organisations, years, engine=spark)
    assert str(spark_error.value) == str(duckdb_error.value)


def warehouse_rows(year: int, *codes: str) -> dict[str, pa.Table]:
    """An organisation with one figure each."""
    blank: dict[str, object] = dict.fromkeys(table_schema("organisations").names, "")
    blank |= {"collection_year": year, "late": False, "simulated": False}
    blank |= dict.fromkeys(("received_at", "closed", "successor_from"))
    organisations = [
        blank | {"organisation_code": code, "name": f"Trust {code}", "last_year_codes": f"{code} OLD"} for code in codes
    ]
    cell = {"collection_year": year, "receipt": "", "sha256": "", "item": "x", "ethnic_group": "bme"}
    cells = [cell | {"organisation_code": code, "value": Decimal(f"{n}.5")} for n, code in enumerate(codes)]
    return {
        "organisations": pa.Table.from_pylist(organisations, table_schema("organisations")),
        "figures": pa.Table.from_pylist(cells, table_schema("figures")),
        "findings": table_schema("findings").empty_table(),
    }


def held(engine: Engine, settings: Settings, name: str, snapshot: int, up_to: int) -> list[list[object]]:
    engine.register_snapshot(settings, name, snapshot, up_to)
    rows = [list(row.items()) for row in engine.query(f"SELECT * FROM {name}").to_pylist()]
    return sorted(rows, key=str)


def held_alike(spark: Engine, settings: Settings, name: str, snapshot: int, up_to: int = 2022) -> list[list[object]]:
    with open_duckdb() as database:
        on_duckdb = held(database, settings, name, snapshot, up_to)
    assert held(spark, settings, name, snapshot, up_to) == on_duckdb
    return on_duckdb


def test_a_snapshot_is_read_from_its_files_as_it_was(spark: Engine, settings: Settings) -> None:
    empty = write_year(settings, 2021, warehouse_rows(2021)).snapshots
    write_year(settings, 2021, warehouse_rows(2021, "RAA"))
    early = write_year(settings, 2022, warehouse_rows(2022, "RAA", "RBB", "RCC")).snapshots
    late = write_year(settings, 2022, warehouse_rows(2022, "RDD")).snapshots
    for name in ("figures", "organisations"):
        assert [len(held_alike(spark, settings, name, ids[name])) for ids in (empty, early, late)] == [0, 4, 2]
        assert len(held_alike(spark, settings, name, early[name], up_to=2021)) == 1


def test_columns_are_known_by_their_ids(spark: Engine, settings: Settings) -> None:
    """A file that calls a column otherwise is read like the others."""
    before = warehouse_rows(2021, "RAA")["organisations"]
    with open_catalog(settings) as catalogue:
        table = open_table(catalogue, "organisations")
        with table.update_schema() as update:
            update.rename_column("name", "called")
        table.append(before.rename_columns({"name": "called"}))
        with table.update_schema() as update:
            update.rename_column("called", "name")
    later = write_year(settings, 2022, warehouse_rows(2022, "RBB")).snapshots["organisations"]
    rows = held_alike(spark, settings, "organisations", later)
    named = [dict(cast("list[tuple[str, object]]", row)) for row in rows]
    assert [(row["name"], row["last_year_codes"]) for row in named] == [
        ("Trust RAA", "RAA OLD"),
        ("Trust RBB", "RBB OLD"),
    ]


def test_a_home_with_a_space_in_its_name_is_read(spark: Engine, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "the home of 100% [trusts]")
    snapshot = write_year(settings, 2022, warehouse_rows(2022, "RAA")).snapshots["figures"]
    assert len(held_alike(spark, settings, "figures", snapshot)) == 1


def test_rows_deleted_by_another_file_are_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyiceberg.table import DataScan, FileScanTask

    snapshot = write_year(settings, 2022, warehouse_rows(2022, "RAA")).snapshots["figures"]
    assert len(data_files(settings, "figures", snapshot, 2022).paths) == 1
    plain = DataScan.plan_files

    def with_deletes(scan: DataScan) -> Iterator[FileScanTask]:  # PyIceberg writes none; other programs do
        return (FileScanTask(task.file, {task.file}) for task in plain(scan))

    monkeypatch.setattr(DataScan, "plan_files", with_deletes)
    with pytest.raises(WresError, match="has deleted rows of the warehouse's table figures"):
        data_files(settings, "figures", snapshot, 2022)
