"""What is written to an organisation that is chased: a subject and a text in plain words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wres.clock import LONDON
from wres.monitoring.submission_status import OrganisationStatus, ReceivedReturn
from wres.reference.misplaced import Misplaced
from wres.reference.year_config import CollectionYear, State


@dataclass(frozen=True, slots=True)
class Reminder:
    """A subject line and a text of one paragraph, without a greeting."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class ReminderContext:
    """Where the collection stands when the letters are written.

    `days_left` to the deadline; below 0 after it. `closes` is when the last return is taken, None while the collection
    is held open by hand.
    """

    calendar: CollectionYear
    state: State
    days_left: int
    closes: datetime | None

    def subject(self, code: str, wanted: str) -> str:
        """Say what is wanted, and by when."""
        deadline = f"{self.calendar.deadline:%-d %B %Y}"
        asked = f"please send {wanted} by {deadline}"
        if self.state == "late":
            asked = f"please send {wanted} now: the deadline was {deadline}"
        elif self.state == "closed":
            asked = f"the collection closed without {wanted}"
        return f"WRES {self.calendar.year}, {code}: {asked}"

    def ask(self, what_to_do: str) -> str:
        """Say until when a return is taken, and what to do; after the close only to write to us."""
        deadline = time_words(self.calendar.deadline)
        if self.state == "closed":
            closed = f" on {time_words(self.closes)}" if self.closes else ""
            return (
                f"The collection closed{closed}, so nothing more is taken. If you could still send it, write to us: it "
                "can be taken only if the collection is opened again."
            )
        if self.state == "late":
            last = f", and nothing is taken after {time_words(self.closes)}" if self.closes else ""
            return f"The deadline was {deadline}. It will count as late{last}. {what_to_do}"
        time_left = "today is the last day" if self.days_left == 0 else f"{_days_are(self.days_left)} left"
        return f"The deadline is {deadline}: {time_left}. {what_to_do}"


def state_sentence(due: ReminderContext) -> str:
    """Tell the national team that nobody can send now, and what can be done about it; '' while returns are taken."""
    year = due.calendar.year
    if due.state == "not_open":
        return f"The {year} collection opens on {time_words(due.calendar.opens)}. Nobody is asked for anything before."
    if due.state != "closed":
        return ""
    closed = f" on {time_words(due.closes)}" if due.closes else ""
    return (
        f"The {year} collection closed{closed}: nothing more can be sent, and the letters say so. If late returns are "
        f"still to be taken, open the collection again (wres collection open {year}), and close it afterwards."
    )


def nothing_received(status: OrganisationStatus, due: ReminderContext) -> Reminder:
    """Write to an organisation that sent nothing."""
    ask = due.ask(
        "Fill in the workbook of your organisation and send it in the usual way; the answer says at once what must be "
        "put right, if anything. If your organisation does not have to send one, please tell us why."
    )
    return Reminder(
        due.subject(status.code, "your return"),
        f"We have not received the {due.calendar.year} WRES disciplinary return of {status.name} "
        f"({status.code}). {ask}",
    )


def rejected(status: OrganisationStatus, sent: ReceivedReturn, due: ReminderContext) -> Reminder:
    """Write to an organisation whose last return was rejected."""
    ask = due.ask(
        "The report that answers it says of each finding where it is and how to put it right. Correct the file and "
        "send it again, all of it."
    )
    kept = status.counting
    stands = f"Your earlier return {kept.receipt} still counts" if kept else "No return of your organisation counts yet"
    codes = _list_codes(sent.rejected_for)
    return Reminder(
        due.subject(status.code, "a corrected return"),
        f"{_name_return(sent, due)} was not accepted{codes}. {stands}. {ask}",
    )


def unexplained(status: OrganisationStatus, sent: ReceivedReturn, due: ReminderContext) -> Reminder:
    """Write to an organisation whose return counts but raises questions without an answer."""
    ask = due.ask(
        "Check what is asked about. If it is wrong, correct it; if it is right, write why against the code on the "
        "Explanations sheet. Then send the file again, all of it."
    )
    codes = _list_codes(sent.unexplained)
    return Reminder(
        due.subject(status.code, "your explanations"),
        f"{_name_return(sent, due)} counts, but it leaves questions open{codes}. {ask}",
    )


def not_taken(code: str, places: Iterable[Misplaced], due: ReminderContext) -> Reminder:
    """Write to an organisation, or to the national team, about files in places where none are taken from."""
    sentences = " ".join(f"{place.what} {place.remedy}" for place in places)
    who = f"{code}: a" if code else "a"
    return Reminder(
        f"WRES {due.calendar.year}, {who} file that is not taken",
        f"Files lie where no return is taken from. {sentences}",
    )


def time_words(moment: datetime) -> str:
    """Write a time as the clock in England shows it."""
    return f"{moment.astimezone(LONDON):%-d %B %Y at %H:%M}"


def _name_return(sent: ReceivedReturn, due: ReminderContext) -> str:
    return (
        f"Your {due.calendar.year} WRES disciplinary return, receipt {sent.receipt}, received on "
        f"{time_words(sent.received_at)},"
    )


def _list_codes(codes: Sequence[str]) -> str:
    return f" ({', '.join(codes)})" if codes else ""


def _days_are(number: int) -> str:
    return "1 day is" if number == 1 else f"{number} days are"
