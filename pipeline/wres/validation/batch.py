"""What is validated together: the returns that wait, and what the year says of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from wres.reference.year_config import CollectionYear
from wres.returns.parsed_return import NOT_KEPT, ParsedReturn
from wres.returns.template_spec import Template
from wres.validation.usual_changes import UsualChanges

UNREADABLE = NOT_KEPT  # after these the file gives no cells and no texts that could be validated


@dataclass(frozen=True, slots=True)
class Submission:
    """One return as received.

    `sender` is the organisation code of who sent it; `last_year` the figures of the organisation's standing return of
    the year before, by (item, ethnic group), None where there is none; `earlier` those of up to two years before that,
    the later year first.
    """

    receipt: str
    sender: str
    received_at: datetime
    read: ParsedReturn
    last_year: Mapping[tuple[str, str], Decimal] | None
    earlier: Sequence[Mapping[tuple[str, str], Decimal]] = ()

    def unreadable(self) -> str | None:
        """Return the code of the first fault after which nothing inside the file can be validated, or None.

        A part that is missing (S104) is such a fault where no figure is left whose ethnic group is known.
        """
        fatal = next((fault.code for fault in self.read.faults if fault.code in UNREADABLE), None)
        if fatal is None and self.has_fault("S104") and not any(cell.ethnic_group for cell in self.read.cells):
            return "S104"
        return fatal

    def has_fault(self, code: str) -> bool:
        """Return whether the reader found a fault of that code."""
        return any(fault.code == code for fault in self.read.faults)


@dataclass(frozen=True, slots=True)
class Batch:
    """The submissions of one round with what they are judged by; `hard_close` None where it is not known.

    `usual` are the changes of other organisations, `regions` last year's counts of the region of each sender that is
    known (see `RegionCounts`).
    """

    submissions: Sequence[Submission]
    year: CollectionYear
    template: Template
    expected: Collection[str]
    known: Collection[str]
    last_year_national_rate: Fraction | None
    hard_close: datetime | None
    usual: UsualChanges
    regions: Mapping[str, tuple[float, ...]]
