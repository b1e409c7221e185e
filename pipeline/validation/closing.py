"""What a return says at its end: who signed it off, and the rates that it states itself."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import pandas as pd

from pipeline.returns.cells import Text
from pipeline.returns.measures import likelihood, round_half_away
from pipeline.validation.batch import Batch, Submission
from pipeline.validation.now_and_before import Counts, NowAndBefore

_SIGN_OFF = {"signoff.name": "name", "signoff.role": "role", "signoff.date": "date"}
_STATED = {
    "stated.likelihood.white": "likelihood of White staff (%)",
    "stated.likelihood.bme": "likelihood of BME staff (%)",
    "stated.likelihood.unknown": "likelihood of staff of unknown ethnicity (%)",
    "stated.relative_likelihood": "relative likelihood",
}
_DATE_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")


@dataclass(frozen=True, slots=True)
class Closing:
    """A part of the sign-off, or a rate that the return states with the one computed; `what` names it in words."""

    submission: int
    what: str
    text: Text | None
    given: str | None
    stated: str | None = None
    computed: str | None = None


def closings(batch: Batch, counted: list[NowAndBefore]) -> list[Closing]:
    """The sign-off of each readable return, part by part, and the rates that it states and its counts can confirm."""
    found = []
    for number, one in enumerate(batch.submissions):
        if one.unreadable():
            continue
        for key, what in _SIGN_OFF.items():
            text = one.read.text(key)
            found.append(Closing(number, what, text, _sign_off(key, text)))
        for key, what in _STATED.items() if counted[number].now.known() else ():
            text = one.read.text(key)
            if text is not None and text.value.strip():
                found.append(_stated(number, what, text, _computed(counted[number].now, key)))
    return found


def states_a_rate(one: Submission) -> bool:
    """Whether the return states a likelihood or the ratio itself."""
    return any(text.key in _STATED and text.value.strip() for text in one.read.texts)


def closings_frame(found: list[Closing]) -> pd.DataFrame:
    """One row a part: `given` (missing where it is not), `stated` and `computed` (str, missing for the sign-off)."""
    names = ("given", "stated", "computed")
    columns = {name: pd.Series([getattr(one, name) for one in found], dtype=object) for name in names}
    return pd.DataFrame({"row": range(len(found)), **columns})


def is_date(text: str) -> bool:
    """Whether a person or a spreadsheet meant a date by it."""
    plain = " ".join(text.split())
    for form in _DATE_FORMATS:
        try:
            datetime.strptime(plain, form)  # noqa: DTZ007 (a date has no zone)
        except ValueError:
            continue
        return True
    try:
        date.fromisoformat(plain)
    except ValueError:
        return False
    return True


def _sign_off(key: str, text: Text | None) -> str | None:
    """The part as given, None where it is missing or is no date and should be one."""
    value = text.value.strip() if text else ""
    return value if value and (key != "signoff.date" or is_date(value)) else None


def _stated(number: int, what: str, text: Text, computed: Fraction | None) -> Closing:
    """A stated rate, with the one computed to as many places as the sender gave."""
    plain = re.sub(r"[\s%]", "", text.value)
    try:
        stated = Decimal(plain)
    except InvalidOperation:
        return Closing(number, what, text, plain, plain, _words(computed, 2))
    exponent = stated.as_tuple().exponent
    places = min(max(-exponent, 0), 6) if isinstance(exponent, int) else 2
    return Closing(number, what, text, plain, _plain(plain, places), _words(computed, places))


def _plain(text: str, places: int) -> str:
    """A stated number in the form in which the computed one is written."""
    number = Decimal(text)
    return str(round_half_away(Fraction(number), places)) if number.is_finite() and number.adjusted() < 12 else text


def _words(value: Fraction | None, places: int) -> str:
    return "none: it cannot be calculated" if value is None else str(round_half_away(value, places))


def _computed(counts: Counts, key: str) -> Fraction | None:
    if key == "stated.relative_likelihood":
        return counts.ratio()
    group = key.rsplit(".", 1)[-1]
    entered, headcount = counts.entered[group], counts.headcount[group]
    if entered is None or headcount is None:
        return None
    share = likelihood(entered, headcount)
    return None if share is None else 100 * share
