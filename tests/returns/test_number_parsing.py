"""What is read as a number, what is repaired, and what is never guessed."""

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wres.returns.number_parsing import read_figure
from wres.returns.parsed_return import CellRef

CSV_REPAIRED = {
    "12.0": "12",
    "16.50": "16.5",
    "007": "7",
    "+5": "5",
    "1,234": "1234",
    "12,345,678": "12345678",
    "1,234.5": "1234.5",
    "1 234": "1234",
    "1\xa0234": "1234",
    "1\u202f234": "1234",
    "1\u2009234": "1234",
    "1\u2007234": "1234",
    "1'234": "1234",
    "1\u2019234\u2019567": "1234567",
    "1\u00ad1\u200b3": "113",
    "12\t": "12",
    "\r\n12\r\n": "12",
    "12\x0b": "12",
    "12\u2066": "12",
    "12\u202c": "12",
    "\u200e12": "12",
    "\u200f12": "12",
    " 12 ": "12",
    "\xa012": "12",
    "12\u200b": "12",
    "12\x07": "12",
    "\uff11\uff12": "12",
    "\uff11\uff0c\uff12\uff13\uff14": "1234",
    ".5": "0.5",
    "5.": "5",
    "-0": "0",
    "0.0": "0",
}
CSV_PLAIN = {"0": "0", "12": "12", "-3": "-3", "16.5": "16.5", "1.234": "1.234", "123456789012345678901": None}
NOT_GUESSED = [
    "n/a", "-", "nil", "none", "<5", "c", "*", "12*", "(12)", "12%", "5 %", "1.234,5", "1,23", "12,34", "1,2345",
    ",123", "1 2", "12 34", "1,234 567", "1e3", "1E+03", "1/2", "3/4/2022", "£5", "--5", "5-", "0x10", "1_000",
    "inf", "nan", "\u0661\u0662", "12\u00b2", "\u00bd", "#REF!", "#DIV/0!", "TRUE", "twelve", ".", "+", "1.2.3",
]  # fmt: skip
# Hidden characters between digits or a change of direction before them: what its sender is shown of the cell.
DIVIDED = {
    "5\n123": "5[line break]123",
    "5\r\n123": "5[line break]123",
    "5\r123": "5[line break]123",
    "5\t123": "5[tab]123",
    "5\x0b123": "5[line break]123",
    "5\x0c123": "5[page break]123",
    "5\x85123": "5[line break]123",
    "5\u2028123": "5[line break]123",
    "5\u2029123": "5[line break]123",
    "5 \n123": "5 [line break]123",
    "12\n34": "12[line break]34",
    "1\x073": "1[character U+0007]3",
    "\u202e12": "[right-to-left override]12",
    "\u202d12\u202c": "[left-to-right override]12[pop directional formatting]",
    "\u206712": "[right-to-left isolate]12",
    "1\u202e2": "1[right-to-left override]2",
    "1\u200f2": "1[right-to-left mark]2",
    "1\u061c2": "1[arabic letter mark]2",
    "n\u00ada": "n[soft hyphen]a",
}
# Nothing of these is shown, wherever they stand in a figure.
UNSEEN = [
    "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u180b", "\u180e", "\u200b", "\u200c",
    "\u200d", "\u200e", "\u200f", "\u2060", "\u2061", "\u2064", "\u206a", "\u206f", "\u2800", "\u3164", "\ue000",
    "\uf0b7", "\ufe00", "\ufe0e", "\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\ufffb", "\ufffc", "\U0001d173",
    "\U000e0001", "\U000e0020", "\U000e0100", "\x00", "\x1f", "\x7f", "\x9f",
]  # fmt: skip


def figure(value: Any, *, text_is_odd: Any = False) -> Any:
    repairs = []  # type: ignore[var-annotated]
    figure = read_figure(value, CellRef(None, "E2"), repairs, text_is_odd=text_is_odd)
    return figure.raw, figure.number, repairs


@pytest.mark.parametrize(("text", "number"), CSV_REPAIRED.items())
def test_harmless_slips_are_repaired_and_listed(text: str, number: Any) -> None:
    _, figure_read, repairs = figure(text)
    assert str(figure_read) == number
    assert repairs
    assert all(repair.place.cell == "E2" for repair in repairs)


