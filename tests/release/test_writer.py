"""A release is whole or not there, the same every time, and never changed."""

import json
import multiprocessing
import os
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pytest

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.schema_check import ReleaseCheckError
from wres.outputs.table_schema import load_specification
from wres.release.manifest import verify_release
from wres.release.writer import ReleaseExistsError, write_release

Tables = dict[str, pa.Table]
TABLES = ["comparison", "coverage", "data_quality", "funnel", "goal_distance", "goals", "improvement", "national"]
TABLES += ["organisation", "organisation_change", "organisation_series", "organisation_type", "published_series"]
TABLES += ["region", "revisions"]


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "published" / "2021" / "1.0" / "management"
    for folder in [path for path in tmp_path.rglob("*") if path.is_dir()]:
        folder.chmod(0o755)  # so that the temporary folder can be removed


@pytest.fixture
def written(made_release: Path, target: Path) -> Path:
    """A copy of the small release, read-only as it was made."""
    return shutil.copytree(made_release, target)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_promised_file_is_there_and_read_only(target: Path, tables: Tables, about: ReleaseMetadata) -> None:
    assert write_release(target, tables, about) == target
    assert sorted(contents(target)) == sorted(
        [
            *(
                f"{name}.html"
                for name in ("index", "organisations", "compare", "method", "dictionary", "accessibility")
            ),
            *(f"assets/{name}.css" for name in ("charts", "nhsuk", "pages")),
            *(f"assets/{name}.js" for name in ("compare", "figures", "list", "places", "search")),
            "assets/LICENCE-nhsuk-frontend.txt",
            *(f"organisation/{code}.html" for code in ("08W", "RXY", "RZ1")),
            "region/Y61.html",
            "type/mental_health.html",
            "commentary.md",
            "manifest.json",
            "wres-disciplinary-2021.ods",
            "wres-disciplinary-2021.xlsx",
            *(f"csv/{name}.csv" for name in TABLES),
            *(f"csv/{name}.csv-metadata.json" for name in TABLES),
            *(f"csv/tidy.{end}" for end in ("csv", "meta.csv", "csv-metadata.json")),
            *(f"parquet/{name}.parquet" for name in TABLES),
        ]
    )
    assert names(target.parent) == ["management"]
    writable = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
    assert not [path for path in [target, *target.rglob("*")] if path.stat().st_mode & writable]


def test_the_same_build_gives_the_same_bytes_at_another_time_and_place(
    tmp_path: Path, made_release: Path, tables: Tables, about: ReleaseMetadata
) -> None:
    first = contents(made_release)
    time.sleep(1.1)  # formats that note the time do so to the second
    shuffled = {name: table.take(list(reversed(range(len(table))))) for name, table in reversed(tables.items())}
    there = about.created_at.astimezone(timezone(timedelta(hours=5)))
    second = contents(write_release(tmp_path / "other", shuffled, replace(about, created_at=there)))
    assert first == second


@pytest.mark.usefixtures("written")
def test_the_same_release_again_changes_nothing(target: Path, tables: Tables, about: ReleaseMetadata) -> None:
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    assert write_release(target, tables, about) == target
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*")} == before
    assert names(target.parent) == ["management"]


def test_another_release_in_its_place_is_refused(
    written: Path, target: Path, tables: Tables, about: ReleaseMetadata
) -> None:
    before = contents(written)
    with pytest.raises(ReleaseExistsError, match="Publish this one as a new edition"):
        write_release(target, tables, replace(about, build="2021-0002"))
    rows = tables["goals"].to_pylist()
    rows[0]["below"] = 1
    other = {**tables, "goals": pa.Table.from_pylist(rows, schema=tables["goals"].schema)}
    with pytest.raises(ReleaseExistsError, match="Publish this one as a new edition"):
        write_release(target, other, about)
    assert contents(target) == before
    assert names(target.parent) == ["management"]


@pytest.mark.usefixtures("written")
def test_a_release_that_was_tampered_with_is_not_passed_over(
    target: Path, tables: Tables, about: ReleaseMetadata
) -> None:
    goals = target / "csv" / "goals.csv"
    goals.chmod(0o644)
    goals.write_bytes(goals.read_bytes().replace(b"51", b"50"))
    with pytest.raises(ReleaseExistsError, match=r"csv/goals\.csv was changed after it was made"):
        write_release(target, tables, about)


