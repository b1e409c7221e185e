"""Last year's figures follow organisations through their mergers."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.support.registry import save_all_results
from wres.database.receipts import NewReceipt, add_receipt
from wres.database.registry import open_registry
from wres.reference.year_config import load_year
from wres.returns.findings import ValidationResult
from wres.settings import Settings
from wres.validation.previous_year import PreviousYear

NOON = datetime(2020, 6, 10, 12, tzinfo=UTC)
CELL = ("workforce.clinical.vsm", "white")


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return open_registry(settings)


@pytest.fixture
def accepted(engine: Engine) -> Callable[[int, str, int], None]:
    """Records an accepted return that holds one figure."""

    def record(year: int, code: str, value: int) -> None:
        new = NewReceipt(year, code, "folder", f"{year}{code}", "r.csv", "0" * 64, 1, NOON, "as_of", simulated=False)
        figures = {CELL: Decimal(value)}
        result = ValidationResult(add_receipt(engine, new), "accepted", "1.0", "r/1", figures=figures)
        save_all_results(engine, year, [result], NOON)

    return record


def test_a_new_code_has_the_last_year_of_those_it_was_made_of(
    settings: Settings, engine: Engine, accepted: Callable[..., Any]
) -> None:
    accepted(2020, "RDZ", 3)
    accepted(2020, "RD3", 4)
    assert PreviousYear(settings, engine, load_year(2021)).figures("R0D") == {CELL: Decimal(7)}


def test_an_old_code_has_its_own_and_those_it_took_over(
    settings: Settings, engine: Engine, accepted: Callable[..., Any]
) -> None:
    accepted(2020, "RT3", 3)
    assert PreviousYear(settings, engine, load_year(2021)).figures("RJ1") is None  # its own return is missing
    accepted(2020, "RJ1", 4)
    assert PreviousYear(settings, engine, load_year(2021)).figures("RJ1") == {CELL: Decimal(7)}


def test_without_a_return_last_year_there_is_nothing_to_compare(
    settings: Settings, engine: Engine, accepted: Callable[..., Any]
) -> None:
    assert PreviousYear(settings, engine, load_year(2021)).figures("RXY") is None
    accepted(2020, "RJ1", 4)
    assert PreviousYear(settings, engine, load_year(2021)).figures("RXY") is None
    assert PreviousYear(settings, engine, load_year(2018)).figures("RJ1") is None
