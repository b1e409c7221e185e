"""Read a return: bytes in, cells, texts, repairs and faults out. It checks nothing and never raises on bad input."""

from dataclasses import replace
from pathlib import PurePosixPath

from wres.personal_data.detector import find_personal_data
from wres.personal_data.person_signs import hide_signs
from wres.reader.csv_fast_path import LONG
from wres.reader.csv_reader import read_csv
from wres.reader.figure_reader import FigureTable, find_tables, read_last_year
from wres.reader.file_type import sniff_container
from wres.reader.metadata_reader import read_explanations, read_identity, read_sign_off
from wres.reader.odd_rows import CODE
from wres.reader.shown_values import hide_unknown
from wres.reader.table_reader import read_table
from wres.reader.workbook_reader import read_workbook
from wres.returns.grids import Grid
from wres.returns.parsed_return import NOT_KEPT, FileError, Normalisation, ParsedReturn, Text, UnreadableError
from wres.returns.template_spec import newest_template
from wres.returns.text import join_words, text_of
from wres.settings import Settings

_KINDS = {"xlsx": "an Excel workbook", "ods": "an OpenDocument spreadsheet", "csv": "CSV"}
_ENDINGS = {"xlsx": (".xlsx",), "ods": (".ods",), "csv": (".csv", ".txt", ".tsv")}
_MOST_REPAIRS = 1_000


def read_return(content: bytes, file_name: str, settings: Settings) -> ParsedReturn:
    """Read one file of any kind.

    The content says which kind it is; `file_name` serves only to say when its ending is another's. Cells stand in the
    order of the file, one per item and ethnic group as given, with the addresses that the sender sees. Texts have the
    keys organisation_code, collection_year, template_version, signoff.*, explanation.<Q code> and calculated.* (the
    likelihoods that the workbook shows). Faults are S101, S102, S104, S112, S113 and S114; with S113 nothing
    else is kept.
    """
    read = ParsedReturn()
    if len(content) > settings.max_file_bytes:
        limit = f"{settings.max_file_bytes:,} bytes"
        read.faults.append(FileError("S112", f"The file has {len(content):,} bytes; at most {limit} are taken."))
        return read
    try:
        kind, grids, hidden_texts = _open(content, settings, read.repairs)
    except UnreadableError as error:
        read.faults.append(error.fault)
        return read
    personal = find_personal_data(grids, hidden_texts)
    if personal.fault is not None:
        return ParsedReturn(faults=[personal.fault])
    read.asked = personal.asked
    ending = PurePosixPath(file_name.replace("\\", "/")).suffix.lower()
    if ending not in _ENDINGS[kind]:
        read.repairs.append(
            Normalisation(f"The file is {_KINDS[kind]}, though its name does not say so; it was read as one")
        )
    _read_grids(grids, read, text_is_odd=kind != "csv")
    if (more := len(read.repairs) - _MOST_REPAIRS) > 0:
        read.repairs[_MOST_REPAIRS:] = [Normalisation(f"There are {more:,} more repairs, which are not listed")]
    hide_unknown(read)
    read.texts = [_without_signs(text) for text in read.texts]
    if any(fault.code in NOT_KEPT for fault in read.faults):  # nothing of such a file is kept
        return ParsedReturn(faults=read.faults)
    return read


def _without_signs(text: Text) -> Text:
    """Take out of a sender's free text what may be a person's number or address."""
    if text.key.startswith(("explanation.", "signoff.role")) and (kept := hide_signs(text.value)) != text.value:
        return replace(text, value=kept)
    return text


def _open(content: bytes, settings: Settings, repairs: list[Normalisation]) -> tuple[str, list[Grid], list[str]]:
    """Open a file: its kind, its sheets as grids, and the texts that stand in no cell."""
    if sniff_container(content) == "package":
        return read_workbook(content, settings)
    return "csv", [read_csv(content, settings, repairs)], []


def _read_grids(grids: list[Grid], read: ParsedReturn, *, text_is_odd: bool) -> None:
    """Read the figures and texts of all sheets."""
    tables = find_tables(grids)
    if not tables:
        read.faults.append(_no_header(grids[0], is_csv=not text_is_odd))
        return
    table = tables[0]
    others = [grid for grid in grids if grid is not table.grid]
    if table.wanted != LONG:
        read_identity([table.grid, *others], read)
    read_table(table, read, text_is_odd=text_is_odd)
    _compare_with_others(tables, read)
    read.last_year = read_last_year(table)
    read_explanations(others, read)
    read_sign_off(others, read)


def _compare_with_others(tables: list[FigureTable], read: ParsedReturn) -> None:
    """Return which other sheets have a whole table too, and add the figures of a visible one that are others.

    A figure that is given in two ways is rejected as one that is given twice, for nobody can say which counts.
    """
    table = tables[0]
    if table.missing:
        return
    numbers = {(cell.item, cell.ethnic_group): cell.number for cell in read.cells if cell.number is not None}
    for other in tables[1:]:
        if other.missing or other.grid is table.grid:
            continue
        detail = f"The sheet {table.grid.sheet} was read; this other sheet with a table of figures was not"
        read.repairs.append(Normalisation(detail, other.place))
        if other.grid.visible and table.grid.visible:
            second = ParsedReturn()
            read_table(other, second, text_is_odd=True)
            read.cells.extend(
                cell
                for cell in second.cells
                if cell.number is not None and numbers.get((cell.item, cell.ethnic_group), cell.number) != cell.number
            )


def _no_header(grid: Grid, *, is_csv: bool) -> FileError:
    """Return the fault of a file in which no header row was found, with the headings that a file of its kind needs."""
    if not is_csv:
        headings = join_words(["Item", *newest_template().group_labels.values()])
        detail = f"No header row with {headings} was found. Use the template as it was sent."
        return FileError("S104", detail)
    columns = ", ".join(name.replace(" ", "_") for name in LONG)
    detail = f"The CSV file has no header row. Its first row must name the columns {columns}"
    row = next((row for row in range(len(grid.rows)) if any(True for _ in grid.filled(row))), 0)
    values = [text_of(value).strip() for _, value in grid.filled(row)] if grid.rows else []
    if any(CODE.fullmatch(value) for value in values):
        detail += "; the first row of this file holds a figure already, so add the header above it"
    elif len(values) == 1:
        detail += ", divided by commas; the first row of this file has one column only"
    return FileError("S104", f"{detail}.", grid.place(row, 0))
