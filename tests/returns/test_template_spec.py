"""The templates hold exactly the items of the contract."""

from decimal import Decimal
from typing import Any

import pytest

from wres.errors import WresError
from wres.returns.template_spec import load_template, template_versions

BANDS = ["under_band_1", *(f"band_{n}" for n in range(1, 8)), *(f"band_8{c}" for c in "abcd"), "band_9", "vsm"]
MEDICAL = ["consultants", "senior_medical_managers", "non_consultant_career_grade", "trainee_grades", "other"]
WORKFORCE = [
    *(f"workforce.non_clinical.{band}" for band in BANDS),
    *(f"workforce.clinical.{band}" for band in BANDS),
    *(f"workforce.medical.{grade}" for grade in MEDICAL),
    "workforce.total",
]


@pytest.mark.parametrize(
    ("version", "window", "disciplinary", "step"),
    [
        (
            "1.0",
            "two_year_average",
            ["disciplinary.entered", "disciplinary.entered_previous_year"],
            Decimal("0.5"),
        ),
        ("2.0", "single_year", ["disciplinary.entered"], Decimal(1)),
    ],
)
def test_items_are_those_of_the_contract(version: str, window: Any, disciplinary: Any, step: Any) -> None:
    template = load_template(version)
    assert (template.version, template.window, template.major) == (version, window, int(version[0]))
    assert [item.code for item in template.items] == WORKFORCE + disciplinary
    assert {item.code: item.step for item in template.items if item.step != 1} == (
        dict.fromkeys(disciplinary, step) if step != 1 else {}
    )
    assert [item.code for item in template.items if not item.required] == ["workforce.total"]
    outside = {"workforce.medical.senior_medical_managers", "workforce.total", *disciplinary}
    assert {item.code for item in template.items if not item.in_total} == outside
    assert {item.code: item.part_of for item in template.items if item.part_of} == {
        "workforce.medical.senior_medical_managers": "workforce.medical.consultants"
    }


@pytest.mark.parametrize("version", template_versions())
def test_words_fit_where_they_are_shown(version: str) -> None:
    template = load_template(version)
    labels = [item.label for item in template.items]
    assert len(set(labels)) == len(labels)
    for item in template.items:
        assert item.section
        assert 20 < len(item.guidance) <= 255  # Excel's limit on an input message
    assert all(code[0] == "Q" and title for code, title in template.queries.items())


def test_cells_are_every_item_in_every_group() -> None:
    assert load_template("2.0").cells()[:4] == [
        ("workforce.non_clinical.under_band_1", "white"),
        ("workforce.non_clinical.under_band_1", "bme"),
        ("workforce.non_clinical.under_band_1", "unknown"),
        ("workforce.non_clinical.band_1", "white"),
    ]
    assert len(load_template("2.0").cells()) == 105
    assert len(load_template("1.0").cells()) == 108


@pytest.mark.parametrize("version", ["", "2", "2.9", "3.0", "../2.0", "latest"])
def test_an_unknown_version_is_an_error_that_names_the_known_ones(version: str) -> None:
    with pytest.raises(WresError, match=r"1\.0, 2\.0"):
        load_template(version)


def test_an_unknown_item_is_an_error() -> None:
    assert load_template("1.0").item("disciplinary.entered").step == Decimal("0.5")
    with pytest.raises(WresError, match=r"disciplinary\.entered_previous_year"):
        load_template("2.0").item("disciplinary.entered_previous_year")
