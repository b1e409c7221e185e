"""Write made-up extracts of staff and cases, to try `wres prepare` on."""

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from wres.errors import WresError, why_refused
from wres.reference.year_config import CollectionYear
from wres.safe_text import escape_row

if TYPE_CHECKING:
    import numpy as np

Option = TypeVar("Option")

STAFF_COLUMNS = (
    "Employee Number", "Assignment Number", "Primary Assignment", "Staff Group", "Job Role", "Pay Scale",
    "Ethnic Origin", "Assignment Status", "Assignment Category", "Contracted FTE", "Start Date", "End Date",
)  # fmt: skip
CASE_COLUMNS = ("Case Reference", "Employee Number", "Case Type", "Stage", "Date formal investigation started")
_NURSE = (
    "Nursing and Midwifery Registered",
    "Staff Nurse",
    ("NHS|XR05|Review Body Band 5", "NHS|XR06|Review Body Band 6"),
)
_CLERK = (
    "Administrative and Clerical",
    "Officer",
    ("Band 2", "Band 3", "Band 4", "Band 8 - Range A", "Very Senior Manager"),
)
_KINDS = (
    _NURSE,
    _NURSE,
    ("Additional Clinical Services", "Healthcare Assistant", ("Band 2", "Band 3")),
    ("Allied Health Professionals", "Physiotherapist", ("NHS|XR06|Review Body Band 6", "Band 7")),
    _CLERK,
    ("Estates and Ancillary", "Porter", ("NHS|XN02|Non Review Body Band 2",)),
    ("Medical and Dental", "Consultant", ("Consultant",)),
    ("Medical and Dental", "Specialty Registrar", ("Specialty Registrar",)),
)
_ETHNIC: tuple[str, ...] = ("A White - British",) * 12 + (
    "C White - Any other White background",
    "H Asian - Indian",
    "N Black - African",
)
_ETHNIC += ("K", "GC", "S Any Other Ethnic Group", "Z Not Stated", "")


def write_example(folder: Path, calendar: CollectionYear, people: int = 2_000, seed: int = 2019) -> tuple[Path, Path]:
    """Write example-staff.csv and example-cases.csv for a year; the same seed gives the same files.

    Raises:
        WresError: a file is there already, or cannot be written.
    """
    import numpy as np

    chance = np.random.default_rng(seed)
    staff: list[tuple[str, ...]] = []
    cases: list[tuple[str, ...]] = []
    for number in range(1, people + 1):
        staff += _make_staff_rows(chance, number, calendar.snapshot)
        if chance.random() < 0.03:
            cases.append(_make_case_row(chance, len(cases) + 1, number, calendar.snapshot))
    chance.shuffle(staff)
    paths = folder / "example-staff.csv", folder / "example-cases.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, columns, rows in zip(paths, (STAFF_COLUMNS, CASE_COLUMNS), (staff, cases), strict=True):
            _write(path, columns, rows)
    except FileExistsError as error:
        raise WresError(f"{error.filename} is there already. Name another folder: --example FOLDER.") from None
    except OSError as error:
        raise WresError(f"{folder} cannot be written: {why_refused(error)}. Name another folder: --example.") from None
    return paths


def _make_staff_rows(chance: "np.random.Generator", number: int, snapshot: date) -> list[tuple[str, ...]]:
    """Return the assignments of a made-up person: mostly one; some left, some join later, some work at the bank."""
    group, role, scales = _pick(chance, _KINDS)
    person, ethnic, scale = f"{90_000_000 + number}", _pick(chance, _ETHNIC), _pick(chance, scales)
    start = snapshot + timedelta(days=int(chance.integers(-6_000, 60)))
    end = snapshot + timedelta(days=int(chance.integers(-200, -1))) if chance.random() < 0.05 else None
    end = max(end, start) if end else None
    bank = chance.random() < 0.04
    status = _pick(chance, ("Active Assignment",) * 18 + ("Maternity & Adoption", "Suspend With Pay"))
    first = (
        person, f"{person}-1", "Yes", group, role, scale, ethnic, status, "Bank" if bank else "Permanent",
        _pick(chance, ("1.00000", "0.60000")), f"{start:%d/%m/%Y}", f"{end:%d/%m/%Y}" if end else "",
    )  # fmt: skip
    if chance.random() >= 0.05:
        return [first]
    second = (person, f"{person}-2", "No", *first[3:8], "Bank", "0.00000", *first[10:])
    return [first, second]


def _make_case_row(chance: "np.random.Generator", case: int, number: int, snapshot: date) -> tuple[str, ...]:
    """Make up one case."""
    kind = _pick(chance, ("Disciplinary", "Disciplinary", "Disciplinary", "Grievance", "Sickness absence"))
    stage = _pick(chance, ("Formal investigation", "Formal investigation", "Informal"))
    day = snapshot - timedelta(days=int(chance.integers(0, 900)))
    return f"ER{case:05}", f"{90_000_000 + number}", kind, stage, f"{day:%d/%m/%Y}"


def _pick(chance: "np.random.Generator", options: Sequence[Option]) -> Option:
    return options[int(chance.integers(len(options)))]


def _write(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(escape_row(row) for row in rows)
