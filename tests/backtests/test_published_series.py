"""The published series as it was retyped: complete, typed, and nobody's input."""

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.support.tables import check_table
from wres.indicators.published_series import published_series
from wres.outputs.table_schema import load_specification
from wres.returns.indicator_math import round_half_away

ROOT = Path(__file__).resolve().parent.parent.parent
TABLES = [ROOT / "docs" / "method.md", ROOT.parent / "shared" / "method.md"]
LATER = {2024}  # after the plan's table was written


def national() -> dict[int, dict[str, Any]]:
    rows = published_series(2025).to_pylist()
    return {row["collection_year"]: row for row in rows if row["level"] == "national"}


@pytest.mark.parametrize("document", TABLES, ids=["ours", "the plan's"])
def test_every_figure_of_the_printed_table_is_there_and_ours_has_no_other(document: Path) -> None:
    if not document.is_file():
        pytest.skip("the plan is not beside this checkout")
    text = document.read_text(encoding="utf-8")
    printed = re.findall(r"^\| (20\d\d) \| (\d\.\d\d|not at hand|) *\|(.*)\|$", text, re.MULTILINE)
    years = {int(year) for year, _, _ in printed}
    assert years | LATER == set(national())
    for year, ratio, note in printed:
        rows = [row for row in published_series(2025).to_pylist() if row["collection_year"] == int(year)]
        figures = {
            value
            for row in rows
            for name, value in row.items()
            if name.startswith("published_") and value is not None and name != "published_share_within_percent"
        }
        stated = re.sub(r"the baseline.*|\(23\.8%\)|of the workforce|above 1\.25", "", note.replace(",", ""))
        wanted = {Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", stated)}
        wanted |= {Decimal(ratio)} if re.match(r"\d", ratio) else set()
        assert wanted <= figures, year
        if document == TABLES[0]:  # the plan's is shorter
            assert figures == wanted, year


def test_it_keeps_to_its_specification_for_every_release() -> None:
    for year, number in ((2018, 3), (2019, 5), (2020, 6), (2022, 10), (2023, 11), (2025, 12)):
        table = published_series(year)
        check_table(table, load_specification().tables["published_series"])
        assert (table.num_rows, table.schema) == (
            number,
            load_specification().tables["published_series"].arrow_schema(),
        )
        assert max(table["collection_year"].to_pylist()) <= year


def test_the_distribution_of_2018_adds_up_to_its_share() -> None:
    row = national()[2018]
    numbers = [row[f"published_{name}"] for name in ("below", "within", "above")]
    assert sum(numbers) == row["published_organisations"] == 231
    share = Fraction(100 * row["published_within"], sum(numbers))
    assert row["published_share_within_percent"] == round_half_away(share, 1) == Decimal("23.8")


def test_no_sql_and_no_other_table_takes_anything_from_it() -> None:
    for path in (ROOT / "sql" / "indicators").rglob("*.sql"):
        assert "published_" not in path.read_text(encoding="utf-8")
    for name, spec in load_specification().tables.items():
        assert name == "published_series" or not [
            column for column in spec.columns if column.name.startswith("published_")
        ]
