"""What a workbook states around its table: who and when, explanations, sign-off; found by label."""

import itertools
import re
from collections.abc import Container, Iterator, Mapping, Sequence

from wres.reader.row_reader import record_text
from wres.returns.grids import HEADER_ROWS, Grid
from wres.returns.parsed_return import CellRef, Normalisation, ParsedReturn, Text
from wres.returns.template_spec import PROGRESS_LABELS
from wres.returns.text import normalise, normalise_heading

_IDENTITY = ("organisation code", "collection year", "template version")
_NO_VALUES = frozenset({*_IDENTITY, "organisation name", *map(normalise_heading, PROGRESS_LABELS)})
_SIGN_OFF = ("name", "role", "date")  # a name is not wanted, and not kept where one is given
_NEEDED = {"role", "date"}
_EDIT = re.compile(r"[SVQ]\d{3}")  # any edit of a return may be a query


def read_identity(grids: Sequence[Grid], read: ParsedReturn) -> None:
    """Add organisation_code, collection_year and template_version: the first of each that has a value beside it."""
    for wanted in _IDENTITY:
        key = wanted.replace(" ", "_")
        pairs = ((grid, row, column) for grid in grids for row, name, column in _pairs(grid, (wanted,), _NO_VALUES))
        if not any(record_text(read, key, grid, row, column) for grid, row, column in pairs):
            read.empty |= _empty_cells(grids[0], {wanted: key})


def read_sign_off(grids: Sequence[Grid], read: ParsedReturn) -> None:
    """Add signoff.name, .role and .date from the sheet Sign-off, or from another with the labels of role and date."""
    for grid in sorted(grids, key=_is_sign_off, reverse=True):
        pairs = reversed(list(_pairs(grid, _SIGN_OFF, _SIGN_OFF)))
        labelled = {name: (row, column) for row, name, column in pairs}
        if _is_sign_off(grid):
            read.empty |= _empty_cells(grid, {name: f"signoff.{name}" for name in _NEEDED - labelled.keys()})
        if not labelled or not (_is_sign_off(grid) or labelled.keys() >= _NEEDED):
            continue
        for name in _SIGN_OFF:
            if name in labelled:
                row, column = labelled[name]
                place = grid.place(row, column)
                if value := normalise(grid.at(row, column), place, read.repairs):
                    read.texts.append(Text(f"signoff.{name}", value, place))
        return


def _empty_cells(grid: Grid, keys: Mapping[str, str]) -> dict[str, CellRef]:
    """Return by key where a text belongs that is not given: to the right of its label. `keys` are by label."""
    empty: dict[str, CellRef] = {}
    for row in range(min(len(grid.rows), HEADER_ROWS)):
        for column, value in grid.filled(row):
            if (key := keys.get(normalise_heading(value))) is not None:
                empty.setdefault(key, grid.place(row, column + 1))
    return empty


def _is_sign_off(grid: Grid) -> bool:
    """Return whether a sheet has the name Sign-off, however it is written."""
    return normalise_heading(grid.sheet).replace("-", "").replace(" ", "") == "signoff"


def read_explanations(grids: Sequence[Grid], read: ParsedReturn) -> None:
    """Add explanation.<code> for each row with a text, from the sheets whose header has Code and Explanation."""
    for grid in grids:
        header = next(_explanation_headers(grid), None)
        if header is None:
            continue
        first, code_column, text_column = header
        for row in range(first, min(len(grid.rows), first + HEADER_ROWS)):
            place = grid.place(row, text_column)
            text = normalise(grid.at(row, text_column), place, read.repairs, lines=True)
            code = normalise(grid.at(row, code_column), grid.place(row, code_column), []).upper()
            if text and _EDIT.fullmatch(code):
                read.texts.append(Text(f"explanation.{code}", text, place))
            elif text:
                read.repairs.append(
                    Normalisation("An explanation without a query code (such as Q321) was left out", place)
                )


def _explanation_headers(grid: Grid) -> Iterator[tuple[int, int, int]]:
    """Yield the row below each header, and the columns of the code and of the explanation."""
    for row in range(min(len(grid.rows), HEADER_ROWS)):
        names = [(normalise_heading(value), column) for column, value in grid.filled(row)]
        codes = [column for name, column in names if name in ("code", "query", "query code")]
        texts = [column for name, column in names if name in ("explanation", "your explanation")]
        if codes and texts:
            yield row + 1, codes[0], texts[0]


def _pairs(grid: Grid, labels: Container[str], no_values: Container[str]) -> Iterator[tuple[int, str, int]]:
    """Yield row, label and column of each value: the next cell to the right that is not blank.

    A cell that says one of `no_values`, labels themselves, is no value: the label before it has none.
    """
    for row in range(min(len(grid.rows), HEADER_ROWS)):
        filled = list(grid.filled(row))
        for (_, value), (column, beside) in itertools.pairwise(filled):
            if normalise_heading(value) in labels and normalise_heading(beside) not in no_values:
                yield row, normalise_heading(value), column
