"""The national team's pages: how a collection goes, one organisation, whom to write to, who may send."""

import base64
import hashlib
import re
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from wres.context import Context
from wres.database.senders import add_sender, list_senders, revoke_sender
from wres.errors import WresError
from wres.event_log import log_event
from wres.intake.audit_log_export import export_audit_log
from wres.intake.rounds import misplaced
from wres.monitoring.chase_list import chase_list, csv_bytes, due_now
from wres.monitoring.contacts_file import contacts_of
from wres.monitoring.progress_page import state_words
from wres.monitoring.status_counts import summary_line
from wres.monitoring.submission_history import history_rows
from wres.monitoring.submission_status import submission_statuses
from wres.steps import set_collection_state, write_progress_page
from wres.web.access import CodePart, National, Visitor, YearPart
from wres.web.http_errors import NotFoundError
from wres.web.responses import download_file, show_page
from wres.web.senders_file import NATIONAL_TEAM, check_role
from wres.web.service_state import get_service

router = APIRouter(prefix="/team")


def _open_context(request: Request, year: str) -> Context:
    """Return the context of a collection year.

    Raises:
        NotFoundError: there is no such year.
    """
    collection_year = get_service(request).year_of(year)
    if collection_year is None:
        raise NotFoundError
    return get_service(request).context(collection_year)


@router.get("", name="team")
def show_collections(request: Request, visitor: National) -> Response:
    """Show every collection and where it stands."""
    service = get_service(request)
    contexts = [service.context(year) for year in reversed(service.pipeline.configured_years())]
    dues = [due_now(service.database, context.calendar, service.settings.clock.now()) for context in contexts]
    return show_page(request, visitor, "team.html", collections=[(due, state_words(due)) for due in dues])


@router.get("/senders", name="senders")
def show_senders(request: Request, visitor: National) -> Response:
    """Show who may send, and the form to invite."""
    return _show_senders_page(request, visitor)


@router.post("/senders", name="senders")
def invite(
    request: Request,
    visitor: National,
    organisation: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    form_token: Annotated[str, Form()] = "",
) -> Response:
    """Make an invitation link, and show it once."""
    visitor.check_form(form_token)
    service = get_service(request)
    code, role = organisation.strip().upper(), " ".join(role.split())
    national = code == NATIONAL_TEAM
    errors: dict[str, str] = {}
    if not national and code not in service.organisations():
        errors["organisation"] = "Enter the ODS code of an organisation in the register, such as RXY"
    if problem := check_role(role):
        errors["role"] = problem
    if errors:
        return _show_senders_page(request, visitor, values={"organisation": organisation, "role": role}, errors=errors)
    sender, secret = add_sender(service.database, "invitation", role, [] if national else [code], national=national)
    export_audit_log(service.settings, service.database)
    log_event("invited", organisation=code, sender=sender)
    base = service.settings.web_url or str(request.base_url).rstrip("/")
    return show_page(request, visitor, "invited.html", code=code, role=role, link=f"{base}/invitations/{secret}")


@router.post("/senders/{sender}/revoke", name="revoke")
def revoke(request: Request, visitor: National, sender: str, form_token: Annotated[str, Form()] = "") -> Response:
    """Take a sender's right away, at once."""
    visitor.check_form(form_token)
    service = get_service(request)
    try:
        revoke_sender(service.database, sender)
    except WresError:
        raise NotFoundError from None
    export_audit_log(service.settings, service.database)
    log_event("revoked", sender=sender)
    return RedirectResponse("/team/senders", 303)


@router.get("/{year}", name="team_year")
def show_collection(request: Request, visitor: National, year: YearPart) -> Response:
    """Show every organisation of a collection, and the buttons to open and close it."""
    context = _open_context(request, year)
    due = due_now(context.database, context.calendar, context.settings.clock.now())
    statuses = submission_statuses(context.database, context.calendar)
    return show_page(
        request,
        visitor,
        "team-year.html",
        year=context.year,
        state=due.state,
        state_words=state_words(due),
        statuses=statuses,
        summary=summary_line(statuses),
    )


@router.get("/{year}/progress/{view}.html", name="progress")
def show_progress(request: Request, visitor: National, year: YearPart, view: str) -> Response:  # noqa: ARG001
    """Show the progress page as it is now, still or reloaded; its style sheet stands in it, allowed by its hash."""
    if view not in ("still", "index"):
        raise NotFoundError
    page = write_progress_page(_open_context(request, year)).with_name(f"{view}.html").read_text(encoding="utf-8")
    styles = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in _STYLE.findall(page)]
    allowed = " ".join(f"'sha256-{style}'" for style in styles)
    policy = f"default-src 'none'; style-src {allowed}; img-src data:; frame-ancestors 'none'; base-uri 'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@router.get("/{year}/progress/chase-list.csv", name="chase_list")
def give_chase_list(request: Request, visitor: National, year: YearPart) -> Response:  # noqa: ARG001
    """Give the chase list: whom to write to, why, and what to write."""
    context = _open_context(request, year)
    rows = chase_list(context.settings, context.database, context.calendar, misplaced(context))
    return download_file(csv_bytes(rows), f"chase-list-{context.year}.csv")


@router.post("/{year}/{state}", name="set_state")
def set_state(
    request: Request, visitor: National, year: YearPart, state: str, form_token: Annotated[str, Form()] = ""
) -> Response:
    """Open or close a collection by hand."""
    visitor.check_form(form_token)
    context = _open_context(request, year)
    states: dict[str, Literal["open", "closed"]] = {"open": "open", "close": "closed"}
    if state not in states:
        raise NotFoundError
    set_collection_state(context, states[state])
    return RedirectResponse(f"/team/{year}", 303)


@router.get("/{year}/{organisation}", name="team_organisation")
def show_organisation(request: Request, visitor: National, year: YearPart, organisation: CodePart) -> Response:
    """Show all that is known of one organisation in a collection."""
    from wres.release.provenance import trace_figures

    context = _open_context(request, year)
    row = get_service(request).organisations().get(organisation)
    if row is None:
        raise NotFoundError
    try:
        history = list(reversed(history_rows(context.database, context.year, organisation)))
    except WresError:  # it sent nothing
        history = []
    try:
        trace = trace_figures(context.settings, context.database, context.year, organisation)
    except WresError:  # nothing of it is published
        trace = []
    statuses = {status.code: status for status in submission_statuses(context.database, context.calendar)}
    return show_page(
        request,
        visitor,
        "team-organisation.html",
        year=context.year,
        code=organisation,
        name=row["name"],
        status=statuses.get(organisation),
        history=history,
        trace=trace,
        contacts=contacts_of(context.database).get(organisation, []),
        senders=list_senders(context.database, organisation),
    )


def _show_senders_page(
    request: Request,
    visitor: Visitor,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    """Show who may send; `values` and `errors` are those of a form that was refused."""
    service = get_service(request)
    return show_page(
        request,
        visitor,
        "senders.html",
        400 if errors else 200,
        senders=list(reversed(list_senders(service.database))),
        values=values or {},
        errors=errors or {},
        by_provider=service.provider is not None,
    )
