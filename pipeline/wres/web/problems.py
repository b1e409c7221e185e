"""Answer a request that is not done: a page for people, problem details (RFC 9457) for machines."""

from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from wres.errors import UnavailableError, WresError
from wres.event_log import log_event
from wres.web.http_errors import NotFoundError
from wres.web.responses import show_page

PROBLEM_TYPE = "application/problem+json"
_TITLES = {404: "Page not found", 403: "Form out of date", 413: "File too large", 429: "Too many tries"}
_NOTHING_FOR_KEY = "There is nothing at this address, or it is not for this key. See /api/v1/openapi.json."
_CANNOT_NOW = "The service cannot do this now. What you sent before is safe. Try again in a few minutes."


def problem_details(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return problem details."""
    title = HTTPStatus(status).phrase
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(content, status, media_type=PROBLEM_TYPE, headers=dict(headers or {}))


async def answer_refusal(request: Request, error: Exception) -> Response:
    """Answer a request that is refused: a page, or problem details; whoever is not signed in is led there."""
    if not isinstance(error, HTTPException):
        raise error
    if _is_api(request):
        detail = _NOTHING_FOR_KEY if error.status_code == 404 else error.detail
        return problem_details(error.status_code, str(detail), error.headers)
    if error.status_code == 401:
        return RedirectResponse("/sign-in", 303)
    if error.status_code in (404, 405):
        error = NotFoundError()  # an address that nothing answers to looks as one that is somebody else's
    return _show_problem_page(request, error.status_code, str(error.detail), error.headers)


async def answer_unusable_request(request: Request, error: Exception) -> Response:
    """Answer a request whose parts cannot be understood; nothing of it is repeated."""
    if not isinstance(error, RequestValidationError):
        raise error
    if _is_api(request):
        return problem_details(422, "The request cannot be used. See the description of the API: /api/v1/openapi.json")
    return _show_problem_page(
        request, 400, "The form cannot be used. Go back, reload the page and send it again.", None
    )


async def answer_failure(request: Request, error: Exception) -> Response:
    """Answer where a step or the database fails: what happened is in the log, without a word of what was sent."""
    log_event("request failed", failed=True, error=type(error).__name__)
    if isinstance(error, WresError) and not isinstance(error, UnavailableError):
        status, detail = 422, str(error)
    else:
        status, detail = 503, _CANNOT_NOW
    if _is_api(request):
        return problem_details(status, detail)
    return _show_problem_page(request, status, detail, None)


HANDLERS: dict[int | type[Exception], Callable[[Request, Exception], Coroutine[Any, Any, Response]]] = {
    HTTPException: answer_refusal,
    RequestValidationError: answer_unusable_request,
    WresError: answer_failure,
    SQLAlchemyError: answer_failure,
    OSError: answer_failure,
    Exception: answer_failure,
}


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _show_problem_page(request: Request, status: int, detail: str, headers: Mapping[str, str] | None) -> Response:
    title = _TITLES.get(status, "That did not work")
    response = show_page(request, None, "refused.html", status, title=title, detail=detail)
    response.headers.update(headers or {})
    return response
