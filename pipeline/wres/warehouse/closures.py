"""Write closures of organisations, and their successors, from the register into the warehouse, and read them there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Closure:
    """An organisation that closed, and what it became part of.

    `closed` is its last day, None where the register does not say it. `successor` is the code of what it became part
    of on the day `since`; empty where nobody took it over.
    """

    code: str
    name: str
    closed: date | None
    successor: str = ""
    successor_name: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class RegisteredClosures:
    """The closures in the register in force.

    Args:
        closed: the last day of each organisation, ISO; empty for one that is open.
        successors: of each that became part of another, that other's code and the day from which it answers, ISO.
        until: later days are left out, so that a later register makes no other build of an old year.
    """

    closed: Mapping[str, str]
    successors: Mapping[str, tuple[str, str]]
    until: date

    def closure_columns(self, code: str, last_year: Iterable[str]) -> dict[str, Any]:
        """Return the columns of `organisations` about closings.

        Args:
            code: the organisation.
            last_year: the organisations whose returns of the year before make up its last year.
        """
        successor, since = self.successors.get(code, ("", ""))
        in_time = bool(since) and date.fromisoformat(since) <= self.until
        return {
            "closed": self._closing_day(code),
            "successor_code": successor if in_time else None,
            "successor_from": date.fromisoformat(since) if in_time else None,
            "taken_over": " ".join(self._encode_closure(before) for before in last_year if before != code),
        }

    def _closing_day(self, code: str) -> date | None:
        day = self.closed.get(code, "")
        return date.fromisoformat(day) if day and date.fromisoformat(day) <= self.until else None

    def _encode_closure(self, code: str) -> str:
        _, since = self.successors.get(code, ("", ""))
        return f"{code}:{self.closed.get(code, '')}:{since}"


def list_closures(rows: Sequence[Mapping[str, Any]], day: date) -> list[Closure]:
    """Return who had closed by a day, in order of code.

    What a successor's row says comes first: it was built later than the last row of the organisation itself.

    Args:
        rows: of the warehouse's `organisations`, oldest year first.
        day: what happens later is not known yet.
    """
    names = {row["organisation_code"]: row["name"] for row in rows}
    closures: dict[str, Closure] = {}
    for closure in (*_stated_closures(rows, names), *_closures_of_predecessors(rows, names)):
        if all(when is None or when <= day for when in (closure.closed, closure.since)):
            closures[closure.code] = closure
    return [closures[code] for code in sorted(closures)]


def _stated_closures(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[Closure]:
    """Give the closures that the rows of the closed organisations state."""
    for row in rows:
        successor = row["successor_code"] or ""
        if row["closed"] or successor:
            code, since = row["organisation_code"], row["successor_from"]
            yield Closure(code, row["name"], row["closed"], successor, names.get(successor, successor), since)


def _closures_of_predecessors(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[Closure]:
    """Give the closures that the rows of successors state, of organisations without a row in that year."""
    expected = {(row["collection_year"], row["organisation_code"]) for row in rows}
    for row in rows:
        for word in (row["taken_over"] or "").split():
            code, closed, since = word.split(":")
            if (row["collection_year"], code) not in expected:
                ended, began = (date.fromisoformat(day) if day else None for day in (closed, since))
                yield Closure(code, names.get(code, code), ended, row["organisation_code"], row["name"], began)
