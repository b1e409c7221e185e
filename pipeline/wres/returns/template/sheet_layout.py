"""Return where everything stands on the sheet Return: the row of each item, the columns of each ethnic group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from wres.reference.year_config import CollectionYear
from wres.returns.consistency import TOTAL
from wres.returns.indicator_math import Figures
from wres.returns.template_spec import Template

LIKELIHOOD, RELATIVE = "calculated.likelihood", "calculated.relative_likelihood"
HEADER_ROW = 10  # as a spreadsheet counts
_FIRST = 2  # the column of the first group, counted from 0: the item's code and label stand before it


@dataclass(frozen=True)
class TemplateValues:
    """The organisation, year and figures of a workbook; empty figures make the blank template."""

    template: Template
    year: CollectionYear
    organisation_code: str
    organisation_name: str
    last_year: Figures
    figures: Figures
    texts: Mapping[str, str]

    @cached_property
    def summands(self) -> list[str]:
        """Return the items that add up to the total."""
        return [item.code for item in self.template.items if item.in_total]

    @cached_property
    def figures_with_total(self) -> Figures:
        """Return the figures with the total that the sheet shows."""
        totals = {}
        for group in self.template.ethnic_groups:
            stated = [self.figures[code, group] for code in self.summands if (code, group) in self.figures]
            if stated:
                totals[TOTAL, group] = sum(stated, Decimal(0))
        return {**totals, **self.figures}


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """The rows and columns of the sheet, as a spreadsheet names them.

    `rows` has the row of each item and of the two calculated ones. `groups` and `last_year` have the columns of each
    ethnic group, side by side; `last_year` is empty where nothing is shown of last year.
    """

    rows: Mapping[str, int]
    groups: Mapping[str, str]
    overall: str
    last_year: Mapping[str, str]
    check: str
    width: int  # how many columns there are
    numbers: str  # the columns of figures, those of last year too if they are shown, such as C:I

    @classmethod
    def of(cls, values: TemplateValues) -> Self:
        """Lay the sheet out for a template, with last year's figures where there are any."""
        from xlsxwriter.utility import xl_col_to_name

        groups = values.template.ethnic_groups
        names: list[str] = [xl_col_to_name(number) for number in range(_FIRST + 2 * len(groups) + 2)]
        overall = _FIRST + len(groups)
        check = overall + 1 + (len(groups) if values.last_year else 0)
        return cls(
            rows=_rows(values.template),
            groups=dict(zip(groups, names[_FIRST:], strict=False)),
            overall=names[overall],
            last_year=dict(zip(groups, names[overall + 1 :], strict=False)) if values.last_year else {},
            check=names[check],
            width=check + 1,
            numbers=f"{names[_FIRST]}:{names[overall + len(groups)]}",
        )

    def cells(self, row: int) -> str:
        """Return the range of a row's cells for all groups, such as C12:E12."""
        columns = [*self.groups.values()]
        return f"{columns[0]}{row}:{columns[-1]}{row}"

    def cells_of(self, groups: Sequence[str], row: int) -> list[str]:
        """Return a row's cells for some groups, those that stand side by side as one range."""
        order = list(self.groups)
        runs: list[list[str]] = []
        for group in sorted(groups, key=order.index):
            if runs and order.index(runs[-1][-1]) == order.index(group) - 1:
                runs[-1].append(group)
            else:
                runs.append([group])
        return [_range(self.groups[run[0]], self.groups[run[-1]], row) for run in runs]


def _range(first: str, last: str, row: int) -> str:
    return f"{first}{row}:{last}{row}" if first != last else f"{first}{row}"


def _rows(template: Template) -> dict[str, int]:
    """Return the row of each item, and of the two calculated ones, with a heading row before each section."""
    rows: dict[str, int] = {}
    row, section = HEADER_ROW, ""
    for item in template.items:
        row += 1 if item.section == section else 2
        section = item.section
        rows[item.code] = row
    return {**rows, LIKELIHOOD: row + 2, RELATIVE: row + 3}


def format_date(value: Any) -> str:
    """Return a date in words: 31 March 2022."""
    return f"{value.day} {value:%B %Y}"
