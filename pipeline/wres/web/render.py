"""Pages from templates: the NHS design system's components, every text escaped, no script."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse

from wres.feedback.report_files import STATUSES
from wres.monitoring.reminders import time_words
from wres.web.access import VISIT_COOKIE, Visitor, set_cookie
from wres.web.desk import desk_of

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


def show(
    request: Request, visitor: Visitor | None, template: str, status_code: int = 200, /, **facts: Any
) -> HTMLResponse:
    """Return a page; whoever has no cookie yet gets one, to which the page's forms are tied."""
    settings = desk_of(request).settings
    text = (
        _environment()
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


@cache
def _environment() -> Environment:
    # The components ask for parameters that are not given, level by level, so undefined names must be let through.
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(_HERE / "templates"), PackageLoader("nhsuk_frontend_jinja")]),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["time"] = _time
    environment.filters["status"] = lambda status: STATUS_WORDS.get(status, status)
    environment.filters["colour"] = lambda status: STATUS_COLOURS.get(status, "grey")
    return environment


def _time(moment: datetime | None) -> str:
    return time_words(moment) if moment else ""
