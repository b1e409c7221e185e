"""Copy the sender's own sheet, so that the report can show it again beside its findings."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from wres.returns.parsed_return import CellRef, ParsedReturn, Text, row_of
from wres.returns.template_spec import group_labels
from wres.validation.batch import UNREADABLE

_MOST_CELLS = 1_500  # a return as rows has about 500, a workbook about 150
_LONGEST = 100
_IDENTITY = {
    "organisation_code": "Organisation code",
    "collection_year": "Collection year",
    "template_version": "Template version",
}
_NAME = "signoff.name"  # a name enters no store
_NOT_REPEATED = "(not repeated here)"
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384

Position = tuple[int, int]  # row and column, from 0


def copy_sheet(read: ParsedReturn) -> dict[str, Any]:
    """Copy the sheet (or CSV file) with the table of figures, fit for JSON; empty where there is nothing to show.

    `sheet` is its name (None: CSV); `headings` maps a heading to its cell; `cells` maps a cell such as C12 to its text
    as it was written, without those that are blank; `left_out` counts the cells for which there was no room. Item
    labels are the template's and not in it, but for those that have a finding. An unreadable file and one that looks
    like data about people have no copy.
    """
    if not read.cells or any(fault.code in UNREADABLE for fault in read.faults):
        return {}
    sheet = read.cells[0].place.sheet
    texts = [text for text in read.texts if text.place.sheet == sheet]
    cells: dict[str | None, str] = {}
    groups_stated = "ethnic group" in read.headings
    for place, item, group, words in _lines(read, texts):
        cells[read.cell_in_column(place, "item").cell] = item
        if groups_stated:
            cells[read.cell_in_column(place, "ethnic group").cell] = group
        cells[place.cell] = words
    cells |= _stated(read, texts, cells)
    cells |= {fault.place.cell: fault.value for fault in read.faults if fault.place.sheet == sheet and fault.value}
    filled = [(cell, words[:_LONGEST]) for cell, words in cells.items() if cell and words]
    return {
        "sheet": sheet,
        "headings": {name: place.cell for name, place in read.headings.items()},
        "cells": dict(islice(filled, _MOST_CELLS)),
        "left_out": max(0, len(filled) - _MOST_CELLS),
    }


def _lines(read: ParsedReturn, texts: list[Text]) -> Iterator[tuple[CellRef, str, str, str]]:
    """Return the place, item, ethnic group and words of each figure, and of each text in the table."""
    for cell in read.cells:
        yield cell.place, cell.item, cell.ethnic_group, cell.raw
    groups = group_labels()
    for text in texts:
        if text.key not in _IDENTITY:
            item, _, group = text.key.rpartition(".")
            words = _NOT_REPEATED if text.key == _NAME else text.value
            yield text.place, *((item, group) if group in groups else (text.key, "")), words


def _stated(read: ParsedReturn, texts: list[Text], cells: dict[str | None, str]) -> dict[str | None, str]:
    """Give the return's organisation and year: in a workbook with a label to the left, in a CSV file in every line."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    identity: dict[str | None, str] = {}
    for key, label in _IDENTITY.items():
        stated = [text for text in texts if text.key == key]
        heading = key.replace("_", " ")
        for text in stated:
            place = position_of(text.place.cell)
            if heading not in read.headings and place is not None and place[1] > 0:
                identity[xl_rowcol_to_cell(place[0], place[1] - 1)] = label
            identity[text.place.cell] = text.value
        if len(stated) == 1 and heading in read.headings:  # of several nobody can say which stands in a line
            first = _row(stated[0].place.cell)
            rows = {_row(cell) for cell in cells}
            identity |= {
                read.cell_in_column(CellRef(cell=f"A{row}"), heading).cell: stated[0].value
                for row in rows
                if row >= first
            }
    return identity


def _row(cell: str | None) -> int:
    """Return the row of an address; 0 where it names none."""
    return int(row_of(cell or "") or 0)


@lru_cache(maxsize=10_000)  # the returns of a round have the same few hundred addresses
def position_of(cell: str | None) -> Position | None:
    """Return the row and column of an address such as C12, from 0; None where no sheet has it."""
    from xlsxwriter.utility import xl_cell_to_rowcol

    if cell is None or not _CELL.fullmatch(cell):
        return None
    row, column = xl_cell_to_rowcol(cell)
    return (row, column) if row < MOST_ROWS and column < _MOST_COLUMNS else None
