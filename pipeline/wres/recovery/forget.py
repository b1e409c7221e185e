"""Forget a receipt on request: its bytes, its texts, and their copies in the audit log and the reports."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from wres.database.forgetting import erase_texts
from wres.database.models import Receipt
from wres.database.receipts import hashes_not_kept
from wres.errors import WresError
from wres.event_log import log_event
from wres.feedback.report import report_files, write_atomically
from wres.intake.audit_log_export import erase_in_copy, export_audit_log
from wres.intake.rounds import channels_in_use
from wres.intake.web_channel import WebChannel
from wres.personal_data.person_signs import find_insurance_numbers, find_personal_emails
from wres.returns.text import join_words
from wres.settings import Settings
from wres.storage.landing import delete_files
from wres.validation.edit_catalogue import load_catalogue

_MOST_NAMED = 5  # receipts in one sentence
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
    if find_insurance_numbers(reason) or find_personal_emails(reason):
        raise WresError("The reason is kept for good, so it must name nobody. Give it without numbers and addresses.")
    titles = {code: edit.title for code, edit in load_catalogue().items()}
    try:
        erasure = erase_texts(engine, receipt, reason, settings.clock.now(), titles)
    except ProgrammingError as error:
        raise WresError(
            "This user of the database may not erase anything. Run it as the owner of the tables, as wres migrate."
        ) from error
    years = sorted({receipt.collection_year for receipt in erasure.receipts})
    for year in years:
        export_audit_log(settings, engine, year)
        erase_in_copy(settings, engine, year)
    with Session(engine) as session:
        if erasure.sha256 in hashes_not_kept(session):
            delete_files(settings, [erasure.sha256])
    still = _say_who_has_copies([answer for answer in erasure.answers if not _answer_again(settings, answer)])
    for receipt_row in erasure.receipts:
        log_event("forgotten", receipt_row.collection_year, receipt_row.organisation_code, receipt_row.receipt)
    still.append("Backups that were made before still hold it: delete them, or restore and forget again.")
    return {
        "receipts": ", ".join(receipt.receipt for receipt in erasure.receipts),
        "sha256": erasure.sha256,
        "still_to_do": still,
    }


def _answer_again(settings: Settings, receipt: Receipt) -> bool:
    """Put a report without texts in the place of the first; False where the pipeline cannot reach that."""
    channel = {candidate.name: candidate for candidate in channels_in_use(settings)}.get(receipt.channel)
    if channel is None or receipt.channel not in _SAME_PLACE:
        return False
    channel.deliver_report(receipt, partial(write_atomically, files=report_files(receipt.report or {})))
    return True


def _say_who_has_copies(receipts: Sequence[Receipt]) -> list[str]:
    """Say in a sentence for each channel whose reports are, or may be, with their sender."""
    names: dict[str, list[str]] = defaultdict(list)
    for receipt in receipts:
        names[receipt.channel].append(receipt.receipt)
    sentences = []
    for channel, of_channel in names.items():
        more = [f"{len(of_channel) - _MOST_NAMED} more"] if len(of_channel) > _MOST_NAMED else []
        listed = join_words([*of_channel[:_MOST_NAMED], *more])
        if channel == WebChannel.name:
            sentences.append(
                f"The page shows the reports of {listed} without these texts now. Ask the sender to delete any that "
                "was downloaded before."
            )
        else:
            sentences.append(f"Reports went out by {channel}, of {listed}: ask the sender to delete them.")
    return sentences
