"""Returns to read: written by the project's own writer, then changed as senders' programs change them."""

import io
import random
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from tests.support.figures import Figures
from wres.reader.return_reader import read_return
from wres.reference.year_config import load_year
from wres.returns.parsed_return import ParsedReturn
from wres.returns.template.template_writer import return_csv, write_template
from wres.returns.template_spec import load_template, newest_template
from wres.settings import Settings

ETHNIC_GROUPS = newest_template().ethnic_groups

NAME = "=Kent & Medway"


@pytest.fixture(scope="session")
def settings() -> Any:
    return Settings()


@pytest.fixture(scope="session")
def read(settings: Settings) -> Callable[..., Any]:
    """Reads bytes under the default limits; the name says nothing about the kind unless a test says so."""
    return lambda content, name="return.xlsx": read_return(content, name, settings)


@pytest.fixture(scope="session")
def figures_of() -> Callable[..., Any]:
    """Plausible figures for a template, without the optional total."""

    def make(version: str) -> dict[tuple[str, str], Decimal]:
        draw = random.Random(int(version[0]))
        template = load_template(version)
        figures = {cell: Decimal(draw.randrange(20, 3000)) for cell in template.cells()}
        for group in ETHNIC_GROUPS:
            del figures["workforce.total", group]
            figures["workforce.medical.senior_medical_managers", group] = Decimal(3)
            figures["disciplinary.entered", group] = Decimal(draw.randrange(1, 60))
        if version == "1.0":
            figures["disciplinary.entered", "white"] += Decimal("0.5")
        return figures

    return make


TEXTS = {
    "signoff.role": "Director of people",
    "signoff.date": "2022-08-15",
    "explanation.Q304": "=cmd|' /c calc'!A1",
    "explanation.Q301": "Many did not say.\nWe asked again.",
}


@pytest.fixture(scope="session")
def workbook_of(tmp_path_factory: pytest.TempPathFactory, figures_of: Callable[[str], Figures]) -> Callable[..., bytes]:
    """The bytes of a workbook for a collection year; blank when `figures` is empty, else filled in."""

    def make(year: int = 2022, figures: Any = None, texts: Any = TEXTS, **more: Any) -> bytes:
        calendar = load_year(year)
        template = load_template(calendar.template_version)
        path = tmp_path_factory.mktemp("written") / "return.xlsx"
        cells = figures_of(template.version) if figures is None else figures
        write_template(path, template, calendar, "RXY", NAME, figures=cells, texts=texts, **more)
        return path.read_bytes()

    return make


@pytest.fixture(scope="session")
def filled(workbook_of: Callable[..., bytes]) -> bytes:
    return workbook_of()


@pytest.fixture(scope="session")
def csv_filled(tmp_path_factory: pytest.TempPathFactory, figures_of: Callable[[str], Figures]) -> bytes:
    path = tmp_path_factory.mktemp("written") / "return.csv"
    path.write_bytes(return_csv(load_year(2022), "RXY", figures_of("2.0"), TEXTS))
    return path.read_bytes()


@pytest.fixture(scope="session")
def edited(filled: bytes) -> Callable[..., Any]:
    """The filled workbook after a change by openpyxl, which drops every stored value of a formula."""

    def edit(change: Callable[[openpyxl.Workbook], object], content: bytes = filled) -> bytes:
        workbook = openpyxl.load_workbook(io.BytesIO(content))
        change(workbook)
        saved = io.BytesIO()
        workbook.save(saved)
        return saved.getvalue()

    return edit


# The tokens of LibreOffice's CSV filter; the last asks for every sheet, each as a file of its own.
_EVERY_SHEET_AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Converts files to another format with LibreOffice, as a sender's desk would: all of one call in one run.

    CSV holds one sheet: Return.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice is not on this machine")
    profile = tmp_path_factory.mktemp("profile")

    def convert(to: str, *contents: bytes, ending: str = "xlsx") -> list[bytes]:
        folder = tmp_path_factory.mktemp("converted")
        sources = [folder / f"{number}.{ending}" for number in range(len(contents))]
        for source, content in zip(sources, contents, strict=True):
            source.write_bytes(content)
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to"]
        command.append(_EVERY_SHEET_AS_CSV if to == "csv" else to)
        subprocess.run([*command, "--outdir", folder / "out", *sources], check=True, capture_output=True, timeout=180)
        ending_made = "-Return.csv" if to == "csv" else f".{to}"
        return [(folder / "out" / f"{source.stem}{ending_made}").read_bytes() for source in sources]

    return convert


@pytest.fixture(scope="session")
def numbers() -> Callable[..., Any]:
    """(item, group) to number, of what was read; every cell once."""

    def collect(result: ParsedReturn) -> Any:
        numbers_read = {(cell.item, cell.ethnic_group): cell.number for cell in result.cells}
        assert len(numbers_read) == len(result.cells)
        return numbers_read

    return collect


@pytest.fixture(scope="session")
def workbook_of_rows() -> Callable[..., Any]:
    """The bytes of a workbook of one sheet with these rows."""

    def make(rows: Any) -> bytes:
        workbook = openpyxl.Workbook()
        for row in rows:
            workbook.active.append(row)
        saved = io.BytesIO()
        workbook.save(saved)
        return saved.getvalue()

    return make
