"""Turn the bytes of a workbook (.xlsx, .ods) into grids."""

import re

from wres.reader.crossed_out import excel_styles, mark_figures
from wres.reader.excel_parts import sheet_parts, with_plain_targets
from wres.reader.excel_plain import PlainSheet
from wres.reader.file_type import sniff_spreadsheet
from wres.reader.hidden_texts import hidden_texts
from wres.reader.ods_limits import OdsScan
from wres.reader.opendocument_plain import PlainContent
from wres.reader.package_contents import require_no_hidden_bytes
from wres.reader.safe_zip import read_zip, write_zip
from wres.reader.xlsx_limits import XlsxScan, holds_shared_texts
from wres.reader.xml_limits import MOST_SHEETS, SheetNotes, check_xml
from wres.returns.grids import Grid, Value, is_blank
from wres.returns.parsed_return import UnreadableError
from wres.settings import Settings

_DAMAGED = "The file is damaged and cannot be read"
_LEFT_OUT = ("xl/theme/", "xl/drawings/", "xl/charts/", "docprops/", "customxml/")
# The fast reader gives nothing for an error value; as text it stays in sight.
_EXCEL_ERROR = re.compile(rb"""(<(?:\w+:)?c\s[^<>]*?\bt=["'])e(?=["'])""")
_OPENDOCUMENT_ERROR = re.compile(rb"""<table:table-cell [^<>]*calcext:value-type="error"[^<>]*>""")
# The fast reader leaves these out, so that 5 and 123 on two lines would be 5123.
_OPENDOCUMENT_TAB = re.compile(rb"<text:tab(?:\s[^<>]*)?/?>")
_OPENDOCUMENT_LINE = re.compile(rb"<text:line-break(?:\s[^<>]*)?/?>")
_EMPTY_VALUE = re.compile(rb"""\soffice:string-value="[^"]*\"""")


def read_workbook(content: bytes, settings: Settings) -> tuple[str, list[Grid], list[str]]:
    """Return the kind ("xlsx" or "ods"), a grid for each worksheet, hidden ones too, and the other texts.

    Raises:
        UnreadableError: S101, S102 or S112.
    """
    parts = read_zip(content, settings)
    require_no_hidden_bytes(content)
    kind = sniff_spreadsheet({name.lower(): data for name, data in parts.items()})
    hidden = hidden_texts(parts)
    largest = max((len(data) for data in parts.values()), default=0)
    parts, notes = _checked_excel(parts, settings) if kind == "xlsx" else _checked_opendocument(parts, settings)
    grids = _grids(parts, largest, notes, settings)
    return kind, grids, [*hidden, *(text for note in notes for text in note.hidden_texts)]


def _checked_excel(parts: dict[str, bytes], settings: Settings) -> tuple[dict[str, bytes], list[SheetNotes]]:
    """Return the parts for the fast reader, plainly written where it would misread them; notes on each sheet."""
    crossed_out = frozenset[str]().union(*map(excel_styles, parts.values()))
    scan = XlsxScan(settings, crossed_out)
    kept = {name: data for name, data in parts.items() if _is_read(name.lower())}
    notes: dict[str | None, SheetNotes] = {}
    for name, data in sorted(kept.items(), key=lambda part: not holds_shared_texts(part[1])):
        notes[name] = scan.check_part(data)
        if scan.is_odd:
            kept[name] = PlainSheet(scan).copy(data)
    kept = with_plain_targets(kept)
    sheet_notes = [notes.get(name, SheetNotes()) for name in sheet_parts(kept)]
    return {name: _EXCEL_ERROR.sub(rb"\1str", data) for name, data in kept.items()}, sheet_notes


def _is_read(name: str) -> bool:
    """Return whether the fast reader gets the part; how the file looks and who made it is not asked."""
    return name.endswith((".xml", ".rels")) and not name.startswith(_LEFT_OUT)


def _checked_opendocument(parts: dict[str, bytes], settings: Settings) -> tuple[dict[str, bytes], list[SheetNotes]]:
    """Do for OpenDocument what `_checked_excel` does."""
    kept = {name: data for name, data in parts.items() if name in ("mimetype", "META-INF/manifest.xml", "content.xml")}
    notes: list[SheetNotes] = []
    for name, data in kept.items():
        if name == "content.xml":
            scan = OdsScan(settings)
            scan.cell_styles.read(parts.get("styles.xml", b""))
            notes = scan.check_part(data)
            plain = PlainContent(scan).copy(data) if scan.is_odd else data
            divided = _OPENDOCUMENT_LINE.sub(rb"\g<0>\n", _OPENDOCUMENT_TAB.sub(rb"\g<0>\t", plain))
            kept[name] = _OPENDOCUMENT_ERROR.sub(lambda cell: _EMPTY_VALUE.sub(b"", cell[0]), divided)
        elif name != "mimetype":
            check_xml(data)
    return kept, notes


def _grids(parts: dict[str, bytes], largest: int, notes: list[SheetNotes], settings: Settings) -> list[Grid]:
    """Turn the worksheets into grids."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    cells_left = settings.max_cells
    grids = []
    try:
        workbook = CalamineWorkbook.from_filelike(write_zip(parts))
        sheets = workbook.sheets_metadata
        if len({about.name for about in sheets}) < len(sheets):  # the fast reader would give one of them twice
            raise UnreadableError(
                "S101", "The workbook has two sheets of the same name. Give each its own and save it."
            )
        if len(notes) != len(sheets):
            notes = [SheetNotes() for _ in sheets]
        # Many sheets may point to one large part, which would then be read again and again.
        if len(sheets) > MOST_SHEETS or len(sheets) * largest > 4 * settings.max_expanded_bytes:
            raise UnreadableError("S112", f"The workbook has {len(sheets):,} sheets; a return has 4.")
        for index, about in enumerate(sheets):
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_index(index)
            cells_left -= sheet.height * sheet.width
            if cells_left < 0:
                raise UnreadableError("S112", f"The workbook has more than {settings.max_cells:,} cells.")
            top, left = sheet.start or (0, 0)
            visible = about.visible == SheetVisibleEnum.Visible
            rows: list[list[Value]] = [[*row] for row in sheet.to_python()]
            mark_figures(rows, top, left, notes[index].crossed_out)
            hidden = _take_out_hidden(rows, top, left, notes[index])
            name = _sheet_name(about.name)
            grids.append(Grid(name, rows, top, left, visible, hidden, frozenset(notes[index].uncalculated)))
    except (UnreadableError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # the compiled reader panics with an exception that is no Exception
        raise UnreadableError("S101", _DAMAGED) from None
    if not grids:
        raise UnreadableError("S101", "The workbook has no worksheet.")
    return grids


def _take_out_hidden(rows: list[list[Value]], top: int, left: int, notes: SheetNotes) -> frozenset[tuple[int, int]]:
    """Empty the cells that a merge hides, as a person sees them; gives those that hold more than text."""
    numbers = set()
    for row, column in notes.hidden:
        if 0 <= row - top < len(rows) and 0 <= column - left < len(rows[row - top]):
            value = rows[row - top][column - left]
            rows[row - top][column - left] = ""
            if isinstance(value, str):
                notes.hidden_texts.append(value)
            if not is_blank(value) and (not isinstance(value, str) or any(map(str.isdigit, value))):
                numbers.add((row, column))
    return frozenset(numbers)


def _sheet_name(name: str) -> str:
    return "".join(character for character in name if character.isprintable())[:100]
