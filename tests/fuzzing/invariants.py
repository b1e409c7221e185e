"""Check what must hold for any input; each function raises AssertionError where it does not."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable
from html.parser import HTMLParser
from xml.etree import ElementTree

from tests.fuzzing.seeds import LIMITS
from wres.reader.return_reader import read_return
from wres.returns.parsed_return import ParsedReturn

_CODES = {"S101", "S102", "S104", "S112", "S113", "S114"}
_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")
_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_RUNNING = {"script", "iframe", "object", "embed", "form", "base", "img", "input", "frame", "applet", "math"}
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_checked(content: bytes, name: str) -> ParsedReturn:
    """Read a file and check the result: known faults, texts of bounded length, numbers that are numbers."""
    result = read_return(content, name, LIMITS)
    assert {fault.code for fault in result.faults} <= _CODES
    assert all(
        len(cell.raw) <= 400 and len(cell.item) <= 200 and len(cell.ethnic_group) <= 200 for cell in result.cells
    )
    assert all(cell.number is None or cell.number.is_finite() for cell in result.cells)
    assert all(text.value and len(text.value) <= 4_000 and "\x00" not in text.value for text in result.texts)
    return result


def check_csv(content: bytes) -> None:
    """Check that no cell is one that a spreadsheet takes for a formula; a negative number is none."""
    for row in csv.reader(io.StringIO(content.decode("utf-8"), newline="")):
        bad = [cell for cell in row if cell.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(cell)]
        assert not bad, row


def list_formulas(content: bytes) -> list[str]:
    """List the formulas of a workbook; check that every part is sound XML and that nothing leads out of the file."""
    formulas = []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if not name.endswith((".xml", ".rels", ".vml")):
                continue
            root = ElementTree.fromstring(package.read(name))
            assert not [element for element in root.iter() if element.get("TargetMode") == "External"], name
            formulas += [element.text or "" for element in root.iter(f"{_MAIN}f")]
            assert not list(root.iter(f"{_MAIN}hyperlink")), name
    return formulas


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def check_page(content: bytes) -> None:
    """Check that no element or attribute runs or fetches anything."""
    page = _Page()
    page.feed(content.decode("utf-8"))
    page.close()
    assert not _RUNNING & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "srcdoc", "action")]
    links = [value for name, value in page.attributes if name == "href"]
    assert all(link.startswith("#") for link in links), links


def check_json(content: bytes) -> None:
    """Check that it is sound JSON in UTF-8, without the numbers that JSON does not have."""
    json.loads(content.decode("utf-8"), parse_constant=_refuse)


def _refuse(name: str) -> None:
    raise AssertionError(name)


def check_reports(files: Iterable[tuple[str, bytes]]) -> None:
    """Check all files of a report."""
    checks = {".json": check_json, ".csv": check_csv, ".html": check_page}
    for name, content in files:
        if name.endswith(".xlsx"):
            assert list_formulas(content) == []
        else:
            checks[name[name.rindex(".") :]](content)
