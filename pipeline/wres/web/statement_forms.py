"""What a sender says of its return on the page: explanations of queries, and the sign-off, checked as in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from wres.clock import LONDON
from wres.database.online_statements import add_statements
from wres.event_log import log_event
from wres.intake.audit_log_export import export_audit_log
from wres.personal_data.person_signs import hide_signs
from wres.reference.year_config import CollectionYear
from wres.returns.invisible import remove_invisible
from wres.web.access import OrganisationAccess
from wres.web.answers import ReceiptAnswer

MOST_CHARACTERS = 1000
_MOST_OF_A_ROLE = 100
_PERSONAL = "{} must not hold an address or a number of a person. Leave it out"


@dataclass(slots=True)
class EnteredForm:
    """A form as it was sent: the values to show again, and what is wrong with each, by the name of its field."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def explain_queries(access: OrganisationAccess, answer: ReceiptAnswer, form: Mapping[str, object]) -> EnteredForm:
    """Record the explanations of a form, one box a query; a box that is left empty or unchanged says nothing."""
    entered = EnteredForm()
    statements: list[tuple[str, str, str | None]] = []
    for query in answer.queries:
        name = f"explanation-{query.code}"
        text = _read_text(form.get(name))
        entered.values[name] = text
        if query.is_sign_off or not text or text == query.explanation:
            continue
        if len(text) > MOST_CHARACTERS:
            entered.errors[name] = f"The explanation of {query.code} must be {MOST_CHARACTERS:,} characters or fewer"
        elif hide_signs(text) != text:
            entered.errors[name] = _PERSONAL.format(f"The explanation of {query.code}")
        statements += [(f"explanation.{query.code}", text, message) for message in query.messages]
    if not statements and not entered.errors:
        first = next((query for query in answer.queries if not query.is_sign_off), None)
        if first is not None:
            entered.errors[f"explanation-{first.code}"] = "Enter an explanation of at least one question"
    if not entered.errors:
        _record(access, answer, statements)
    return entered


def sign_off(access: OrganisationAccess, answer: ReceiptAnswer, form: Mapping[str, object]) -> EnteredForm:
    """Record who signed the return off, by role, and when."""
    fields = ("role", "day", "month", "year")
    entered = EnteredForm({name: _read_text(form.get(name)) for name in fields})
    role = entered.values["role"]
    if not role:
        entered.errors["role"] = "Enter the role of the director who signed the return off"
    elif len(role) > _MOST_OF_A_ROLE:
        entered.errors["role"] = f"The role must be {_MOST_OF_A_ROLE} characters or fewer"
    elif hide_signs(role) != role:
        entered.errors["role"] = _PERSONAL.format("The role")
    today = access.context.settings.clock.now().astimezone(LONDON).date()
    signed = _read_date(entered, access.context.calendar, today)
    if signed is not None and not entered.errors:
        _record(access, answer, [("signoff.role", role, None), ("signoff.date", signed.isoformat(), None)])
    return entered


def _read_date(entered: EnteredForm, calendar: CollectionYear, today: date) -> date | None:
    """Return the day of the sign-off: real, not before the snapshot that the figures are of, not in the future."""
    day, month, year = (entered.values[name] for name in ("day", "month", "year"))
    if not (day or month or year):
        entered.errors["day"] = "Enter the date of the sign-off"
        return None
    try:
        if not all(part.isascii() and part.isdigit() for part in (day, month, year)):
            raise ValueError
        signed = date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        entered.errors["day"] = "The date of the sign-off must be a real date, such as 3 6 2022"
        return None
    if signed < calendar.snapshot:
        entered.errors["day"] = f"The date of the sign-off must be {calendar.snapshot:%-d %B %Y} or later"
    elif signed > today:
        entered.errors["day"] = "The date of the sign-off must be today or in the past"
    return signed


def _record(access: OrganisationAccess, answer: ReceiptAnswer, statements: list[tuple[str, str, str | None]]) -> None:
    """Store statements about a return, with their event."""
    context = access.context
    add_statements(
        context.database,
        answer.receipt.receipt,
        statements,
        role=access.account.role,
        at=context.settings.clock.now(),
        clock_source=context.settings.clock.source,
    )
    export_audit_log(context.settings, context.database, access.year)
    log_event("explained online", access.year, access.code, answer.receipt.receipt, statements=len(statements))


def _read_text(value: object) -> str:
    """Return what was typed, with single spaces and no invisible characters."""
    return " ".join(remove_invisible(value, running_text=True).split()) if isinstance(value, str) else ""
