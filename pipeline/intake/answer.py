"""Answering: every report that is owed goes back by the channel on which its return came."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from pipeline.errors import WresError
from pipeline.intake.channel import Channel
from pipeline.logs import happened
from pipeline.registry import receipts
from pipeline.registry.tables import Receipt
from pipeline.settings import Settings


@dataclass(slots=True)
class Answered:
    """How many answers were given, and which could not be: a sentence each."""

    given: int = 0
    failures: list[str] = field(default_factory=list)


def answer_all(
    settings: Settings,
    engine: Engine,
    channels: Sequence[Channel],
    year: int,
    write_reports: Callable[[Path, Mapping[str, Any]], None],
    progress: Callable[[int, int], None],
) -> Answered:
    """Give every answer of a year that is still owed; one that cannot be given stays owed and stops no other one.

    Each is remembered as soon as it is given, so that a killed run gives at most one answer twice.
    """
    by_name = {channel.name: channel for channel in channels}
    answered, owed = Answered(), receipts.unanswered(engine, year)
    for done, receipt in enumerate(owed, start=1):
        about = (year, receipt.organisation_code, receipt.receipt)
        try:
            _answer(by_name, receipt, write_reports)
        except WresError as error:
            answered.failures.append(str(error))
            happened("not answered", *about, channel=receipt.channel, failed=True)
        else:
            receipts.mark_answered(engine, [receipt.receipt], settings.now())
            answered.given += 1
            happened("answered", *about, channel=receipt.channel, status=receipt.status)
        progress(done, len(owed))
    return answered


def _answer(
    channels: dict[str, Channel], receipt: Receipt, write_reports: Callable[[Path, Mapping[str, Any]], None]
) -> None:
    if receipt.channel not in channels:
        raise WresError(
            f"The answer to {receipt.receipt} cannot be given: it came by the channel {receipt.channel}, which is not "
            "set up here. Set it up again."
        )
    channels[receipt.channel].answer(receipt, lambda folder: write_reports(folder, receipt.report or {}))
