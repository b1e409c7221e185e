"""How a collection stands: one row an organisation; and all that one organisation sent and was told."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine

from pipeline.collection.calendar import CollectionYear
from pipeline.collection.register import expected_codes
from pipeline.errors import WresError
from pipeline.registry.organisations import register_in_force
from pipeline.registry.receipts import ACCEPTED, findings_of, receipts_of
from pipeline.registry.tables import Receipt


def standing_rows(engine: Engine, calendar: CollectionYear) -> list[dict[str, Any]]:
    """One row an organisation expected or heard from: code, name, status, returns sent, last receipt, late.

    `status` is that of the return which counts; without one it is `rejected`, `received` (not judged yet) or
    `not_received`.
    """
    register = register_in_force(engine)
    names = dict(zip(register["code"], register["name"], strict=True))
    sent: dict[str, list[Receipt]] = {code: [] for code in expected_codes(register, calendar)}
    for receipt in (one for one in receipts_of(engine, calendar.year) if not one.test):
        sent.setdefault(receipt.organisation_code, []).append(receipt)
    return [_row(code, names.get(code, "not in the register"), receipts) for code, receipts in sorted(sent.items())]


def _row(code: str, name: str, receipts: list[Receipt]) -> dict[str, Any]:
    standing = next((one for one in reversed(receipts) if one.status in ACCEPTED), None)
    shown = standing or (receipts[-1] if receipts else None)
    return {
        "organisation_code": code,
        "name": name,
        "status": shown.status if shown else "not_received",
        "returns_sent": len(receipts),
        "receipt": shown.receipt if shown else None,
        "received_at": shown.received_at.isoformat(timespec="seconds") if shown else None,
        "late": bool(shown and shown.late),
    }


def history_rows(engine: Engine, year: int, organisation_code: str) -> list[dict[str, Any]]:
    """Everything that an organisation sent for a year and what it was told, one row a receipt, oldest first.

    `findings` counts them by code, as in `V203 x 2, Q309`.

    Raises:
        WresError: nothing was received from it.
    """
    receipts = receipts_of(engine, year, organisation_code)
    if not receipts:
        raise WresError(f"Nothing was received from {organisation_code} for {year}. See: wres status {year}")
    found = findings_of(engine, year)
    return [
        {
            "receipt": one.receipt,
            "received_at": one.received_at.isoformat(timespec="seconds"),
            "clock": one.clock,
            "channel": one.channel,
            "file_name": one.file_name,
            "size": one.size,
            "sha256": one.sha256,
            "status": one.status,
            "late": one.late,
            "findings": _by_code(finding.code for finding in found.get(one.receipt, [])),
            "answered_at": one.answered_at.isoformat(timespec="seconds") if one.answered_at else None,
        }
        for one in receipts
    ]


def _by_code(codes: Iterable[str]) -> str:
    return ", ".join(f"{code} x {count}" if count > 1 else code for code, count in sorted(Counter(codes).items()))
