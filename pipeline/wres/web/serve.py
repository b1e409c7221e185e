"""Runs the service: on this machine alone, or behind a proxy that adds TLS."""

import uvicorn

from wres.errors import WresError
from wres.settings import Settings
from wres.web.app import create_app

HOST, PORT = "127.0.0.1", 8081
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(settings: Settings, host: str = HOST, port: int = PORT, *, proxies: str = "127.0.0.1") -> None:
    """Serve pages and API until Ctrl-C or a request to terminate.

    Args:
        settings: of the home.
        host: the address to listen on; another one than the machine's own needs WRES_WEB_URL to be https.
        port: the port.
        proxies: the addresses whose word on who asks and over what is taken, separated by commas.

    Raises:
        WresError: it would listen where passwords and figures would go over a network in the clear.
    """
    if host not in _LOOPBACK and not settings.web_url.startswith("https://"):
        raise WresError(
            f"The page is for this machine alone, or behind a proxy that adds TLS, so it does not listen on {host}. "
            "Set WRES_WEB_URL to the address at which people open it, https://..., or leave --host out."
        )
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
