"""Made-up warehouse rows, said in few words: collections, organisations and their returns."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa

from wres.indicators.compute import compute_tables
from wres.indicators.engine import Engine
from wres.indicators.schemas import INPUTS
from wres.returns.template_spec import load_template

Row = dict[str, Any]
Cells = dict[tuple[str, str], Decimal]  # item and ethnic group

TEMPLATES = {"two_year_average": "1.0", "single_year": "2.0"}
REGIONS = {"Y56": "London", "Y60": "Midlands", "": ""}


def collection(
    year: int, window: str = "single_year", goal_percent: int | None = None, small_numbers_entries: int | None = 10
) -> Row:
    return {
        "collection_year": year,
        "window": window,
        "template_version": TEMPLATES[window],
        "goal_percent": goal_percent,
        "small_numbers_entries": small_numbers_entries,
    }


def organisation(year: int, code: str, status: str = "accepted", region_code: str = "Y56", **others: Any) -> Row:
    return {
        "collection_year": year,
        "organisation_code": code,
        "name": f"Trust {code}",
        "organisation_group": "trust",
        "organisation_type": "acute",
        "region_code": region_code,
        "region_name": REGIONS[region_code],
        "status": status,
        "late": False,
        "last_year_codes": code,
    } | others


@cache
def required_cells(window: str) -> tuple[tuple[str, str], ...]:
    template = load_template(TEMPLATES[window])
    return tuple(cell for cell in template.cells() if template.item(cell[0]).required)


def plain_return(**groups: Sequence[float | Decimal]) -> Cells:
    """Cells from `white=(headcount, entered)` and so on, with last year's entries third; all staff in one band."""
    cells = {}
    for group, (staff, *entered) in groups.items():
        cells["workforce.clinical.band_5", group] = Decimal(staff)
        for item, value in zip(("disciplinary.entered", "disciplinary.entered_previous_year"), entered, strict=False):
            cells[item, group] = Decimal(str(value))
    return cells


def figures(year: Row, code: str, cells: Mapping[tuple[str, str], Decimal]) -> list[Row]:
    """One row per required cell of the year's template, nought where nothing is said, and per further cell given."""
    filled = dict.fromkeys(required_cells(year["window"]), Decimal(0)) | dict(cells)
    return [
        {
            "collection_year": year["collection_year"],
            "organisation_code": code,
            "item": item,
            "ethnic_group": group,
            "value": value,
        }
        for (item, group), value in filled.items()
    ]


def computed(
    cells: Sequence[Row],
    organisations: Sequence[Row],
    collections: Sequence[Row],
    engine: Engine | None = None,
    findings: Sequence[Row] = (),
) -> dict[str, pa.Table]:
    """`compute_tables` over rows."""
    sources = {"figures": cells, "organisations": organisations, "collections": collections, "findings": findings}
    tables = {name: pa.Table.from_pylist(list(rows), INPUTS[name]) for name, rows in sources.items()}
    return compute_tables(**tables, engine=engine)


def computed_year(year: Row, returns: Mapping[str, Cells], missing: Sequence[str] = ()) -> dict[str, pa.Table]:
    """One year of trusts that all returned, but for the missing ones."""
    organisations = [organisation(year["collection_year"], code) for code in returns]
    organisations += [organisation(year["collection_year"], code, "not_received") for code in missing]
    cells = [row for code, counts in returns.items() for row in figures(year, code, counts)]
    return computed(cells, organisations, [year])
