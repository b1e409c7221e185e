"""Read an extract, CSV or xlsx, into a table of texts under the project's own field names; the file is only read."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wres.errors import WresError
from wres.prepare.value_map import SenderMap, shipped
from wres.reader.text_decoding import decode_text
from wres.returns.parsed_return import UnreadableError
from wres.returns.text import join_words, text_of

if TYPE_CHECKING:
    import pandas as pd

Ask = Callable[
    [str, Sequence[str]], str | None
]  # a question and its answers; None where nobody is there to ask, or none is given
REQUIRED = {"staff": ("person", "ethnic_category", "pay_scale", "staff_group"), "cases": ("person", "date_entered")}
_LOOKED_AT = 40  # rows from the top in which the headings are looked for
_MOST_BYTES = 1_000_000_000
_START_DATE = "start date"
_INVESTIGATION_DATE = re.compile(
    r"(?=.*\b(?:investigat|formal|disciplin|process))(?=.*\b(?:date|start|began|begin|commenc|open))"
)
_NOT_WORD = re.compile(r"[\W_]+")
# What reports write below their table, where the person's number would stand.
_FOOTER = re.compile(
    r"(?:(?:grand|overall) )?(?:totals?|count|sum)\b.*|end of report.*|(?:report )?(?:run|produced)\b.*|page \d+.*"
)


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, or a CSV file, whose sheet has no name."""

    name: str
    rows: list[list[str]]


@dataclass(frozen=True)
class Extract:
    """One extract: a column of texts for each field that it has, and the headings they were found under.

    `footers` is how many lines below the table, such as a line of totals, were left out.
    """

    rows: "pd.DataFrame"
    headings: dict[str, str]
    footers: int = 0


def read_extract(path: Path, kind: str, sender_map: SenderMap, ask: Ask) -> Extract:
    """Read one extract and find its columns.

    Args:
        path: the file.
        kind: `staff` or `cases`.
        sender_map: whose headings come before the shipped ones; an answer to a question is put into it.
        ask: asks the sender for the heading of a field.

    Raises:
        WresError: the file cannot be read, or a column that is needed cannot be found. It quotes nothing of the rows.
    """
    import pandas as pd

    tables = [(sheet, _find_header(sheet.rows, kind, sender_map)) for sheet in _read_sheets(path, kind, sender_map)]
    known = [len(_match_row(*table, kind, sender_map)) for table in tables]
    sheet, top = tables[known.index(max(known))] if tables else (Sheet("", []), 0)
    columns = _match_row(sheet, top, kind, sender_map)
    if len(columns) < 2:
        raise WresError(
            f"{path.name} has no row with headings that are known here. Name your headings in the map, in a table "
            f'columns.{kind}, for example: person = "Employee Number".'
        )
    _refuse_further_tables(path, kind, sheet, tables, sender_map)
    rows, header = sheet.rows, sheet.rows[top]
    if kind == "cases" and _is_start_of_work(header, columns) and not sender_map.columns["cases"].get("date_entered"):
        del columns["date_entered"]
    for name in REQUIRED[kind]:
        if name not in columns:
            columns[name] = _ask_for_column(path, kind, name, header, sender_map, ask)
    if kind == "cases" and _is_staff_table(header, columns, sender_map):
        _refuse_staff_as_cases(path, header[columns["date_entered"]])
    _refuse_twins(path, header, columns)
    _refuse_long_rows(path, rows, top)
    filled = [row for row in rows[top + 1 :] if any(row)]
    body = [row for row in filled if not _is_footer(row, columns["person"])]
    if not body and kind == "staff":
        raise WresError(f"{path.name} has no row of staff below its headings. Make the extract again, or name another.")
    frame = pd.DataFrame(
        {name: [row[index] if index < len(row) else "" for row in body] for name, index in columns.items()}, dtype=str
    )
    return Extract(frame, {name: header[index] for name, index in columns.items()}, len(filled) - len(body))


