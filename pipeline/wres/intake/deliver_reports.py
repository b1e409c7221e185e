"""Answering: every report that is owed goes back by the channel on which its return came."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Engine

from pipeline.errors import WresError
from pipeline.intake.channel import Channel
from pipeline.logs import happened
from pipeline.processes import spread
from pipeline.registry import receipts
from pipeline.registry.claims import claimed
from pipeline.registry.tables import Receipt
from pipeline.settings import Settings

_TOGETHER = 50
_MANY = 500  # answers; a process that helps with them takes about a second to start
_SAME_PLACE = ("folder", "s3")  # channels on which an answer given twice is the same files again


class Put(Protocol):
    """Puts the files of an answer into a folder."""

    def __call__(self, folder: Path, files: Mapping[str, bytes]) -> None:
        """All of them or none."""


class Reports(NamedTuple):
    """How the files of an answer are made of what the sender is told, and put into a folder."""

    make: Callable[[Mapping[str, Any]], dict[str, bytes]]
    put: Put


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
    reports: Reports,
    progress: Callable[[int, int], None],
    processes: int = 1,
) -> Answered:
    """Give every answer of a year that is still owed; one that cannot be given stays owed and stops no other one.

    The files of many answers are made by so many processes; one at a time gives them.

    What another worker has in hand is left to it. What is given is remembered some at a time, so that a killed run
    gives at most `_TOGETHER` answers twice: the same files in the same place. A message is remembered as soon as it is
    sent.
    """
    by_name = {channel.name: channel for channel in channels}
    answered, owed = Answered(), receipts.unanswered(engine, year)
    done = 0
    with spread(processes if len(owed) > _MANY else 1) as each:
        for some in _batches(owed):
            with claimed(engine, year, "answer", some) as claim:
                documents = receipts.reports_of(engine, [one.receipt for one in claim.receipts])
                made = each(reports.make, [documents[one.receipt] for one in claim.receipts])
                given = []
                for at, (receipt, files) in enumerate(zip(claim.receipts, made, strict=True), start=done + 1):
                    if _given(by_name, receipt, partial(reports.put, files=files), answered):
                        given.append(receipt)
                    progress(at, len(owed))
                receipts.mark_answered(claim.session, year, [one.receipt for one in given], settings.now())
            for one in given:
                happened("answered", year, one.organisation_code, one.receipt, channel=one.channel, status=one.status)
            answered.given += len(given)
            done += len(some)
    return answered


def _batches(owed: Sequence[Receipt]) -> Iterator[Sequence[Receipt]]:
    """What is given before it is remembered; the reports of all at once would fill the memory too."""
    files = [one for one in owed if one.channel in _SAME_PLACE]
    yield from (files[at : at + _TOGETHER] for at in range(0, len(files), _TOGETHER))
    yield from ([one] for one in owed if one.channel not in _SAME_PLACE)


def _given(channels: dict[str, Channel], receipt: Receipt, put: Callable[[Path], None], answered: Answered) -> bool:
    try:
        _answer(channels, receipt, put)
    except WresError as error:
        answered.failures.append(str(error))
        happened(
            "not answered",
            receipt.collection_year,
            receipt.organisation_code,
            receipt.receipt,
            channel=receipt.channel,
            failed=True,
        )
        return False
    return True


def _answer(channels: dict[str, Channel], receipt: Receipt, put: Callable[[Path], None]) -> None:
    if receipt.channel not in channels:
        raise WresError(
            f"The answer to {receipt.receipt} cannot be given: it came by the channel {receipt.channel}, which is not "
            "set up here. Set it up again."
        )
    channels[receipt.channel].answer(receipt, put)
