"""Signing in by OpenID Connect: Authlib does the code flow with state, nonce and PKCE, and checks the token."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from wres.database.sign_ins import get_account_by_person
from wres.event_log import log_event
from wres.settings import Settings
from wres.web.access import Anybody
from wres.web.http_errors import NotFoundError
from wres.web.rate_limits import address_of
from wres.web.responses import show_page
from wres.web.service_state import ServiceState, get_service
from wres.web.sign_in import start_session

SESSION_HOURS = 12
_SECONDS = 10  # for an answer of the provider
router = APIRouter()


class Provider:
    """The OpenID provider that the settings name."""

    def __init__(self, settings: Settings) -> None:
        from authlib.integrations.starlette_client import OAuth

        self._issuer = settings.oidc_issuer.rstrip("/")
        self._client = OAuth().register(
            "provider",
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value(),
            client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "timeout": _SECONDS},
        )

    async def begin(self, request: Request, callback: str) -> Response:
        """Send a visitor to the provider; state, nonce and code verifier are in a signed cookie until they return."""
        sent: Response = await self._client.authorize_redirect(request, callback)
        return sent

    async def finish(self, request: Request) -> Mapping[str, Any]:
        """Return the claims of whoever has come back.

        Raises:
            OAuthError: the state is not the one that was sent, or the provider refuses.
            JoseError: the token is not of this provider, for this client, for this sign-in and in time.
        """
        metadata = await self._client.load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != self._issuer:
            raise ValueError("the provider states another issuer")
        issuer = {"iss": {"essential": True, "value": metadata["issuer"]}}
        token = await self._client.authorize_access_token(request, claims_options=issuer)
        claims: Mapping[str, Any] | None = token.get("userinfo")
        if not claims or not claims.get("sub") or "id_token" not in token:
            raise ValueError("the provider names nobody")
        return claims


@router.get("/oidc/start", name="oidc_start")
async def begin_sign_in(request: Request, visitor: Anybody) -> Response:
    """Begin a sign-in by the provider."""
    service, provider = _count_try(request)
    base = service.settings.web_url or str(request.base_url).rstrip("/")
    try:
        return await provider.begin(request, f"{base}/oidc/callback")
    except Exception as error:
        return _show_failure(request, visitor, error)


@router.get("/oidc/callback", name="oidc_callback")
async def finish_sign_in(request: Request, visitor: Anybody) -> Response:
    """End a sign-in by the provider."""
    service, provider = _count_try(request)
    try:
        claims = await provider.finish(request)
    except Exception as error:
        return _show_failure(request, visitor, error)
    finally:
        request.session.clear()
    address = str(claims["email"]) if claims.get("email") and claims.get("email_verified") is True else None
    account = get_account_by_person(service.database, str(claims["sub"]), address)
    if account is None:
        log_event("sign-in refused", reason="not entered")
        return show_page(request, visitor, "not-entered.html", 403)
    log_event("signed in", sender=account.sender, by="provider")
    return start_session(request, service, account.sender, datetime.now(UTC) + timedelta(hours=SESSION_HOURS))


def _count_try(request: Request) -> tuple[ServiceState, Provider]:
    """Return the service and its provider, and count one more try to sign in.

    Raises:
        NotFoundError: no provider is set up.
        RateLimitError: too many tries from one address.
    """
    service = get_service(request)
    if service.provider is None:
        raise NotFoundError
    service.limits.count("sign_in", address_of(request))
    return service, service.provider


def _show_failure(request: Request, visitor: Anybody, error: Exception) -> Response:
    """Say that it failed; the log has the kind of error, and nothing of the person."""
    log_event("sign-in refused", reason=type(error).__name__)
    return show_page(request, visitor, "sign-in-failed.html", 400)
