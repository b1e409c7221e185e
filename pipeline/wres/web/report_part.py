"""The report to a sender as a part of a page: the same text as report.html, under the page's own head."""

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from wres.feedback.report_files import html_bytes

_MAIN = re.compile(r"<main>(.*)</main>", re.DOTALL)
_HEADING = re.compile(r"<(/?)h([1-5])\b")


def report_part(document: Mapping[str, Any]) -> Markup:
    """Return what report.html says between its head and its foot, each heading a level lower.

    All texts of the sender are escaped there already.
    """
    found = _MAIN.search(html_bytes(document).decode())
    inner = found[1] if found else ""
    return Markup(_HEADING.sub(lambda tag: f"<{tag[1]}h{int(tag[2]) + 1}", inner))  # noqa: S704 - escaped by its template
