"""A file that an organisation sends in a simulated collection year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

Figures = Mapping[tuple[str, str], Decimal]  # by item and ethnic group


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file that one organisation sends.

    `figures` are what it holds when it can be accepted, None when it must be rejected; then `fault` names what is
    wrong and `edits` the edits: at least one of them must find it.
    """

    collection_year: int
    organisation_code: str
    file_name: str
    sent_at: datetime
    content: bytes
    kind: Literal["good", "wrong", "corrected"]
    late: bool
    fault: str | None = None
    edits: tuple[str, ...] = ()
    figures: Figures | None = None
