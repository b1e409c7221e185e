"""Copy the audit log to the landing zone: events in files that are written once, journal/CHAIN/FIRST-LAST-HASH.jsonl.

With it the landing zone alone holds all that a registry is made from, and a registry that was tampered with can be
compared with it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import Engine

from wres.database.audit_chain import ChainedEvent, erased_documents, is_as_written
from wres.database.audit_log import get_chains, get_events, mark_exported
from wres.database.models import JournalHead
from wres.errors import WresError
from wres.settings import Settings
from wres.storage.landing import landing_store

_FOLDER = "journal"
_NAME = re.compile(r"(\d{9})-(\d{9})-([0-9a-f]{16})\.jsonl")
EVENTS_IN_FILE = 500  # events in one file


@dataclass(frozen=True, slots=True)
class CopiedEvents:
    """The events of one chain in the landing zone, by sequence number, and a sentence for each fault of the files."""

    events: dict[int, ChainedEvent]
    problems: list[str]


def export_audit_log(settings: Settings, engine: Engine, *chains: int) -> None:
    """Copy the events that are not in the landing zone yet, of these chains or else of all; twice does no harm.

    Raises:
        WresError: the landing zone holds other events than the registry, or cannot be used.
    """
    copy = _Files(settings)
    for head in get_chains(engine):
        if head.exported < head.sequence and (not chains or head.chain in chains):
            _require_no_other(copy, engine, head)
            done = head.exported
            while part := get_events(engine, head.chain, done, most=EVENTS_IN_FILE):
                copy.write(head.chain, part)
                done = part[-1].sequence
                mark_exported(engine, head.chain, done)


def require_newest_registry(settings: Settings, engine: Engine, *chains: int) -> None:
    """Refuse to work with a registry that lacks events of these chains which the landing zone has a copy of.

    Raises:
        WresError: an older registry was put back, or another one.
    """
    copy = _Files(settings)
    for chain in chains:
        matches = [match for name in copy.names(chain) if (match := _NAME.fullmatch(name))]
        if not matches:
            continue
        last = max(matches, key=lambda match: int(match[2]))
        held = get_events(engine, chain, int(last[2]) - 1, most=1)
        if not held or held[0].hash[:16] != last[3]:
            newest = max((head.sequence for head in get_chains(engine) if head.chain == chain), default=0)
            raise WresError(
                f"The landing zone holds {int(last[2])} events of {chain or 'the register'}, and the registry "
                f"{'has only ' + str(newest) if not held else 'other ones'}: an older registry has been put back "
                "beside it. Put the newer one back, or make the registry again from the landing zone in an empty home "
                "(wres rebuild)."
            )


def copied_chains(settings: Settings) -> list[int]:
    """List the chains with an event in the landing zone, in order."""
    return sorted(int(name) for name in _Files(settings).chains() if name.isdecimal())


def copied_events(settings: Settings, chain: int) -> CopiedEvents:
    """Return all events of a chain that the landing zone holds."""
    copy, copied, files = _Files(settings), CopiedEvents({}, []), dict[int, str]()
    for name in sorted(copy.names(chain)):
        if not _NAME.fullmatch(name):
            continue
        try:
            events = copy.read(chain, name)
        except (ValueError, KeyError, TypeError):
            copied.problems.append(f"{_FOLDER}/{chain}/{name} in the landing zone cannot be read as events")
            continue
        for event in events:
            if event.hash != event.compute_hash() or event.chain != chain:
                copied.problems.append(f"{_FOLDER}/{chain}/{name} in the landing zone was changed")
                continue
            files[event.sequence] = name
            if copied.events.setdefault(event.sequence, event) != event:
                copied.problems.append(f"the landing zone holds two different events {event.sequence} of chain {chain}")
    erased = erased_documents(copied.events[number] for number in sorted(copied.events))
    changed = {files[number] for number, event in copied.events.items() if not is_as_written(event, erased)}
    copied.problems.extend(f"{_FOLDER}/{chain}/{name} in the landing zone was changed" for name in sorted(changed))
    return copied


def erase_in_copy(settings: Settings, engine: Engine, chain: int) -> int:
    """Write those files of a chain again from which texts were erased in the registry; returns their number.

    Raises:
        WresError: the landing zone cannot be used.
    """
    copy, written = _Files(settings), 0
    in_registry = {event.sequence: event for event in get_events(engine, chain)}
    for name in copy.names(chain):
        if not _NAME.fullmatch(name):
            continue
        copied = copy.read(chain, name)
        erased = [_as_in_registry(event, in_registry) for event in copied]
        if erased != copied:
            copy.replace(chain, name, erased)
            written += 1
    return written


def _as_in_registry(event: ChainedEvent, in_registry: Mapping[int, ChainedEvent]) -> ChainedEvent:
    """Return the registry's copy of an event, or the event itself where the registry has another."""
    registered = in_registry.get(event.sequence)
    return registered if registered is not None and registered.hash == event.hash else event


def _require_no_other(copy: "_Files", engine: Engine, head: JournalHead) -> None:
    """Refuse to export an event where the landing zone holds another: then an older registry has been put back."""
    for name in copy.names(head.chain):
        if (match := _NAME.fullmatch(name)) and int(match[2]) > head.exported:
            try:
                copied = {event.sequence: event.hash for event in copy.read(head.chain, name)}
            except (ValueError, KeyError, TypeError):
                place = f"{_FOLDER}/{head.chain}/{name}"
                raise WresError(f"{place} in the landing zone was changed. See: wres audit") from None
            first = max(head.exported, int(match[1]) - 1)
            events = get_events(engine, head.chain, first, most=len(copied))
            registered = {event.sequence: event.hash for event in events}
            if other := [key for key in copied.keys() & registered.keys() if copied[key] != registered[key]]:
                raise WresError(
                    f"The landing zone holds other events of {head.chain or 'the register'} than the registry, from "
                    f"event {min(other)} on: an older registry has been put back beside it. Put the newer one back, or "
                    "make the registry again from the landing zone in an empty home (wres rebuild)."
                )


class _Files:
    """The files of all chains, in the landing zone's folder or bucket."""

    def __init__(self, settings: Settings) -> None:
        self._store = landing_store(settings)

    def chains(self) -> list[str]:
        return self._store.folders(_FOLDER)

    def names(self, chain: int) -> list[str]:
        return [PurePosixPath(file.path).name for file in self._store.files(f"{_FOLDER}/{chain}", recursive=False)]

    def read(self, chain: int, name: str) -> list[ChainedEvent]:
        content = self._store.read(f"{_FOLDER}/{chain}/{name}")
        return [ChainedEvent.from_line(line) for line in content.decode().split("\n") if line]

    def write(self, chain: int, events: list[ChainedEvent]) -> None:
        """Write events as a file; its name decides its content, so a whole one is left alone."""
        name = f"{events[0].sequence:09d}-{events[-1].sequence:09d}-{events[-1].hash[:16]}.jsonl"
        if self._store.size(f"{_FOLDER}/{chain}/{name}") != len(_lines(events)):
            self.replace(chain, name, events)

    def replace(self, chain: int, name: str, events: list[ChainedEvent]) -> None:
        """Write a file in place of one whose documents have changed."""
        self._store.write(f"{_FOLDER}/{chain}/{name}", _lines(events))


def _lines(events: list[ChainedEvent]) -> bytes:
    return "".join(f"{event.line()}\n" for event in events).encode()
