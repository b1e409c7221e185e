"""Make responses: pages from templates, and files to download.

Pages use the NHS design system's components, every text escaped, no script. A browser never shows a file, and no name
of a file breaks out of a header.
"""

from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from wres.context import Context
from wres.feedback.report_files import STATUSES
from wres.monitoring.reminders import time_words
from wres.web.access import VISIT_COOKIE, Visitor, set_cookie
from wres.web.service_state import get_service

_HERE = Path(__file__).resolve().parent
STATIC = _HERE / "static"
STATUS_WORDS = {
    **STATUSES,
    "received": "Being checked",
    "not_received": "Nothing received",
    **{f"test_{status}": f"Test: {words.lower()}" for status, words in STATUSES.items()},
}
STATUS_COLOURS = {
    "accepted": "green",
    "accepted_with_queries": "yellow",
    "rejected": "red",
    "superseded": "grey",
    "received": "blue",
    "not_received": "grey",
    "test_accepted": "green",
    "test_accepted_with_queries": "yellow",
    "test_rejected": "red",
}
_MEDIA_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
}


def show_page(
    request: Request, visitor: Visitor | None, template: str, status_code: int = 200, /, **facts: Any
) -> HTMLResponse:
    """Return a page; whoever has no cookie yet gets one, to which the page's forms are tied."""
    settings = get_service(request).settings
    text = (
        _make_environment()
        .get_template(template)
        .render(
            visitor=visitor,
            account=visitor.account if visitor else None,
            form_token=visitor.form_token if visitor else "",
            simulated=settings.simulated,
            clock_set=settings.clock.source == "as_of",
            now=settings.clock.now(),
            **facts,
        )
    )
    response = HTMLResponse(text, status_code)
    if visitor is not None and visitor.new:
        set_cookie(response, VISIT_COOKIE, visitor.secret)
    return response


def download_file(content: bytes, name: str) -> Response:
    """Return bytes as a file to keep. The name may be a sender's: it is given as RFC 6266 has it, escaped."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "_" for sign in name) or "file"
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(
        content, media_type=_MEDIA_TYPES.get(Path(plain).suffix.lower(), "application/octet-stream"), headers=headers
    )


def template_file(context: Context, organisation_code: str) -> Response:
    """Return an organisation's blank workbook, with last year's figures beside."""
    from wres.adhoc import write_prefilled_template

    with TemporaryDirectory() as folder:
        name = f"wres-{context.year}-{organisation_code}.xlsx"
        return download_file(
            write_prefilled_template(context, organisation_code, Path(folder) / name).read_bytes(), name
        )


@cache
def _make_environment() -> Environment:
    """Return the page's templates, with those of the NHS design system."""
    # The components ask for parameters that are not given, level by level, so undefined names must be let through.
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(_HERE / "templates"), PackageLoader("nhsuk_frontend_jinja")]),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["time"] = _format_time
    environment.filters["status"] = lambda status: STATUS_WORDS.get(status, status)
    environment.filters["colour"] = lambda status: STATUS_COLOURS.get(status, "grey")
    return environment


def _format_time(moment: datetime | None) -> str:
    return time_words(moment) if moment else ""
