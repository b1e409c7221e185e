"""Find the parts of an .xlsx file that are its sheets, in every way in which a workbook may point to them."""

import posixpath
from typing import Any
from urllib.parse import unquote

from wres.reader.plain_xml import PlainXml, local_name, start_tag
from wres.reader.xml_limits import hardened_parser, parse

_WORKBOOK, _RELATIONSHIPS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def with_plain_targets(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Return the parts with targets as the fast reader understands them: worksheets/sheet1.xml, from the folder xl."""
    name = _named(parts, _RELATIONSHIPS)
    return parts if name is None else parts | {name: _PlainTargets(parts).copy(parts[name])}


def sheet_parts(parts: dict[str, bytes]) -> list[str | None]:
    """Return the part of each sheet, in the order of the workbook; None where there is none. Targets must be plain."""
    workbook, relationships = _named(parts, _WORKBOOK), _named(parts, _RELATIONSHIPS)
    if workbook is None or relationships is None:
        return []
    targets = {
        attributes.get("Id", ""): "xl/" + attributes.get("Target", "")
        for attributes in _elements(parts[relationships], "Relationship")
    }
    ids = [
        next((value for key, value in attributes.items() if ":" in key and local_name(key) == "id"), "")
        for attributes in _elements(parts[workbook], "sheet")
    ]
    return [_named(parts, targets.get(identity, "")) for identity in ids]


class _PlainTargets(PlainXml):
    def __init__(self, parts: dict[str, bytes]) -> None:
        super().__init__()
        self._parts = parts

    def start(self, tag: str, name: str, attributes: dict[str, str]) -> None:
        target = attributes.get("Target")
        if name == "Relationship" and target and attributes.get("TargetMode") != "External":
            attributes = attributes | {"Target": self._plain(target)}
        self.pieces.append(start_tag(tag, attributes))

    def _plain(self, target: str) -> str:
        """Return the target of a relationship as the name of a part below xl/, where there is one."""
        path = target.replace("\\", "/").partition("#")[0]
        for form in (path, unquote(path)):
            whole = posixpath.normpath(posixpath.join("/xl", form)).lstrip("/")
            # Some programs write a path from the root without its first stroke.
            for candidate in (whole, form.lstrip("/")):
                if (part := _named(self._parts, candidate)) and part.lower().startswith("xl/"):
                    return part[3:]
        return target


def _named(parts: dict[str, bytes], name: str) -> str | None:
    """Return a part's name as the file spells it; letters in upper or lower case are the same."""
    if name in parts:
        return name
    return next((known for known in parts if known.lower() == name.lower()), None)


def _elements(data: bytes, name: str) -> list[dict[str, str]]:
    """Return the attributes of all elements of that name."""
    elements: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local_name(tag) == name:
            elements.append(attributes)

    parser: Any = hardened_parser()
    parser.StartElementHandler = start
    parse(parser, data)
    return elements
