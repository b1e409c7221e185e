"""What is published is what the marts hold: each cell of CSV and Parquet files, and of local reports."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from wres import steps
from wres.outputs.table_schema import load_specification
from wres.settings import Settings
from wres.warehouse import connect

Row = dict[str, Any]
SYMBOLS = {"z", "x"}
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("removable")]

POOLED = ("region", "organisation_type", "comparison")


def marts(settings: Settings) -> dict[str, list[Row]]:
    """The rows of each mart of the latest build."""
    with connect(settings=settings) as connection:
        return {
            name: connection.sql(f"SELECT * FROM mart.{name}").to_arrow_table().to_pylist()
            for name, spec in load_specification().tables.items()
            if spec.is_measured
        }


def published(path: Path, key: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {tuple(row[name] for name in key): row for row in csv.DictReader(file)}


def is_printed(value: Any, text: str) -> bool:
    """Whether a text of a CSV file is a value, or the symbol for none."""
    if value is None or text in SYMBOLS:
        return value is None and text in SYMBOLS
    if isinstance(value, bool):
        return text == str(value).lower()
    return bool(Decimal(text) == value if isinstance(value, int | Decimal) and text != "c" else text == str(value))


def is_rounded(table: str, column: str, value: Any, text: str) -> bool:
    """Whether an official text is withheld, or the entries of a region or type to the nearest 5."""
    if text == "c":
        return True
    if table not in POOLED or not column.endswith("_entered"):
        return False
    return Decimal(text) % 5 == 0 and abs(Decimal(text) - value) <= Decimal("2.5")


def test_every_cell_of_both_releases_is_that_of_the_mart(released: Settings) -> None:
    edition = released.home / "published" / "2022" / "1.0"
    held_back = 0
    for name, rows in marts(released).items():
        key = load_specification().tables[name].key
        for audience in ("management", "official"):
            printed = published(edition / audience / "csv" / f"{name}.csv", key)
            assert set(printed) == {tuple(str(row[column]) for column in key) for row in rows}, name
            for row in rows:
                texts = printed[tuple(str(row[column]) for column in key)]
                different = {column: (value, texts[column]) for column, value in row.items()}
                different = {column: pair for column, pair in different.items() if not is_printed(*pair)}
                if audience == "official":
                    held_back += len(different)
                    different = {c: pair for c, pair in different.items() if not is_rounded(name, c, *pair)}
                assert not different, (name, audience, texts)
    assert held_back > 0


def test_parquet_holds_the_numbers_of_the_csv_file(released: Settings) -> None:
    folder = released.home / "published" / "2022" / "1.0" / "official"
    for name, spec in load_specification().tables.items():
        printed = published(folder / "csv" / f"{name}.csv", spec.key)
        stored = pq.read_table(folder / "parquet" / f"{name}.parquet").to_pylist()
        assert len(stored) == len(printed)
        for row in stored:
            texts = printed[tuple("z" if row[column] is None else str(row[column]) for column in spec.key)]
            for column in spec.columns:
                text, value = texts[column.name], row[column.name]
                if value is None:
                    assert text in (SYMBOLS | {"c"})
                    assert (text == "c") == (column.name in row["suppressed"])
                elif column.is_number:
                    assert value == float(text), (name, column.name)


def test_a_local_report_has_the_exact_figures_of_the_mart(released: Settings) -> None:
    steps.send_local_reports(steps.open_context(2022))
    rows: dict[tuple[str, ...], Row] = {
        (str(row["collection_year"]), row["code"]): row for row in marts(released)["organisation"]
    }
    for code in ("RXY", "RJ1"):
        path = released.outbox / "2022" / code / "local-report-1.0" / "local-report.csv"
        own = {
            key: row for key, row in published(path, ("collection_year", "code")).items() if row["relation"] == "own"
        }
        assert own.keys() == {key for key in rows if key[1] == code}
        for key, texts in own.items():
            assert not {column for column, value in rows[key].items() if not is_printed(value, texts[column])}
