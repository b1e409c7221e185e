import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pandas as pd
import pytest

from tests.simulation.seen import Seen
from wres.reference.register import default_register, default_successions
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template
from wres.simulation.deliveries import simulate_year
from wres.simulation.delivery import Delivery


@pytest.fixture(scope="session")
def register() -> Any:
    return default_register()


@pytest.fixture(scope="session")
def successions() -> Any:
    return default_successions()


@pytest.fixture(scope="session")
def simulate(register: pd.DataFrame, successions: pd.DataFrame) -> Callable[..., Any]:
    """simulate(year, **options) -> deliveries, on the shipped register."""

    def run(year: int, **options: Any) -> Any:
        calendar = load_year(year)
        return simulate_year(calendar, load_template(calendar.template_version), register, successions, **options)

    return run


@pytest.fixture(scope="session")
def national(simulate: Callable[..., list[Delivery]]) -> Any:
    """A whole national collection of 2022."""
    return simulate(2022, seed=1)


@pytest.fixture(scope="session")
def look() -> Callable[..., Any]:
    def run(delivery: Delivery) -> Any:
        return _csv(delivery.content) if delivery.file_name.endswith(".csv") else _workbook(delivery.content)

    return run


def _csv(content: Any) -> Any:
    text = content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))
    assert rows[0] == ["collection_year", "organisation_code", "item", "ethnic_group", "value"]
    cells = [(item, group, value) for _, _, item, group, value in rows[1:] if group]
    texts = {item: value for _, _, item, group, value in rows[1:] if not group}
    (year,), (code,) = ({row[column] for row in rows[1:]} for column in (0, 1))
    return Seen(code, year, None, cells, texts)  # type: ignore[arg-type]


def _workbook(content: Any) -> Any:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    rows = list(book["Return"].iter_rows(values_only=True))
    labels = {row[0]: row[1] for row in rows if row[0]}
    cells = [
        (row[0], group, value)
        for row in rows
        if str(row[0]).startswith(("workforce.", "disciplinary."))
        for group, value in zip(("white", "bme", "unknown"), row[2:5], strict=True)
    ]
    lines = list(book["Explanations"].iter_rows(values_only=True))
    explained = {f"explanation.{line[0]}": line[2] for line in lines if line[2] and line[0] != "Code"}
    return Seen(labels["Organisation code"], labels["Collection year"], labels["Template version"], cells, explained)  # type: ignore[arg-type]
