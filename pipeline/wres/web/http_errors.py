"""Why a request is not done: a refusal looks the same for everything, so that nobody learns what there is."""

from starlette.exceptions import HTTPException


class NotFoundError(HTTPException):
    """There is no such page, or it is not this visitor's to see: one and the same answer."""

    def __init__(self) -> None:
        super().__init__(404, "This page does not exist, or it is not one that you may see.")


class SignInRequiredError(HTTPException):
    """Nobody is signed in; a person is led to where that is done, so the text is for machines."""

    def __init__(self) -> None:
        detail = (
            "Give a key that is in force, as Authorization: Bearer KEY. If you have none, or it was revoked, ask the "
            "national team."
        )
        super().__init__(401, detail, headers={"WWW-Authenticate": "Bearer"})


class FormExpiredError(HTTPException):
    """A form did not come from a page of this visitor."""

    def __init__(self) -> None:
        super().__init__(403, "The form is out of date. Go back, reload the page and send it again.")


class RequestTooLargeError(HTTPException):
    """A request holds more bytes than any may."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            413, f"The file is larger than {limit / 1_000_000:.0f} MB, so nothing was stored. A return has about 20 kB."
        )


class RateLimitError(HTTPException):
    """Something was tried more often than anybody needs."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            429, "That was tried too often. Wait a few minutes, then try again.", headers={"Retry-After": str(seconds)}
        )
