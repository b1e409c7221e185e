"""Items that a year makes optional: absent or blank counts as 0, with a repair; nothing else is filled in."""

import pytest

from wres.errors import WresError
from wres.reader.return_reader import read_return
from wres.reference.year_config import load_year
from wres.returns.optional_items import fill_optional_items
from wres.returns.parsed_return import Cell, CellRef, FileError, ParsedReturn
from wres.returns.template_spec import load_template
from wres.settings import Settings

TEMPLATE = load_template("2.0")
OPTIONAL = load_year(2022).optional_items
BAND_1 = "workforce.clinical.band_1"
HEADER = "collection_year,organisation_code,item,ethnic_group,value\n"


def read(changed: dict[tuple[str, str], str | None]) -> ParsedReturn:
    """Read a CSV return of 2s; a changed cell has another value, None leaves its row out."""
    values = {cell: changed.get(cell, "2") for cell in TEMPLATE.cells() if cell[0] != "workforce.total"}
    lines = [f"2022,RXY,{item},{group},{value}\n" for (item, group), value in values.items() if value is not None]
    return read_return((HEADER + "".join(lines)).encode(), "return.csv", Settings())


def filled(parsed: ParsedReturn) -> tuple[dict[tuple[str, str], str], list[str]]:
    done = fill_optional_items(parsed, TEMPLATE, OPTIONAL)
    return {(cell.item, cell.ethnic_group): cell.raw for cell in done.cells}, [repair.what for repair in done.repairs]


def test_a_whole_return_is_left_as_it_is() -> None:
    parsed = read({})
    assert fill_optional_items(parsed, TEMPLATE, OPTIONAL) == parsed


@pytest.mark.parametrize("value", [None, "", "  "])
def test_an_absent_or_blank_figure_counts_as_0_and_is_a_repair(value: str | None) -> None:
    parsed = read({(BAND_1, "white"): value, (BAND_1, "unknown"): value})
    before = [(cell.item, cell.raw) for cell in parsed.cells]
    cells, repairs = filled(parsed)
    assert (cells[BAND_1, "white"], cells[BAND_1, "bme"], cells[BAND_1, "unknown"]) == ("0", "2", "0")
    assert repairs[-1:] == [
        "Clinical staff, band 1: no figure for White, Unknown; this row is optional, so it was counted as 0"
    ]
    assert [(cell.item, cell.raw) for cell in parsed.cells] == before  # what was sent is not changed


def test_what_is_not_optional_and_what_is_no_number_stays_wrong() -> None:
    cells, repairs = filled(
        read({("workforce.clinical.band_2", "white"): None, (BAND_1, "bme"): "n/a", (BAND_1, "white"): "-"})
    )
    assert ("workforce.clinical.band_2", "white") not in cells
    assert (cells[BAND_1, "bme"], cells[BAND_1, "white"]) == ("n/a", "-")
    assert repairs == []


def test_a_missing_column_is_not_hidden() -> None:
    cells, _ = filled(read({(item, "unknown"): None for item, _ in TEMPLATE.cells()}))
    assert {group for _, group in cells} == {"white", "bme"}


def test_an_item_given_twice_is_left_to_its_own_error() -> None:
    twice = read({})
    twice.cells.append(Cell(BAND_1, "white", "", None, CellRef(cell="E9")))
    assert fill_optional_items(twice, TEMPLATE, OPTIONAL).cells == twice.cells


def test_a_file_that_is_not_kept_gets_no_figures() -> None:
    refused = ParsedReturn(faults=[FileError("S113", "names")])
    assert fill_optional_items(refused, TEMPLATE, OPTIONAL).cells == []


def test_a_year_that_names_an_item_which_its_template_has_not_is_reported() -> None:
    with pytest.raises(WresError, match=r"no item 'workforce\.clinical\.band_0'"):
        fill_optional_items(read({}), TEMPLATE, ("workforce.clinical.band_0",))
