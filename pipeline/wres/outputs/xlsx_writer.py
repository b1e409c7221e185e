"""The tables as one accessible workbook: cover, contents, notes, then a sheet a table.

It keeps to the Government Analysis Function's "Releasing statistics in spreadsheets": one marked-up table a sheet that
starts in column A, no merged or blank cells, notes as [note 1], symbols in brackets and explained, nothing said by
colour alone.
"""

import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.revisions import MARK, REVISED, add_revision_markers
from wres.outputs.table_schema import SUPPRESSED_SYMBOL, TableSpec, load_specification, symbols_in
from wres.outputs.workbook_layout import TEXT_WIDTH, column_formats, display_values, lay_out_table, lay_out_text

if TYPE_CHECKING:
    import pyarrow as pa

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
_ONE_TABLE = "This worksheet contains one table."


def workbook_bytes(tables: Mapping[str, "pa.Table"], about: ReleaseMetadata) -> bytes:
    """The workbook of a release; the same tables and facts give the same bytes.

    Args:
        tables: every table by name, or only some of them, in the declared types and order, as `checked_tables` gives
            them. One without rows has no sheet.
        about: the release; its markings stand on every sheet.
    """
    tables, known = add_revision_markers(tables, about)
    specs = [known[name] for name, table in tables.items() if table.num_rows]  # a sheet cannot be empty
    years = _years(tables.get("coverage", next(iter(tables.values()))))  # all that were collected
    sheets = {spec.sheet: _sheet(spec, tables[spec.name], about) for spec in specs}
    cover, notes = _cover(about, years), _notes(specs)
    file = io.BytesIO()
    with _known_warnings():
        book = _gptables().produce_workbook(
            file,
            sheets,
            theme=_theme(),
            cover=cover,
            contentsheet_options={"subtitles": list(about.markings)},
            notes_table=_notes_table(notes),
            notesheet_options={"instructions": " ".join([*_sentences(about), _ONE_TABLE])},
            auto_width=False,
            workbook_options=_OPTIONS,
        )
    lay_out_text(book, cover, notes, len(about.markings))
    for spec in specs:
        lay_out_table(book.get_worksheet_by_name(spec.sheet), spec, sheets[spec.sheet])
    book.set_properties(_properties(about))
    book.close()
    return file.getvalue()


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


def _theme() -> Any:
    """The Analysis Function's own theme; where text beside a cell wraps, its own starts at the top like that text."""
    theme = deepcopy(_gptables().gptheme)
    theme.update_data_format({"valign": "top"})
    theme.update_index_2_format({"valign": "top"})
    theme.update_cover_text_format({"valign": "top"})
    return theme


def _sheet(spec: TableSpec, table: "pa.Table", about: ReleaseMetadata) -> Any:
    symbols = load_specification().symbols
    explained = [f"[{symbol}] means {symbols[symbol]}." for symbol in symbols_in(table, spec)]
    if REVISED in spec.columns:
        explained.append(
            f"{MARK} marks rows with a figure that this edition revised; the Revisions worksheet has both."
        )
    return _gptables().GPTable(
        display_values(table, spec),
        table_name=spec.name,
        title=f"Table {spec.number}: {spec.title}, {_years(table)}",
        subtitles=list(about.markings),
        instructions=" ".join([_ONE_TABLE, *explained, "Notes are on the Notes worksheet."]),
        table_notes={number: f"$${column.note}$$" for number, column in enumerate(spec.columns) if column.note},
        index_columns={},
        additional_formatting=column_formats(table, spec),
    )


def _notes(specs: list[TableSpec]) -> list[str]:
    """The notes that columns refer to, in the order in which they are met, which is how gptables numbers them."""
    return list(dict.fromkeys(column.note for spec in specs for column in spec.columns if column.note))


def _notes_table(notes: list[str]) -> Any:
    import pandas as pd

    texts = load_specification().notes
    return pd.DataFrame([{"reference": name, "Note text": texts[name]} for name in notes])


def _cover(about: ReleaseMetadata, years: str) -> Any:
    words = load_specification()
    made = f"{about.created_utc:%-d %B %Y} at {about.created_utc:%H:%M} UTC"
    edition = f"Collection year {about.collection_year}, edition {about.edition}, from figures as built on {made}."
    note = [f"About this edition: {about.note}"] if about.note else []
    return _gptables().Cover(
        title=f"{words.subject}, {years}",
        intro=[*_sentences(about), edition, *note, *about.disclosure_notes],
        about=[*words.cover, *(f"[{symbol}] means {meaning}." for symbol, meaning in _symbols(about).items())],
        contact=[words.contact, *_licence(about)],
        width=TEXT_WIDTH,
    )


def _licence(about: ReleaseMetadata) -> list[str]:
    """Under what everybody may use the figures; what is for management is for nobody else."""
    licence = load_specification().licence
    return [f"The figures may be used under the {licence['name']}: {licence['url']}"] if about.is_official else []


def _symbols(about: ReleaseMetadata) -> dict[str, str]:
    """The symbols of this audience, with their meaning: only an official release holds figures back."""
    symbols = load_specification().symbols
    return {symbol: words for symbol, words in symbols.items() if about.is_official or symbol != SUPPRESSED_SYMBOL}


def _sentences(about: ReleaseMetadata) -> list[str]:
    return [f"{marking}." for marking in about.markings]


def _properties(about: ReleaseMetadata) -> dict[str, Any]:
    """Document properties. The time is the release's: it is all that would differ between two runs."""
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
    """The collection years of a table in words: 2020 to 2022."""
    years = sorted(table["collection_year"].unique().to_pylist())
    return str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
