"""How a collection stands: one row an organisation, and the way back from a figure to its file."""

from typing import Any

from sqlalchemy import Engine

from pipeline.collection.calendar import CollectionYear
from pipeline.collection.register import expected_codes
from pipeline.errors import WresError
from pipeline.registry.organisations import register_in_force
from pipeline.registry.receipts import ACCEPTED, receipts_of
from pipeline.registry.tables import Receipt


def standing_rows(engine: Engine, calendar: CollectionYear) -> list[dict[str, Any]]:
    """One row an organisation expected or heard from: code, name, status, returns sent, last receipt, late.

    `status` is that of the return which counts; without one it is `rejected`, `received` (not judged yet) or
    `not_received`.
    """
    register = register_in_force(engine)
    names = dict(zip(register["code"], register["name"], strict=True))
    sent: dict[str, list[Receipt]] = {code: [] for code in expected_codes(register, calendar)}
    for receipt in receipts_of(engine, calendar.year):
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


def standing_receipt(engine: Engine, year: int, organisation_code: str) -> Receipt:
    """The receipt of the return that counts.

    Raises:
        WresError: there is none.
    """
    for receipt in reversed(receipts_of(engine, year, organisation_code)):
        if receipt.status in ACCEPTED:
            return receipt
    raise WresError(
        f"{organisation_code} has no accepted return for {year}, so no published figure comes from it. "
        f"See: wres status {year}"
    )
