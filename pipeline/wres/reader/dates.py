"""Read a date as people in Britain and spreadsheets write it. 31/08/2022 is the 31st of August."""

import re
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"), ("october", "oct"),
            ("november", "nov"), ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_WEEKDAY = re.compile(r"^(mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(day)?[ .]+")
_ZONE = r"( ?(z|utc|gmt|bst|[+-]\d\d:?\d\d))?( ?\((utc|gmt|bst)\))?"
_CLOCK = rf"(?P<hour>\d\d?)[:.](?P<minute>\d\d)([:.](?P<second>\d\d)([.,]\d+)?)?( ?(?P<half>[ap])\.?m\.?)?{_ZONE}"
_TIME_BEHIND = re.compile(rf"(?P<day>.*\d)(t| at | )({_CLOCK}|(?P<only>\d\d?) ?[ap]\.?m\.?)")
_TIME_IN_FRONT = re.compile(rf"{_CLOCK} (on )?(?P<day>.*)")
_ORDINAL = re.compile(r"\b(\d\d?) ?(st|nd|rd|th)\b")
_APART = r"[-/. ]"
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})({_APART})(?P<month>\d\d?)\2(?P<day>\d\d?)")
_DAY_FIRST = re.compile(rf"(?P<day>\d\d?)({_APART})(?P<month>\d\d?)\2(?P<year>\d{{4}}|\d\d)")
_NAMED = re.compile(rf"(?P<day>\d\d?){_APART}?(?P<month>[a-z]+){_APART}?(?P<year>\d{{4}}|\d\d)")
_NAME_FIRST = re.compile(rf"(?P<month>[a-z]+){_APART}?(?P<day>\d\d?){_APART}(?P<year>\d{{4}}|\d\d)")
_YEAR_AND_NAME = re.compile(rf"(?P<year>\d{{4}}){_APART}?(?P<month>[a-z]+){_APART}?(?P<day>\d\d?)")
_FORMS = (_YEAR_FIRST, _DAY_FIRST, _NAMED, _NAME_FIRST, _YEAR_AND_NAME)
_DAY_ZERO = date(1899, 12, 30)  # a spreadsheet counts days from it where a cell is formatted as a number
_SERIAL = re.compile(r"([34]\d{4}|[56]\d{4})(\.\d+)?")
_EIGHT_DIGITS = re.compile(r"\d{8}")
_LONGEST = 60


def read_date(text: str) -> date | None:
    """Return the day of a date that may have a time beside it; None where it is not clear."""
    plain = " ".join(text.split()).casefold().strip(" .'")
    if not plain or len(plain) > _LONGEST:
        return None
    if _SERIAL.fullmatch(plain):
        return _DAY_ZERO + timedelta(days=int(float(plain)))
    if _EIGHT_DIGITS.fullmatch(plain):
        return _read_eight_digits(plain)
    plain = plain.translate({0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0x2212: "-"})
    day = _without_time(plain)
    if day is None:
        return None
    plain = _WEEKDAY.sub("", " ".join(day.replace(",", " ").replace("'", "").replace("\u2019", "").split()))
    plain = _ORDINAL.sub(r"\1", plain)
    plain = re.sub(r"\bthe | of\b", "", plain)
    plain = re.sub(r"\s*([-/])\s*", r"\1", plain.replace(". ", " "))
    for form in _FORMS:
        if match := form.fullmatch(plain):
            return _make_date(match["year"], match["month"], match["day"])
    return None


def _without_time(text: str) -> str | None:
    """Return the text without a time of day; None where that is no time."""
    match = _TIME_BEHIND.fullmatch(text) or _TIME_IN_FRONT.fullmatch(text)
    if match is None:
        return text
    parts = match.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    hour = int(parts.get("only") or hour)
    if minute > 59 or second > 59 or hour > (12 if parts.get("half") or parts.get("only") else 24):
        return None
    return parts["day"].strip()


def _read_eight_digits(text: str) -> date | None:
    """Read 20220815 or 15082022, which cannot be the same digits: there is no month 20."""
    readings = _make_date(text[:4], text[4:6], text[6:]), _make_date(text[4:], text[2:4], text[:2])
    return next((day for day in readings if day is not None and 2000 <= day.year <= 2099), None)


def _make_date(year: str, month: str, day: str) -> date | None:
    """Make a date of its parts, the month as a number or a name; None where there is no such day."""
    number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
    except ValueError:
        return None
