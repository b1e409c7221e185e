"""What stands beside a CSV file: its metadata in the W3C's CSV on the Web vocabulary (CSVW)."""

import json
import re
from typing import Any

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.table_schema import SUPPRESSED_SYMBOL, Column, TableSpec, load_specification

# `count` and `year` are this project's names; the rest are XML Schema's as CSVW takes them.
_BASES = {
    "year": "integer",
    "integer": "integer",
    "count": "decimal",
    "decimal": "decimal",
    "boolean": "boolean",
    "string": "string",
}


def csvw_bytes(spec: TableSpec, about: ReleaseMetadata) -> bytes:
    """Return the content of `NAME.csv-metadata.json`: title, description, who may use it, columns, symbols and key."""
    return (json.dumps(_document(spec, about), ensure_ascii=False, indent=2) + "\n").encode()


def _document(spec: TableSpec, about: ReleaseMetadata) -> dict[str, Any]:
    """Describe a table and its columns as CSVW."""
    words = load_specification()
    nulls = sorted({symbol for column in spec.columns for symbol in _nulls(column, spec, about)})
    explained = [f"{symbol} means {words.symbols[symbol]}" for symbol in nulls]
    notes = [note.rstrip(".") for note in about.disclosure_notes]
    described = [*about.markings, spec.description.rstrip("."), *explained, *notes]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{spec.name}.csv",
        "dc:title": spec.title,
        "dc:description": ". ".join(described) + ".",
        "dc:subject": words.subject,
        "dc:publisher": words.publisher,
        "dc:created": about.created_text,
        "dc:accessRights": about.access,
        **({"dc:license": {"@id": words.licence["url"]}} if about.is_official else {}),
        "schema:version": f"{about.collection_year} edition {about.edition}",
        **({"schema:creativeWorkStatus": ". ".join(about.markings)} if about.markings else {}),
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [_column(column, _nulls(column, spec, about)) for column in spec.columns],
            "primaryKey": list(spec.key),
        },
    }


def _nulls(column: Column, spec: TableSpec, about: ReleaseMetadata) -> list[str]:
    """Return the symbols that may stand in a column: in an official release any figure may be suppressed."""
    held_back = [SUPPRESSED_SYMBOL] if about.is_official and column.name not in spec.key else []
    return held_back + list(column.null or "")


def _column(column: Column, nulls: list[str]) -> dict[str, Any]:
    """Describe a column as CSVW; `nulls` are its symbols for no figure."""
    document: dict[str, Any] = {
        "name": column.name,
        "titles": [column.name, column.title],
        "dc:description": column.description,
        "datatype": _datatype(column),
        "required": not nulls,
    }
    if column.unit:
        document["schema:unitText"] = column.unit
    if nulls:
        document["null"] = nulls
    if column.note:
        document["schema:disambiguatingDescription"] = load_specification().notes[column.note]
    return document


def _datatype(column: Column) -> str | dict[str, str]:
    base = _BASES[column.datatype]
    if column.values is None:
        return base
    return {"base": base, "format": "|".join(re.escape(value) for value in column.values)}
