"""Deliveries are stored a batch at a time where one done twice does no harm, and one by one where it would."""

from datetime import UTC, datetime

from wres.database.models import Receipt
from wres.intake.deliver_reports import REPORTS_IN_COMMIT, delivery_batches


def _receipts(channel: str, number: int) -> list[Receipt]:
    arrived = datetime(2022, 7, 1, tzinfo=UTC)
    return [Receipt(receipt=f"{channel}-{index}", channel=channel, received_at=arrived) for index in range(number)]


def test_files_are_stored_together_and_messages_one_by_one() -> None:
    pending = [*_receipts("mesh", 2), *_receipts("folder", REPORTS_IN_COMMIT), *_receipts("web", 1)]
    batches = [[receipt.receipt for receipt in batch] for batch in delivery_batches(pending)]
    files = [f"folder-{index}" for index in range(REPORTS_IN_COMMIT)]
    assert batches == [files, ["web-0"], ["mesh-0"], ["mesh-1"]]


def test_nothing_pending_is_no_batch() -> None:
    assert list(delivery_batches([])) == []
