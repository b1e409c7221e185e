"""Whole returns to send, and the pipeline at a set time."""

import csv
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.settings import Settings


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the clock."""
    return lambda time: monkeypatch.setenv("WRES_AS_OF", time)


@pytest.fixture
def send_csv(settings: Settings) -> Callable[..., Path]:
    """Leaves a CSV return in a sender's inbox, written here and not by the pipeline; `change` edits its rows."""

    def send(
        year: int,
        org: str,
        cells: Mapping[tuple[str, str], Decimal],
        change: Callable[[list[list[str]]], None] | None = None,
    ) -> Path:
        rows = [["collection_year", "organisation_code", "item", "ethnic_group", "value"]]
        rows += [[str(year), org, item, group, str(value)] for (item, group), value in cells.items()]
        rows += [
            [str(year), org, f"signoff.{key}", "", text]
            for key, text in (("name", "Director"), ("role", "Director of Workforce"), ("date", f"{year}-06-30"))
        ]
        if change is not None:
            change(rows)
        folder = settings.inbox / str(year) / org
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{org}-{len(list(folder.iterdir()))}.csv"
        with path.open("w", newline="", encoding="utf-8") as target:
            csv.writer(target).writerows(rows)
        return path

    return send


@pytest.fixture
def published(settings: Settings) -> Callable[..., list[dict[str, str]]]:
    """The rows of a published CSV table."""

    def read(year: int, table: str, edition: str = "1.0") -> list[dict[str, str]]:
        path = settings.published / str(year) / edition / "management" / "csv" / f"{table}.csv"
        with path.open(newline="", encoding="utf-8") as source:
            return list(csv.DictReader(source))

    return read
