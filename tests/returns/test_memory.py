"""What a hostile file may cost in memory, measured in a process of its own."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

_READ_ALL = """
import sys
from pathlib import Path
from wres.reader.return_reader import read_return
from wres.settings import load_settings
settings = load_settings()
for name in sys.argv[1:]:
    content = Path(name).read_bytes()[: settings.max_file_bytes + 1]
    assert read_return(content, name, settings).faults, name
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(int(peak.split()[1]), Path(name).name)
"""


def package(workbook: bytes, part: str, content: bytes) -> bytes:
    """The workbook with one part replaced, compressed as far as it goes."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed_file,
    ):
        for name in source.namelist():
            changed_file.writestr(name, content if name == part else source.read(name))
    return target.getvalue()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read from /proc")
def test_no_hostile_file_takes_more_than_300_megabytes(filled: bytes, tmp_path: Path) -> None:
    sheet = "xl/worksheets/sheet2.xml"
    row = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    files = {
        "bomb.xlsx": package(filled, sheet, b" " * 400_000_000),
        "rows.xlsx": package(filled, sheet, head + row * 1_000_000 + b"</sheetData></worksheet>"),
        "far.xlsx": package(filled, sheet, head + row.replace(b"A1", b"XFD1048576") + b"</sheetData></worksheet>"),
        "deep.xlsx": package(filled, sheet, b"<a>" * 2_000_000),
        "huge.csv": b"collection_year,organisation_code,item,ethnic_group,value\n"
        + b"2022,RXY,a,white,1\n" * 3_000_000,
        "million.csv": b"collection_year,organisation_code,item,ethnic_group,value\n" + b",,,,\n" * 800_000,
        "line.csv": b"a" * 4_900_000,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    names = [str(tmp_path / name) for name in files]
    done = subprocess.run([sys.executable, "-c", _READ_ALL, *names], check=True, capture_output=True, text=True)
    peaks = [int(line.split()[0]) for line in done.stdout.splitlines()]
    assert len(peaks) == len(files)
    assert max(peaks) < 300_000, done.stdout  # kilobytes
