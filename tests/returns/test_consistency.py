"""The sentences about figures that do not agree with each other have their numbers as people write them."""

from decimal import Decimal

import pytest

from wres.returns.consistency import TOTAL, consistency_errors
from wres.returns.indicator_math import ENTERED, ENTERED_PREVIOUS_YEAR
from wres.returns.template_spec import load_template

BAND = "workforce.clinical.band_5"


@pytest.mark.parametrize(
    ("version", "stated", "sentence"),
    [
        ("2.0", {ENTERED: "1300", BAND: "1204"}, "V205: 1,300 people would have entered of 1,204 staff (bme)"),
        (
            "1.0",
            {ENTERED: "1", ENTERED_PREVIOUS_YEAR: "2409", BAND: "1204"},
            "V205: 1,205 people would have entered a year, on average, of 1,204 staff (bme)",
        ),
        (
            "1.0",
            {ENTERED: "30", ENTERED_PREVIOUS_YEAR: "37", BAND: "33"},
            "V205: 33.5 people would have entered a year, on average, of 33 staff (bme)",
        ),
        (
            "2.0",
            {TOTAL: "1205", BAND: "1204"},
            f"V206: {TOTAL} would be 1,205, but the rows that make it up would add to 1,204 (bme)",
        ),
    ],
)
def test_numbers_are_written_as_people_write_them(version: str, stated: dict[str, str], sentence: str) -> None:
    template = load_template(version)
    figures = {
        (item.code, group): Decimal(0) for item in template.items if item.required for group in template.ethnic_groups
    }
    figures |= {(item, "bme"): Decimal(value) for item, value in stated.items()}
    assert consistency_errors(figures, template) == [sentence]
