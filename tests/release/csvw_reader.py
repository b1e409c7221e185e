"""A small reader of CSV on the Web, written from the W3C's texts and not from the pipeline.

"Metadata Vocabulary for Tabular Data" (Recommendation of 17 December 2015) says which properties a description may
have; "Model for Tabular Data and Metadata on the Web" of the same day how cells are read and held against it. Only what
one table in one file needs; what lies beyond it is a fault here.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import jsonschema

# Properties of other vocabularies are named prefix:name; their values are plain, or point to something by @id.
_COMMON = {r"^(dc|schema|dcat):\w+$": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/pointer"}]}}
_BASES = ["string", "boolean", "integer", "decimal"]
_COLUMN = {
    "type": "object",
    "properties": {
        # The vocabulary's name of a column: a URI template's variable that does not begin with an underscore.
        "name": {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9_.]*$"},
        "titles": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
        "datatype": {
            "anyOf": [
                {"enum": _BASES},
                {
                    "type": "object",
                    "properties": {"base": {"enum": _BASES}, "format": {"type": "string"}},
                    "additionalProperties": False,
                },
            ]
        },
        "required": {"type": "boolean"},
        "null": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    },
    "patternProperties": _COMMON,
    "required": ["name", "titles", "datatype"],
    "additionalProperties": False,
}
SCHEMA = {
    "$defs": {"pointer": {"type": "object", "properties": {"@id": {"type": "string"}}, "additionalProperties": False}},
    "type": "object",
    "properties": {
        "@context": {
            "type": "array",
            "prefixItems": [
                {"const": "http://www.w3.org/ns/csvw"},
                {"type": "object", "properties": {"@language": {"type": "string"}}, "additionalProperties": False},
            ],
            "items": False,
        },
        "url": {"type": "string"},
        "dialect": {
            "type": "object",
            "properties": {
                "encoding": {"const": "utf-8"},
                "header": {"const": True},
                "lineTerminators": {"type": "array", "items": {"enum": ["\r\n", "\n"]}},
            },
            "additionalProperties": False,
        },
        "tableSchema": {
            "type": "object",
            "properties": {
                "columns": {"type": "array", "items": _COLUMN, "minItems": 1},
                "primaryKey": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            },
            "required": ["columns", "primaryKey"],
            "additionalProperties": False,
        },
    },
    "patternProperties": _COMMON,
    "required": ["@context", "url", "tableSchema", "dc:title", "dc:description", "dc:publisher"],
    "additionalProperties": False,
}


def faults(metadata: bytes, content: bytes, name: str) -> list[str]:
    """What is wrong with a table's metadata, or with the table by its metadata; none where all is well."""
    document = json.loads(metadata)
    problems = [iter_error.message for iter_error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(document)]
    if problems:
        return [f"metadata: {problem}" for problem in problems]
    return [*_table(document, content, name)]


def _table(document: dict[str, Any], content: bytes, name: str) -> Iterator[str]:
    columns, key = document["tableSchema"]["columns"], document["tableSchema"]["primaryKey"]
    names = [column["name"] for column in columns]
    text = content.decode("utf-8")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    if document["url"] != name:
        yield f"it describes {document['url']}"
    if text.startswith("\ufeff") or text.replace("\r\n", "").count("\n") or not text.endswith("\r\n"):
        yield "lines, or a byte order mark, are not as the dialect says"
    if len(set(names)) < len(names) or not set(key) <= set(names):
        yield "a column twice, or a key that is no column"
        return
    for place, column in enumerate(columns):
        titles = column["titles"] if isinstance(column["titles"], list) else [column["titles"]]
        if place >= len(header) or header[place] not in titles:
            yield f"column {column['name']} has another title in the file"
    if any(len(row) != len(names) for row in rows):
        yield "a row with more or fewer cells than columns"
        return
    for place, column in enumerate(columns):
        yield from _column(column, [row[place] for row in rows])
    keys = [tuple(row[names.index(column)] for column in key) for row in rows]
    if len(set(keys)) < len(keys):
        yield "a key twice"


def _column(column: dict[str, Any], cells: list[str]) -> Iterator[str]:
    stated = column.get("null", "")
    nulls = {stated} if isinstance(stated, str) else set(stated)
    for cell in dict.fromkeys(cells):
        if cell in nulls:
            if column.get("required"):
                yield f"{column['name']}: nothing where there must be something"
        elif not _fits(column["datatype"], cell):
            yield f"{column['name']}: {cell!r} is no {column['datatype']}"


def _fits(datatype: Any, cell: str) -> bool:
    base, form = (datatype, None) if isinstance(datatype, str) else (datatype["base"], datatype.get("format"))
    if base == "boolean":
        return cell in {"true", "false"}
    if base == "integer":
        return re.fullmatch(r"[-+]?\d+", cell) is not None
    if base == "decimal":
        return re.fullmatch(r"[-+]?\d+(\.\d+)?", cell) is not None and Decimal(cell).is_finite()
    return form is None or re.fullmatch(form, cell) is not None
