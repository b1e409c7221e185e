"""Findings of the edits, all of one shape, and the result of validating one return."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal

Severity = Literal["reject", "query", "note"]
Status = Literal["rejected", "accepted", "accepted_with_queries"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or wants explaining; the fields are those of `report.json`.

    `expected` says in words which value or range was expected, and `difference` how far the value is from it.
    """

    code: str
    severity: Severity
    message: str
    how_to_fix: str
    sheet: str | None = None
    cell: str | None = None
    item: str | None = None
    ethnic_group: str | None = None
    value: str | None = None
    expected: str | None = None
    difference: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The finding as a row of report.json."""
        return asdict(self)


@dataclass(slots=True)
class ValidationResult:
    """What the edits say of one return.

    `figures` maps (item, ethnic group) to the number as understood; empty when the return is rejected before its
    values could be read. `edits_run` and `edits_not_run` together are all edits of the rule set that this return meets;
    the second maps a code to the reason why it could not run.
    """

    receipt: str
    status: Status
    findings: list[Finding]
    edits_run: list[str]
    edits_not_run: dict[str, str]
    figures: dict[tuple[str, str], Decimal]
