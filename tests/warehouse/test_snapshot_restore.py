"""A lost warehouse is made again from the text of its rows: the same rows in new snapshots."""

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from wres.settings import Settings
from wres.warehouse.build import write_year
from wres.warehouse.iceberg import TABLES, open_catalog, open_table, table_schema
from wres.warehouse.snapshot_export import export_years, position_in_history, read_exported_rows
from wres.warehouse.snapshot_reader import read_years
from wres.warehouse.snapshot_restore import SnapshotBackup, restore_snapshots


def figure(year: int, code: str, value: str, reason: str | None = None) -> dict[str, object]:
    return {
        "collection_year": year,
        "organisation_code": code,
        "receipt": f"{year}-{code}-001",
        "sha256": "0" * 64,
        "item": "disciplinary.entered",
        "ethnic_group": "bme",
        "value": Decimal(value),
        "corrected_from": None if reason is None else Decimal("9.5"),
        "correction_reason": reason,
        "corrected_by": reason,
        "corrected_on": None if reason is None else "2022-10-05",
    }


def organisation(year: int, code: str, receipt: str | None) -> dict[str, object]:
    words = ("name", "organisation_group", "organisation_type", "region_code", "region_name", "icb_code", "icb_name")
    return {
        "collection_year": year,
        "organisation_code": code,
        **dict.fromkeys(words, 'St "Luke\'s", NHS'),
        "status": "accepted",
        "receipt": receipt,
        "received_at": datetime(2022, 6, 10, 12, 0, 0, 123456, tzinfo=UTC) if receipt else None,
        "late": False,
        "simulated": True,
        "last_year_codes": "" if receipt else code,
        "closed": date(2022, 9, 30) if receipt else None,
        "successor_code": "RM3" if receipt else None,
        "successor_from": None,
        "taken_over": "" if receipt else "RW6:2021-09-30:2021-10-01 RT3::",
    }


def tables(year: int, *figures: dict[str, object]) -> dict[str, pa.Table]:
    tables = {
        "figures": list(figures),
        "organisations": [organisation(year, "RXY", "r"), organisation(year, "RJ1", None)],
        "findings": [],
    }
    return {name: pa.Table.from_pylist(tables[name], schema=table_schema(name)) for name in TABLES}


def texts_of(settings: Settings, name: str, snapshot: int) -> dict[int, bytes]:
    return {year: text.read() for year, text in export_years(settings, name, snapshot)}


def test_the_rows_of_every_snapshot_come_back(anywhere: Settings) -> None:
    kept: dict[str, list[SnapshotBackup]] = {name: [] for name in TABLES}
    texts: dict[str, bytes] = {}
    before: dict[tuple[str, int], Any] = {}
    for year, *figures in (
        (2021, figure(2021, "RXY", "1.5")),
        (2022, figure(2022, "RXY", "3")),
        (2021, figure(2021, "RXY", "2", "line\nbreak, and more"), figure(2021, "RJ1", "1")),
        (2022, figure(2022, "RXY", "3")),  # as it was: no snapshot of its own
        (2022, figure(2022, "RXY", "3", "")),
    ):
        written = write_year(anywhere, year, tables(year, *figures))
        for name, snapshot in written.snapshots.items():
            rows = texts_of(anywhere, name, snapshot)
            keys = {number: f"{name} {number} {hash(content)}" for number, content in rows.items()}
            texts |= {keys[row]: rows[row] for row in rows}
            order, digests = position_in_history(anywhere, name, snapshot)
            kept[name].append(SnapshotBackup(order, keys, digests))
            before[name, order] = read_years(anywhere, name, snapshot, 9999)
    shutil.rmtree(anywhere.home / "warehouse")
    engine = create_engine(anywhere.registry_url())
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM iceberg_tables"))
    engine.dispose()
    snapshots: dict[str, dict[int, int]] = {}
    for _ in range(2):  # twice does no harm
        for name in TABLES:
            snapshots[name] = restore_snapshots(anywhere, name, kept[name][::-1], texts.__getitem__)
    for (name, order), rows in before.items():
        again = read_years(anywhere, name, snapshots[name][order], 9999)
        keys = [(column, "ascending") for column in ("collection_year", "organisation_code")]  # type: ignore[assignment]
        assert again.sort_by(keys).equals(rows.sort_by(keys))
    last = write_year(anywhere, 2022, tables(2022, figure(2022, "RXY", "3", "")))
    assert (last.changed, last.content) == (False, written.content)
    assert last.snapshots == {name: snapshots[name][max(snapshots[name])] for name in TABLES}
    new = write_year(anywhere, 2022, tables(2022, figure(2022, "RXY", "4")))
    assert read_years(anywhere, "figures", new.snapshots["figures"], 2022).num_rows == 3
    place, _ = position_in_history(anywhere, "figures", new.snapshots["figures"])
    assert place > max(snapshots["figures"])  # so that a second rebuild makes it the last one


def test_a_killed_run_is_gone_on_with(settings: Settings) -> None:
    written = write_year(settings, 2021, tables(2021, figure(2021, "RXY", "1")))
    text_2021 = texts_of(settings, "figures", written.snapshots["figures"])[2021]
    kept = SnapshotBackup(99, {2021: "2021"}, {})
    restored = restore_snapshots(settings, "figures", [kept], {"2021": text_2021}.__getitem__)
    with open_catalog(settings) as catalogue:
        current = open_table(catalogue, "figures").current_snapshot()
    assert current is not None
    assert restored == {99: current.snapshot_id}
    assert read_years(settings, "figures", restored[99], 2022).num_rows == 1


@pytest.mark.usefixtures("_clean_environment")
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20) | st.none())
def test_any_text_comes_back(words: str | None) -> None:
    import io

    from pyarrow import csv

    rows = tables(2022, figure(2022, "RXY", "1", words))["figures"]
    sink = io.BytesIO()
    csv.write_csv(rows, sink)
    assert read_exported_rows("figures", sink.getvalue()).equals(rows)
