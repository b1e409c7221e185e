"""Published tables for those who work on with them: found, read as a data frame, pulled as a file."""

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from wres.cli.release import tables as commands
from wres.errors import WresError
from wres.outputs.csv_writer import csv_bytes
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.parquet import parquet_bytes
from wres.outputs.revisions import no_revisions
from wres.outputs.schema_check import cast_to_schema
from wres.outputs.table_schema import load_specification
from wres.release import read_table
from wres.release.read import list_tables, pull_table
from wres.release.repository import ReleaseRepository, published_releases
from wres.settings import Settings

Tables = dict[str, pa.Table]


@pytest.fixture
def published(settings: Settings, tables: Tables, about: ReleaseMetadata, whole: Path) -> Callable[..., Path]:
    """Makes a release like the whole one; `below` is a figure of its table goals by which it is known again."""

    def make(edition: str, audience: str = "management", below: int = 0, year: int = 2021) -> Path:
        folder = settings.published / str(year) / edition / audience
        shutil.copytree(whole, folder)
        rows = tables["goals"].to_pylist()
        rows[0]["below"] = below
        spec = load_specification().tables["goals"]
        goals = cast_to_schema(pa.Table.from_pylist(rows, schema=tables["goals"].schema), spec)
        (folder / "parquet" / "goals.parquet").write_bytes(parquet_bytes(goals, spec, about))
        return folder

    return make


