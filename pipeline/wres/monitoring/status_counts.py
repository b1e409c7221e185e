"""A collection counted: how many organisations stand how, by region and type, and which edits hit most."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from wres.database.receipts import ACCEPTED
from wres.monitoring.submission_status import OrganisationStatus

TYPE_NAMES = {
    "acute": "Acute",
    "specialist": "Specialist",
    "mental_health": "Mental health",
    "community": "Community",
    "ambulance": "Ambulance",
    "integrated_care_board": "Integrated care board",
    "clinical_commissioning_group": "Clinical commissioning group",
    "national_body": "National body",
    "unknown": "Unknown",
    "": "Unknown",
}


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """Organisations counted; of those expected, each is accepted, rejected, waiting or outstanding.

    `expected`: those that must send, and voluntary ones with a return that counts.

    `received`: something came. `accepted`: a return counts, with or without queries. `rejected`: nothing counts and the
    last return was rejected. `waiting`: the last is not validated yet. `outstanding`: nothing came. `late`: the return
    that counts, or else the last one, came after the deadline.
    """

    name: str
    expected: int
    received: int
    accepted: int
    with_queries: int
    rejected: int
    waiting: int
    outstanding: int
    late: int


def count_statuses(name: str, organisations: Iterable[OrganisationStatus]) -> StatusCounts:
    """Count the organisations that are expected; others are left out."""
    expected = [status for status in organisations if status.counted]
    return StatusCounts(
        name=name,
        expected=len(expected),
        received=sum(bool(status.sent) for status in expected),
        accepted=sum(status.status in ACCEPTED for status in expected),
        with_queries=sum(status.status == "accepted_with_queries" for status in expected),
        rejected=sum(status.status == "rejected" for status in expected),
        waiting=sum(status.status == "received" for status in expected),
        outstanding=sum(status.status == "not_received" for status in expected),
        late=sum(status.late for status in expected),
    )


def by_region(organisations: Sequence[OrganisationStatus]) -> list[StatusCounts]:
    """Count the organisations of each region, in the order of their names."""
    return _count_by(organisations, lambda status: status.region or "Unknown")


def by_type(organisations: Sequence[OrganisationStatus]) -> list[StatusCounts]:
    """Count the organisations of each type, in the order of their names."""
    return _count_by(organisations, lambda status: TYPE_NAMES.get(status.organisation_type, status.organisation_type))


def _count_by(
    organisations: Sequence[OrganisationStatus], name_of: Callable[[OrganisationStatus], str]
) -> list[StatusCounts]:
    groups: dict[str, list[OrganisationStatus]] = defaultdict(list)
    for status in organisations:
        if status.counted:
            groups[name_of(status)].append(status)
    return [count_statuses(name, groups[name]) for name in sorted(groups)]


@dataclass(frozen=True, slots=True)
class EditHits:
    """The findings of an edit: how many, in how many returns, of how many organisations."""

    code: str
    severity: str
    organisations: int
    returns: int
    findings: int


def most_common_edits(organisations: Iterable[OrganisationStatus]) -> list[EditHits]:
    """Return every edit with a finding on any return of the year, the one of most organisations first."""
    findings_by_edit: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for status in organisations:
        for sent in status.sent:
            for hit in sent.hits:
                findings_by_edit[hit.code, hit.severity].append((status.code, hit.findings))
    edits = [
        EditHits(code, severity, len({code for code, _ in hits}), len(hits), sum(findings for _, findings in hits))
        for (code, severity), hits in findings_by_edit.items()
    ]
    return sorted(edits, key=lambda edit: (-edit.organisations, -edit.findings, edit.code))


def status_count_rows(organisations: Sequence[OrganisationStatus], by: str) -> list[dict[str, Any]]:
    """Return the counts of each `region` or `type`, England last, as rows to be printed."""
    from dataclasses import asdict

    groups = by_region(organisations) if by == "region" else by_type(organisations)
    rows = [asdict(status) for status in [*groups, count_statuses("England", organisations)]]
    return [{by: row.pop("name"), **row} for row in rows]


def summary_line(organisations: Iterable[OrganisationStatus]) -> str:
    """Write the counts of England in one line."""
    england = count_statuses("England", organisations)
    return (
        f"Of {england.expected} expected: {england.received} received, {england.accepted} accepted "
        f"({england.with_queries} with queries), {england.rejected} rejected, {england.waiting} waiting, "
        f"{england.outstanding} outstanding, {england.late} late"
    )
