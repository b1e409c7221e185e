"""Whole returns to send, and the pipeline at a set time."""

import csv
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.approvals import publish_approved
from wres import steps
from wres.settings import Settings, load_settings


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the clock."""
    return lambda time: monkeypatch.setenv("WRES_AS_OF", time)


@pytest.fixture
def send_csv(_clean_environment: None) -> Callable[..., Path]:
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
            for key, text in (("name", "Director"), ("role", "Director of Workforce"), ("date", f"{year}-05-31"))
        ]
        if change is not None:
            change(rows)
        folder = (
            load_settings().inbox / str(year) / org
        )  # of the home that is being made, which may be a copy's original
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


@pytest.fixture
def send_two(
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    world: Callable[..., Any],
) -> Callable[..., None]:
    """Sends and collects returns of RXY, with so many BME entries, and RJ1; no total is stated unless it is given."""

    def send(year: int = 2022, entered: str = "19", **items: tuple[int, int, int]) -> None:
        set_clock(f"{year}-06-10T12:00")
        send_csv(year, "RXY", figures(year, (1000, 100, 10), ("10", entered, "0"), **items))
        send_csv(year, "RJ1", figures(year, (500, 900, 20), ("30", "20", "1")))
        steps.collect(steps.open_context(year))

    def send_once(year: int = 2022, entered: str = "19", **items: tuple[int, int, int]) -> None:
        if load_settings().home.exists():
            send(year, entered, **items)
        else:
            world(f"two-{year}-{entered}-{'-'.join(items)}", lambda: send(year, entered, **items))
            set_clock(f"{year}-06-10T12:00")

    return send_once


@pytest.fixture
def built_two(
    send_two: Callable[..., Any], set_clock: Callable[[str], None], world: Callable[..., Any]
) -> steps.Summary:
    """What `send_two` sends for 2022, built; gives what the build said."""

    def make() -> steps.Summary:
        send_two()
        return steps.build(steps.open_context(2022))

    summary: steps.Summary = world("two-built", make)
    set_clock("2022-06-10T12:00")
    return summary


@pytest.fixture
def released(
    settings: Settings, send_two: Callable[..., None], set_clock: Callable[[str], None], world: Callable[..., Any]
) -> Settings:
    """2022 officially released, with RXY and RJ1 in it, at its release time; nobody has a local report yet."""
    release_time = "2023-02-22T09:30"

    def make() -> None:
        send_two()
        set_clock(release_time)
        publish_approved()

    world("released", make)
    set_clock(release_time)
    return settings


@pytest.fixture
def correct(settings: Settings) -> Callable[..., None]:
    """Writes a year's corrections: each line without reason, who and when."""

    def write_corrections(*lines: str, year: int = 2022) -> None:
        settings.corrections.mkdir(parents=True, exist_ok=True)
        rows = [f'{line},"typing error, confirmed by telephone",collection manager,{year}-10-05' for line in lines]
        header = "organisation,item,group,from,to,reason,who,when"
        (settings.corrections / f"{year}.csv").write_text("\n".join([header, *rows]) + "\n")

    return write_corrections
