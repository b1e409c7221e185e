"""Two workers that write a table of the warehouse at the same moment leave what one after the other would."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from threading import Timer
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.table import Table, Transaction

from tests.warehouse.test_counted_builds import built
from wres.database.releases import get_snapshots
from wres.indicators.counted_builds import count_build
from wres.settings import Settings
from wres.warehouse.iceberg import open_catalog
from wres.warehouse.marts import CountedBuild, changed_tables, hash_counted_tables, read_counted, write_counted
from wres.warehouse.remembered import read_remembered, write_remembered

KEY = CountedBuild(2022, "2022-b001", "0" * 16)
OTHER = CountedBuild(2022, "2022-b002", "0" * 16)
NATIONAL = "mart.national"


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[type, str, Callable[[], object]], None]:
    """Lets another worker write all of its rows just before the next `append` or `overwrite` of this one."""

    def arrange(owner: type, operation: str, other: Callable[[], object]) -> None:
        real = getattr(owner, operation)

        def instead(self: Any, *args: Any, **named: Any) -> Any:
            monkeypatch.setattr(owner, operation, real)
            other()
            return real(self, *args, **named)

        monkeypatch.setattr(owner, operation, instead)

    return arrange


def rows_of(settings: Settings, table: str) -> list[dict[str, Any]]:
    with open_catalog(settings) as catalogue:
        rows: list[dict[str, Any]] = catalogue.load_table(table).scan().to_arrow().to_pylist()
    return rows


@pytest.mark.slow
def test_the_catalogue_waits_for_others_that_write_the_registry(settings: Settings) -> None:
    write_remembered(settings, OTHER, "exact tables", "[]")
    with closing(sqlite3.connect(settings.registry_file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        ended = Timer(8, other.execute, ["COMMIT"])  # after the five seconds that SQLite's driver waits by itself
        ended.start()
        write_remembered(settings, KEY, "exact tables", "[1]")
        ended.join()
    assert read_remembered(settings, KEY, "exact tables") == "[1]"


def test_an_answer_that_both_work_out_is_kept_once(settings: Settings, meanwhile: Callable[..., None]) -> None:
    write_remembered(settings, OTHER, "exact tables", "[]")
    meanwhile(Table, "append", lambda: write_remembered(settings, KEY, "exact tables", "[]"))
    write_remembered(settings, KEY, "exact tables", "[]")
    assert len(rows_of(settings, "wres.remembered")) == 2
    meanwhile(Table, "overwrite", lambda: write_remembered(settings, KEY, "exact tables", "[1]"))
    write_remembered(settings, KEY, "exact tables", "[2]")
    assert len(rows_of(settings, "wres.remembered")) == 2
    assert read_remembered(settings, KEY, "exact tables") == "[2]"


def test_tables_that_both_count_have_each_row_once(settings: Settings, meanwhile: Callable[..., None]) -> None:
    tables = {NATIONAL: pa.table({"white_entered": [1, 2, 3]})}
    digests: set[str] = set()
    write_counted(settings, OTHER, tables)
    for operation in ("append", "overwrite"):
        meanwhile(Table, operation, lambda: write_counted(settings, KEY, tables))
        write_counted(settings, KEY, tables)
        assert len(rows_of(settings, NATIONAL)) == 6
        assert len(rows_of(settings, "wres.counted_builds")) == 2
        assert changed_tables(settings, KEY) == []
        digests.add(hash_counted_tables(settings, KEY))
        kept = read_counted(settings, KEY)
        assert kept is not None
        assert kept[NATIONAL]["white_entered"].to_pylist() == [1, 2, 3]
    assert len(digests) == 1  # else a reader between the two would take one's files for changed


def test_every_table_is_counted_in_an_order_that_is_always_the_same(settings: Settings) -> None:
    built(settings, 2021, 30, 10)
    build = built(settings, 2022, 20, 20)
    counted = count_build(settings, dict(get_snapshots(build)), 2022)
    for name in ("core.counts", "core.area_membership", "core.group_measures"):
        rows = counted[name]
        assert rows.num_rows > 1
        assert rows == rows.sort_by([(column, "ascending") for column in rows.column_names])


def test_two_years_that_are_built_at_once_are_both_there(settings: Settings, meanwhile: Callable[..., None]) -> None:
    built(settings, 2020, 10, 10)
    meanwhile(Transaction, "append", lambda: built(settings, 2021, 20, 10))
    build = built(settings, 2022, 30, 10)
    assert {row["collection_year"] for row in rows_of(settings, "raw.organisations")} == {2020, 2021, 2022}
    assert len(rows_of(settings, "raw.organisations")) == 3
    again = built(settings, 2022, 30, 10)
    assert (again.build, again.content) == (build.build, build.content)