@pytest.fixture(scope="module")
def whole(made_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whole release that may be written to."""
    target = shutil.copytree(made_release, tmp_path_factory.mktemp("whole") / "management")
    for path in [target, *target.rglob("*")]:
        path.chmod(0o755)
    return target


def test_a_frame_has_the_newest_edition_with_its_types(published: Callable[..., Path]) -> None:
    for edition in ("1.9", "1.10"):
        published(edition, below=int(edition.split(".")[1]))
    frame = read_table("goals", year=2021)
    assert frame["below"].tolist() == [10, 0]
    assert frame["share_within_percent"].tolist() == [0.0, 50.0]
    assert frame["goal_met"].tolist() == [False, pd.NA]
    assert (frame["below"].dtype, frame["share_within_percent"].dtype) == ("Int64", "float64")
    assert frame.attrs == {"collection_year": 2021, "edition": "1.10", "audience": "management"}
    assert read_table("goals", 2021, "1.9")["below"].tolist() == [9, 0]
    assert (frame["below"] + 1).sum() == 12
    assert list(frame.columns) == [column.name for column in load_specification().tables["goals"].columns]


def test_exact_figures_are_the_printed_decimals(published: Callable[..., Path], tables: Tables) -> None:
    published("1.0")
    frame = read_table("organisation", 2021, exact=True)
    assert frame["relative_likelihood"].dtype == pd.ArrowDtype(pa.decimal128(14, 2))
    assert sorted(frame["white_entered"]) == sorted(tables["organisation"]["white_entered"].to_pylist())
    assert read_table("goals", 2021, exact=True)["share_within_percent"].tolist() == [Decimal("0.0"), Decimal("50.0")]


@pytest.mark.parametrize("table", load_specification().tables)
def test_every_table_can_be_calculated_with(published: Callable[..., Path], table: str) -> None:
    path = published("1.0") / "parquet" / f"{table}.parquet"
    columns = load_specification().tables[table].columns
    whole = {column.name for column in columns if column.datatype in {"year", "integer"}}
    places = {column.name for column in columns if column.datatype in {"count", "decimal"}}
    for frame in (read_table(table, 2021), pd.read_parquet(path)):
        assert {name for name, dtype in frame.dtypes.items() if dtype == "Int64"} == whole
        assert {name for name, dtype in frame.dtypes.items() if dtype == "float64"} == places
        assert set(frame.describe(include="number").columns if len(frame) else whole | places) == whole | places  # type: ignore[arg-type]
        for name in whole | places:
            values = frame[name].dropna()
            assert frame.nlargest(2, name)[name].dropna().tolist() == sorted(values.tolist(), reverse=True)[:2]
            heights, _edges = np.histogram(values.to_numpy(), bins=4)  # what hist draws
            assert heights.sum() == len(values)
            total = duckdb.sql(f"SELECT sum({name})::DOUBLE FROM read_parquet('{path}')").fetchall()[0][0]
            assert (total or 0) == pytest.approx(values.sum())


def test_official_is_taken_where_there_is_one_unless_management_is_asked_for(published: Callable[..., Path]) -> None:
    published("1.0", "official", below=1)
    published("1.0", "management", below=2)
    published("1.1", "management", below=3)
    assert read_table("goals", 2021)["below"][0] == 1
    assert read_table("goals", 2021, audience="management")["below"][0] == 3
    assert read_table("goals", 2021, "1.0", "management")["below"][0] == 2
    assert read_table("goals", 2021, "1.1").attrs["audience"] == "management"
    with pytest.raises(WresError, match=r"no such official release of 2021\. Choose one of: management edition 1\.1"):
        read_table("goals", 2021, "1.1", "official")


@pytest.mark.parametrize(
    ("table", "year", "edition", "audience", "message"),
    [
        ("medians", 2021, None, None, "There is no table medians. Choose one of national, "),
        ("goals", 2019, None, None, r"Nothing is published for 2019\. Published years: 2021\."),
        ("goals", 2021, "2.0", None, r"There is no edition 2\.0 of 2021\. Choose one of 1\.0\."),
        ("goals", 2021, None, "everybody", "There is no audience everybody. Choose one of management, official"),
    ],
)
def test_what_is_not_there_is_named(
    published: Callable[..., Path], table: str, year: int, edition: str | None, audience: str | None, message: str
) -> None:
    published("1.0")
    with pytest.raises(WresError, match=message):
        read_table(table, year, edition, audience)


def test_a_table_that_is_newer_than_the_edition_is_named(published: Callable[..., Path]) -> None:
    folder = published("1.0")
    (folder / "parquet" / "funnel.parquet").unlink()
    with pytest.raises(WresError, match=r"management edition 1\.0 of 2021 has no table funnel"):
        read_table("funnel", 2021)


def test_only_whole_releases_are_listed(settings: Settings, published: Callable[..., Path]) -> None:
    published("1.0")
    published("1.0", "official")
    half = settings.published / "2021" / "1.1" / "official" / "csv"
    half.mkdir(parents=True)
    (half / "goals.csv").write_text("x")
    (settings.published / "notes").mkdir()
    assert [str(name) for name in published_releases(settings).all()] == [
        "management edition 1.0 of 2021",
        "official edition 1.0 of 2021",
    ]


def test_the_list_has_a_row_a_table_and_marks_the_latest(settings: Settings, published: Callable[..., Path]) -> None:
    published("1.0", year=2022)
    published("1.0")
    published("1.1")
    rows = list_tables(settings)
    names = list(load_specification().tables)
    assert [row["table"] for row in rows] == 3 * names
    assert [(row["collection_year"], row["edition"], row["latest"]) for row in rows[:: len(names)]] == [
        (2021, "1.0", False),
        (2021, "1.1", True),
        (2022, "1.0", True),
    ]
    assert {row["collection_year"] for row in list_tables(settings, 2022)} == {2022}
    with pytest.raises(WresError, match="Nothing is published for 2019"):
        list_tables(settings, 2019)


def test_nothing_published_is_an_empty_list(settings: Settings) -> None:
    assert list_tables(settings) == []


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_pulled_file_is_the_published_one(
    settings: Settings, published: Callable[..., Path], tmp_path: Path, kind: str
) -> None:
    folder = published("1.0")
    path, name = pull_table(settings, "goals", 2021, None, None, kind, tmp_path / "mine")  # type: ignore[arg-type]
    assert (path, str(name)) == (tmp_path / "mine", "management edition 1.0 of 2021")
    assert path.read_bytes() == (folder / kind / f"goals.{kind}").read_bytes()


def test_the_ending_of_a_name_says_what_kind_of_file_it_is(
    settings: Settings, published: Callable[..., Path], tmp_path: Path
) -> None:
    folder = published("1.0")
    for ending in ("csv", "PARQUET", "xlsx"):
        path, _ = pull_table(settings, "goals", 2021, None, None, output=tmp_path / f"mine.{ending}")
        content = path.read_bytes()
        if ending == "xlsx":
            assert "Goals" in openpyxl.load_workbook(io.BytesIO(content)).sheetnames
        else:
            assert content == (folder / ending.lower() / f"goals.{ending.lower()}").read_bytes()
    with pytest.raises(WresError, match=r"mine\.xlsx ends in \.xlsx, and --format says csv"):
        pull_table(settings, "goals", 2021, None, None, "csv", tmp_path / "mine.xlsx")
    with pytest.raises(
        WresError, match=r"mine\.txt does not say what kind of file it is\. End it in \.csv, \.parquet,"
    ):
        pull_table(settings, "goals", 2021, None, None, output=tmp_path / "mine.txt")


def test_a_pulled_workbook_has_the_cover_the_notes_and_the_one_table(
    settings: Settings, published: Callable[..., Path], tmp_path: Path
) -> None:
    folder = published("1.0")
    path, _ = pull_table(settings, "goals", 2021, None, None, "xlsx", tmp_path / "goals.xlsx")
    book, whole = (
        openpyxl.load_workbook(io.BytesIO(file.read_bytes())) for file in (path, next(folder.glob("*.xlsx")))
    )
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Goals"]
    own_cells, published_cells = (
        [[cell.value for cell in row] for row in workbook["Goals"].iter_rows()] for workbook in (book, whole)
    )
    assert own_cells[:3] == published_cells[:3]  # title and markings; notes are numbered again
    assert own_cells[-2:] == published_cells[-2:]


def test_a_table_without_rows_has_no_workbook(
    settings: Settings, about: ReleaseMetadata, published: Callable[..., Path], tmp_path: Path
) -> None:
    folder, spec = published("1.0"), load_specification().tables["revisions"]
    (folder / "parquet" / "revisions.parquet").write_bytes(parquet_bytes(no_revisions(), spec, about))
    (folder / "csv" / "revisions.csv").write_bytes(csv_bytes(no_revisions(), spec))
    with pytest.raises(WresError, match="has no rows, so there is no sheet of it"):
        pull_table(settings, "revisions", 2021, None, None, "xlsx", tmp_path / "x.xlsx")
    path, _ = pull_table(settings, "revisions", 2021, None, None, "csv", tmp_path / "x.csv")
    assert len(path.read_text().splitlines()) == 1


def test_a_place_that_cannot_be_written_is_named(settings: Settings, published: Callable[..., Path]) -> None:
    published("1.0")
    with pytest.raises(WresError, match=r"/nowhere/at/all\.csv cannot be written"):
        pull_table(settings, "goals", 2021, None, None, "csv", Path("/nowhere/at/all.csv"))


def test_latest_names_the_newest_edition_of_each_audience(settings: Settings, published: Callable[..., Path]) -> None:
    published("1.0", "official")
    published("1.9")
    published("1.10")
    releases = ReleaseRepository(settings.published)
    for _ in range(2):
        releases.point_to_latest(2021)
        document = json.loads((settings.published / "2021" / "latest.json").read_text())
        assert document == {"collection_year": 2021, "management": "1.10", "official": "1.0"}
    assert sorted(path.name for path in (settings.published / "2021").iterdir()) == [
        "1.0",
        "1.10",
        "1.9",
        "latest.json",
    ]


def test_importing_the_package_stays_light() -> None:
    heavy = "{'pandas', 'pyarrow', 'sqlalchemy', 'gptables', 'duckdb'}"
    code = f"import sys, wres.release; assert not {heavy} & set(sys.modules); wres.release.read_table"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_on_the_command_line(published: Callable[..., Path], tmp_path: Path) -> None:
    folder, run = published("1.0"), CliRunner().invoke
    listed = run(commands, ["list", "--year", "2021", "--format", "json"])
    assert [row["table"] for row in json.loads(listed.stdout)] == list(load_specification().tables)
    target = tmp_path / "goals.parquet"
    pulled = run(commands, ["pull", "goals", "--year", "2021", "--format", "parquet", "--output", str(target)])
    assert (pulled.exit_code, pulled.stderr) == (0, f"Table goals of the management edition 1.0 of 2021: {target}\n")
    assert target.read_bytes() == (folder / "parquet" / "goals.parquet").read_bytes()
    assert run(commands, ["pull", "goals", "--year", "2021", "--format", "pdf"]).exit_code == 2
