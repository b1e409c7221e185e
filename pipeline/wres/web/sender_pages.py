"""A sender's pages: its organisations, one organisation and year, the answer to a receipt, what was sent."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from wres.context import Context
from wres.database.organisations import current_successions
from wres.database.receipts import get_receipts
from wres.database.senders import Account
from wres.errors import WresError
from wres.feedback.report import report_files
from wres.feedback.report_files import html_part
from wres.monitoring.chase_list import due_now
from wres.monitoring.progress_page import state_words
from wres.monitoring.reminders import ReminderContext
from wres.outputs.metadata import OFFICIAL
from wres.reference.register import predecessors_of
from wres.release.read import find_release
from wres.release.repository import published_releases
from wres.storage.landing import read_landed
from wres.web.access import Place, Readable, Sendable, SignedIn, Visitor
from wres.web.answers import Answer, get_answer
from wres.web.desk import Desk, desk_of
from wres.web.explain import EnteredForm, explain_queries, sign_off
from wres.web.files import download, template_file
from wres.web.refusals import NotThereError
from wres.web.render import show
from wres.web.upload import read_form, receipt_when_checked, take_in, upload_in

router = APIRouter()


@router.get("/", name="home")
def home(request: Request, visitor: SignedIn) -> Response:
    """Show the organisations of whoever is signed in, with the collections under way first."""
    desk, account = desk_of(request), visitor.account
    if account is None or account.national:
        return RedirectResponse("/team", 303)
    names, opened = _names_of(desk, account), _opened_collections(desk)
    if len(names) == 1 and sum(due.state in ("open", "late") for due in opened) == 1:
        [code] = names
        [due] = [due for due in opened if due.state in ("open", "late")]
        return RedirectResponse(f"/returns/{due.calendar.year}/{code}", 303)
    return _show_home(request, visitor, names, opened)


@router.get("/organisations", name="organisations")
def organisations(request: Request, visitor: SignedIn) -> Response:
    """Show every organisation and collection that whoever is signed in may see."""
    desk, account = desk_of(request), visitor.account
    if account is None or account.national:
        return RedirectResponse("/team", 303)
    return _show_home(request, visitor, _names_of(desk, account), _opened_collections(desk))


def _show_home(
    request: Request, visitor: Visitor, names: Mapping[str, str], opened: Sequence[ReminderContext]
) -> Response:
    """Show organisations and collections to choose from."""
    return show(request, visitor, "home.html", names=names, collections=[(due, state_words(due)) for due in opened])


def _names_of(desk: Desk, account: Account) -> dict[str, str]:
    """Return the names of an account's organisations that the register has, by code."""
    register = desk.organisations()
    return {code: register[code]["name"] for code in sorted(account.organisations) if code in register}


def _opened_collections(desk: Desk) -> list[ReminderContext]:
    """Return where each collection stands that has opened, the newest first."""
    dues = [_due(desk, year) for year in reversed(desk.pipeline.configured_years())]
    return [due for due in dues if due.state != "not_open"]


@router.get("/returns/{year}/{organisation}", name="organisation")
def organisation(request: Request, visitor: SignedIn, place: Readable) -> Response:
    """Show where the collection stands, what was sent, and the form to send."""
    return _organisation_page(request, visitor, place)


@router.post("/returns/{year}/{organisation}", name="organisation")
async def send(request: Request, visitor: SignedIn, place: Sendable) -> Response:
    """Take in a file, and show its answer."""
    async with read_form(request) as form:
        visitor.check_form(form.get("form_token"))
        if (upload := upload_in(form)) is None:
            return await run_in_threadpool(
                _organisation_page, request, visitor, place, "Choose the file of your return"
            )
        try:
            received = await take_in(request, place, upload)
        except WresError as error:
            return await run_in_threadpool(_organisation_page, request, visitor, place, str(error))
    return RedirectResponse(f"{place.path}/{received.receipt}", 303)


@router.get("/returns/{year}/{organisation}/template", name="template")
def template(place: Readable) -> Response:
    """Give the blank workbook, filled in with who and when, and last year's figures beside."""
    return template_file(place.context, place.code)


@router.get("/returns/{year}/{organisation}/local-report/{name}", name="local_report")
def local_report(place: Readable, name: str) -> Response:
    """Give a file of the organisation's own report of the newest official release, once that is published."""
    from wres.local_report.deliver_local_reports import report_maker

    try:
        files = report_maker(place.context).files(place.code)
    except WresError:  # nothing is published, or nothing of this organisation
        raise NotThereError from None
    if name not in files:
        raise NotThereError
    return download(files[name], f"{place.code}-{place.year}-{name}")


@router.get("/returns/{year}/{organisation}/{receipt}", name="receipt")
async def show_answer(request: Request, visitor: SignedIn, place: Readable, receipt: str) -> Response:
    """Show the answer to a receipt; while it is being checked, wait for it, then say so."""
    checked = await receipt_when_checked(desk_of(request), place, receipt)
    answer = await run_in_threadpool(get_answer, place.context.database, checked)
    return await run_in_threadpool(_answer_page, request, visitor, place, answer)


