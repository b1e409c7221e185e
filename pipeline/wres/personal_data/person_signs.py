"""Signs of a person in one text or value: a National Insurance number, an e-mail address, a name, a date of birth."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from wres.personal_data.forenames import FORENAMES, NOT_NAMES
from wres.returns.grids import Value
from wres.returns.text import LONGEST_TEXT

# HM Revenue and Customs, NIM39110: which letters and which prefixes are used. A space or a mark may divide the parts.
_DIVIDER = r"[ .\-/_]{0,3}"
_PREFIX = r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_INSURANCE_NUMBER = re.compile(
    rf"(?<![A-Z0-9])(?P<prefix>{_PREFIX}){_DIVIDER}(?P<number>\d{{2}}{_DIVIDER}\d{{2}}{_DIVIDER}\d{{2}}){_DIVIDER}[A-D]"
    r"(?![A-Z0-9])",
    re.ASCII | re.IGNORECASE,
)
_MAILBOX = re.compile(r"[A-Z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}\Z", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[A-Z0-9-]{1,63}\.)+[A-Z]{2,24}", re.IGNORECASE)
_NAME_BEFORE = re.compile(r"([^<>@;,\"']{3,60})[\"']?\s*[<(\[]\s*(?:mailto:)?\Z")
_MOST_ADDRESSES = 50  # of one text
_TEAM_PARTS = frozenset(
    {"hr", "od", "edi", "wres", "wdes", "esr", "info", "data", "team", "ig", "dpo", "foi", "ceo", "bi"}
    | {"it", "board", "staff", "er", "mail", "post", "help", "people", "admin", "noreply", "reply", "no", "the", "and"}
)
_TEAM_WORDS = (
    *("workforce", "equality", "diversity", "inclusion", "enquir", "inquir", "mailbox", "inbox", "office", "service"),
    *("return", "report", "governance", "support", "contact", "department", "directorate", "analy", "intelligence"),
    *("information", "informatics", "payroll", "personnel", "humanresource", "recruit", "relations", "casework"),
    *("employ", "helpdesk", "reception", "secretar", "communicat", "culture", "compliance", "national", "collection"),
    *("statistic", "trust", "hospital", "planning", "performance", "human.resource", "organisation", "nhs", "wres"),
    *("wdes", "team", "data"),
)
_TITLE = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|rev|sister)\b\.?\s+", re.IGNORECASE)
_NAME_WORD = re.compile(r"(?:[^\W\d_]['\u2019])?[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|[A-Z]\.?")
_INITIALS = re.compile(r"(?:[A-Z]\.?){1,3}")
_LONGEST_NAME = 50
_DATE_TEXTS = (
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d/%m/%y",
)
_LIKE_DATE = re.compile(r"\d{1,4}[-/. ][A-Za-z\d]{1,9}[-/. ]\d{1,4}")
_BORN = range(1930, 2009)  # staff of any year of the indicator
_PAYROLL = re.compile(
    r"(?:[A-Z]{0,3}[-/ ]?\d{6,9}(?:-\d{1,2})?|0\d{4,8}|\d{8}-\d{1,2}|(?:EMP|STF|PAY|E|P|S)[-/ ]?\d{4,8})", re.I
)
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+44 ?|0)\d[\d ]{8,11}")
_DASHES = re.compile("[\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """Return the text with plain letters, digits, dashes and spaces, so that look-alikes hide nothing."""
    start = text[:LONGEST_TEXT]
    if start.isascii():
        return start
    start = _UNSEEN.sub("", unicodedata.normalize("NFKC", start))
    return _DASHES.sub("-", start)


@lru_cache(maxsize=10_000)
def find_insurance_numbers(text: str) -> tuple[str, ...]:
    """Return the National Insurance numbers in a text, without what divides their parts."""
    if not any(character.isdigit() for character in text):
        return ()
    return tuple(re.sub(r"[^A-Z0-9]", "", match[0].upper()) for match in _INSURANCE_NUMBER.finditer(plain(text)))


def is_insurance_number(text: str) -> bool:
    """Return whether the text is a National Insurance number and nothing else."""
    return _INSURANCE_NUMBER.fullmatch(plain(text).strip(" \t\r\n'\"")) is not None


@lru_cache(maxsize=10_000)
def find_personal_emails(text: str) -> tuple[str, ...]:
    """Return the e-mail addresses in a text that are a person's and no team's, in lower case."""
    return tuple(plain(text)[start:end].lower() for start, end in _find_addresses(plain(text)))


@lru_cache(maxsize=10_000)
def find_named_emails(text: str) -> tuple[str, ...]:
    """Return the addresses that stand beside a person's name, as in `Name <name@example.org>`."""
    plain_text = plain(text)
    return tuple(
        plain_text[start:end].lower()
        for start, end in _find_addresses(plain_text)
        if (before := _NAME_BEFORE.search(plain_text[max(0, start - 80) : start])) and is_name(before[1].strip())
    )


