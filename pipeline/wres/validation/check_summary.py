"""What `wres check` says beside the findings: the outcome, what was put right, and which edits were not run."""

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from wres.printable import printable

_MOST_REPAIRS = 10
_WIDTH = 80


def explain_check(document: Mapping[str, Any], file_name: str) -> Iterator[str]:
    """The sentences of a check: its status, each repair with its cell, and the edits not run, grouped by reason."""
    page, findings = document["page"], len(document["findings"])
    status = document["status"].replace("_", " ")
    yield _fold(f"{file_name}: {status}; {findings} {'finding' if findings == 1 else 'findings'}.")
    for repair in document["repairs"][:_MOST_REPAIRS]:
        place = ", ".join(part for part in (repair["sheet"], repair["cell"]) if part)
        yield _fold(f"Put right: {repair['what']}{f' ({place})' if place else ''}.")
    if (more := len(document["repairs"]) - _MOST_REPAIRS) > 0:
        yield _fold(f"Put right: {more} more; the report lists them all (--report FOLDER).")
    codes: dict[str, list[str]] = defaultdict(list)
    for edit in page["edits_not_run"]:
        codes[edit["reason"].rstrip(".")].append(edit["code"])
    for reason, same in codes.items():
        yield _fold(f"Not run: {', '.join(same)}: {reason}.")


def _fold(sentence: str) -> str:
    return textwrap.fill(
        printable(sentence), _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
