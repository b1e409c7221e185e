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

_TOGETHER = 50
_SAME_PLACE = ("folder", "s3")  # channels on which an answer given twice is the same files again


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

    What is given is remembered some at a time, so that a killed run gives at most `_TOGETHER` answers twice: the same
    files in the same place. A message is remembered as soon as it is sent.
    """
    by_name = {channel.name: channel for channel in channels}
    answered, owed = Answered(), receipts.unanswered(engine, year)
    given: list[Receipt] = []
    reports: dict[str, dict[str, Any]] = {}
    for done, receipt in enumerate(owed, start=1):
        if receipt.receipt not in reports:  # those of all at once would fill the memory
            reports = receipts.reports_of(engine, [one.receipt for one in owed[done - 1 : done - 1 + _TOGETHER]])
        about = (year, receipt.organisation_code, receipt.receipt)
        try:
            _answer(by_name, receipt, reports[receipt.receipt], write_reports)
        except WresError as error:
            answered.failures.append(str(error))
            happened("not answered", *about, channel=receipt.channel, failed=True)
        else:
            given.append(receipt)
            answered.given += 1
        if len(given) >= (_TOGETHER if receipt.channel in _SAME_PLACE else 1):
            _remember(settings, engine, given)
        progress(done, len(owed))
    _remember(settings, engine, given)
    return answered


def _remember(settings: Settings, engine: Engine, given: list[Receipt]) -> None:
    """Remember which answers were given, and begin the list anew."""
    if given:
        receipts.mark_answered(engine, [one.receipt for one in given], settings.now())
    for one in given:
        happened(
            "answered", one.collection_year, one.organisation_code, one.receipt, channel=one.channel, status=one.status
        )
    given.clear()


def _answer(
    channels: dict[str, Channel],
    receipt: Receipt,
    report: Mapping[str, Any],
    write_reports: Callable[[Path, Mapping[str, Any]], None],
) -> None:
    if receipt.channel not in channels:
        raise WresError(
            f"The answer to {receipt.receipt} cannot be given: it came by the channel {receipt.channel}, which is not "
            "set up here. Set it up again."
        )
    channels[receipt.channel].answer(receipt, lambda folder: write_reports(folder, report))
