"""Takes from the parts of a workbook the texts that stand in no cell: headers, names, lists of choices, properties."""

import html
import re
from collections.abc import Iterator, Mapping

# Office programs write by themselves who made and saved a file; docs/decisions/0003.
_MAKERS = re.compile(
    rb"<((?:\w+:)?(?:creator|lastModifiedBy|initial-creator|printed-by|Manager|Company))\b[^>]*>[^<]*</\1>"
)
_SHEET_DATA = re.compile(rb"<((?:\w+:)?sheetData)\b.*?</\1\s*>", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*>([^<]*)<")
_SHARED = re.compile(rb"<(?:\w+:)?si\b[^>]*>(.*?)</(?:\w+:)?si\s*>", re.DOTALL)
_TAG = re.compile(rb"<[^>]*>")
_TEXT = re.compile(rb">([^<>]{3,})<")
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_COMMENT = re.compile(rb"<!--(.*?)-->", re.DOTALL)
_ATTRIBUTE = re.compile(rb"""\s[\w:.-]+\s*=\s*("[^"]{5,}"|'[^']{5,}')""")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_CODES = re.compile(r"&(?:[LCRPNDTZFAGESUXYBIK+]|\"[^\"]*\"|\d+)")  # of a header: where it stands and how it looks
_LOOKS = ("xl/theme/", "xl/styles.xml", "xl/calcchain.xml")
_WORTH = re.compile(r"[^\W\d_]{3}|\d{6}|@")
_LONGEST, _MOST_TEXTS = 4_000, 20_000


def hidden_texts(parts: Mapping[str, bytes]) -> list[str]:
    """Return each text of the parts that may stand in no cell, once; texts of cells may be among them."""
    texts: dict[str, None] = {}
    for name, data in parts.items():
        lowered = name.lower()
        if lowered.endswith((".xml", ".rels", ".rdf", ".vml")) and not lowered.startswith(_LOOKS):
            for text in _texts(lowered, _as_utf8(data)):
                plain = text.strip()
                if _WORTH.search(plain):
                    texts[plain[:_LONGEST]] = None
                if len(texts) >= _MOST_TEXTS:
                    return list(texts)
    return list(texts)


def _texts(name: str, data: bytes) -> Iterator[str]:
    """Yield the texts of one part."""
    if name.endswith("sharedstrings.xml"):
        yield from (_plain(_TAG.sub(b"", item)) for item in _SHARED.findall(data))
    if name.startswith("xl/worksheets/"):
        for cells in _SHEET_DATA.finditer(data):
            for formula in _FORMULA.findall(cells[0]):
                yield from _QUOTED.findall(_plain(formula))
            yield from (_plain(text) for text in _COMMENT.findall(cells[0]))
        data = _SHEET_DATA.sub(b"", data)
    data = _MAKERS.sub(b"", data)
    for pattern in (_CDATA, _COMMENT, _TEXT):
        yield from (_CODES.sub(" ", _plain(text)) for text in pattern.findall(data))
    yield from (_plain(value[1:-1]) for value in _ATTRIBUTE.findall(data) if value[1:5] != b"http")


def _plain(text: bytes) -> str:
    return html.unescape(text.decode("utf-8", "replace"))


def _as_utf8(data: bytes) -> bytes:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").encode()
    return data
