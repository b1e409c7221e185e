"""Every way in which people in Britain and spreadsheets write a date, and what is no date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.reader.dates import read_date

WAYS = [
    "2022-08-15",
    "15/08/2022",
    "15/8/22",
    "15.08.2022",
    "15.8.22",
    "15-08-2022",
    "15-8-22",
    "15 August 2022",
    "15 Aug 2022",
    "15-Aug-22",
    "15-Aug-2022",
    "15/Aug/2022",
    "15Aug2022",
    "15AUG22",
    "15th August 2022",
    "15th of August 2022",
    "the 15th of August, 2022",
    "Monday 15 August 2022",
    "Mon, 15 Aug 2022",
    "Monday, 15th August 2022",
    "August 15, 2022",
    "Aug 15 2022",
    "August 15th, 2022",
    "2022/08/15",
    "2022.08.15",
    "20220815",
    "15082022",
    "15/08/2022 00:00",
    "15/08/2022 09:30",
    "15/08/2022 09:30:15",
    "15/08/2022 9:30 AM",
    "15/08/2022 12:00:00 am",
    "2022-08-15T09:30:00",
    "2022-08-15T09:30:00Z",
    "2022-08-15 09:30:00.000",
    "2022-08-15T09:30:00+01:00",
    "2022-08-15 00:00:00+00:00",
    "15 August 2022 at 10.30",
    "15 August 2022 at 3pm",
    "15 August 2022 3 p.m.",
    "10:30 15/08/2022",
    "09:30 on 15 August 2022",
    "44788",
    "44788.0",
    "44788.39583",
    "15 Aug. 2022",
    "15. August 2022",
    "15-AUG-2022",
    "15\u201308\u20132022",
    " 15 / 08 / 2022 ",
    "15 08 2022",
    "2022-Aug-15",
    "2022 August 15",
    "15\xa0August\xa02022",
    "Mon, 15 Aug 2022 10:00:00 GMT",
    "15/08/2022 10:00 BST",
    "15 aug 22",
    "'15/08/2022",
    "15/08/2022.",
    "2022-8-15",
    "Monday 15/08/2022",
    "15-Aug-22 10:15",
    "Aug-15-2022",
    "2022-08-15 10:15",
    "15th Aug '22",
]
NONE = [
    "soon", "31/02/2022", "08/15/2022", "2022", "August 2022", "15 August", "15/08", "tbc", "15/08/2022 25:00", "",
    "15/08/2022 10:75", "15/08/2022 13:00 pm", "150822", "2022-13-01", "15/08/202", "12:30", "1", "0", "-1",
    "15-Foo-22", "15/08/2022 and later", "99999999", "29 Feb 2023", "15/08/20222", "15-08/2022", "1e5", "x" * 10_000,
    "31 June 2022", "15 August 2022 or 16 August 2022", "Mayday 2022",
]  # fmt: skip


@pytest.mark.parametrize("text", WAYS)
def test_a_date_is_read_however_it_is_written(text: str) -> None:
    assert read_date(text) == date(2022, 8, 15)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_date_or_may_be_two_is_none(text: str) -> None:
    assert read_date(text) is None


def test_the_day_stands_before_the_month() -> None:
    assert read_date("03/04/2022") == read_date("3.4.22") == date(2022, 4, 3)


@pytest.mark.parametrize(
    "month", ["jan", "Feb", "MAR", "apr", "may", "june", "Jul", "aug", "Sept", "Oct", "Nov.", "december"]
)
def test_every_month_by_its_name(month: str) -> None:
    day = read_date(f"1 {month} 2022")
    assert day is not None
    assert f"{day:%b}".lower() == month[:3].lower()


@given(
    st.dates(date(2010, 1, 1), date(2060, 1, 1)),
    st.sampled_from(
        ["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d-%b-%y", "%A %d %B %Y", "%Y-%m-%dT%H:%M:%S", "%d.%m.%y %H:%M"]
    ),
)
def test_any_day_is_read_back(day: date, form: str) -> None:
    assert read_date(day.strftime(form)) == day


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert read_date(text) is None or isinstance(read_date(text), date)
