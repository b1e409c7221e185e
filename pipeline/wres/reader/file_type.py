"""What kind of file it is, by its content; the name is never trusted."""

import re
from typing import Literal

from wres.reader.package_contents import require_plain_excel, require_plain_opendocument
from wres.returns.parsed_return import UnreadableError

Container = Literal["package", "text"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NOT_TAKEN = [
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"\x1f\x8b", "an archive"),
    (b"7z\xbc\xaf\x27\x1c", "an archive"),
    (b"Rar!\x1a\x07", "an archive"),
    (b"BZh", "an archive"),
    (b"\xfd7zXZ", "an archive"),
    (b"\x28\xb5\x2f\xfd", "an archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
]
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|table|meta|style|\?xml|svg|!--)", re.IGNORECASE)


def sniff_container(content: bytes) -> Container:
    """Return whether it is a zip package or text.

    Raises:
        UnreadableError: S101 when it is empty or encrypted, S102 when it is a kind that is not taken.
    """
    if not content.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise UnreadableError("S101", "The file is empty.")
    if content.startswith(b"PK"):
        return "package"
    if content.startswith(_OLE):
        raise _ole(content)
    for start, name in _NOT_TAKEN:
        if content.startswith(start) and not _is_text(start, content):
            raise unsupported_type(name)
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1") or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    ):
        raise unsupported_type("a picture")
    if content[257:262] == b"ustar":
        raise unsupported_type("an archive")
    if _MARKUP.match(content[:200]):
        raise unsupported_type("a web page or an XML file")
    return "text"


def sniff_spreadsheet(parts: dict[str, bytes]) -> Literal["xlsx", "ods"]:
    """Return which spreadsheet a zip package is; `parts` maps lower-case names to what they hold.

    Raises:
        UnreadableError: S102 when it is none, or one with macros, links to other files or anything else that a return
            never needs.
    """
    if "mimetype" in parts:
        return _opendocument_kind(parts)
    types = parts.get("[content_types].xml", b"").lower()
    if b"sheet.binary" in types or "xl/workbook.bin" in parts:
        raise unsupported_type("a binary Excel workbook (.xlsb)")
    if b"macroenabled" in types or any(name.endswith("vbaproject.bin") for name in parts):
        raise unsupported_type("a workbook with macros")
    if any(name.startswith(("xl/macrosheets/", "xl/dialogsheets/")) for name in parts):
        raise unsupported_type("a workbook with macro sheets", "Copy the figures into the template.")
    for folder, name in (("word/", "a Word document"), ("ppt/", "a PowerPoint presentation")):
        if any(part.startswith(folder) for part in parts):
            raise unsupported_type(name)
    if b"spreadsheetml" not in types or "xl/workbook.xml" not in parts:
        raise unsupported_type("an archive")
    if any(name.startswith("xl/externallinks/") for name in parts):
        raise unsupported_type(
            "a workbook with links to other workbooks", "Break the links (Data, Edit Links) and save it."
        )
    if any(name.startswith(("xl/embeddings/", "xl/activex/")) for name in parts):
        raise unsupported_type("a workbook with embedded objects", "Delete the objects and save it.")
    require_plain_excel(parts)
    return "xlsx"


def unsupported_type(name: str, remedy: str = "") -> UnreadableError:
    """Return the fault S102 for a kind of file, with what to do beside saving it as another kind."""
    return UnreadableError("S102", f"The file is {name}, which is not taken. {remedy}".strip())


def _opendocument_kind(parts: dict[str, bytes]) -> Literal["ods"]:
    """Return which OpenDocument package it is."""
    if not parts["mimetype"].startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        raise unsupported_type("a document of another kind")
    manifest = parts.get("meta-inf/manifest.xml", b"")
    if b"encryption-data" in manifest:
        raise UnreadableError("S101", "The file is protected by a password")
    if any(name.startswith(("basic/", "scripts/")) for name in parts):
        raise unsupported_type("a workbook with macros", "Delete the macros and save it.")
    if b"vnd.sun.star.oleobject" in manifest:
        raise unsupported_type("a workbook with embedded objects", "Delete the objects and save it.")
    require_plain_opendocument(parts)
    return "ods"


def _ole(content: bytes) -> UnreadableError:
    if _ENCRYPTED in content:
        return UnreadableError("S101", "The file is protected by a password")
    return unsupported_type("of an old Office kind (.xls, .doc)")


def _is_text(start: bytes, content: bytes) -> bool:
    """Return whether it is text: a CSV file may begin with the letters BM, MZ or BZh, and holds no zero bytes."""
    return start in (b"BM", b"MZ", b"BZh", b"PAR1", b"GIF8") and b"\x00" not in content[:4096]
