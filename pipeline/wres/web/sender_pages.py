"""A sender's pages: its organisations, one organisation and year, the answer to a receipt, what was sent."""

from collections.abc import Mapping, Sequence
from datetime import date

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from wres.context import Context
from wres.database.organisations import current_successions
from wres.database.receipts import get_receipts
from wres.database.sign_ins import Account
from wres.errors import WresError
from wres.monitoring.chase_list import due_now
from wres.monitoring.progress_page import state_words
from wres.monitoring.reminders import ReminderContext
from wres.outputs.metadata import OFFICIAL
from wres.reference.register import predecessors_of
from wres.release.read import find_release
from wres.release.repository import published_releases
from wres.web.access import OrganisationAccess, Readable, Sendable, SignedIn, Visitor
from wres.web.http_errors import NotFoundError
from wres.web.responses import download_file, show_page, template_file
from wres.web.service_state import ServiceState, get_service
from wres.web.upload import read_form, take_in, upload_in

router = APIRouter()


@router.get("/", name="home")
def show_home(request: Request, visitor: SignedIn) -> Response:
    """Show the organisations of whoever is signed in, with the collections under way first."""
    service, account = get_service(request), visitor.account
    if account is None or account.national:
        return RedirectResponse("/team", 303)
    names, opened = _get_organisation_names(service, account), _list_opened_collections(service)
    if len(names) == 1 and sum(due.state in ("open", "late") for due in opened) == 1:
        [code] = names
        [due] = [due for due in opened if due.state in ("open", "late")]
        return RedirectResponse(f"/returns/{due.calendar.year}/{code}", 303)
    return _show_choices(request, visitor, names, opened)


@router.get("/organisations", name="organisations")
def show_organisations(request: Request, visitor: SignedIn) -> Response:
    """Show every organisation and collection that whoever is signed in may see."""
    service, account = get_service(request), visitor.account
    if account is None or account.national:
        return RedirectResponse("/team", 303)
    return _show_choices(request, visitor, _get_organisation_names(service, account), _list_opened_collections(service))


def _show_choices(
    request: Request, visitor: Visitor, names: Mapping[str, str], opened: Sequence[ReminderContext]
) -> Response:
    """Show organisations and collections to choose from."""
    return show_page(
        request, visitor, "home.html", names=names, collections=[(due, state_words(due)) for due in opened]
    )


def _get_organisation_names(service: ServiceState, account: Account) -> dict[str, str]:
    """Return the names of an account's organisations that the register has, by code."""
    register = service.organisations()
    return {code: register[code]["name"] for code in sorted(account.organisations) if code in register}


def _list_opened_collections(service: ServiceState) -> list[ReminderContext]:
    """Return where each collection stands that has opened, the newest first."""
    dues = [_get_due(service, year) for year in reversed(service.pipeline.configured_years())]
    return [due for due in dues if due.state != "not_open"]


@router.get("/returns/{year}/{organisation}", name="organisation")
def show_organisation(request: Request, visitor: SignedIn, access: Readable) -> Response:
    """Show where the collection stands, what was sent, and the form to send."""
    return _show_organisation_page(request, visitor, access)


@router.post("/returns/{year}/{organisation}", name="organisation")
async def take_return(request: Request, visitor: SignedIn, access: Sendable) -> Response:
    """Take in a file, and show its answer."""
    async with read_form(request) as form:
        visitor.check_form(form.get("form_token"))
        if (upload := upload_in(form)) is None:
            return await run_in_threadpool(
                _show_organisation_page, request, visitor, access, "Choose the file of your return"
            )
        try:
            received = await take_in(request, access, upload)
        except WresError as error:
            return await run_in_threadpool(_show_organisation_page, request, visitor, access, str(error))
    return RedirectResponse(f"{access.path}/{received.receipt}", 303)


@router.get("/returns/{year}/{organisation}/template", name="template")
def give_template(access: Readable) -> Response:
    """Give the blank workbook, filled in with who and when, and last year's figures beside."""
    return template_file(access.context, access.code)


@router.get("/returns/{year}/{organisation}/local-report/{name}", name="local_report")
def give_local_report(access: Readable, name: str) -> Response:
    """Give a file of the organisation's own report of the newest official release, once that is published."""
    from wres.local_report.deliver_local_reports import report_maker

    try:
        files = report_maker(access.context).files(access.code)
    except WresError:  # nothing is published, or nothing of this organisation
        raise NotFoundError from None
    if name not in files:
        raise NotFoundError
    return download_file(files[name], f"{access.code}-{access.year}-{name}")


def _show_organisation_page(
    request: Request, visitor: Visitor, access: OrganisationAccess, problem: str = ""
) -> Response:
    """Show an organisation's page; `problem` says why an upload was not taken."""
    context = access.context
    due = due_now(context.database, context.calendar, context.settings.clock.now())
    receipts = list(reversed(get_receipts(context.database, access.year, access.code)))
    successions = current_successions(context.database)
    predecessors = predecessors_of(successions, access.code, context.calendar)
    start_dates = {row["predecessor"]: date.fromisoformat(row["from_date"]) for row in successions.to_dict("records")}
    register = get_service(request).organisations()
    return show_page(
        request,
        visitor,
        "organisation.html",
        400 if problem else 200,
        access=access,
        state=due.state,
        state_words=state_words(due),
        receipts=receipts,
        counting=next((sent for sent in receipts if sent.status in ("accepted", "accepted_with_queries")), None),
        released=_find_released_edition(context),
        predecessors=[
            f"{register.get(code, {'name': code})['name']} (since {start_dates[code]:%-d %B %Y})"
            for code in predecessors
            if code != access.code
        ],
        problem=problem,
    )


def _find_released_edition(context: Context) -> str | None:
    """Return the newest official edition of the year that is published; None before."""
    try:
        return find_release(published_releases(context.settings), context.year, None, OFFICIAL).edition
    except WresError:
        return None


def _get_due(service: ServiceState, year: int) -> ReminderContext:
    context = service.context(year)
    return due_now(context.database, context.calendar, context.settings.clock.now())
