"""Add security headers to every answer, and limit the bytes of every request."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wres.web.http_errors import RequestTooLargeError

_SMALL = 200_000  # bytes of a request that is no upload
_BESIDE_FILE = 20_000  # bytes of an upload beside the file
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class SecurityMiddleware:
    """Adds the headers to every answer, and ends a request that holds too many bytes."""

    def __init__(self, app: ASGIApp, max_upload_bytes: int) -> None:
        self._app = app
        self._max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, self._limited(scope, receive), send_with_headers)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """Count the bytes as they arrive: a stated length may be missing or wrong."""
        multipart = dict(scope["headers"]).get(b"content-type", b"").startswith(b"multipart/form-data")
        limit = self._max_upload_bytes if multipart else _SMALL
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > limit + _BESIDE_FILE:
                    await self._drain(receive, message, limit)
                    raise RequestTooLargeError(limit)
            return message

        return receive_counted

    @staticmethod
    async def _drain(receive: Receive, message: Message, limit: int) -> None:
        """Read on and keep nothing, so that a browser gets to see the answer; up to ten times the limit."""
        remaining = 10 * limit
        while message.get("more_body") and remaining > 0:
            message = await receive()
            remaining -= len(message.get("body", b"")) or remaining
