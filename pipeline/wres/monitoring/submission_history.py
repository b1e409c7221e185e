"""List all that one organisation sent for a year, and the answers to it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine

from wres.database.explanations import get_explained_queries
from wres.database.receipts import get_receipts
from wres.database.validation_results import get_findings
from wres.errors import WresError


def history_rows(engine: Engine, year: int, organisation_code: str) -> list[dict[str, Any]]:
    """List all that an organisation sent for a year and the answers to it, one row a receipt, oldest first.

    `findings` counts them by code, as in `V203 x 2, Q309`; `explained` names the queries whose explanation counts.

    Raises:
        WresError: nothing was received from it.
    """
    receipts = get_receipts(engine, year, organisation_code)
    if not receipts:
        raise WresError(f"Nothing was received from {organisation_code} for {year}. See: wres status {year}")
    findings = get_findings(engine, year)
    explained: dict[str, list[str]] = defaultdict(list)
    for query in get_explained_queries(engine, year):
        if query.text:
            explained[query.receipt].append(query.code)
    return [
        {
            "receipt": receipt.receipt,
            "received_at": receipt.received_at,
            "status": receipt.status,
            "findings": _count_by_code(finding.code for finding in findings.get(receipt.receipt, [])),
            "explained": _count_by_code(explained[receipt.receipt]),
            "late": receipt.late,
            "file_name": receipt.file_name,
            "sha256": receipt.sha256,
            "answered_at": receipt.answered_at,
            "channel": receipt.channel,
            "clock": receipt.clock_source,
            "size": receipt.size,
        }
        for receipt in receipts
    ]


def _count_by_code(codes: Iterable[str]) -> str:
    return ", ".join(f"{code} x {count}" if count > 1 else code for code, count in sorted(Counter(codes).items()))