def _find_header(rows: Sequence[Sequence[str]], kind: str, sender_map: SenderMap) -> int:
    """Return the row with the most known headings, the first of several."""
    known = [len(_match(row, kind, sender_map)) for row in rows[:_LOOKED_AT]]
    return known.index(max(known)) if known else 0


def _match_row(sheet: Sheet, top: int, kind: str, sender_map: SenderMap) -> dict[str, int]:
    """Find the column of each field in a row of a sheet; none where the sheet has no rows."""
    return _match(sheet.rows[top], kind, sender_map) if sheet.rows else {}


def _refuse_further_tables(
    path: Path, kind: str, chosen: Sheet, tables: Iterable[tuple[Sheet, int]], sender_map: SenderMap
) -> None:
    """Refuse a workbook whose people or cases stand on several sheets: those of the others would not be counted."""
    needed = set(REQUIRED[kind])
    names = []
    for sheet, top in tables:
        columns = _match_row(sheet, top, kind, sender_map)
        is_further = needed <= columns.keys() and any(any(row) for row in sheet.rows[top + 1 :])
        is_of_staff = kind == "cases" and is_further and _is_staff_table(sheet.rows[top], columns, sender_map)
        if sheet is chosen or (is_further and not is_of_staff):
            names.append(sheet.name)
    if len(names) > 1:
        raise WresError(
            f"{path.name} has several sheets with rows of {kind}: {join_words(names)}. Only one is read. Put all rows "
            "on one sheet, or delete the sheets that are not meant, and run it again."
        )


def _match(row: Sequence[str], kind: str, sender_map: SenderMap) -> dict[str, int]:
    """Find the column of each field in a row of headings."""
    places: dict[str, int] = {}
    for index, text in reversed(list(enumerate(row))):
        if key := _heading_key(text):
            places[key] = index
    columns: dict[str, int] = {}
    for name, usual in shipped()["columns"][kind].items():
        mapped = sender_map.columns.get(kind, {}).get(name)
        wanted = [mapped] if mapped else usual
        if matches := [places[_heading_key(text)] for text in wanted if _heading_key(text) in places]:
            columns[name] = matches[0]
    return columns


def _heading_key(heading: str) -> str:
    return _NOT_WORD.sub(" ", heading).strip().casefold()


def _ask_for_column(path: Path, kind: str, name: str, header: Sequence[str], sender_map: SenderMap, ask: Ask) -> int:
    """Ask which heading holds a field."""
    headings = [text for text in header if text]
    heading = sender_map.columns[kind].get(name)
    answer = ask(f"Which column of {path.name} holds the {name.replace('_', ' ')}?", headings)
    if answer is None:
        problem = (
            f"no column {heading!r}, which the map names" if heading else f"no column known as {name.replace('_', ' ')}"
        )
        raise WresError(
            f'{path.name} has {problem}. Name it in the map, in the table columns.{kind}: {name} = "HEADING". '
            f"The headings are: {', '.join(headings)}"
        )
    sender_map.columns[kind][name] = answer
    return list(header).index(answer)


def _is_start_of_work(header: Sequence[str], columns: Mapping[str, int]) -> bool:
    """Return whether a start date may be when somebody joined, for another heading names the investigation's date."""
    keys = [_heading_key(text) for text in header]
    place = columns.get("date_entered")
    return (
        place is not None
        and keys[place] == _START_DATE
        and any(_INVESTIGATION_DATE.search(key) for number, key in enumerate(keys) if number != place)
    )


def _is_staff_table(header: Sequence[str], columns: Mapping[str, int], sender_map: SenderMap) -> bool:
    """Return whether a table of cases has the headings of one of staff, and its date is when somebody joined.

    A list of cases with all these headings can say in the map which of them is the date of the investigation.
    """
    if sender_map.columns["cases"].get("date_entered"):
        return False
    of_staff = _match(header, "staff", SenderMap())
    return of_staff.keys() >= set(REQUIRED["staff"]) and columns["date_entered"] == of_staff.get("start_date")


