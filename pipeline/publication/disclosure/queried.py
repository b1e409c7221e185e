"""What tells how many returns the quality edits queried: a query speaks of the exact counts of a return.

That no organisation of a region was asked about its ratio says that every ratio there, by the exact counts, is below
the threshold; beside the printed counts this could narrow one that is held back. The proof has no line for it, so it is
held back with it. An edit that looks at no count, whether the return was signed off, tells nothing of one.
"""

from collections.abc import Mapping
from typing import Any

from pipeline.validation.catalogue import SIGN_OFF

_FOUND = (
    "organisations_checked",
    "organisations_with_findings",
    "findings",
    "findings_explained",
    "organisations_corrected",
)


def queried_figures(table: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of a row of coverage or data_quality that are held back in a year with disclosure control."""
    if table == "coverage":
        return ("accepted_with_queries",)
    return tuple(name for name in _FOUND if row[name] is not None) if row["edit_code"] != SIGN_OFF else ()
