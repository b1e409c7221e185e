"""The tables as one accessible workbook: cover, contents, notes, then a sheet a table.

It keeps to the Government Analysis Function's "Releasing statistics in spreadsheets": one marked-up table a sheet that
starts in column A, no merged or blank cells, no footers, notes as [note 1], symbols in brackets and explained, nothing
said by colour alone. Which columns and rows stand first is in workbook_view.toml.
"""

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.revisions import MARK, REVISED, add_revision_markers
from wres.outputs.table_schema import SUPPRESSED_SYMBOL, Column, TableSpec, load_specification, symbols_in
from wres.outputs.workbook_layout import TEXT_WIDTH, display_text, lay_out_table, lay_out_text, plain_text
from wres.outputs.workbook_sheet import TableSheet, display_columns, write_sheet
from wres.outputs.workbook_view import SheetView, arrange_for_sheet, view_rules

if TYPE_CHECKING:
    import pyarrow as pa

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
_ONE_TABLE = "This worksheet contains one table."


def workbook_bytes(tables: Mapping[str, "pa.Table"], about: ReleaseMetadata) -> bytes:
    """Return the workbook of a release; the same tables and facts give the same bytes.

    Args:
        tables: every table by name, or only some of them, in the declared types and order, as `checked_tables` gives
            them. One without rows has no sheet.
        about: the release; its markings stand on every sheet.
    """
    sheets, notes = table_sheets(tables, about)
    cover = _cover(about, _years(tables.get("coverage", next(iter(tables.values())))))  # all that were collected
    file = io.BytesIO()
    with _known_warnings():
        book = open_workbook(file)
        book.add_worksheet("Cover").write_cover(cover)
        book.add_worksheet("Contents").write_gptable(_contents(sheets, about), auto_width=False)
        book.add_worksheet("Notes").write_gptable(_notes_table(notes, about), auto_width=False)
    lay_out_text(book, cover, notes, len(about.markings))
    for sheet in sheets:
        worksheet = book.add_worksheet(sheet.spec.sheet)
        write_sheet(book, worksheet, sheet)
        lay_out_table(worksheet, sheet)
    book.set_properties(_properties(about))
    book.close()
    return file.getvalue()


def table_sheets(tables: Mapping[str, "pa.Table"], about: ReleaseMetadata) -> tuple[list[TableSheet], list[str]]:
    """Return the sheets of the tables that have rows, and the names of the notes that they number, in that order."""
    tables, known = add_revision_markers(tables, about)
    # A sheet cannot be empty.
    views = [(known[name], arrange_for_sheet(table, known[name])) for name, table in tables.items() if table.num_rows]
    notes = _notes([view for _spec, view in views])
    return [_sheet(spec, view, notes, about) for spec, view in views], notes


def _gptables() -> Any:
    with _known_warnings():
        import gptables
    return gptables


@contextmanager
def _known_warnings() -> Iterator[None]:
    """Pass over what gptables 2.0 is known to do: leave its theme's file open, use what pandas 4 will drop."""
    from pandas.errors import Pandas4Warning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        warnings.simplefilter("ignore", Pandas4Warning)
        yield


def open_workbook(file: io.BytesIO) -> Any:
    """Begin a workbook in the Analysis Function's theme, with texts at the top of their cells, for texts may wrap."""
    theme = deepcopy(_gptables().gptheme)
    theme.update_data_format({"valign": "top"})
    theme.update_index_2_format({"valign": "top"})
    theme.update_cover_text_format({"valign": "top"})
    book = _gptables().GPWorkbook(file, _OPTIONS)
    book.set_theme(theme)
    return book


def _sheet(spec: TableSpec, view: SheetView, notes: Sequence[str], about: ReleaseMetadata) -> TableSheet:
    """Return all that stands on the sheet of a table; `notes` in the order of their numbers."""
    symbols = load_specification().symbols
    table, columns = view.table, view.spec.columns
    explained = [f"[{symbol}] means {symbols[symbol]}." for symbol in symbols_in(table, spec)]
    explained += [f"[{mark}] marks {meaning}." for mark, meaning in _marks([view]).items()]
    if REVISED in columns:
        explained.append(
            f"{MARK} marks rows with a figure that this edition revised; the Revisions worksheet has both."
        )
    return TableSheet(
        spec=view.spec,
        title=f"Table {spec.number}: {spec.title}, {_years(table)}",
        markings=about.markings,
        instructions=" ".join([_ONE_TABLE, *explained, "Notes are on the Notes worksheet."]),
        said_above=_say_above(view, notes),
        headings=[
            f"{column.title}\n{_note_number(column.note, notes)}" if column.note else column.title for column in columns
        ],
        table=table,
        shown=display_columns(table, view.spec),
    )


def _say_above(view: SheetView, notes: Sequence[str]) -> str:
    """Say above the table what its rows do not repeat, in at most one line; empty where there is nothing."""
    values = [f"{column.title}: {_same_text(column, value)}" for column, value in view.same]
    sentences = [f"In every row: {'; '.join(values)}."] if values else []
    if view.left_out_totals:
        sentences.append("Where one group of organisations is all there is, no row of all organisations repeats it.")
    met = dict.fromkeys(column.note for column, _value in view.same if column.note)
    return f"{' '.join(sentences)} {''.join(_note_number(note, notes) for note in met)}".strip() if sentences else ""


