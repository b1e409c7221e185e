"""Last year's figures beside the inputs: read by heading, for information, never as figures of this year's return."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wres.reader.figure_reader import find_tables, read_last_year
from wres.returns.grids import Grid
from wres.returns.parsed_return import ParsedReturn
from wres.returns.template_spec import load_template

NURSES = "workforce.clinical.band_5"
HEADER = ["Item", "Data item", "White", "BME", "Unknown", "White last year", "BME last year", "Unknown last year"]


@pytest.fixture(scope="module")
def last_year() -> Any:
    """A figure for every cell of the template of 2019, halves among the entries."""
    cells = load_template("1.0").cells()
    return {cell: Decimal(n) / (2 if cell[0].startswith("disciplinary.") else 1) for n, cell in enumerate(cells)}


def of_rows(*rows: Any, header: Any = HEADER) -> Any:
    return read_last_year(find_tables([Grid("Return", [header, *rows])])[0])


def test_the_template_gives_back_what_it_was_given(
    workbook_of: Callable[..., bytes], read: Callable[..., ParsedReturn], last_year: Any
) -> None:
    with_them, without = read(workbook_of(2019, last_year=last_year)), read(workbook_of(2019))
    assert with_them.last_year == last_year
    assert without.last_year == {}
    assert (with_them.cells, with_them.texts) == (without.cells, without.texts)
    assert (with_them.faults, with_them.repairs) == ([], [])


@pytest.mark.parametrize("to", ["xlsx", "ods", "csv"])
def test_saved_by_libreoffice(
    workbook_of: Callable[..., bytes],
    libreoffice: Callable[..., list[bytes]],
    read: Callable[..., ParsedReturn],
    last_year: Any,
    to: Any,
) -> None:
    (saved,) = libreoffice(to, workbook_of(2019, last_year=last_year))
    assert read(saved, f"return.{to}").last_year == last_year


def test_columns_that_were_moved_are_found_by_their_headings(
    edited: Callable[..., bytes], workbook_of: Callable[..., bytes], read: Callable[..., ParsedReturn], last_year: Any
) -> None:
    def move(workbook: Any) -> None:
        sheet = workbook["Return"]
        sheet.move_range("G1:I60", rows=0, cols=5)
        sheet["M10"] = " bme_last year * "

    assert read(edited(move, workbook_of(2019, last_year=last_year))).last_year == last_year


def test_a_return_as_rows_has_none(csv_filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    assert read(csv_filled, "return.csv").last_year == {}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (90, "90"),
        (7.5, "7.5"),
        ("1,234", "1234"),
        (0, "0"),
        ("", None),
        ("n/a", None),
        ("=1+1", None),
        (True, None),
        (-1, None),
        (1e300, None),
    ],
)
def test_what_is_no_number_of_people_is_left_out(value: Any, number: Any) -> None:
    figures = of_rows([NURSES, "Band 5", 1, 2, 3, value, 5, 6])
    others = {(NURSES, "bme"): Decimal(5), (NURSES, "unknown"): Decimal(6)}
    assert figures == others | ({} if number is None else {(NURSES, "white"): Decimal(number)})


def test_what_could_be_meant_in_two_ways_is_left_out() -> None:
    twice = [*HEADER[:7], "White last year"]
    assert of_rows([NURSES, "", 1, 2, 3, 4, 5, 6], header=twice) == {(NURSES, "bme"): Decimal(5)}
    again = of_rows([NURSES, "", 1, 2, 3, 4, 5, 6], [NURSES, "", 1, 2, 3, 7, 8, 9])
    assert again[NURSES, "white"] == 4


def test_rows_without_an_item_and_short_rows_do_no_harm() -> None:
    assert of_rows(["", "", "", "", "", 4, 5, 6], [" Workforce.Clinical.Band_5 ", "", 1, 2, 3, 4]) == {
        (NURSES, "white"): Decimal(4)
    }


@settings(max_examples=50)
@given(rows=st.lists(st.lists(st.none() | st.text() | st.floats() | st.booleans() | st.dates(), max_size=9)))
def test_nothing_in_them_stops_the_reading(rows: Any) -> None:
    assert all(0 <= number < 10**9 for number in of_rows(*rows).values())