def _find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each address of a person begins and ends."""
    start = text.find("@")
    for _ in range(_MOST_ADDRESSES):
        if start < 0:
            return
        mailbox, domain = _MAILBOX.search(text[max(0, start - 64) : start]), _DOMAIN.match(text, start + 1, start + 255)
        if mailbox and domain and not _is_team(mailbox[0].lower()):
            yield start - len(mailbox[0]), domain.end()
        start = text.find("@", start + 1)


def _is_team(mailbox: str) -> bool:
    parts = [part for part in re.split(r"[^a-z]+", mailbox) if part]
    return not parts or bool(_TEAM_PARTS & set(parts)) or any(word in mailbox for word in _TEAM_WORDS)


@lru_cache(maxsize=10_000)
def is_name(text: str) -> bool:
    """Return whether a text has the shape of a person's name: two to four words with capitals that name no thing."""
    return _name_words(text) is not None


@lru_cache(maxsize=10_000)
def is_known_name(text: str) -> bool:
    """Return whether a text is a name with a title or with a forename that is common in England."""
    words = _name_words(text)
    if words is None:
        return False
    return bool(_TITLE.match(plain(text).strip())) or any(word.casefold() in FORENAMES for word in words)


def _name_words(text: str) -> list[str] | None:
    """Return the words of a name without its title; None where it is none."""
    if not 3 <= len(text) <= _LONGEST_NAME or any(character.isdigit() for character in text):
        return None
    plain_text = plain(text).strip(" \t\r\n'\".;:*-")
    bare = _TITLE.sub("", plain_text)
    words = [word for word in re.split(r"[\s,]+", bare) if word]
    if not 2 <= len(words) + (bare != plain_text) <= 5 or not words:
        return None
    if not all(_NAME_WORD.fullmatch(word) for word in words):
        return None
    if any(word.casefold().strip(".") in NOT_NAMES for word in words):
        return None
    known = any(word.casefold() in FORENAMES for word in words)
    long = [word for word in words if not _INITIALS.fullmatch(word) or len(word) > 3]
    capital = all(
        word[0].isupper() or word.casefold() in ("de", "van", "der", "al", "bin", "von", "da") for word in words
    )
    return words if (capital or (known and len(words) == 2)) and long else None


@lru_cache(maxsize=10_000)
def is_forename(text: str) -> bool:
    """Return whether a text is one forename that is common in England."""
    return text.strip().casefold() in FORENAMES


def is_birth_date(value: Value) -> bool:
    """Return whether a value is a date on which a member of staff may have been born."""
    if isinstance(value, date):  # a datetime too
        return value.year in _BORN
    if not isinstance(value, str) or len(value) > 25 or not _LIKE_DATE.match(value.strip()):
        return False
    text = plain(value).strip()
    text = text.partition(" ")[0] if re.fullmatch(r".{8,10} \d\d:\d\d(:\d\d)?", text) else text.partition("T")[0]
    for form in _DATE_TEXTS:
        try:
            year = datetime.strptime(text, form).year  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
        return (year if year < 2026 or "%Y" in form else year - 100) in _BORN
    return False


def is_staff_number(value: Value) -> bool:
    """Return whether a value looks like a payroll, employee or assignment number; a plain one needs six digits."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return 100_000 <= value < 1_000_000_000
    return isinstance(value, str) and _PAYROLL.fullmatch(value.strip()) is not None


def is_nhs_number(value: Value) -> bool:
    """Return whether a value is a number of ten digits whose last is the check digit of an NHS number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return False
    text = str(value).strip()
    if not re.fullmatch(r"\d{3}[ -]?\d{3}[ -]?\d{4}", text, re.ASCII):
        return False
    digits = [int(character) for character in text if character.isdigit()]
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return len(set(digits)) > 2 and check % 11 == digits[9] and check != 10


def is_whereabouts(value: Value) -> bool:
    """Return whether a value is a postcode or a telephone number."""
    if not isinstance(value, str):
        return False
    text = value.strip()
    return _POSTCODE.fullmatch(text) is not None or _PHONE.fullmatch(text) is not None


def hide_signs(text: str) -> str:
    """Return the text with each National Insurance number and each person's address taken out, fit to be kept.

    A text with look-alikes of letters is kept in plain letters, for only there can the signs be seen.
    """
    if not find_insurance_numbers(text) and not find_personal_emails(text):
        return text
    shown = text if text.isascii() else plain(text)
    for start, end in reversed(list(_find_addresses(shown))):
        shown = f"{shown[:start]}[address not kept]{shown[end:]}"
    return _INSURANCE_NUMBER.sub("[number not kept]", shown)
