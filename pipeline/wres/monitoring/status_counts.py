"""A collection counted: how many organisations stand how, by region and type, and which edits hit most."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.progress.standing import Standing
from pipeline.registry.receipts import ACCEPTED

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
class Tally:
    """Organisations counted; of those expected, each is accepted, rejected, waiting or outstanding.

    `received`: something came. `accepted`: a return counts, with or without queries. `rejected`: nothing counts and the
    last return was rejected. `waiting`: the last is not judged yet. `outstanding`: nothing came. `late`: the return
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


def tally(name: str, organisations: Iterable[Standing]) -> Tally:
    """Count the organisations that are expected; others are left out."""
    expected = [one for one in organisations if one.expected]
    return Tally(
        name=name,
        expected=len(expected),
        received=sum(bool(one.sent) for one in expected),
        accepted=sum(one.status in ACCEPTED for one in expected),
        with_queries=sum(one.status == "accepted_with_queries" for one in expected),
        rejected=sum(one.status == "rejected" for one in expected),
        waiting=sum(one.status == "received" for one in expected),
        outstanding=sum(one.status == "not_received" for one in expected),
        late=sum(one.late for one in expected),
    )


def by_region(organisations: Sequence[Standing]) -> list[Tally]:
    """A tally for each region, in the order of their names."""
    return _by(organisations, lambda one: one.region or "Unknown")


def by_type(organisations: Sequence[Standing]) -> list[Tally]:
    """A tally for each type of organisation, in the order of their names."""
    return _by(organisations, lambda one: TYPE_NAMES.get(one.organisation_type, one.organisation_type))


def _by(organisations: Sequence[Standing], name_of: Callable[[Standing], str]) -> list[Tally]:
    groups: dict[str, list[Standing]] = defaultdict(list)
    for one in organisations:
        if one.expected:
            groups[name_of(one)].append(one)
    return [tally(name, groups[name]) for name in sorted(groups)]


@dataclass(frozen=True, slots=True)
class EditHits:
    """How hard an edit hit: findings, in how many returns, of how many organisations."""

    code: str
    severity: str
    organisations: int
    returns: int
    findings: int


def edits_that_hit(organisations: Iterable[Standing]) -> list[EditHits]:
    """Every edit that struck any return of the year, corrected since or not; what hit most organisations first."""
    struck: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for one in organisations:
        for sent in one.sent:
            for hit in sent.hits:
                struck[hit.code, hit.severity].append((one.code, hit.findings))
    found = [
        EditHits(code, severity, len({who for who, _ in hits}), len(hits), sum(findings for _, findings in hits))
        for (code, severity), hits in struck.items()
    ]
    return sorted(found, key=lambda one: (-one.organisations, -one.findings, one.code))


def tally_rows(organisations: Sequence[Standing], by: str) -> list[dict[str, Any]]:
    """The tallies of each `region` or `type`, England last, as rows to be printed."""
    from dataclasses import asdict

    groups = by_region(organisations) if by == "region" else by_type(organisations)
    rows = [asdict(one) for one in [*groups, tally("England", organisations)]]
    return [{by: row.pop("name"), **row} for row in rows]


def tally_line(organisations: Iterable[Standing]) -> str:
    """The tally of England in one line."""
    england = tally("England", organisations)
    return (
        f"Of {england.expected} expected: {england.received} received, {england.accepted} accepted "
        f"({england.with_queries} with queries), {england.rejected} rejected, {england.waiting} waiting, "
        f"{england.outstanding} outstanding, {england.late} late"
    )
