import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

STAFF = (
    "Employee Number",
    "Ethnic Origin",
    "Pay Scale",
    "Staff Group",
    "Job Role",
    "Assignment Category",
    "Start Date",
    "End Date",
)
CASES = ("Employee Number", "Date formal investigation started", "Case Type", "Formality", "Ethnic Origin")
Write = Callable[..., Path]


@pytest.fixture
def extract(tmp_path: Path) -> Write:
    """Writes an extract; a row that is shorter than the header is filled up with blanks."""

    def write(name: str, rows: Sequence[Sequence[str]], header: Sequence[str] | None = None) -> Path:
        header = header or (STAFF if name.startswith("staff") else CASES)
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows([*row, *[""] * (len(header) - len(row))] for row in rows)
        return path

    return write
