"""Turns the bytes of a workbook (.xlsx, .ods) into grids."""

import re

from pipeline.returns.excel_scan import ExcelScan
from pipeline.returns.faults import UnreadableError
from pipeline.returns.grids import Grid
from pipeline.returns.hidden_texts import hidden_texts
from pipeline.returns.kinds import package_kind
from pipeline.returns.opendocument_scan import OpenDocumentScan
from pipeline.returns.packages import open_package, pack
from pipeline.returns.xml_scan import check_xml
from pipeline.settings import Settings

_MOST_SHEETS = 100
_DAMAGED = "The file is damaged and cannot be read. Open it in a spreadsheet program and save it again."
_LEFT_OUT = ("xl/theme/", "xl/drawings/", "xl/charts/", "docprops/", "customxml/")
# The fast reader gives nothing for an error value; as text it stays in sight.
_EXCEL_ERROR = re.compile(rb"""(<(?:\w+:)?c\s[^<>]*?\bt=["'])e(?=["'])""")
_OPENDOCUMENT_ERROR = re.compile(rb"""<table:table-cell [^<>]*calcext:value-type="error"[^<>]*>""")
_EMPTY_VALUE = re.compile(rb"""\soffice:string-value="[^"]*\"""")


def read_workbook(content: bytes, settings: Settings) -> tuple[str, list[Grid], list[str]]:
    """The kind ("xlsx" or "ods"), a grid a worksheet, hidden ones too, in the order of the workbook, and other texts.

    Raises:
        UnreadableError: S101, S102 or S112.
    """
    parts = open_package(content, settings)
    kind = package_kind({name.lower(): data for name, data in parts.items()})
    hidden = hidden_texts(parts)
    parts = _checked_excel(parts, settings) if kind == "xlsx" else _checked_opendocument(parts, settings)
    return kind, _grids(parts, settings), hidden


def _checked_excel(parts: dict[str, bytes], settings: Settings) -> dict[str, bytes]:
    scan = ExcelScan(settings)
    kept = {name: data for name, data in parts.items() if _is_read(name.lower())}
    for data in kept.values():
        scan.part(data)
    scan.check_texts()
    return {name: _EXCEL_ERROR.sub(rb"\1str", data) for name, data in kept.items()}


def _is_read(name: str) -> bool:
    """Whether the fast reader gets the part; how the file looks and who made it is not asked."""
    return name.endswith((".xml", ".rels")) and not name.startswith(_LEFT_OUT)


def _checked_opendocument(parts: dict[str, bytes], settings: Settings) -> dict[str, bytes]:
    kept = {name: data for name, data in parts.items() if name in ("mimetype", "META-INF/manifest.xml", "content.xml")}
    for name, data in kept.items():
        if name == "content.xml":
            scan = OpenDocumentScan(settings)
            scan.part(data)
            scan.check_texts()
            kept[name] = _OPENDOCUMENT_ERROR.sub(lambda cell: _EMPTY_VALUE.sub(b"", cell[0]), data)
        elif name != "mimetype":
            check_xml(data)
    return kept


def _grids(parts: dict[str, bytes], settings: Settings) -> list[Grid]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    largest = max((len(data) for data in parts.values()), default=0)
    cells_left = settings.max_cells
    grids = []
    try:
        workbook = CalamineWorkbook.from_filelike(pack(parts))
        sheets = workbook.sheets_metadata
        # Many sheets may point to one large part, which would then be read again and again.
        if len(sheets) > _MOST_SHEETS or len(sheets) * largest > 4 * settings.max_expanded_bytes:
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
            grids.append(Grid(_sheet_name(about.name), sheet.to_python(), top, left, visible))
    except (UnreadableError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # the compiled reader panics with an exception that is no Exception
        raise UnreadableError("S101", _DAMAGED) from None
    if not grids:
        raise UnreadableError("S101", "The workbook has no worksheet.")
    return grids


def _sheet_name(name: str) -> str:
    return "".join(character for character in name if character.isprintable())[:100]
