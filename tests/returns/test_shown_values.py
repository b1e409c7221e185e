"""A value that is no number is repeated as far as it helps its sender; a name in a cell never is."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from wres.reader.shown_values import hide_unknown, show_code, show_value
from wres.returns.parsed_return import CellRef, ParsedReturn, Text


@pytest.mark.parametrize(
    "text",
    [
        *("about forty", "n/a", "<5", "5 / 123", "3 (of 4)", "12 est.", "=six", "N/K", "1,2,3", "-", "twelve"),
        *("not known", "#N/A", "10-12", "band 5", "Clinical staff", "1.234,5", "x", "~10", "5[line break]123"),
        *("389[superscript 1]", "[struck out 1,234]1,235", "5[zero width space]"),
    ],
)  # fmt: skip
def test_what_helps_is_shown_as_it_was_written(text: str) -> None:
    assert show_value(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jane Okafor", "a text of 11 characters"),
        ("12 Jane Okafor", "12 …"),
        ("3 (Jane and two others)", "3 … and two others)"),
        ("JH091910C", "a text of 9 characters"),
        ("07700 900123", "a text of 12 characters"),
        ("12/03/1985", "a date"),
        ("1985-03-12", "a date"),
        ("jane.okafor@nhs.net", "a text of 19 characters"),
        ("\uff2aane", "a text of 4 characters"),
        ("7[line break]Okafor", "7 … [line break]"),
        ("7 [jane okafor]", "7 …"),
        ("7 [superscript jane]", "7 …"),
        ("01-Mar", "a date"),
        ("March 2022", "March 2022"),
        ("5 Sept 2022", "a date"),
    ],
)
def test_what_may_be_a_person_is_not_shown(text: str, shown: Any) -> None:
    assert show_value(text) == shown


def test_an_item_code_is_shown_if_it_looks_like_one() -> None:
    assert show_code("workforce.clinicl.band_5") == "workforce.clinicl.band_5"
    assert show_code("Non-clinical band 5") == "Non-clinical band 5"
    assert show_code("Jane Okafor") == "a text of 11 characters"
    assert show_code("jane.okafor") == "a text of 11 characters"


def test_a_name_in_any_cell_of_the_table_is_in_nothing_that_is_read(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn], csv_filled: bytes
) -> None:
    def change(workbook: Any) -> None:
        sheet = workbook["Return"]
        sheet["C12"], sheet["D13"], sheet["A14"] = "Okafor, Jane", "12 Okafor", "Okafor"
        sheet["B5"], sheet["B6"], sheet["B7"] = "Okafor Jane", "Okafor", "Okafor 2.0"
        workbook["Sign-off"]["B6"] = "Okafor in May"

    document = str(dataclasses.asdict(read(edited(change))))
    assert "okafor" not in document.lower()
    content = csv_filled.replace(b",white,", b",Okafor White,", 1).replace(
        b"workforce.clinical.band_5,", b"Okafor B,", 1
    )
    assert "okafor" not in str(dataclasses.asdict(read(content))).lower()


@pytest.mark.parametrize(
    ("key", "stated", "shown"),
    [
        ("organisation_code", "RXY - Kent and Medway", "RXY …"),
        ("organisation_code", "RXY (Jane Okafor)", "RXY …"),
        ("organisation_code", "Jane Okafor", "a text of 11 characters"),
        ("organisation_code", "RXY", "RXY"),
        ("signoff.date", "2022-08-15T09:30:00", "2022-08-15T09:30:00"),
        ("signoff.date", "15th August 2022", "15th August 2022"),
        ("signoff.date", "Jane Okafor", "a text of 11 characters"),
    ],
)
def test_a_statement_keeps_what_can_be_understood(key: Any, stated: Any, shown: Any) -> None:
    read = ParsedReturn(texts=[Text(key, stated, CellRef("Return", "B4"))])
    hide_unknown(read)
    assert [text.value for text in read.texts] == [shown]
