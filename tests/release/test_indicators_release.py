"""What the indicators give is what a release takes: a year with a gap, a half and an unknown region, to the end."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from wres.indicators.compute import compute_tables
from wres.indicators.from_warehouse import collections_table
from wres.indicators.published_series import published_series
from wres.indicators.schemas import INPUTS
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.revisions import no_revisions
from wres.reference.year_config import load_year
from wres.release.manifest import verify_release
from wres.release.writer import write_release
from wres.returns.template_spec import load_template

YEAR = 2020
# Headcount, entries and last year's entries, white and BME.
RETURNS = {
    "RXY": ("Kent & Medway, NHS", "Y59", "South East", ((2505, "17.5", "16"), (725, "9", "9"))),
    "RZ1": ("St Mary's NHS Trust", "", "", ((800, "0", "0"), (90, "2", "1"))),
}


def figures() -> pa.Table:
    rows = []
    for code, (_, _, _, groups) in RETURNS.items():
        stated = dict(zip(("white", "bme"), groups, strict=True)) | {"unknown": (0, "0", "0")}
        for item in load_template(load_year(YEAR).template_version).items:
            for group, (headcount, entered, before) in stated.items():
                known = {
                    "workforce.clinical.band_5": headcount,
                    "disciplinary.entered": entered,
                    "disciplinary.entered_previous_year": before,
                }
                if item.required:
                    rows.append(
                        {
                            "collection_year": YEAR,
                            "organisation_code": code,
                            "item": item.code,
                            "ethnic_group": group,
                            "value": Decimal(known.get(item.code, 0)),  # type: ignore[arg-type]
                        }
                    )
    return pa.Table.from_pylist(rows, schema=INPUTS["figures"])


def organisations() -> pa.Table:
    rows = [(code, name, region, region_name, "accepted") for code, (name, region, region_name, _) in RETURNS.items()]
    rows.append(("RZ9", "Nowhere NHS Trust", "Y59", "South East", "not_received"))
    return pa.Table.from_pylist(
        [
            {
                "collection_year": YEAR,
                "organisation_code": code,
                "name": name,
                "organisation_group": "trust",
                "organisation_type": "acute",
                "region_code": region,
                "region_name": region_name,
                "status": status,
                "late": False,
                "last_year_codes": code,
            }
            for code, name, region, region_name, status in rows
        ],
        schema=INPUTS["organisations"],
    )


@pytest.fixture
def release(tmp_path: Path, about: ReleaseMetadata) -> Iterator[Path]:
    target = tmp_path / "2021" / "1.0" / "management"
    computed = compute_tables(figures(), organisations(), collections_table([YEAR]))
    further = {"published_series": published_series(YEAR), "revisions": no_revisions()}
    yield write_release(target, computed | further, about)
    for folder in [path for path in tmp_path.rglob("*") if path.is_dir()]:
        folder.chmod(0o755)


def read(release: Path, name: str) -> list[dict[str, str]]:
    with (release / "csv" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_measures_reach_the_published_files(release: Path) -> None:
    assert verify_release(release) == []
    kent, marys = read(release, "organisation")
    assert [kent[name] for name in ("name", "white_entered", "bme_entered", "relative_likelihood", "range")] == [
        "Kent & Medway, NHS",
        "16.75",
        "9",
        "1.86",
        "above",
    ]
    assert [marys[name] for name in ("bme_entered", "region_code", "relative_likelihood", "differs_from_equal")] == [
        "1.5",
        "z",
        "z",
        "z",
    ]
    assert marys["reason_not_calculable"] == "no_white_entries"
    everybody = next(row for row in read(release, "national") if row["organisation_group"] == "all")
    assert (everybody["organisations"], everybody["white_entered"], everybody["bme_entered"]) == ("2", "16.75", "10.5")
    coverage = next(row for row in read(release, "coverage") if row["level"] == "national")
    assert (coverage["expected"], coverage["not_received"], coverage["returned_percent"]) == ("3", "1", "66.7")


def test_a_first_year_has_tables_of_comparison_without_a_row_and_no_sheet_for_them(release: Path) -> None:
    import openpyxl

    assert [len(read(release, name)) for name in ("comparison", "organisation_change", "improvement")] == [0, 0, 0]
    assert len(read(release, "funnel")) == 4
    book = openpyxl.load_workbook(release / "wres-disciplinary-2021.xlsx", read_only=True)
    assert "Funnel" in book.sheetnames
    assert not {"Comparison", "Organisation change", "Improvement"} & set(book.sheetnames)
