"""Headings with characters that nobody can see, and CSV files without a header that can be used."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.figures import Figures
from wres.returns.parsed_return import ParsedReturn

HEADER = "collection_year,organisation_code,item,ethnic_group,value"
FIVE = HEADER.replace(",", ", ")


@pytest.mark.parametrize("hidden", ["\u00ad", "\u200d", "\ufe0f", "\u3164", "\u200b", "\x07", "\ue000"])
def test_invisible_characters_in_a_heading_are_removed_with_a_repair(
    csv_filled: bytes,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    hidden: Any,
) -> None:
    text = csv_filled.decode().replace("ethnic_group", f"eth{hidden}nic_group").replace("value", f"value{hidden}")
    result = read(text.encode(), "a.csv")
    assert (result.faults, numbers(result)) == ([], figures_of("2.0"))
    repairs = [(repair.what, repair.place.cell) for repair in result.repairs]
    assert sorted(repairs) == [("Invisible characters were removed", cell) for cell in ("D1", "E1")]


def test_invisible_characters_in_the_headings_of_a_workbook(
    edited: Callable[..., bytes],
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    def change(workbook: Any) -> None:
        sheet = workbook["Return"]
        sheet["C10"], sheet["D10"], sheet["A4"] = "Wh\u00adite", "BME\u200d", "Organisation\ufe0f code"
        sheet["B4"], sheet["A12"] = "RXY\u2060", f"{sheet['A12'].value}\u200c"

    result = read(edited(change))
    assert (result.faults, numbers(result)) == ([], figures_of("2.0"))
    assert result.text("organisation_code").value == "RXY"
    hidden = {repair.place.cell for repair in result.repairs if repair.what == "Invisible characters were removed"}
    assert hidden == {"C10", "D10", "B4", "A12"}


@pytest.mark.parametrize(
    ("first", "says"),
    [
        ("2022,RXY,workforce.total,white,113", "holds a figure already, so add the header above it"),
        ("2022;RXY;workforce.total;white;113", "holds a figure already, so add the header above it"),
        ("workforce.total,113,43,3", "holds a figure already, so add the header above it"),
        ('"collection_year,organisation_code,item,ethnic_group,value"', "has one column only"),
        ("year,org,code,group,number", ""),
        ("WRES return 2022", "has one column only"),
    ],
)
def test_a_csv_file_without_a_header_hears_of_its_own_columns(
    read: Callable[..., ParsedReturn], first: Any, says: str
) -> None:
    (fault,) = read(f"\n{first}\n{first}\n".encode(), "a.csv").faults
    assert fault.code == "S104"
    assert FIVE in fault.detail
    assert says in fault.detail
    assert not any(word in fault.detail for word in ("White", "BME", "template"))
    assert fault.place.cell == "A2"


def test_a_workbook_without_a_header_hears_of_the_headings_of_the_template(
    workbook_of_rows: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    (fault,) = read(workbook_of_rows([["workforce.total", "Total", 1, 2, 3]])).faults
    assert "Item, White, BME and Unknown" in fault.detail


def test_a_header_that_lacks_columns_names_them(read: Callable[..., ParsedReturn]) -> None:
    (fault,) = read(
        b"collection_year,organisation,item,ethnicity,value\n2022,RXY,workforce.total,white,1\n", "a.csv"
    ).faults
    assert fault.detail == "The header row has no column organisation_code, ethnic_group."
