"""Write XML again as the fast reader understands it: no comments, CDATA marks, instructions or character references.

The fast reader takes `1<![CDATA[2]]>` or `1<!-- -->2` for 1 and `&#49;` for nothing, where every XML parser sees a
number.
"""

import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from wres.reader.xml_limits import hardened_parser, parse

ODD = re.compile(rb"<!|&#|<\?(?!xml[ \t])")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
LOOKS = {"vertAlign": "superscript", "strike": "struck out", "dstrike": "struck out"}  # of a part of a cell's text
_LINES = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


class PlainXml:
    """Copies a part element by element; a subclass changes what it wants to. `skip` leaves out whole elements."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._left_out = 0

    def copy(self, data: bytes) -> bytes:
        """Return the part in plain XML."""
        parser: Any = hardened_parser()
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parse(parser, data)
        return "".join(self.pieces).encode()

    def skip(self, name: str) -> bool:  # noqa: ARG002
        """Return whether an element of that local name is left out with all that is in it."""
        return False

    def start(self, tag: str, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        """Write the start of an element."""
        self.pieces.append(start_tag(tag, attributes))

    def end(self, tag: str, name: str) -> None:  # noqa: ARG002
        """Write the end of an element."""
        self.pieces.append(f"</{tag}>")

    def text(self, text: str) -> None:
        """Write characters."""
        self.pieces.append(escape(text, {"\r": "&#13;"}))

    def _start(self, tag: str, attributes: list[str]) -> None:
        """Begin an element, unless it or one around it is left out."""
        name = local_name(tag)
        if self._left_out or self.skip(name):
            self._left_out += 1
        else:
            self.start(tag, name, dict(zip(attributes[::2], attributes[1::2], strict=True)))

    def _end(self, tag: str) -> None:
        """End an element, unless it is left out."""
        if self._left_out:
            self._left_out -= 1
        else:
            self.end(tag, local_name(tag))

    def _text(self, text: str) -> None:
        """Take the text of an element, unless it is left out."""
        if not self._left_out:
            self.text(text)


def start_tag(tag: str, attributes: dict[str, str]) -> str:
    """Return the start of an element with its attributes."""
    return f"<{tag}{''.join(f' {name}={quoteattr(value, _LINES)}' for name, value in attributes.items())}>"


def local_name(tag: str) -> str:
    """Return the name of an element or attribute without its prefix."""
    return tag.rpartition(":")[2]