def _note_number(note: str, notes: Sequence[str]) -> str:
    """Refer to a note by its number."""
    return f"[note {notes.index(note) + 1}]"


def _same_text(column: Column, value: Any) -> str:
    """Return a value, or the symbol in its place, in a sentence."""
    is_symbol = isinstance(value, str) and value.startswith("[")
    return value if is_symbol else plain_text(display_text(column, value))


def _marks(views: list[SheetView]) -> dict[str, str]:
    """Return the symbols that mark values of the sheets' columns, with their meaning."""
    rules = view_rules()
    names = {column.name for view in views for column in view.spec.columns}
    marks = [mark for name, marked in rules.marks.items() if name in names for mark in marked.values()]
    return {mark: rules.mark_meanings[mark] for mark in marks}


def _notes(views: list[SheetView]) -> list[str]:
    """Return the notes that sheets refer to, in the order in which they are met."""
    columns = (column for view in views for column in (*(column for column, _value in view.same), *view.spec.columns))
    return list(dict.fromkeys(column.note for column in columns if column.note))


def _contents(sheets: Sequence[TableSheet], about: ReleaseMetadata) -> Any:
    """Return the table of contents: each sheet with a link to it, and what its table is."""
    import pandas as pd

    names = [sheet.spec.sheet for sheet in sheets]
    rows = {
        "Sheet name": [f"[{name}](internal:'{name}'!A1)" for name in names],
        "Table description": [sheet.title for sheet in sheets],
    }
    return _gptables().GPTable(
        pd.DataFrame(rows, dtype=object),
        table_name="contents_table",
        title="Table of contents",
        subtitles=list(about.markings),
        instructions=_ONE_TABLE,
        index_columns={2: 0},
    )


def _notes_table(notes: Sequence[str], about: ReleaseMetadata) -> Any:
    """Return the table of the notes, by their numbers."""
    import pandas as pd

    texts = load_specification().notes
    rows = {"Note number": range(1, len(notes) + 1), "Note text": [texts[name] for name in notes]}
    return _gptables().GPTable(
        pd.DataFrame(rows),
        table_name="notes_table",
        title="Notes",
        instructions=" ".join([*_sentences(about), _ONE_TABLE]),
        index_columns={},
    )


def _cover(about: ReleaseMetadata, years: str) -> Any:
    """Return the cover sheet: title, edition, dates, markings, meaning of the symbols."""
    words, publication = load_specification(), about.publication
    built_at = f"{about.created_utc:%-d %B %Y} at {about.created_utc:%H:%M} UTC"
    edition = (
        f"Edition: collection year {about.collection_year}, edition {about.edition}, "
        f"from figures as built on {built_at}."
    )
    dates = [f"Published: {publication.released_text}", f"Next figures: {publication.next_text}"]
    note = [f"About this edition: {about.note}"] if about.note else []
    marks = [f"[{mark}] marks {meaning}." for mark, meaning in view_rules().mark_meanings.items()]
    return _gptables().Cover(
        title=f"{words.subject}, {years}",
        intro=[*_sentences(about), *dates, f"Status: {publication.status}", edition, *note, *about.disclosure_notes],
        about=[*words.cover, *(f"[{symbol}] means {meaning}." for symbol, meaning in _symbols(about).items()), *marks],
        contact=[publication.team, *(f"[{text}]({target})" for text, target in cover_links(about).items())],
        width=TEXT_WIDTH,
    )


def cover_links(about: ReleaseMetadata) -> dict[str, str]:
    """Return the links of the cover: their text, and where they lead.

    Everybody may use the official figures under the licence; what is for management is for nobody else.
    """
    licence, mailbox = load_specification().licence, about.publication.mailbox
    links = {f"Write to {mailbox}": f"mailto:{mailbox}"}
    if about.is_official:
        links[f"The figures may be used under the {licence['name']}"] = licence["url"]
    return links


def _symbols(about: ReleaseMetadata) -> dict[str, str]:
    """Return the symbols of this audience, with their meaning: only an official release holds figures back."""
    symbols = load_specification().symbols
    return {symbol: words for symbol, words in symbols.items() if about.is_official or symbol != SUPPRESSED_SYMBOL}


def _sentences(about: ReleaseMetadata) -> list[str]:
    return [f"{marking}." for marking in about.markings]


def _properties(about: ReleaseMetadata) -> dict[str, Any]:
    """Return the document properties. The time is the release's, so that two runs give the same bytes."""
    words = load_specification()
    return {
        "title": f"{words.subject}, {about.collection_year}",
        "subject": words.subject,
        "author": words.publisher,
        "company": words.publisher,
        "comments": " ".join(_sentences(about)),
        "created": about.created_utc.replace(tzinfo=None),
    }


def _years(table: "pa.Table") -> str:
    """Return the collection years of a table in words: 2020 to 2022."""
    years = sorted(table["collection_year"].unique().to_pylist())
    return str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
