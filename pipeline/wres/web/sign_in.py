"""Signing in by an invitation link, and signing out."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from wres.database.sign_ins import accept_invitation, begin_session, end_session, is_open_invitation
from wres.event_log import log_event
from wres.web.access import SESSION_COOKIE, VISIT_COOKIE, Anybody, SignedIn, clear_cookie, set_cookie
from wres.web.rate_limits import address_of
from wres.web.responses import show_page
from wres.web.service_state import ServiceState, get_service

router = APIRouter()


@router.get("/sign-in", name="sign_in")
def show_sign_in(request: Request, visitor: Anybody) -> Response:
    """Say how to sign in."""
    if visitor.account:
        return RedirectResponse("/", 303)
    return show_page(request, visitor, "sign-in.html", by_provider=get_service(request).provider is not None)


@router.get("/invitations/{secret}", name="invitation")
def ask_to_accept(request: Request, visitor: Anybody, secret: str) -> Response:
    """Ask to sign in by a link. Looking at it does not use it up: mail programs look at links too."""
    service = get_service(request)
    service.limits.count("sign_in", address_of(request))
    if not is_open_invitation(service.database, secret):
        return show_page(request, visitor, "invitation-over.html", 404)
    return show_page(request, visitor, "invitation.html", secret=secret)


@router.post("/invitations/{secret}", name="invitation")
def accept(request: Request, visitor: Anybody, secret: str, form_token: Annotated[str, Form()] = "") -> Response:
    """Sign in by a link, which is then used up."""
    service = get_service(request)
    service.limits.count("sign_in", address_of(request))
    visitor.check_form(form_token)
    accepted = accept_invitation(service.database, secret)
    if accepted is None:
        return show_page(request, visitor, "invitation-over.html", 404)
    account, until = accepted
    log_event("signed in", sender=account.sender, by="invitation")
    return start_session(request, service, account.sender, until)


@router.post("/sign-out", name="sign_out")
def sign_out(request: Request, visitor: SignedIn, form_token: Annotated[str, Form()] = "") -> Response:
    """End the session; its cookie is of no use to anybody from now on."""
    visitor.check_form(form_token)
    end_session(get_service(request).database, visitor.secret)
    response = RedirectResponse("/sign-in", 303)
    clear_cookie(response, SESSION_COOKIE)
    clear_cookie(response, VISIT_COOKIE)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def start_session(request: Request, service: ServiceState, sender: str, until: datetime) -> Response:
    """Begin a session with a new secret, and end the one that this browser may have had."""
    if old_secret := request.cookies.get(SESSION_COOKIE):
        end_session(service.database, old_secret)
    secret = begin_session(service.database, sender, until)
    response = RedirectResponse("/", 303)
    set_cookie(response, SESSION_COOKIE, secret, max(1, int((until - datetime.now(UTC)).total_seconds())))
    clear_cookie(response, VISIT_COOKIE)
    return response