def _refuse_staff_as_cases(path: Path, heading: str) -> None:
    """Refuse an extract of staff that is given as one of cases."""
    raise WresError(
        f"{path.name} was given as the cases, but has the headings of an extract of staff, in which {heading} is "
        "when somebody joined. Name another file: --cases. If it does hold cases, name the column in the map, in "
        f'the table columns.cases: date_entered = "{heading}".'
    )


def _refuse_twins(path: Path, header: Sequence[str], columns: dict[str, int]) -> None:
    keys = [_heading_key(text) for text in header]
    for index in columns.values():
        if keys.count(keys[index]) > 1:
            raise WresError(f"{path.name} has two columns {header[index]!r}. Rename or delete one, and run it again.")


def _refuse_long_rows(path: Path, rows: Sequence[Sequence[str]], top: int) -> None:
    """Refuse a row that goes on beyond the headings: a comma without quotation marks has moved its values."""
    width = len(rows[top])
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        if any(row[width:]):
            raise WresError(
                f"{path.name} has more values than headings in row {number:,}. Put values that hold a comma in "
                "quotation marks, or give every column a heading, and run it again."
            )


def _is_footer(row: Sequence[str], person: int) -> bool:
    """Return whether a row is a line of totals or a note below the table."""
    return person < len(row) and _FOOTER.fullmatch(row[person].casefold()) is not None


def _read_sheets(path: Path, kind: str, sender_map: SenderMap) -> Iterator[Sheet]:
    """Give each sheet with its rows as texts; a CSV file is one sheet."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise WresError(f"{path} is larger than 1 GB. Leave out columns that are not needed, and run it again.")
        content = path.read_bytes()
    except OSError as error:
        raise WresError(
            f"{path} cannot be opened: {error.strerror}. Check the name and that you may read it."
        ) from None
    if content.startswith(b"PK"):
        yield from _read_workbook(path, content)
        return
    try:
        text = decode_text(content, [])
    except UnreadableError:
        raise WresError(f"{path} is neither a workbook nor text. Save it as .xlsx or as CSV UTF-8.") from None
    yield Sheet("", _read_csv_rows(path, text, _choose_delimiter(text, kind, sender_map)))


def _choose_delimiter(text: str, kind: str, sender_map: SenderMap) -> str:
    """Choose the delimiter that finds most of the headings in one line; else the most frequent one."""
    start = text[:20_000]
    lines = start.splitlines()[:_LOOKED_AT]

    def rank(mark: str) -> tuple[int, int]:
        """Count the headings that a delimiter finds in the best line, and how often it stands in these lines."""
        found = (_match([word.strip(' "') for word in line.split(mark)], kind, sender_map) for line in lines)
        return max(map(len, found), default=0), start.count(mark)

    return max(",;\t|", key=rank)


def _read_csv_rows(path: Path, text: str, delimiter: str) -> list[list[str]]:
    """Read the rows of a CSV file."""
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [[cell.strip() for cell in row] for row in reader]
    except csv.Error:
        raise WresError(
            f"{path} cannot be read as CSV: see that every quotation mark is closed, or save it as .xlsx."
        ) from None


def _read_workbook(path: Path, content: bytes) -> Iterator[Sheet]:
    """Yield each sheet of a workbook, its rows as texts."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(part.file_size for part in package.infolist()) > _MOST_BYTES:
                raise WresError(f"{path} unpacks to more than 1 GB. Leave out columns that are not needed.")
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            rows = [[text_of(value).strip() for value in row] for row in sheet.to_python(skip_empty_area=True)]
            yield Sheet(name, rows)
    except (CalamineError, zipfile.BadZipFile, ValueError, KeyError):
        raise WresError(f"{path} cannot be read as a workbook. Save it as .xlsx or as CSV, and run it again.") from None