@pytest.mark.parametrize(("text", "number"), CSV_PLAIN.items())
def test_plain_numbers_need_no_repair(text: str, number: Any) -> None:
    raw, figure_read, repairs = figure(text)
    assert raw == text
    assert figure_read == Decimal(number or text)
    assert repairs == []


@pytest.mark.parametrize(("text", "shown"), DIVIDED.items())
@pytest.mark.parametrize("text_is_odd", [True, False])
def test_what_hides_between_digits_is_no_number_and_is_named(text: str, shown: Any, text_is_odd: Any) -> None:
    assert figure(text, text_is_odd=text_is_odd) == (shown, None, [])


@pytest.mark.parametrize("character", UNSEEN)
@pytest.mark.parametrize("text", ["{}113", "113{}"])
def test_invisible_characters_are_removed_with_a_repair(text: str, character: Any) -> None:
    raw, number, repairs = figure(text.format(character), text_is_odd=True)
    assert (raw, number) == ("113", 113)
    assert repairs[0].what == "Invisible characters were removed"
    assert figure(character)[:2] == ("", None)


@pytest.mark.parametrize("text", NOT_GUESSED)
@pytest.mark.parametrize("text_is_odd", [True, False])
def test_anything_else_is_no_number_and_stays_as_given(text: str, text_is_odd: Any) -> None:
    assert figure(text, text_is_odd=text_is_odd) == (text, None, [])


@pytest.mark.parametrize(
    ("value", "raw", "number"),
    [
        (17.0, "17", "17"),
        (16.5, "16.5", "16.5"),
        (16.499999999, "16.499999999", "16.499999999"),
        (17.000000000000004, "17", "17"),
        (0.1 + 0.2, "0.3", "0.3"),
        (-2.0, "-2", "-2"),
        (0.05, "0.05", "0.05"),
        (3, "3", "3"),
        (123456789012.0, "123456789012", "123456789012"),
    ],
)
def test_numbers_of_a_workbook_are_as_the_spreadsheet_shows_them(value: Any, raw: Any, number: Any) -> None:
    assert figure(value, text_is_odd=True) == (raw, Decimal(number), [])


def test_a_number_held_as_text_is_a_slip_only_in_a_workbook() -> None:
    assert figure("12", text_is_odd=False)[2] == []
    raw, number, repairs = figure("12", text_is_odd=True)
    assert (raw, number) == ("12", 12)
    assert [repair.what for repair in repairs] == ["The text '12' was read as the number 12"]


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        (True, "TRUE"),
        (date(2022, 4, 3), "2022-04-03"),
        (datetime.fromisoformat("2022-04-03"), "2022-04-03"),
        (datetime.fromisoformat("2022-04-03T09:30"), "2022-04-03T09:30:00"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_other_values_of_a_workbook_are_no_numbers(value: Any, raw: Any) -> None:
    assert figure(value, text_is_odd=True) == (raw, None, [])


@pytest.mark.parametrize("value", ["", None])
def test_a_blank_is_blank(value: Any) -> None:
    assert figure(value) == ("", None, [])


@pytest.mark.parametrize("value", [" ", "\xa0", "\t\n", "\u200b"])
def test_a_cell_of_spaces_is_blank_and_says_so(value: Any) -> None:
    raw, number, repairs = figure(value)
    assert (raw, number, len(repairs)) == ("", None, 1)


def test_what_is_kept_of_a_long_text_is_bounded() -> None:
    raw, number, _ = figure("9" * 100_000)
    assert (len(raw), number) == (200, None)


@given(st.integers(-(10**12), 10**12), st.sampled_from(["{}", "{:,}", "{}.0", " {} ", "{}.00"]))
def test_every_way_of_writing_a_whole_number_gives_that_number(number: Any, form: Any) -> None:
    assert figure(form.format(number))[1] == number


@given(st.decimals(-10000, 10000, places=1))
def test_halves_stay_exact_in_text_and_in_binary(number: Any) -> None:
    assert figure(str(number))[1] == number
    assert figure(float(number))[1] == number


@given(st.text(max_size=30))
@example("10000000000000000000000000006")
def test_a_number_is_read_only_where_the_digits_say_it(text: str) -> None:
    _, number, _ = figure(text)
    if number is not None:
        digits = "".join(character for character in text if character.isdecimal())
        assert f"{number.copy_abs():f}".replace(".", "").strip("0") in digits
