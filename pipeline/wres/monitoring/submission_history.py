"""All that one organisation sent for a year and what it was told."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine

from pipeline.errors import WresError
from pipeline.registry.explanations import queries_of
from pipeline.registry.receipts import findings_of, receipts_of


def history_rows(engine: Engine, year: int, organisation_code: str) -> list[dict[str, Any]]:
    """Everything that an organisation sent for a year and what it was told, one row a receipt, oldest first.

    `findings` counts them by code, as in `V203 x 2, Q309`; `explained` names the queries whose explanation counts.

    Raises:
        WresError: nothing was received from it.
    """
    receipts = receipts_of(engine, year, organisation_code)
    if not receipts:
        raise WresError(f"Nothing was received from {organisation_code} for {year}. See: wres status {year}")
    found = findings_of(engine, year)
    explained: dict[str, list[str]] = defaultdict(list)
    for query in queries_of(engine, year):
        if query.text:
            explained[query.receipt].append(query.code)
    return [
        {
            "receipt": one.receipt,
            "received_at": one.received_at,
            "status": one.status,
            "findings": _by_code(finding.code for finding in found.get(one.receipt, [])),
            "explained": _by_code(explained[one.receipt]),
            "late": one.late,
            "file_name": one.file_name,
            "sha256": one.sha256,
            "answered_at": one.answered_at,
            "channel": one.channel,
            "clock": one.clock,
            "size": one.size,
        }
        for one in receipts
    ]


def _by_code(codes: Iterable[str]) -> str:
    return ", ".join(f"{code} x {count}" if count > 1 else code for code, count in sorted(Counter(codes).items()))
