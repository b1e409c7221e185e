"""Every CSV file with its metadata, read as the W3C says: both audiences, and each rule held to what breaks it."""

import csv
import io
import json
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from csvw import CSVW

from tests.release.csvw_reader import faults
from wres.outputs.csv_writer import csv_bytes
from wres.outputs.csvw import csvw_bytes
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import load_specification

Tables = dict[str, pa.Table]
Pair = tuple[bytes, bytes]  # metadata and content
SPECS = load_specification().tables
# Each row of the one has a row of the other with the same values in these columns.
BELONGS = [
    ("organisation_change", "organisation", ("collection_year", "code")),
    ("funnel", "organisation", ("collection_year", "code")),
    ("goals", "national", ("collection_year", "organisation_group")),
    ("data_quality", "national", ("collection_year", "organisation_group")),
    ("comparison", "coverage", ("collection_year", "level", "organisation_group", "code")),
]


@pytest.fixture
def files(
    three_years: Tables, official_three_years: Tables, about: ReleaseMetadata
) -> Callable[[str], dict[str, Pair]]:
    """The metadata and the content of every table of an audience."""

    def of(audience: str) -> dict[str, Pair]:
        of_2022 = replace(about, audience=audience, collection_year=2022)
        tables = checked_tables(official_three_years if audience == "official" else three_years, 2022)
        return {
            name: (csvw_bytes(SPECS[name], of_2022), csv_bytes(table, SPECS[name])) for name, table in tables.items()
        }

    return of


@pytest.mark.parametrize("audience", ["official", "management"])
def test_every_table_is_what_its_metadata_says(files: Callable[[str], dict[str, Pair]], audience: str) -> None:
    faults_by_table = {name: faults(*pair, f"{name}.csv") for name, pair in files(audience).items()}
    assert faults_by_table == {name: [] for name in SPECS}


@pytest.mark.parametrize("audience", ["official", "management"])
def test_a_validator_of_others_finds_every_table_valid(
    files: Callable[[str], dict[str, Pair]], audience: str, tmp_path: Path
) -> None:
    for name, pair in files(audience).items():
        assert is_valid(tmp_path, name, *pair), name


@pytest.mark.parametrize(("right", "wrong"), [("2022,all,", "2022,every,"), ("2022,all,", "year,all,"), ("2022,", ",")])
def test_the_validator_of_others_finds_what_is_wrong(
    files: Callable[[str], dict[str, Pair]], tmp_path: Path, right: str, wrong: str
) -> None:
    metadata, content = files("official")["goals"]
    assert right.encode() in content
    assert not is_valid(tmp_path, "goals", metadata, content.replace(right.encode(), wrong.encode(), 1))


def is_valid(folder: Path, name: str, metadata: bytes, content: bytes) -> bool:
    """Ask the csvw library whether a table is what its metadata says."""
    (folder / f"{name}.csv").write_bytes(content)
    described = folder / f"{name}.csv-metadata.json"
    described.write_bytes(metadata)
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # it counts its own warnings
        return bool(CSVW(str(described), validate=True).is_valid)


@pytest.mark.parametrize(("table", "other", "key"), BELONGS, ids=[f"{case[0]}-{case[1]}" for case in BELONGS])
def test_tables_can_be_joined(
    files: Callable[[str], dict[str, Pair]], table: str, other: str, key: tuple[str, ...]
) -> None:
    rows = {name: list(csv.DictReader(io.StringIO(files("official")[name][1].decode()))) for name in (table, other)}
    keys = {name: {tuple(row[column] for column in key) for row in rows[name]} for name in rows}
    assert keys[table]
    assert keys[table] <= keys[other]


def test_only_what_is_official_has_a_licence(files: Callable[[str], dict[str, Pair]]) -> None:
    licences = {
        audience: {json.dumps(json.loads(metadata).get("dc:license")) for metadata, _ in files(audience).values()}
        for audience in ("official", "management")
    }
    ogl = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
    assert licences == {"official": {f'{{"@id": "{ogl}"}}'}, "management": {"null"}}


SPOILED: list[tuple[Callable[[str], str], Callable[[str], str], str]] = [
    (lambda metadata: metadata.replace('"url": "goals.csv"', '"url": "aims.csv"'), str, "it describes aims.csv"),
    (lambda metadata: metadata.replace('"required"', '"needed"'), str, "metadata: "),
    (lambda metadata: metadata.replace('"datatype": "integer"', '"datatype": "whole"'), str, "metadata: "),
    (lambda metadata: metadata.replace("http://www.w3.org/ns/csvw", "http://www.w3.org/ns/else"), str, "metadata: "),
    (lambda metadata: metadata.replace('"within"', '"inside"'), str, "column inside has another title"),
    (str, lambda text: text.replace("\r\n", "\n"), "not as the dialect says"),
    (str, lambda text: text + text.splitlines()[1] + "\r\n", "a key twice"),
    (str, lambda text: text.replace("2022,all,", "2022,every,"), "organisation_group: 'every' is no"),
    (str, lambda text: text.replace("2022,all,", "c,all,"), "collection_year: 'c' is no integer"),
    (str, lambda text: text.replace("2022,all,", ",all,"), "collection_year: nothing where there must be something"),
    (str, lambda text: text.replace("2022,all,", "2022,all,u,"), "a row with more or fewer cells"),
]


@pytest.mark.parametrize(("spoil_metadata", "spoil_content", "message"), SPOILED, ids=[case[2] for case in SPOILED])
def test_the_reader_finds_what_is_wrong(
    files: Callable[[str], dict[str, Pair]],
    spoil_metadata: Callable[[str], str],
    spoil_content: Callable[[str], str],
    message: str,
) -> None:
    metadata, content = (part.decode() for part in files("official")["goals"])
    spoiled = spoil_metadata(metadata), spoil_content(content)
    assert spoiled != (metadata, content)
    messages = faults(*(part.encode() for part in spoiled), "goals.csv")  # type: ignore[arg-type, call-arg]
    assert [finding for finding in messages if message in finding]
