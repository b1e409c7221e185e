"""Hold the returns that are validated together, and what they are validated by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from wres.reference.year_config import CollectionYear
from wres.returns.parsed_return import NOT_KEPT, ParsedReturn
from wres.returns.template_spec import Template
from wres.validation.usual_changes import OtherReturns, UsualChanges, assumed_changes

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
    """Returns that are validated together, and what they are validated by.

    Attributes:
        submissions: the returns, as read.
        year: the collection year that they were sent for.
        template: the year's template.
        expected: the organisation codes that must or may send a return this year.
        known: the organisation codes of the register.
        last_year_national_rate: entries over staff in last year's nation, for Q323; None where it is not known.
        hard_close: the time after which nothing is taken, for S111; None for a check before sending.
        others: how much other organisations changed, and their regions; None for what the year's file assumes.
    """

    submissions: Sequence[Submission]
    year: CollectionYear
    template: Template
    expected: Collection[str]
    known: Collection[str]
    last_year_national_rate: Fraction | None = None
    hard_close: datetime | None = None
    others: OtherReturns | None = None

    @property
    def usual(self) -> UsualChanges:
        """Return how much other organisations changed from one year to the next."""
        return self.others.usual if self.others else assumed_changes(self.year.thresholds)

    @property
    def regions(self) -> Mapping[str, tuple[float, ...]]:
        """Return last year's entries in the region of each sender that is known; see `RegionEntries`."""
        return self.others.regions if self.others else {}
