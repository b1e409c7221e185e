"""What a spreadsheet file may hold besides its cells: what office programs write by themselves, and nothing else.

A return never needs pivot caches, comments, pictures, charts, queries or data models, and what they hold is seen by
nobody who looks at the sheets. So a file with them is refused (S102), with what to delete.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from html import unescape
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from wres.returns.parsed_return import UnreadableError

Parts = Mapping[str, bytes]  # by name in lower case
_HEADER, _DESCRIPTOR, _LONGEST_EXTRA = 30, 24, 100  # bytes that writers of packages put before and after a part
_LARGEST_PREVIEW = 200_000  # bytes of the small picture of the first sheet that some programs save

# By what its name begins with: what it is, and how to take it out in a spreadsheet program.
_NEVER_NEEDED = (
    (("xl/pivot", "xl/slicer", "xl/timeline"), "pivot tables", "Delete the sheets with pivot tables"),
    (("xl/model/",), "a data model", "Delete the data model (Power Pivot)"),
    (("xl/comments", "xl/threadedcomments/"), "comments or notes", "Delete them (Review, Delete)"),
    (("xl/media/", "pictures/", "media/", "docprops/media/"), "pictures", "Delete the pictures"),
    (("xl/charts/", "xl/chartsheets/", "xl/chartex/"), "charts", "Delete the charts"),
    (("xl/diagrams/", "xl/ink/"), "drawings", "Delete the drawings"),
    (("xl/connections", "xl/querytables/"), "connections to data", "Delete them (Data, Queries and Connections)"),
    (("xl/revisions/", "xl/usernames"), "a history of changes", "Stop sharing the workbook"),
    (("xl/ctrlprops/", "xl/webextensions/", "customui/", "xl/customui/"), "controls or add-ins", "Delete them"),
    (("_xmlsignatures/", "meta-inf/documentsignatures"), "a digital signature", "Remove the signature"),
    (("object", "xl/richdata/rdrichvaluewebimage"), "embedded objects", "Delete the objects"),
    (("xl/cellimages", "xl/richdata/richvaluerel"), "pictures in cells", "Delete the pictures"),
)
_EXCEL_PARTS = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|docprops/(app|core|custom)\d*\.xml|docprops/thumbnail\.(jpe?g|png|emf|wmf)"
    r"|package/services/metadata/core-properties/[0-9a-f]+\.psmdcp|docmetadata/labelinfo\.xml"
    r"|customxml/(_rels/)?item(props)?\d+\.xml(\.rels)?"
    r"|xl/(workbook|styles|sharedstrings|calcchain|metadata|volatiledependencies)\d*\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/theme/(_rels/)?theme\d*\.xml(\.rels)?|xl/worksheets/(_rels/)?[^/]+\.xml(\.rels)?|xl/tables/[^/]+\.xml"
    r"|xl/printersettings/[^/]+\.bin|xl/persons/[^/]+\.xml|xl/drawings/(_rels/)?[^/]+\.(xml|vml)(\.rels)?"
    r"|xl/(richdata|featurepropertybag)/[^/]+\.xml|xl/_rels/metadata\.xml\.rels|\[trash\]/[^/]+\.dat"
)
_OPENDOCUMENT_PARTS = re.compile(
    r"mimetype|meta-inf/manifest\.xml|content\.xml|styles\.xml|meta\.xml|settings\.xml|manifest\.rdf|layout-cache"
    r"|thumbnails/thumbnail\.png|configurations2/.*"
)
_DRAWN = re.compile(rb"<(?:\w+:)?(?:twoCellAnchor|oneCellAnchor|absoluteAnchor|shape|textbox|AlternateContent)\b")
_PERSON = re.compile(rb"<(?:\w+:)?person\b")
_ANY_ITEM = re.compile(rb"<[^?!/]")
# The root of what SharePoint and Office put into customXml by themselves.
_OFFICE_ITEM = re.compile(
    rb"""\A(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*\?>\s*)*<(?:\w+:)?(?:properties|contentTypeSchema|FormTemplates|Sources|"""
    rb"""datastoreItem|SharedContentType|LongProperties|Receivers|spe:Receivers|labelList|customXsn|PolicyDirtyBag)\b"""
)
_SHEETS = re.compile(r"xl/(worksheets|tables|drawings)/[^/]+\.(xml|vml)|xl/sharedstrings\d*\.xml")
_TARGET = re.compile(rb"""<(?:\w+:)?Relationship\b[^>]*\bTarget\s*=\s*["']([^"']*)["']""")
_CONTENT_NEVER_NEEDED = (
    (rb"<office:annotation\b", "comments", "Delete them (Edit, or the menu of the cell)"),
    (
        rb"<table:(?:data-pilot-table|tracked-changes|scenario|table-source|cell-range-source|dde-links?)\b",
        "pivot tables, recorded changes or links",
        "Copy the figures into the template",
    ),
    (rb"<(?:draw|chart|dr3d|form):(?!page)[\w-]+\b", "drawings, pictures, charts or controls", "Delete them"),
)


def require_plain_excel(parts: Parts) -> None:
    """Refuse an .xlsx package with anything that a return never needs.

    Raises:
        UnreadableError: S102.
    """
    _require_known(parts, _EXCEL_PARTS)
    for name, data in parts.items():
        if name.startswith("xl/drawings/") and _DRAWN.search(data):
            raise _unwanted("drawings, text boxes or comments", "Delete them")
        if name.startswith("xl/persons/") and _PERSON.search(data):
            raise _unwanted("a list of people who wrote comments", "Delete the comments (Review, Delete)")
        if name.startswith("[trash]/") and data.strip(b"\x00"):
            raise _unwanted("deleted parts", "Copy the figures into the template")
        if name.startswith("customxml/item") and not _OFFICE_ITEM.match(data) and _ANY_ITEM.search(data):
            raise _unwanted("hidden data (custom XML)", "Delete it (File, Info, Inspect Document)")
    named = _named_parts(parts)
    if any(_SHEETS.fullmatch(name) and name not in named for name in parts):
        raise _unwanted("parts that belong to no sheet", "Copy the figures into the template")


def require_plain_opendocument(parts: Parts) -> None:
    """Refuse an .ods package with anything that a return never needs.

    Raises:
        UnreadableError: S102.
    """
    _require_known(parts, _OPENDOCUMENT_PARTS)
    for pattern, content, remedy in _CONTENT_NEVER_NEEDED:
        if re.search(pattern, parts.get("content.xml", b"")):
            raise _unwanted(content, remedy)


def require_no_hidden_bytes(content: bytes) -> None:
    """Refuse a package that holds bytes outside its parts, where whole files can lie unseen.

    Raises:
        UnreadableError: S102.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        entries = sorted(package.infolist(), key=lambda entry: entry.header_offset)
        begin, comments = 0, [package.comment, *(entry.comment for entry in entries)]
        hidden = any(comments)
        for entry in entries:
            header = content[entry.header_offset : entry.header_offset + _HEADER]
            name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
            data = entry.header_offset + _HEADER + name + extra
            padding = content[data - extra : data].replace(b"\x00", b"")
            hidden = hidden or entry.header_offset - begin > _DESCRIPTOR or len(padding) > _LONGEST_EXTRA
            begin = data + entry.compress_size
        if hidden or package.start_dir - begin > _DESCRIPTOR:
            raise _unwanted("data between its parts", "Open it in a spreadsheet program")


