"""Who asks, and for which organisation: every route of the page and the API is behind one of these."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from wres.context import Context
from wres.database.sign_ins import Account, get_account_by_key, get_account_by_session
from wres.web.http_errors import FormExpiredError, NotFoundError, SignInRequiredError
from wres.web.rate_limits import address_of
from wres.web.service_state import get_service

SESSION_COOKIE = "__Host-wres-session"
VISIT_COOKIE = "__Host-wres-visit"  # of whoever is not signed in: ties a form to the browser that asked for it
_CODE = Path(json_schema_extra={"pattern": "^[A-Z0-9]{3,6}$", "examples": ["RXY"]})
_YEAR = Path(json_schema_extra={"pattern": "^[0-9]{4}$", "examples": ["2022"]})
YearPart = Annotated[str, _YEAR]
CodePart = Annotated[str, _CODE]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever uses the page: the secret of their cookie, and who they are once they are signed in."""

    secret: str
    account: Account | None
    new: bool = False  # whether the cookie is still to be set

    @property
    def form_token(self) -> str:
        """Return the token of this visitor's forms, so that no other site can send one in their name."""
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()

    def check_form(self, token: object) -> None:
        """Refuse a form that did not come from a page of this visitor.

        Raises:
            FormExpiredError: it did not.
        """
        if not isinstance(token, str) or not hmac.compare_digest(self.form_token.encode(), token.encode()):
            raise FormExpiredError


@dataclass(frozen=True, slots=True)
class OrganisationAccess:
    """The collection year and the organisation that a request is about, and who asks."""

    context: Context
    code: str
    name: str
    account: Account

    @property
    def year(self) -> int:
        """Return the collection year."""
        return self.context.year

    @property
    def may_send(self) -> bool:
        """Return whether this account may send and explain; the national team only reads."""
        return not self.account.national and self.code in self.account.organisations

    @property
    def path(self) -> str:
        """Return the address of the organisation's page."""
        return f"/returns/{self.year}/{self.code}"


def get_visitor(request: Request) -> Visitor:
    """Return who uses the page; the limit on pages counts."""
    service = get_service(request)
    secret = request.cookies.get(SESSION_COOKIE)
    account = get_account_by_session(service.database, secret) if secret else None
    if secret and account:
        service.limits.count("page", account.sender)
        return Visitor(secret, account)
    service.limits.count("page", address_of(request))
    if visit := request.cookies.get(VISIT_COOKIE):
        return Visitor(visit, None)
    return Visitor(secrets.token_urlsafe(32), None, new=True)


def require_sign_in(visitor: Annotated[Visitor, Depends(get_visitor)]) -> Visitor:
    """Return who is signed in; whoever is not is asked to."""
    if visitor.account is None:
        raise SignInRequiredError
    return visitor


def require_national(visitor: Annotated[Visitor, Depends(require_sign_in)]) -> Visitor:
    """Return who is signed in for the national team; to others there is no such page."""
    if visitor.account is None or not visitor.account.national:
        raise NotFoundError
    return visitor


def require_readable(
    request: Request, visitor: Annotated[Visitor, Depends(require_sign_in)], year: YearPart, organisation: CodePart
) -> OrganisationAccess:
    """Return what a page is about, where this visitor may read it."""
    if visitor.account is None:
        raise SignInRequiredError
    return require_access(request, visitor.account, year, organisation)


def require_sendable(access: Annotated[OrganisationAccess, Depends(require_readable)]) -> OrganisationAccess:
    """Return what a form is about, where this visitor may send for the organisation."""
    if not access.may_send:
        raise NotFoundError
    return access


def require_machine_key(request: Request, year: YearPart, organisation: CodePart) -> OrganisationAccess:
    """Return what a request to the API is about; the key says who asks, and no cookie counts."""
    service = get_service(request)
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    account = get_account_by_key(service.database, secret.strip()) if scheme.lower() == "bearer" and secret else None
    if account is None:
        service.limits.count("key", address_of(request))
        raise SignInRequiredError
    service.limits.count("page", account.sender)
    return require_access(request, account, year, organisation)


def require_access(request: Request, account: Account, year: str, organisation: str) -> OrganisationAccess:
    """Return what a request is about, where an account may read it.

    Raises:
        NotFoundError: it may not, or there is no such year or organisation: whoever asks cannot tell which.
    """
    service = get_service(request)
    collection_year = service.year_of(year)
    if collection_year is None or not (account.national or organisation in account.organisations):
        raise NotFoundError
    row = service.organisations().get(organisation)
    if row is None:
        raise NotFoundError
    return OrganisationAccess(service.context(collection_year), organisation, row["name"], account)


def set_cookie(response: Response, name: str, secret: str, seconds: int | None = None) -> None:
    """Set a cookie that no script reads, that goes over TLS alone, and with requests of this site alone."""
    response.set_cookie(name, secret, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def clear_cookie(response: Response, name: str) -> None:
    """Take a cookie away."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


SignedIn = Annotated[Visitor, Depends(require_sign_in)]
National = Annotated[Visitor, Depends(require_national)]
Anybody = Annotated[Visitor, Depends(get_visitor)]
Readable = Annotated[OrganisationAccess, Depends(require_readable)]
Sendable = Annotated[OrganisationAccess, Depends(require_sendable)]
Machine = Annotated[OrganisationAccess, Depends(require_machine_key)]
