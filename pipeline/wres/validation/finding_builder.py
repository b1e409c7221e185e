"""Findings in words: fills the catalogue's messages with labels, places and values, and keeps them in order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from wres.clock import LONDON
from wres.returns.indicator_math import round_half_away
from wres.returns.parsed_return import CellRef
from wres.validation.batch import Batch
from wres.validation.edit_catalogue import load_catalogue
from wres.validation.findings import Finding

NOWHERE = CellRef()
_LONGEST_VALUE = 200
_FILES_NAMED = 5
_MOST_OF_A_CODE = 1000
_LONGEST_IN_A_SENTENCE = 60


@dataclass(frozen=True, slots=True)
class FindingLocation:
    """What a finding is about: a place in the file, an item, an ethnic group, a value as it was given."""

    place: CellRef = NOWHERE
    item: str | None = None
    ethnic_group: str | None = None
    value: str | None = None


@dataclass(slots=True)
class FindingBuilder:
    """Collects the findings of a batch. `found[n]` holds those of the n-th return, unordered."""

    batch: Batch
    found: list[list[tuple[str, int, Finding]]] = field(init=False)
    _labels: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.found = [[] for _ in self.batch.submissions]
        self._labels = {item.code: item.label for item in self.batch.template.items}

    def add(
        self, submission: int, code: str, order: int, about: FindingLocation, case: str | None = None, **facts: object
    ) -> None:
        """One finding of one return; `order` ranks it among those of the same code, `facts` fill the message."""
        edit = load_catalogue()[code]
        known = {
            **self._common(submission),
            "at": format_location(about.place),
            "item": self.item_label(about.item),
            "group": self.batch.template.group_labels.get(
                about.ethnic_group or "", truncate(about.ethnic_group or "", _LONGEST_IN_A_SENTENCE)
            ),
            "value": truncate(about.value or "", _LONGEST_IN_A_SENTENCE),
            **facts,
        }
        expected, difference = edit.expected_for(case, known)
        finding = Finding(
            code=code,
            severity=edit.severity,
            message=edit.message_for(case, **known),
            how_to_fix=edit.how_to_fix.format_map(known),
            sheet=about.place.sheet,
            cell=about.place.cell,
            item=about.item and truncate(about.item, _LONGEST_VALUE),
            ethnic_group=about.ethnic_group and truncate(about.ethnic_group, _LONGEST_VALUE),
            value=about.value and truncate(about.value, _LONGEST_VALUE),
            expected=expected,
            difference=difference,
        )
        self.found[submission].append((code, order, finding))

    def codes(self, submission: int) -> set[str]:
        """The codes found in one return so far."""
        return {code for code, _, _ in self.found[submission]}

    def findings(self, submission: int) -> list[Finding]:
        """The findings of one return, code by code in the order of the catalogue; of endless ones the first."""
        rank = {code: number for number, code in enumerate(load_catalogue())}
        ordered = sorted(self.found[submission], key=lambda entry: (rank[entry[0]], entry[1]))
        listed = []
        for _, group in groupby(ordered, key=lambda entry: entry[0]):
            same = [finding for _, _, finding in group]
            listed.extend(same[:_MOST_OF_A_CODE])
            if more := len(same[_MOST_OF_A_CODE:]):
                listed[-1] = replace(listed[-1], message=f"{listed[-1].message} There are {more:,} more like this.")
        return listed

    def item_label(self, code: str | None) -> str:
        """The label of an item, or the code itself where the template does not have it."""
        return self._labels.get(code or "", truncate(code or "", _LONGEST_IN_A_SENTENCE))

    def _common(self, submission: int) -> dict[str, object]:
        year = self.batch.year
        return {
            "year": year.year,
            "sender": self.batch.submissions[submission].sender,
            "snapshot": f"{year.snapshot:%-d %B %Y}",
            "template": self.batch.template.version,
        }


def format_location(place: CellRef) -> str:
    """A place as it goes into a sentence: " (sheet Return, cell C12)", or nothing."""
    cell = place.cell or ""
    if re.fullmatch(r"[A-Z]+[0-9]+", cell):
        cell = f"cell {cell}"
    named = ", ".join(part for part in (place.sheet and f"sheet {place.sheet}", cell) if part)
    return f" ({named})" if named else ""


def same_time_words(names: Sequence[str]) -> str:
    """Say in which order files were put that no time tells apart; the last few are named."""
    if not names:
        return ""
    shown = [truncate(name, 50) for name in names[-_FILES_NAMED:]]
    if len(names) > len(shown):
        shown.insert(0, f"{len(names) - len(shown)} others")
    return (
        f"These files of yours have the same time, so they were put in this order: {', '.join(shown)}. The last one "
        "that is accepted counts. If another one is to count, send that one again."
    )


def truncate(text: str, longest: int) -> str:
    """A text of a sane length, on one line."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def format_number(value: float | Decimal) -> str:
    """A count as people write it: 1,234 or 2.5."""
    return f"{Decimal(str(value)).normalize():,f}"


def two_places(value: Fraction) -> str:
    """A fraction to two decimal places, as text."""
    return str(round_half_away(value, 2))


def day_words(moment: datetime) -> str:
    """The day on which a moment falls in England."""
    return f"{moment.astimezone(LONDON):%-d %B %Y}"


def format_time(moment: datetime) -> str:
    """A time as the clock in England says it."""
    return f"{moment.astimezone(LONDON):%-d %B %Y at %H:%M}"
