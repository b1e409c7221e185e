"""Fuzz the workbook readers with packages whose XML was changed: random bytes would fail the first checksum."""

import random
import re
import zipfile
import zlib

from tests.fuzzing import invariants, seeds

_TOKENS = re.compile(rb"<[^>]*>|[^<]+|<")
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)=("[^"]*"|'[^']*')""")
_VALUES = [
    b"", b"0", b"-1", b"1", b"2", b"1048576", b"1048577", b"999999999", b"99999999999999999999", b"1e308", b"1e999",
    b"NaN", b"s", b"str", b"inlineStr", b"e", b"b", b"d", b"n", b"A1", b"XFD1048576", b"a0", b"ZZZ1",
    b"A1:XFD1048576", b"float", b"percentage", b"currency", b"date", b"time", b"boolean", b"string", b"error",
    b"2022-01-01", b"9999-99-99T99:99:99", b"PT99999H", b"hidden", b"veryHidden", b"worksheets/sheet1.xml",
    b"../../x", b"rId1", b"/xl/worksheets/sheet2.xml", b"chartsheets/sheet1.xml", b"&#0;", b"&amp;", b"&x;", b"\xff",
    b"\xed\xa0\x80", b"Return", b"Item", b"White", b"BME", b"Unknown", b"x" * 300, b"\xc2\xa0", b"2958466", b"60",
    b"-693594", b"14",
]  # fmt: skip
_PIECES = [
    b"<c/>", b'<c r="B2" t="s"><v>999999</v></c>', b'<c t="inlineStr"><is><t>=1+1</t></is></c>',
    b'<c t="e"><v>#REF!</v></c>', b'<c t="d"><v>2022-13-45</v></c>', b'<c s="1"><v>1e308</v></c>', b"<row/>",
    b'<row r="1048576"><c/></row>', b"<sheetData>", b"<si><t>x</t></si>",
    b"<si><r><t>a</t></r><rPh><t>b</t></rPh></si>", b'<mergeCell ref="A1:XFD1048576"/>', b"<v/>", b"<f>A1</f>",
    b'<f t="shared" ref="A1:Z99" si="0">A1</f>', b'<f t="shared" si="7"/>', b"<!-- x -->", b"<![CDATA[<c>]]>",
    b"<?x y?>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b'<definedName name="x">Sheet9!$A$1</definedName>',
    b'<dimension ref="A1:XFD1048576"/>', b'<sheet name="Return" sheetId="9" r:id="rId1"/>',
    b"<text:s text:c=\"30000\"/>", b"<text:p/>", b"<table:covered-table-cell/>",
    b'<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>',
    b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell/></table:table-row>', b"<table:table/>",
    b'<table:table-cell office:value-type="date" office:date-value="x"/>',
    b"<office:annotation><text:p>x</text:p></office:annotation>", b'<numFmt numFmtId="164" formatCode="yyyy"/>',
    b'<xf numFmtId="14"/>', b'<workbookPr date1904="1"/>',
]  # fmt: skip
_NAMES = [
    "mimetype", "content.xml", "META-INF/manifest.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml",
    "XL/Workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "/x", "../x",
    "a\\b", "xl/tables/table1.xml", "xl/worksheets/_rels/sheet1.xml.rels", "xl/metadata.xml", "",
]  # fmt: skip


def make_seeds() -> dict[str, bytes]:
    """Make the template filled in, with last year beside, a small one, and an OpenDocument spreadsheet."""
    whole, with_last_year = (
        seeds.read_parts(seeds.make_workbook(last_year=last_year)) for last_year in ({}, seeds.FIGURES)
    )
    small, opendocument = seeds.make_small_workbook(), seeds.make_opendocument()
    samples = {"whole": seeds.pack(whole), "last-year": seeds.pack(with_last_year), "small": small}
    return {**samples, "compressed": _compress(small), "opendocument": opendocument}


def _compress(content: bytes) -> bytes:
    return seeds.pack(seeds.read_parts(content), zipfile.ZIP_DEFLATED)


def check_input(data: bytes) -> None:
    """Read the bytes as a workbook."""
    invariants.read_checked(data, "return.xlsx")


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """Change one part of a package, or add or remove one; now and then change its bytes as they come."""
    import atheris

    draw = random.Random(seed)
    try:
        parts = seeds.read_parts(data)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        parts = {}
    if not parts or draw.random() < 0.08:
        return bytes(atheris.Mutate(data, most))
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        name = draw.choice(sorted(parts))
        if draw.random() < 0.06:
            _change_names(parts, name, draw)
        elif draw.random() < 0.25:
            parts[name] = bytes(atheris.Mutate(parts[name], len(parts[name]) + 100))
        else:
            parts[name] = _change_part(parts[name], draw)
        if not parts:
            break
    return seeds.pack(parts, zipfile.ZIP_DEFLATED if draw.random() < 0.05 else zipfile.ZIP_STORED)[:most]


def _change_names(parts: dict[str, bytes], name: str, draw: random.Random) -> None:
    match draw.randrange(3):
        case 0:
            del parts[name]
        case 1:
            parts[draw.choice(_NAMES)] = parts[name]
        case _:
            parts[draw.choice(_NAMES)] = parts.pop(name)


def _change_part(xml: bytes, draw: random.Random) -> bytes:
    """Change, move, repeat, leave out or put in one element or text of a part."""
    tokens: list[bytes] = _TOKENS.findall(xml) or [b""]
    start = draw.randrange(len(tokens))
    tokens_chosen = tokens[start : start + draw.choice((1, 2, 3, 5, 20))]
    match draw.randrange(8):
        case 0:
            del tokens[start : start + len(tokens_chosen)]
        case 1:
            tokens[start:start] = tokens_chosen * (
                draw.choice((1, 1, 3, 200)) if sum(map(len, tokens_chosen)) < 500 else 1
            )
        case 2:
            target = draw.randrange(len(tokens))
            tokens[target:target] = tokens_chosen
        case 3:
            tokens.insert(start, draw.choice(_PIECES))
        case 4:
            tokens[start] = draw.choice(_VALUES)
        case _:
            tokens[start] = _ATTRIBUTE.sub(lambda match: _attribute(match, draw), tokens[start])
    return b"".join(tokens)


def _attribute(match: "re.Match[bytes]", draw: random.Random) -> bytes:
    match draw.randrange(5):
        case 0:
            return match[0]
        case 1:
            return b""
        case 2:
            return match[0] + b" " + match[0]
        case _:
            return match[1] + b'="' + draw.choice(_VALUES) + b'"'