def test_tables_that_break_their_specification_leave_no_folder(
    target: Path, tables: Tables, about: ReleaseMetadata
) -> None:
    tables["goals"] = tables["goals"].drop_columns(["goal_met"])
    with pytest.raises(ReleaseCheckError, match="R503: goals: column goal_met is missing"):
        write_release(target, tables, about)
    assert not target.parent.exists()


def killed_while_writing(target: Path, tables: Tables, about: ReleaseMetadata, after: str) -> None:
    """Runs in a process of its own, which ends without any tidying at the first write of a file of this kind."""
    real = Path.write_bytes

    def write_or_die(path: Path, content: bytes) -> int:
        if path.suffix == after:
            os._exit(9)
        return real(path, content)

    Path.write_bytes = write_or_die  # type: ignore[method-assign,assignment]
    write_release(target, tables, about)


@pytest.mark.parametrize("after", [".csv", ".xlsx", ".json"])
def test_a_killed_run_leaves_no_release_and_the_next_clears_up(
    target: Path, tables: Tables, about: ReleaseMetadata, after: str
) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=killed_while_writing, args=(target, tables, about, after)
    )
    process.start()
    process.join()
    assert process.exitcode == 9
    (leftover,) = target.parent.iterdir()
    assert leftover.name.startswith(".management-")
    leftover.chmod(0o555)  # killed later still, when the files are sealed already
    write_release(target, tables, about)
    assert names(target.parent) == ["management"]
    assert verify_release(target) == []


def test_two_workers_at_once_make_one_release(target: Path, tables: Tables, about: ReleaseMetadata) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=write_release, args=(target, tables, about)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert names(target.parent) == ["management"]
    assert verify_release(target) == []


def test_the_manifest_says_what_the_release_rests_on(target: Path, tables: Tables, about: ReleaseMetadata) -> None:
    write_release(target, tables, replace(about, note="First.", compared_with="2020-1.1"))
    document = json.loads((target / "manifest.json").read_bytes())
    files = document.pop("files")
    assert len(document.pop("content_sha256")) == 64
    assert document == {
        "collection_year": 2021,
        "edition": "1.0",
        "audience": "management",
        "marking": [
            "Management information: not for publication",
            "Simulated data: the figures are invented and say nothing about any real organisation",
        ],
        "simulated": True,
        "created_at": "2022-02-24T09:30:15Z",
        "publication": {
            "released_at": "2022-04-07T08:30:00Z",
            "status": "Final.",
            "team": "The team",
            "mailbox": "team@example.nhs.uk",
            "next_release": "2023-02-22",
        },
        "note": "First.",
        "compared_with": "2020-1.1",
        "published_before": [],
        "disclosure_policies": None,
        "figures_shown": None,
        "disclosure_notes": [],
        "open_reason": None,
        "pre_release_access": None,
        "replaces": [],
        "commentary": None,
        "build": "2021-0001",
        "code_version": "0.1.0",
        "rule_sets": {"2020": "2020.1", "2021": "2021.1"},
        "methods": dict(load_specification().methods),
    }
    assert [entry["path"] for entry in files] == sorted(set(contents(target)) - {"manifest.json"})


@pytest.mark.usefixtures("written")
def test_verify_names_everything_that_is_wrong(target: Path) -> None:
    assert verify_release(target) == []
    for path in [target, *target.rglob("*")]:
        path.chmod(0o755)
    (target / "csv" / "goals.csv").unlink()
    (target / "csv" / "extra.csv").write_text("x")
    with (target / "parquet" / "goals.parquet").open("ab") as file:
        file.write(b"x")
    manifest = target / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"simulated": true', '"simulated": false'))
    assert verify_release(target) == [
        "manifest.json was changed after it was made",
        "csv/goals.csv is missing",
        "csv/extra.csv is not in the manifest",
        "parquet/goals.parquet was changed after it was made",
    ]
    manifest.write_text("[]")
    assert verify_release(target) == ["manifest.json cannot be read as a manifest"]
    manifest.unlink()
    assert verify_release(target) == ["manifest.json is missing"]


def test_nothing_in_a_workbook_notes_when_it_was_written(made_release: Path) -> None:
    with ZipFile(made_release / "wres-disciplinary-2021.xlsx") as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_release_needs_a_time_with_its_zone_and_a_known_audience(about: ReleaseMetadata) -> None:
    with pytest.raises(ValueError, match="its zone"):
        replace(about, created_at=datetime(2022, 2, 24, 9, 30))  # noqa: DTZ001
    with pytest.raises(ValueError, match="audience everybody"):
        replace(about, audience="everybody")
