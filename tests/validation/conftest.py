"""Returns to validate, built from the dataclasses that the reader hands on."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from wres.reference.year_config import CollectionYear, load_year
from wres.returns.findings import ValidationResult
from wres.returns.parsed_return import Cell, CellRef, FileError, ParsedReturn, Text
from wres.returns.template_spec import Template, load_template, newest_template
from wres.validation.batch import Batch, Submission
from wres.validation.validate import validate_returns

ETHNIC_GROUPS = newest_template().ethnic_groups

Figures = dict[tuple[str, str], str]
COLUMNS = dict(zip(ETHNIC_GROUPS, "CDE", strict=True))
HEADINGS = {
    name: CellRef("Return", f"{column}9") for name, column in {"item": "A", "data item": "B", **COLUMNS}.items()
}
STAFF = {"white": 20, "bme": 6, "unknown": 1}
ENTERED = {"white": 10, "bme": 4, "unknown": 1}
ENTERED_BEFORE = {"white": 11, "bme": 4, "unknown": 1}  # in the year before


@pytest.fixture(scope="session", params=[2022, 2020], ids=["single-year", "two-year-average"])
def year(request: pytest.FixtureRequest) -> CollectionYear:
    return load_year(request.param)


class Desk:
    """Builds returns of one year and validates them, as the national team would."""

    def __init__(self, year: CollectionYear) -> None:
        self.year = year
        self.template: Template = load_template(year.template_version)
        self.in_time = datetime(year.year, 7, 1, 12, tzinfo=UTC)

    def figures(self, changes: Mapping[tuple[str, str], str | None] = {}) -> Figures:
        """A clean return's figures as text; a change of None leaves the cell out."""
        figures = {}
        for item, group in self.template.cells():
            figures[(item, group)] = str(STAFF[group])
            if item.startswith("disciplinary."):
                figures[(item, group)] = str((ENTERED_BEFORE if item.endswith("_previous_year") else ENTERED)[group])
            if item == "workforce.medical.senior_medical_managers":
                figures[(item, group)] = "1"
            if item == "workforce.total":
                figures[(item, group)] = str(STAFF[group] * sum(item.in_total for item in self.template.items))
        for key, value in changes.items():
            if value is None:
                figures.pop(key, None)
            else:
                figures[key] = value
        return figures

    def row_of(self, item: str) -> int:
        codes = [item.code for item in self.template.items]
        return 10 + (codes.index(item) if item in codes else 90)

    def place(self, item: str, group: str) -> CellRef:
        return CellRef("Return", f"{COLUMNS.get(group, 'F')}{self.row_of(item)}")

    def cell(self, item: str, group: str, raw: str, place: CellRef | None = None) -> Cell:
        return Cell(item, group, raw, _number(raw), place or self.place(item, group))

    def texts(self, sender: str = "RXX", **changes: str | None) -> list[Text]:
        values = {
            "organisation_code": sender,
            "collection_year": str(self.year.year),
            "template_version": self.template.version,
            "signoff_name": "A Director",
            "signoff_role": "Director of Workforce",
            "signoff_date": f"{self.year.year}-06-30",
            **changes,
        }
        return [
            Text(key.replace("signoff_", "signoff."), value, CellRef("Return", f"B{number}"))
            for number, (key, value) in enumerate(values.items(), start=1)
            if value is not None
        ]

    def read(self, changes: Mapping[tuple[str, str], str | None] = {}, **texts: str | None) -> ParsedReturn:
        cells = [self.cell(item, group, raw) for (item, group), raw in self.figures(changes).items()]
        return ParsedReturn(cells, self.texts(**texts), headings=HEADINGS)  # type: ignore[arg-type]

    def unreadable(self) -> ParsedReturn:
        return ParsedReturn(faults=[FileError("S101", "The file is damaged.")])

    def last_year(self, changes: Mapping[tuple[str, str], str | None] = {}) -> dict[tuple[str, str], Decimal]:
        """A standing return of last year: much like a clean one, though not the same."""
        figures = {key: Decimal(value) for key, value in self.figures(changes).items()}
        figures[("workforce.clinical.band_4", "white")] += 1
        figures[("workforce.clinical.band_5", "white")] -= 1
        for group, entered in ENTERED_BEFORE.items():
            if ("disciplinary.entered", group) not in changes:
                figures["disciplinary.entered", group] = Decimal(entered)
        return figures

    def spread(self, group: str, staff: int, cells: int = 32) -> dict[tuple[str, str], str | None]:
        """Changes after which so many figures of a group's staff are this one, and no total is stated."""
        items = [item.code for item in self.template.items if item.in_total][:cells]
        changed: dict[tuple[str, str], str | None] = {(item, group): str(staff) for item in items}
        return changed | {("workforce.total", name): None for name in STAFF}

    def staffed(self, white: int, bme: int, unknown: int) -> dict[tuple[str, str], str | None]:
        """Changes after which a clean return has so many staff and states no total."""
        summands = sum(item.in_total for item in self.template.items) - 1
        wanted = {"white": white, "bme": bme, "unknown": unknown}
        return {
            **{("workforce.clinical.band_5", group): str(wanted[group] - summands * STAFF[group]) for group in wanted},
            **{("workforce.total", group): None for group in wanted},
        }

    def entered(self, white: str, bme: str, unknown: str) -> dict[tuple[str, str], str | None]:
        """Changes after which so many people entered in each year that the template asks for."""
        wanted = {"white": white, "bme": bme, "unknown": unknown}
        items = [item.code for item in self.template.items if item.code.startswith("disciplinary.")]
        return {(item, group): wanted[group] for item in items for group in wanted}

    def in_both_years(
        self, now: tuple[int, int, int], before: tuple[int, int, int]
    ) -> tuple[dict[tuple[str, str], str | None], dict[tuple[str, str], str | None]]:
        """Changes of this year's and of last year's figures after which so many entered (white, BME, unknown)."""
        this_year: dict[tuple[str, str], str | None] = {}
        for item in (item.code for item in self.template.items if item.code.startswith("disciplinary.")):
            entered = before if item.endswith("_previous_year") else now
            this_year |= {(item, group): str(entered[number]) for number, group in enumerate(STAFF)}
        last_year: dict[tuple[str, str], str | None] = {
            ("disciplinary.entered", group): str(before[number]) for number, group in enumerate(STAFF)
        }
        return this_year, last_year

    def submission(
        self,
        read: ParsedReturn,
        sender: str = "RXX",
        received_at: datetime | None = None,
        last_year: Mapping[tuple[str, str], Decimal] | None = None,
    ) -> Submission:
        return Submission("2022-RXX-1", sender, received_at or self.in_time, read, last_year)

    def validate(self, *submissions: Submission, **options: Any) -> list[ValidationResult]:
        """Validate; RXX and RYY are expected, RZZ is in the register; options: hard_close, last_year_national_rate."""
        options = {"hard_close": self.year.hard_close, **options}
        expected, known = {"RXX", "RYY"}, {"RXX", "RYY", "RZZ"}
        return validate_returns(Batch(submissions, self.year, self.template, expected, known, **options))

    def validate_one(self, read: ParsedReturn, **facts: Any) -> ValidationResult:
        return self.validate(self.submission(read, **facts))[0]


def table(result: ValidationResult) -> list[tuple[Any, ...]]:
    return [
        (
            finding.code,
            f"{finding.sheet}!{finding.cell}" if finding.cell else None,
            finding.item,
            finding.ethnic_group,
            finding.value,
        )
        for finding in result.findings
    ]


def _number(raw: str) -> Decimal | None:
    try:
        return Decimal(raw)
    except ArithmeticError:
        return None


@pytest.fixture(scope="session")
def make_desk() -> Callable[[CollectionYear], Desk]:
    return Desk


@pytest.fixture(scope="session")
def single() -> Desk:
    """The desk of a single-year collection."""
    return Desk(load_year(2022))


@pytest.fixture(scope="session")
def two_year() -> Desk:
    """The desk of a two-year-average collection."""
    return Desk(load_year(2020))


@pytest.fixture(scope="session")
def as_table() -> Callable[[ValidationResult], list[tuple[Any, ...]]]:
    return table
