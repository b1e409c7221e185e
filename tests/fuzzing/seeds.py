"""Make what the fuzzing starts from: small returns by the project's own writers, nothing that is kept in the tree."""

import io
import re
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from wres.database.models import Receipt
from wres.reader.return_reader import read_return
from wres.reference.year_config import CollectionYear, load_year
from wres.returns.template.template_writer import return_csv, write_template
from wres.returns.template_spec import Template, load_template
from wres.settings import Settings

YEAR: CollectionYear = load_year(2022)
TEMPLATE: Template = load_template(YEAR.template_version)
LIMITS = Settings()
FIGURES = {cell: Decimal(20) for cell in TEMPLATE.cells() if cell[0] != "workforce.total"}
TEXTS = {
    "signoff.name": "A Director",
    "signoff.role": "Director of people",
    "signoff.date": "2022-08-15",
    "explanation.Q301": "Many did not say.",
}
_LEFT_OUT = ("docProps/", "xl/theme/", "xl/styles")
_LAST_ROW = re.compile(rb'<row r="(\d+)".*?</row>', re.DOTALL)


def make_workbook(organisation: str = "Kent & Medway", **more: object) -> bytes:
    """Make the template of one organisation, filled in."""
    document = {"figures": FIGURES, "texts": TEXTS, **more}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "return.xlsx"
        write_template(path, TEMPLATE, YEAR, "RXY", organisation, **document)  # type: ignore[arg-type]
        return path.read_bytes()


def make_csv_return() -> bytes:
    """Make the same return as CSV."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "return.csv"
        path.write_bytes(return_csv(YEAR, "RXY", FIGURES, TEXTS))
        return path.read_bytes()


def make_receipt(name: str, received_at: datetime, file_name: str, *, simulated: bool = False) -> Receipt:
    """Make the row of a receipt that is stored nowhere."""
    return Receipt(
        receipt=name,
        collection_year=YEAR.year,
        organisation_code="RXY",
        received_at=received_at,
        clock_source="machine",
        sha256="0" * 64,
        file_name=file_name,
        simulated=simulated,
        test=False,
    )


def read_parts(content: bytes) -> dict[str, bytes]:
    """Read the parts of a zip package, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def pack(parts: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """Pack parts, not compressed unless it is asked for: so the fuzzer sees their bytes."""
    package_bytes = io.BytesIO()
    with zipfile.ZipFile(package_bytes, "w") as package:
        for name, data in parts.items():
            package.writestr(zipfile.ZipInfo(name), data, method)
    return package_bytes.getvalue()


def make_small_workbook() -> bytes:
    """Make a workbook with the first rows only, without what is not read: quick to read, quick to change."""
    parts = {name: data for name, data in read_parts(make_workbook()).items() if not name.startswith(_LEFT_OUT)}
    for name, data in parts.items():
        if name.startswith("xl/worksheets/"):
            parts[name] = _LAST_ROW.sub(lambda row: row[0] if int(row[1]) <= 16 else b"", data)
    return pack(parts)


def make_opendocument() -> bytes:
    """Make an OpenDocument spreadsheet with the same figures."""
    cells = read_return(make_workbook(), "return.xlsx", LIMITS).cells[:18]
    rows = [["Organisation code", "RXY"], ["Collection year", "2022"], [], ["Item", "White", "BME", "Unknown"]]
    rows += [[cells[start].item, *(cell.raw for cell in cells[start : start + 3])] for start in range(0, len(cells), 3)]
    rows += [[], ["Q301", "What it is about", "Many did not say."]]
    lines = "".join(f"<table:table-row>{''.join(map(_cell_xml, row))}</table:table-row>" for row in rows)
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.3"><office:body>'
        f'<office:spreadsheet><table:table table:name="Return">{lines}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return pack({"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()})


def _cell_xml(text: str) -> str:
    if text.isdigit():
        return f'<table:table-cell office:value-type="float" office:value="{text}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
