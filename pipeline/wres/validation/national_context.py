"""Hold what the national checks know of a year, and the rows that they check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from wres.database.explanations import ExplainedQuery
from wres.reference.year_config import CollectionYear
from wres.returns.template_spec import Template, load_template

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class NationalCheckRow:
    """One thing to check: the code of the place, its columns of the frame, the facts of a message.

    `case` is the variant of a message for it, in the edits that have one.
    """

    place: str | None
    columns: Mapping[str, object]
    facts: Mapping[str, object] = field(default_factory=dict)
    case: str | None = None


@dataclass(frozen=True, slots=True)
class NationalContext:
    """The year as a whole: its calendar, the indicator tables, the figures that count, the queries on returns."""

    calendar: CollectionYear
    tables: "Mapping[str, pa.Table]"
    figures: "pa.Table"
    queries: Sequence[ExplainedQuery]

    def rows(self, table: str, level: str, year: int) -> list[dict[str, Any]]:
        """Return the rows of a table at a level and year, of all organisation groups together."""
        wanted = (level, year, "all")
        names = ("level", "collection_year", "organisation_group")
        return [row for row in self.tables[table].to_pylist() if tuple(row[name] for name in names) == wanted]

    def compared(self, level: str) -> list[dict[str, Any]]:
        """Return the rows of the same organisations this year and last, pooled at a level."""
        return self.rows("comparison", level, self.calendar.year)

    @property
    def template(self) -> Template:
        """Return the year's template."""
        return load_template(self.calendar.template_version)

    def limit(self, threshold: str) -> Fraction:
        """Return a threshold exactly as the year's file states it."""
        return Fraction(str(self.calendar.thresholds[threshold]))


def decimal_words(number: Fraction) -> str:
    """Write a fraction as a decimal number, exactly."""
    return f"{Decimal(number.numerator) / Decimal(number.denominator):f}"
