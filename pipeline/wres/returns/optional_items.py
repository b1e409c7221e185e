"""Fill in the items that a collection year makes optional, where a return leaves them out."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

from wres.returns.parsed_return import NOT_KEPT, Cell, CellRef, CellTable, Normalisation, ParsedReturn
from wres.returns.template_spec import Template


def fill_optional_items(read: ParsedReturn, template: Template, optional: Collection[str]) -> ParsedReturn:
    """Count an optional item as 0 where the return has no row or no value for it, and say so as a repair.

    A group without any other figure in the return is left alone: its column is missing, which is an error of its own.
    So is an item that is given twice.

    Args:
        read: a return as it was read; it is not changed.
        template: the template of the year.
        optional: codes of items of that template.

    Raises:
        WresError: the template has no such item.
    """
    items = [template.item(code) for code in optional]
    if not items or any(fault.code in NOT_KEPT for fault in read.faults):
        return read
    codes = {item.code for item in items}
    groups = {cell.ethnic_group for cell in read.cells if cell.item not in codes}
    positions: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, cell in enumerate(read.cells):
        positions[cell.item, cell.ethnic_group].append(position)
    cells, repairs = CellTable(read.cells), list(read.repairs)
    for item in items:
        filled: dict[str, CellRef] = {}
        for group in (group for group in template.ethnic_groups if group in groups):
            places = positions.get((item.code, group), [])
            if not places:
                cells.append(Cell(item.code, group, "0", Decimal(0)))
                filled[group] = CellRef()
            elif len(places) == 1 and not cells[places[0]].raw.strip():
                place = cells[places[0]].place
                cells[places[0]] = Cell(item.code, group, "0", Decimal(0), place)
                filled[group] = place
        if filled:
            repairs.append(
                _repair(item.label, {template.group_labels[group]: place for group, place in filled.items()})
            )
    return replace(read, cells=cells, repairs=repairs)


def _repair(label: str, filled: dict[str, CellRef]) -> Normalisation:
    """Return which groups of an item, by their labels, were counted as 0, with the first cell that was left empty."""
    place = next((place for place in filled.values() if place.cell), CellRef())
    groups = ", ".join(filled)
    return Normalisation(f"{label}: no figure for {groups}; this row is optional, so it was counted as 0", place)