def _require_known(parts: Parts, known: re.Pattern[str]) -> None:
    """Refuse a package with a part of an unknown kind."""
    for name, data in parts.items():
        for starts, content, remedy in _NEVER_NEEDED:
            if name.startswith(starts):
                raise _unwanted(content, remedy)
        is_preview = name.startswith(("docprops/thumbnail", "thumbnails/"))
        if not known.fullmatch(name) or (is_preview and len(data) > _LARGEST_PREVIEW):
            raise _unwanted("other things in it than sheets", "Copy the figures into the template")
        if name.startswith("configurations2/") and not name.endswith(".xml") and data:
            raise _unwanted("pictures", "Copy the figures into the template")


def _named_parts(parts: Parts) -> set[str]:
    """Return the parts that another part names as belonging to it."""
    named: set[str] = set()
    for name, data in parts.items():
        if name.endswith(".rels"):
            source = dirname(dirname(name))
            for target in _TARGET.findall(data):
                path = unquote(unescape(target.decode("utf-8", "replace"))).replace("\\", "/").lower().partition("#")[0]
                # Some programs write a path from the root without its first stroke.
                named |= {normpath(join("/", source, path)).lstrip("/"), path.lstrip("/")}
    return named


def _unwanted(content: str, remedy: str) -> UnreadableError:
    return UnreadableError(
        "S102", f"The file is a workbook with {content}, which is not taken. {remedy} and save it again."
    )
