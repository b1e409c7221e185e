"""Put the service together from its routes, middleware and validation processes, and run it."""

import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from wres.context import open_pipeline
from wres.database.registry import keep_connection
from wres.errors import WresError
from wres.settings import Settings
from wres.web import answer_pages, api, oidc, sender_pages, sign_in, team_pages
from wres.web.problems import HANDLERS
from wres.web.rate_limits import RateLimits
from wres.web.responses import STATIC
from wres.web.security_middleware import SecurityMiddleware
from wres.web.service_state import ServiceState, get_service
from wres.web.validation_workers import ValidationWorkers

HOST, PORT = "127.0.0.1", 8081
SIGN_IN_COOKIE = "__Host-wres-sign-in"
_SIGN_IN_SECONDS = 600  # for the way to the OpenID provider and back
_HERE = ["127.0.0.1", "localhost"]
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_DESCRIPTION = (
    "Send a return, read its answer, its findings and the history, fetch the blank workbook. Each organisation's "
    "machine has a key of its own. Problems are described as in RFC 9457. The same bytes sent again are not another "
    "return."
)


class _CachedFiles(StaticFiles):
    """Files that never change while the service runs."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Let a browser keep them for an hour."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response


def _report_health(request: Request) -> JSONResponse:
    """Say, for whoever starts or watches the service, whether it takes uploads and also checks them at once."""
    ready = get_service(request).workers.ready.is_set()
    return JSONResponse({"status": "ready" if ready else "starting"}, 200 if ready else 503)


def create_app(settings: Settings) -> FastAPI:
    """Return the service, ready to be run; its processes start and end with it."""
    pipeline = open_pipeline(settings)
    workers = ValidationWorkers(pipeline)

    @asynccontextmanager
    async def run_workers(_app: FastAPI) -> AsyncIterator[None]:
        with keep_connection(pipeline.database):
            workers.start()
            try:
                yield
            finally:
                workers.stop()

    app = FastAPI(
        title="WRES disciplinary returns",
        version="1",
        description=_DESCRIPTION,
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=run_workers,
        redirect_slashes=False,
        exception_handlers=HANDLERS,
    )
    app.state.service = ServiceState(pipeline, workers, RateLimits())
    for router in (sign_in.router, oidc.router, team_pages.router, sender_pages.router, answer_pages.router):
        app.include_router(router, include_in_schema=False)
    app.include_router(api.router)
    app.add_api_route("/health", _report_health, include_in_schema=False)
    app.add_api_route("/openapi.json", lambda: JSONResponse(app.openapi()), include_in_schema=False)
    app.mount("/static", _CachedFiles(directory=STATIC), name="static")
    secret = settings.web_secret.get_secret_value() or secrets.token_hex(32)
    app.add_middleware(
        SessionMiddleware,
        secret_key=secret,
        session_cookie=SIGN_IN_COOKIE,
        max_age=_SIGN_IN_SECONDS,
        same_site="lax",
        https_only=True,
    )
    app.add_middleware(SecurityMiddleware, max_upload_bytes=settings.max_upload_bytes)
    public = urlsplit(settings.web_url).hostname
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*_HERE, public] if public else _HERE, www_redirect=False)
    return app


def serve(
    settings: Settings,
    host: str = HOST,
    port: int = PORT,
    *,
    proxies: str = "127.0.0.1",
    announce: Callable[[], None] = lambda: None,
) -> None:
    """Serve pages and API until Ctrl-C or a request to terminate.

    Args:
        settings: of the home.
        host: the address to listen on; another one than the machine's own needs WRES_WEB_URL to be https.
        port: the port.
        proxies: the addresses whose word on who asks and over what is taken, separated by commas.
        announce: called once the address is known to be free.

    Raises:
        WresError: it would listen where passwords and figures would go over a network in the clear, or it cannot
            listen at this address.
    """
    if host not in _LOOPBACK and not settings.web_url.startswith("https://"):
        raise WresError(
            f"The page is for this machine alone, or behind a proxy that adds TLS, so it does not listen on {host}. "
            "Set WRES_WEB_URL to the address at which people open it, https://..., or leave --host out."
        )
    _require_free(host, port)
    announce()
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        access_log=False,  # addresses of invitations hold secrets; what happens is in the event log
        log_level="warning",
        server_header=False,
        date_header=True,
        proxy_headers=True,
        forwarded_allow_ips=proxies,
        h11_max_incomplete_event_size=32_768,
        limit_concurrency=200,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=15,
    )


def _require_free(host: str, port: int) -> None:
    """Refuse an address at which this machine cannot listen: in use, of another machine, or kept for the system."""
    try:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        raise WresError(
            f"The page cannot be served at {host}, port {port}: {error.strerror}. Stop what uses it, or choose another "
            "address: --port, --host."
        ) from None