@router.get("/returns/{year}/{organisation}/{receipt}/report.{ending}", name="report")
def report(place: Readable, receipt: str, ending: str) -> Response:
    """Give the answer as a file: the marked workbook, or CSV, JSON or a page to keep."""
    answer = _answer_to(place, receipt)
    content = report_files(answer.document).get(f"report.{ending}") if answer.checked else None
    if content is None:
        raise NotThereError
    return download(content, f"{receipt}-report.{ending}")


@router.get("/returns/{year}/{organisation}/{receipt}/file", name="sent_file")
def sent_file(place: Readable, receipt: str) -> Response:
    """Give back what was sent, byte for byte; what was refused unread or erased is not there any more."""
    sent, settings = _answer_to(place, receipt).receipt, place.context.settings
    try:
        content = read_landed(settings, sent.sha256, settings.max_landed_bytes)
    except FileNotFoundError:
        raise NotThereError from None
    return download(content, sent.file_name)


@router.post("/returns/{year}/{organisation}/{receipt}/explain", name="explain")
async def explain(request: Request, visitor: SignedIn, place: Sendable, receipt: str) -> Response:
    """Record what explains the queries of the return that counts."""
    return await _take_statements(request, visitor, place, receipt, explain_queries)


@router.post("/returns/{year}/{organisation}/{receipt}/sign-off", name="sign_off")
async def signed_off(request: Request, visitor: SignedIn, place: Sendable, receipt: str) -> Response:
    """Record the sign-off of the return that counts: by which role, and when."""
    return await _take_statements(request, visitor, place, receipt, sign_off)


async def _take_statements(request: Request, visitor: Visitor, place: Place, receipt: str, record: Any) -> Response:
    """Record what a form says of a return, by `explain_queries` or `sign_off`."""
    async with read_form(request) as form:
        visitor.check_form(form.get("form_token"))
        return await run_in_threadpool(_record_statements, request, visitor, place, receipt, record, form)


def _record_statements(
    request: Request, visitor: Visitor, place: Place, receipt: str, record: Any, form: Any
) -> Response:
    answer = _answer_to(place, receipt)
    if not answer.counts:
        raise NotThereError
    try:
        entered: EnteredForm = record(place, answer, form)
    except WresError as error:  # another return was accepted meanwhile
        return _answer_page(request, visitor, place, answer, problem=str(error))
    if entered.errors:
        return _answer_page(request, visitor, place, answer, entered)
    return RedirectResponse(f"{place.path}/{receipt}", 303)


def _answer_to(place: Place, name: str) -> Answer:
    from wres.database.receipts import get_receipt

    receipt = get_receipt(place.context.database, place.year, place.code, name)
    if receipt is None:
        raise NotThereError
    return get_answer(place.context.database, receipt)


def _answer_page(
    request: Request,
    visitor: Visitor,
    place: Place,
    answer: Answer,
    entered: EnteredForm | None = None,
    problem: str = "",
) -> Response:
    """Show an answer; the forms are there while the return counts and whoever looks may send."""
    entered = entered or EnteredForm()
    return show(
        request,
        visitor,
        "answer.html",
        400 if entered.errors or problem else 200,
        place=place,
        answer=answer,
        entered=entered,
        problem=problem,
        open=place.may_send and answer.counts,
        report=Markup(html_part(answer.document)) if answer.checked else "",  # noqa: S704 - escaped by its template,
    )


def _organisation_page(request: Request, visitor: Visitor, place: Place, problem: str = "") -> Response:
    context = place.context
    due = due_now(context.database, context.calendar, context.settings.clock.now())
    receipts = list(reversed(get_receipts(context.database, place.year, place.code)))
    successions = current_successions(context.database)
    predecessors = predecessors_of(successions, place.code, context.calendar)
    since = {row["predecessor"]: date.fromisoformat(row["from_date"]) for row in successions.to_dict("records")}
    register = desk_of(request).organisations()
    return show(
        request,
        visitor,
        "organisation.html",
        400 if problem else 200,
        place=place,
        state=due.state,
        state_words=state_words(due),
        receipts=receipts,
        counting=next((sent for sent in receipts if sent.status in ("accepted", "accepted_with_queries")), None),
        released=_released_edition(context),
        predecessors=[
            f"{register.get(code, {'name': code})['name']} (since {since[code]:%-d %B %Y})"
            for code in predecessors
            if code != place.code
        ],
        problem=problem,
    )


def _released_edition(context: Context) -> str | None:
    """Return the newest official edition of the year that is published; None before."""
    try:
        return find_release(published_releases(context.settings), context.year, None, OFFICIAL).edition
    except WresError:
        return None


def _due(desk: Desk, year: int) -> ReminderContext:
    context = desk.context(year)
    return due_now(context.database, context.calendar, context.settings.clock.now())
