"""Look through the parts of an .xlsx file: how large its sheets are, by the cells that they really have."""

import re
from collections.abc import Set
from functools import lru_cache
from typing import Any

from wres.reader.plain_xml import LOOKS, NUMBER, ODD, local_name
from wres.reader.xml_limits import (
    DAMAGED,
    MOST_COLUMNS,
    MOST_ROWS,
    Position,
    Scan,
    SheetNotes,
    bounded_int,
    hardened_parser,
    parse,
)
from wres.returns.grids import column_letters
from wres.returns.invisible import is_unseen
from wres.returns.parsed_return import CellRef, UnreadableError

_REFERENCE = re.compile(r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}")
_DIMENSION = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}(:[A-Z]{1,3}[1-9]\d{0,6})?")
_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)")
_LOOK = re.compile(rf"<(?:[\w.-]+:)?(?:{'|'.join(LOOKS)})[\s/>]".encode())
_MOST_MERGES = 5_000
_MOST_LOOKED_AT = 500_000  # cells that lie under merges; where merges overlap, some lie under several


class XlsxScan(Scan):
    """Call `part` with each XML part, the shared texts first: a sheet may hide under any name.

    After a part, `is_odd` says whether the fast reader would misread it; `filled` is the rectangle of its cells.
    """

    _lengths: list[int]  # of the shared texts; 0 for one that shows nothing

    def __init__(self, settings: Any, crossed_out: Set[str] = frozenset()) -> None:
        super().__init__(settings)
        self._crossed_out = crossed_out  # the cell formats with a line through the text
        self._lengths = []
        self.is_odd = False

    def check_part(self, data: bytes) -> SheetNotes:
        """Scan one part; what is returned is of use where it is a sheet."""
        self._new_part(data)
        self._notes = SheetNotes()
        self._row, self._column = -1, -1
        self._seen: set[int] = set()
        self._in_sheet = self._in_text = False
        self._type: str | None = None
        self._has_value = self._has_formula = False
        self._pieces: list[str] = []
        self._merges: list[str] = []
        self._contents: set[Position] = set()
        self.is_odd = ODD.search(data, 1) is not None
        self._parser = hardened_parser()
        if b"sheetData" in data or b"sst" in data:  # others need to be well-formed and no more
            self.is_odd = self.is_odd or _LOOK.search(data) is not None
            self._parser.StartElementHandler = self._start
            self._parser.EndElementHandler = self._end
        parse(self._parser, data)
        self._parser.StartElementHandler = self._parser.EndElementHandler = self._parser.CharacterDataHandler = None
        self.is_odd |= self._has_far_blanks()
        self._find_hidden()
        return self._notes

    def is_dropped(self, row: int, column: int) -> bool:
        """Return whether a cell of the last part with nothing but spaces in it lies too far out to be laid out."""
        return self._has_far_blanks() and not self._filled.holds(row, column)

    def is_blank(self, kind: str | None, value: str) -> bool:
        """Return whether a cell holds nothing but spaces; in the end its type says what its value is."""
        if kind == "s":
            return value.isdecimal() and int(value) < len(self._lengths) and not self._lengths[int(value)]
        return kind in ("str", "inlineStr") and is_unseen(value)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        """Look at the beginning of an element."""
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            if self._in_sheet:
                self._cell(attributes)
        elif name in ("v", "t"):
            self._has_value = True
            self._parser.CharacterDataHandler = self._text
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            number = attributes.get("r")
            self._row = bounded_int(number, MOST_ROWS) - 1 if number else self._row + 1
            self._column = -1
        elif name == "si":
            self._pieces = []
        elif name == "sheetData":
            self._in_sheet = True
        elif name == "mergeCell":
            self._merges.append(attributes.get("ref", ""))
            self.is_odd |= "$" in self._merges[-1]
        elif name == "dimension" and not _DIMENSION.fullmatch(attributes.get("ref", "")):
            self.is_odd = True

    def _text(self, text: str) -> None:
        self._pieces.append(text)

    def _end(self, tag: str) -> None:
        """Look at the end of an element."""
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name in ("v", "t"):
            self._parser.CharacterDataHandler = None
        elif name == "c":
            if self._in_sheet:
                self._end_cell()
        elif name == "si":
            text = "".join(self._pieces)
            self._lengths.append(0 if is_unseen(text) else len(text))
            self._count_characters(len(text))
        elif name == "sheetData":
            self._in_sheet = False

    def _cell(self, attributes: dict[str, str]) -> None:
        """Begin a cell."""
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            self._row, self._column = row_and_column(reference)
        if self._row >= MOST_ROWS or self._column >= MOST_COLUMNS:
            raise UnreadableError("S101", DAMAGED)
        self._row = max(self._row, 0)
        number = self._row * MOST_COLUMNS + self._column
        if number in self._seen:
            cell = f"{column_letters(self._column)}{self._row + 1}"
            detail = f"The file is damaged: it has the cell {cell} twice in one sheet, so nobody can say which counts"
            raise UnreadableError("S101", detail, CellRef(None, cell))
        self._seen.add(number)
        self._type = attributes.get("t")
        self._is_crossed_out = bool(self._crossed_out) and attributes.get("s", "0") in self._crossed_out
        self._has_value = self._has_formula = False
        self._pieces = []

    def _end_cell(self) -> None:
        """End a cell and count what it shows."""
        if not self._has_value and not self._has_formula:
            return
        position, value = (self._row, self._column), "".join(self._pieces)
        if self._has_formula and not value and self._type in (None, "n", "str"):
            self._notes.uncalculated.add(position)
        if self.is_blank(self._type, value) and not self._has_formula:
            self._take_blank(*position)
            return
        self._take(*position)
        self._contents.add(position)
        if self._is_crossed_out:
            self._notes.crossed_out.add(position)
        if self._type in (None, "n"):
            self.is_odd |= value != "" and not NUMBER.fullmatch(value)
        shared = self._type == "s" and value.isdecimal() and int(value) < len(self._lengths)
        self._count_characters(self._lengths[int(value)] if shared else len(value))

    def _find_hidden(self) -> None:
        """Note the cells with content that lie under a merge, beside its first one."""
        if len(self._merges) > _MOST_MERGES:
            raise UnreadableError("S112", f"A sheet has {len(self._merges):,} merged ranges; a return has none.")
        if not self._merges:
            return
        looked_at, rows = 0, dict[int, list[int]]()
        for row, column in self._contents:
            rows.setdefault(row, []).append(column)
        for reference in self._merges:
            first, _, last = reference.partition(":")
            (top, left), (bottom, right) = row_and_column(first), row_and_column(last or first)
            if bottom - top > len(rows):
                within = [row for row in rows if top <= row <= bottom]
            else:
                within = [row for row in range(top, bottom + 1) if row in rows]
            looked_at += len(within) + sum(len(rows[row]) for row in within)
            if looked_at > _MOST_LOOKED_AT:
                raise UnreadableError("S112", "A sheet has far more merged cells than a return.")
            self._notes.hidden.update(
                (row, column)
                for row in within
                for column in rows[row]
                if left <= column <= right and (row, column) != (top, left)
            )


@lru_cache(maxsize=10_000)  # the returns of a round have the same addresses
def row_and_column(reference: str) -> tuple[int, int]:
    """Return the row and column of a cell such as C12 or $C$12, from 0.

    Raises:
        UnreadableError: S101, it is no address.
    """
    from xlsxwriter.utility import xl_cell_to_rowcol

    if not _REFERENCE.fullmatch(reference):
        raise UnreadableError("S101", DAMAGED)
    row, column = xl_cell_to_rowcol(reference.upper())
    return int(row), int(column)


def holds_shared_texts(data: bytes) -> bool:
    """Return whether a part is the one with the texts that cells share."""
    root = _ROOT.search(data[:5_000])
    return root is not None and local_name(root[1].decode()) == "sst"
