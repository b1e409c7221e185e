"""Forgetting a receipt on request: its bytes, its texts, what the journal and the reports repeat of them."""

from functools import partial
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from pipeline.errors import WresError
from pipeline.intake.channels import channels_in_use
from pipeline.intake.journal_copy import erase_in_copy, export_journal
from pipeline.intake.landing import forget_landed
from pipeline.logs import happened
from pipeline.registry.forgetting import erase_texts
from pipeline.registry.receipts import hashes_not_kept
from pipeline.registry.tables import Receipt
from pipeline.returns.person_signs import insurance_numbers, persons_emails
from pipeline.settings import Settings
from pipeline.validation.catalogue import load_catalogue
from pipeline.validation.feedback import put_reports, report_files

_SAME_PLACE = ("folder", "s3")  # channels on which an answer given again takes the place of the first


def forget(settings: Settings, engine: Engine, receipt: str, reason: str) -> dict[str, Any]:
    """Erase bytes and texts of a receipt and of all others with the same bytes; a killed run is completed by the next.

    Returns: the receipts, the SHA-256 of their bytes, and under `still_to_do` a sentence for each place that the
    pipeline cannot reach.

    Raises:
        WresError: there is no such receipt, it is not answered yet, the reason is none, or a store cannot be used.
    """
    reason = " ".join(reason.split())
    if sum(character.isalpha() for character in reason) < 3:
        raise WresError("Say in a few words why it is forgotten: --reason TEXT. The text is kept.")
    if insurance_numbers(reason) or persons_emails(reason):
        raise WresError("The reason is kept for good, so it must name nobody. Give it without numbers and addresses.")
    titles = {code: edit.title for code, edit in load_catalogue().items()}
    try:
        erasure = erase_texts(engine, receipt, reason, settings.now(), titles)
    except ProgrammingError as error:
        raise WresError(
            "This user of the database may not erase anything. Run it as the owner of the tables, as wres migrate."
        ) from error
    years = sorted({one.collection_year for one in erasure.receipts})
    for year in years:
        export_journal(settings, engine, year)
        erase_in_copy(settings, engine, year)
    with Session(engine) as session:
        if erasure.sha256 in hashes_not_kept(session):
            forget_landed(settings, [erasure.sha256])
    still = [sentence for one in erasure.answers if (sentence := _answer_again(settings, one))]
    for one in erasure.receipts:
        happened("forgotten", one.collection_year, one.organisation_code, one.receipt)
    still.append("Backups that were made before still hold it: delete them, or restore and forget again.")
    return {
        "receipts": ", ".join(one.receipt for one in erasure.receipts),
        "sha256": erasure.sha256,
        "still_to_do": still,
    }


def _answer_again(settings: Settings, receipt: Receipt) -> str | None:
    """Put a report without texts in the place of the first; what to do where that cannot be."""
    channel = {one.name: one for one in channels_in_use(settings)}.get(receipt.channel)
    if channel is None or receipt.channel not in _SAME_PLACE:
        return f"The report of {receipt.receipt} went out by {receipt.channel} and is with its sender."
    channel.answer(receipt, partial(put_reports, files=report_files(receipt.report or {})))
    return None
