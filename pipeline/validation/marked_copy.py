"""A copy of what was read of a sender's sheet, at the sender's addresses, small enough to be kept with the report."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from pipeline.returns.cells import ETHNIC_GROUPS, Place, ReadReturn, Text, column_of, row_of
from pipeline.validation.batch import UNREADABLE

_MOST_CELLS = 1_500  # a return as rows has about 500, a workbook about 150
_LONGEST = 100
_IDENTITY = {
    "organisation_code": "Organisation code",
    "collection_year": "Collection year",
    "template_version": "Template version",
}
_NAME = "signoff.name"  # a name enters no store
_NOT_REPEATED = "(not repeated here)"


def copy_of(read: ReadReturn) -> dict[str, Any]:
    """The sheet (or CSV file) with the table of figures, fit for JSON; empty where there is nothing to show.

    `sheet` is its name (None: CSV); `headings` maps a heading to its cell; `cells` maps a cell such as C12 to its text
    as it was written, without those that are blank; `left_out` counts the cells for which there was no room. Item
    labels are the template's and not in it. An unreadable file and one that looks like data about people have no copy.
    """
    if not read.cells or any(fault.code in UNREADABLE for fault in read.faults):
        return {}
    sheet = read.cells[0].place.sheet
    texts = [text for text in read.texts if text.place.sheet == sheet]
    cells: dict[str | None, str] = {}
    groups_stated = "ethnic group" in read.headings
    for place, item, group, words in _lines(read, texts):
        cells[read.beside(place, "item").cell] = item
        if groups_stated:
            cells[read.beside(place, "ethnic group").cell] = group
        cells[place.cell] = words
    cells |= _stated(read, texts, cells)
    filled = [(cell, words[:_LONGEST]) for cell, words in cells.items() if cell and words]
    return {
        "sheet": sheet,
        "headings": {name: place.cell for name, place in read.headings.items()},
        "cells": dict(islice(filled, _MOST_CELLS)),
        "left_out": max(0, len(filled) - _MOST_CELLS),
    }


def _lines(read: ReadReturn, texts: list[Text]) -> Iterator[tuple[Place, str, str, str]]:
    """The place, item, ethnic group and words of each figure, and of each text that stands in the table."""
    for cell in read.cells:
        yield cell.place, cell.item, cell.ethnic_group, cell.raw
    for text in texts:
        if text.key not in _IDENTITY:
            item, _, group = text.key.rpartition(".")
            words = _NOT_REPEATED if text.key == _NAME else text.value
            yield text.place, *((item, group) if group in ETHNIC_GROUPS else (text.key, "")), words


def _stated(read: ReadReturn, texts: list[Text], cells: dict[str | None, str]) -> dict[str | None, str]:
    """Whose return it is and of which year: in a workbook with its label to the left, in a CSV file in every line."""
    found: dict[str | None, str] = {}
    for key, label in _IDENTITY.items():
        stated = [text for text in texts if text.key == key]
        heading = key.replace("_", " ")
        for text in stated:
            column = column_of(text.place.cell or "")
            if heading not in read.headings and len(column) == 1 and column > "A":
                found[f"{chr(ord(column) - 1)}{_row(text.place.cell)}"] = label
            found[text.place.cell] = text.value
        if len(stated) == 1 and heading in read.headings:  # of several nobody can say which stands in a line
            first = _row(stated[0].place.cell)
            rows = {_row(cell) for cell in cells}
            found |= {read.beside(Place(cell=f"A{row}"), heading).cell: stated[0].value for row in rows if row >= first}
    return found


def _row(cell: str | None) -> int:
    return int(row_of(cell or "") or 0)
