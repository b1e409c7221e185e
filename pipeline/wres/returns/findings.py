"""Define a finding of an edit, and the result of validating one return.

Each has one shape from the edit that makes it to the registry, the report and the pages. What leaves Python is made
from the fields: a row of the registry by its model (`wres.database.models`), JSON by `asdict`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from wres.returns.parsed_return import Normalisation

Severity = Literal["reject", "query", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in a return, or is to be explained; the fields are those of `report.json`, in order.

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


def findings_in(document: Mapping[str, Any]) -> list[Finding]:
    """Return the findings of a report's document, as the registry and report.json have it."""
    return [Finding(**finding) for finding in document["findings"]]


@dataclass(frozen=True, slots=True)
class NationalFinding:
    """One thing to look into in a build; `place` is the code of an organisation, region or type, or None."""

    code: str
    place: str | None
    message: str
    how_to_fix: str


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """The result of validating one return, to be stored and reported.

    `status` is rejected, accepted or accepted_with_queries; of a test it is stored with `test_` before it. `figures`
    maps (item, ethnic group) to the number as understood; empty when the return is rejected before its values could be
    read. `edits_run` and `edits_not_run` together are all edits of the rule set that this return meets; the second maps
    a code to the reason why it could not run. `texts` are the explanations and who signed the return off, without a
    name. `report` is the document of the report to the sender (`wres.feedback.report`), empty until it is made.
    """

    receipt: str
    status: str
    template_version: str
    rule_set: str
    late: bool = False
    findings: list[Finding] = field(default_factory=list)
    edits_run: list[str] = field(default_factory=list)
    edits_not_run: dict[str, str] = field(default_factory=dict)
    figures: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    repairs: list[Normalisation] = field(default_factory=list)
    texts: Mapping[str, str] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)
