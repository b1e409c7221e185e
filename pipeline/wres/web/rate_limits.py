"""How often something may be tried: by whoever is signed in, or by the address of the machine that asks."""

import time
from typing import Literal

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from wres.web.http_errors import RateLimitError

Kind = Literal["sign_in", "key", "upload", "page"]
LIMITS: dict[Kind, RateLimitItem] = {
    "sign_in": parse("30/5 minutes"),
    "key": parse("30/5 minutes"),  # keys that are none
    "upload": parse("30/10 minutes"),
    "page": parse("600/minute"),
}


class RateLimits:
    """Counts tries in this process; behind several services each counts its own."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, kind: Kind, who: str) -> None:
        """Count a try.

        Raises:
            RateLimitError: it is one too many.
        """
        item = LIMITS[kind]
        if not self._limiter.hit(item, kind, who):
            reset, _ = self._limiter.get_window_stats(item, kind, who)
            raise RateLimitError(max(1, int(reset - time.time())))


def address_of(request: Request) -> str:
    """Return the address of the machine that asks, as the server knows it; a trusted proxy's word counts there."""
    return request.client.host if request.client else ""
