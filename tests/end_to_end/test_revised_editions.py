"""Editions one after another: what each tells of the one before, and each made again from its tags, the same bytes."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wres import steps
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.outputs.schema_check import ReleaseCheckError
from wres.release import read_table, release_edits
from wres.release.reproduce import compare_rebuilt, rebuild_edition
from wres.release.verification import verify
from wres.release.writer import ReleaseExistsError
from wres.settings import Settings, load_settings
from wres.validation.edit_catalogue import load_suites

NOTE = "A return came late."
Rows = list[dict[str, str]]


pytestmark = pytest.mark.usefixtures("removable")


@pytest.fixture
def two_editions(
    settings: Settings,
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    world: Callable[..., Any],
) -> Settings:
    """2022 with one return, then with two."""

    def make() -> None:
        set_clock("2022-06-10T12:00")
        send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
        steps.run(steps.open_context(2022))
        set_clock("2022-06-20T12:00")
        send_csv(2022, "RJ1", figures(2022, (500, 900, 20), ("30", "20", "1")))
        steps.collect(steps.open_context(2022))
        steps.build(steps.open_context(2022))
        steps.publish(steps.open_context(2022), note=NOTE)

    world("two-editions", make)
    set_clock("2022-06-20T12:00")
    return settings


def table(settings: Settings, name: str, edition: str) -> Rows:
    return read(settings.published / "2022" / edition / "management" / "csv" / f"{name}.csv")


def test_an_edition_tells_what_differs_from_the_one_before(two_editions: Settings) -> None:
    assert table(two_editions, "revisions", "1.0") == []
    rows = table(two_editions, "revisions", "1.1")
    assert {(row["previous_edition"], row["edition"], row["revision_note"]) for row in rows} == {
        ("2022-1.0", "2022-1.1", NOTE)
    }
    nation = {
        row["column_name"]: (row["figure_before"], row["figure_now"])
        for row in rows
        if (row["table_name"], row["organisation_group"]) == ("national", "all")
    }
    assert nation["organisations"] == ("1", "2")
    assert nation["bme_entered"] == ("2", "22")
    assert "name" not in nation
    assert [row["column_name"] for row in rows if (row["table_name"], row["code"]) == ("organisation", "RJ1")] == [
        "row"
    ]
    settings = two_editions
    manifest = json.loads((settings.published / "2022" / "1.1" / "management" / "manifest.json").read_text())
    assert (manifest["compared_with"], manifest["note"]) == ("2022-1.0", NOTE)
    latest = json.loads((settings.published / "2022" / "latest.json").read_text())
    assert latest == {"collection_year": 2022, "management": "1.1"}


def test_an_edit_is_held_against_the_revisions_too(
    two_editions: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_registry(two_editions)
    rebuild_edition(two_editions, engine, 2022, "1.1", "management", tmp_path / "before")
    expectation = {
        "type": "expect_column_values_to_not_be_in_set",
        "kwargs": {"column": "revision_note", "value_set": [NOTE]},
        "meta": {"edit": "R506"},
    }
    suite = {**load_suites()["tables"], "expectations": [expectation]}
    monkeypatch.setattr(release_edits, "load_suites", lambda: {"tables": suite})
    with pytest.raises(ReleaseCheckError, match="R506: revisions"):
        rebuild_edition(two_editions, engine, 2022, "1.1", "management", tmp_path / "after")
    assert not (tmp_path / "after").exists()


def test_a_figure_of_an_earlier_year_that_differs_needs_a_note(
    settings: Settings,
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    published: Callable[..., Rows],
) -> None:
    set_clock("2021-06-10T12:00")
    send_csv(2021, "RXY", figures(2021, (1000, 100, 10), ("10", "2", "0")))
    steps.run(steps.open_context(2021))
    send_csv(2021, "RXY", figures(2021, (1000, 100, 10), ("10", "3", "0")))
    steps.collect(steps.open_context(2021))
    steps.build(steps.open_context(2021))  # corrected, and not published
    set_clock("2022-06-10T12:00")
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
    steps.collect(steps.open_context(2022))
    steps.build(steps.open_context(2022))
    for _ in range(2):
        with pytest.raises(ReleaseCheckError, match=r"R504: .*was 2 in edition 2021-1\.0 and is now 3.*--note"):
            steps.publish(steps.open_context(2022))
    assert not (settings.published / "2022").exists()
    steps.publish(steps.open_context(2022), note="The trust sent 2021 again.")
    rows = published(2022, "revisions")
    assert {(row["collection_year"], row["previous_edition"], row["edition"]) for row in rows} == {
        ("2021", "2021-1.0", "2022-1.0")
    }
    assert {row["revision_note"] for row in rows} == {"The trust sent 2021 again."}
    with pytest.raises(WresError, match=r"^Edition 1\.0 of 2022 is written already"):
        steps.publish(steps.open_context(2022), note="Another note.")
    again = steps.publish(steps.open_context(2022), note="The trust sent 2021 again.")
    assert again["edition"] == "1.0"
    assert {row["revision_note"] for row in published(2022, "revisions")} == {"The trust sent 2021 again."}


def test_a_folder_that_is_not_as_it_was_made_is_reported(two_editions: Settings) -> None:
    settings = two_editions
    goals = settings.published / "2022" / "1.0" / "management" / "csv" / "goals.csv"
    whole = goals.read_bytes()
    goals.chmod(0o644)
    goals.write_bytes(whole + b"x")
    summary = steps.publish(steps.open_context(2022))
    assert summary["edition"] == "1.1"  # the broken one stops no other
    [failure] = summary["failures"]
    assert re.search(r"^The management edition 1\.0: .*csv/goals\.csv was changed after.*--from-edition", failure)
    goals.write_bytes(whole)
    assert steps.publish(steps.open_context(2022))["failures"] == []


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


_ELSEWHERE = """
import sys
from pathlib import Path
from wres.indicators import duckdb_engine
duckdb_engine._THREADS = 5
from wres.release.reproduce import rebuild_edition
from wres.database.registry import open_registry
from wres.settings import load_settings
settings = load_settings()
rebuild_edition(settings, open_registry(settings), 2022, sys.argv[1], "management", Path(sys.argv[2]))
"""


@pytest.mark.parametrize("edition", [pytest.param("1.0", marks=pytest.mark.slow), "1.1"])
def test_an_edition_is_made_again_byte_for_byte_on_another_day_and_machine(
    two_editions: Settings, tmp_path: Path, edition: str
) -> None:
    settings = two_editions
    target = tmp_path / "again"
    elsewhere = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "7", "WRES_AS_OF": "2031-12-31T23:59"}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "3")
    command = [sys.executable, "-c", _ELSEWHERE, edition, str(target)]
    subprocess.run(command, env={**os.environ, **elsewhere, **threads}, check=True, cwd=tmp_path, umask=0o077)
    assert contents(target) == contents(settings.published / "2022" / edition / "management")
    assert verify(str(target)).problems == []


def test_it_is_compared_with_the_published_one(two_editions: Settings) -> None:
    settings = two_editions
    engine = open_registry(settings)
    assert compare_rebuilt(settings, engine, 2022, "1.1", "management") == []
    folder = settings.published / "2022" / "1.1" / "management"
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)
    (folder / "index.html").write_text("Hello")
    (folder / "csv" / "goals.csv").unlink()
    (folder / "mine.txt").write_text("x")
    assert compare_rebuilt(settings, engine, 2022, "1.1", "management") == [
        "csv/goals.csv is not published",
        "mine.txt was not made again",
        "index.html differs",
    ]


def test_without_the_registry_tags_and_manifest_are_enough(two_editions: Settings, tmp_path: Path) -> None:
    settings = two_editions
    (settings.home / "registry.db").unlink()
    for edition in ("1.0", "1.1"):
        target = tmp_path / edition
        rebuild_edition(settings, open_registry(settings), 2022, edition, "management", target)
        assert contents(target) == contents(settings.published / "2022" / edition / "management")


def test_a_folder_that_was_lost_is_made_again_the_same(two_editions: Settings, set_clock: Callable[..., Any]) -> None:
    settings = two_editions
    folder = settings.published / "2022" / "1.1" / "management"
    before = contents(folder)
    remove(folder)
    set_clock("2023-01-01T00:00")
    steps.publish(steps.open_context(2022))
    assert contents(folder) == before


def test_what_an_edition_is_made_from_must_be_there(two_editions: Settings, tmp_path: Path) -> None:
    settings = two_editions
    engine = open_registry(settings)
    with pytest.raises(WresError, match=r"holds no tag 2022-2\.0 of figures, organisations"):
        rebuild_edition(settings, engine, 2022, "2.0", "management", tmp_path / "again")
    with pytest.raises(WresError, match=r"registry knows no official edition 1\.0 of 2022, and it is not published"):
        rebuild_edition(settings, engine, 2022, "1.0", "official", tmp_path / "again")
    taken = tmp_path / "taken"
    taken.mkdir()
    with pytest.raises(WresError, match="is there already and is no release"):
        rebuild_edition(settings, engine, 2022, "1.0", "management", taken)
    target = settings.published / "2022" / "1.1" / "management"
    with pytest.raises(WresError, match="where only wres publish puts releases"):
        rebuild_edition(settings, engine, 2022, "1.0", "management", target)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(target, elsewhere)
    with pytest.raises(ReleaseExistsError, match="holds another release"):
        rebuild_edition(settings, engine, 2022, "1.0", "management", elsewhere)
    folder = settings.published / "2022" / "1.0" / "management"
    folder.chmod(0o755)
    folder.rename(tmp_path / "away")
    with pytest.raises(WresError, match=r"management edition 1\.0 of 2022 is not there\. .*put it back first"):
        rebuild_edition(settings, engine, 2022, "1.1", "management", tmp_path / "again")


def test_the_table_is_what_two_published_files_say(two_editions: Settings) -> None:
    """From the CSV files alone: every cell that differs is listed once, with both figures, and no other."""
    settings = two_editions
    folder = settings.published / "2022"
    markers: dict[tuple[str, str], int] = {}
    for row in read(folder / "1.1" / "management" / "csv" / "revisions.csv"):
        key = (row["table_name"], row["column_name"])
        markers[key] = markers.get(key, 0) + 1
    differences: dict[tuple[str, str], int] = {}
    for path in (folder / "1.0" / "management" / "csv").glob("*.csv"):
        if path.stem in ("tidy", "tidy.meta"):  # the same figures in another form
            continue
        metadata = json.loads(path.with_suffix(".csv-metadata.json").read_text())
        key = metadata["tableSchema"]["primaryKey"]
        before, now = (
            {tuple(row[name] for name in key): row for row in read(folder / edition / "management" / "csv" / path.name)}
            for edition in ("1.0", "1.1")
        )
        if path.stem == "revisions":
            continue
        for release in set(before) | set(now):
            old, new = before.get(release), now.get(release)
            if old is None or new is None:
                differences[path.stem, "row"] = differences.get((path.stem, "row"), 0) + 1
                continue
            for column in old:
                if old[column] != new[column]:
                    differences[path.stem, column] = differences.get((path.stem, column), 0) + 1
    assert markers == differences


def read(path: Path) -> Rows:
    with path.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


@pytest.mark.slow
def test_editions_in_a_bucket_are_compared_fetched_and_made_again_as_in_a_folder(
    settings: Settings,
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    bucket: Any,
    s3_server: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = f"s3://wres/open/data?endpoint_override={s3_server}&scheme=http&region=us-east-1"
    for name, value in (("WRES_PUBLISHED_URI", url), ("AWS_ACCESS_KEY_ID", "pipeline")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "pipeline-secret")
    set_clock("2022-06-10T12:00")
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
    steps.run(steps.open_context(2022))
    first_files = contents(settings.published / "2022" / "1.0" / "management")
    remove(settings.published)  # the next round runs on another machine
    send_csv(2022, "RJ1", figures(2022, (500, 900, 20), ("30", "20", "1")))
    steps.collect(steps.open_context(2022))
    steps.build(steps.open_context(2022))
    steps.publish(steps.open_context(2022), note=NOTE)
    assert contents(settings.published / "2022" / "1.0" / "management") == first_files
    frame = read_table("revisions", year=2022)
    assert (set(frame["previous_edition"]), set(frame["edition"])) == ({"2022-1.0"}, {"2022-1.1"})
    with bucket.open_input_file("wres/open/data/2022/latest.json") as file:
        assert json.loads(file.readall()) == {"collection_year": 2022, "management": "1.1"}
    remove(settings.published)
    (settings.home / "registry.db").unlink()
    assert compare_rebuilt(load_settings(), open_registry(settings), 2022, "1.1", "management") == []


def test_an_official_edition_is_read_first_and_made_again_the_same(
    settings: Settings,
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    tmp_path: Path,
) -> None:
    set_clock("2022-06-10T12:00")
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
    send_csv(2022, "RJ1", figures(2022, (500, 900, 20), ("30", "20", "1")))
    steps.collect(steps.open_context(2022))
    set_clock("2023-02-22T09:30")
    steps.build(steps.open_context(2022))
    accepted = [row["code"] for row in steps.checklist(steps.open_context(2022)) if row["severity"] == "warning"]
    steps.approve(steps.open_context(2022), "Approver", "head of profession", accepted)
    folder = Path(steps.publish(steps.open_context(2022))["official"])
    frame = read_table("organisation", year=2022)
    assert frame.attrs["audience"] == "official"
    assert "bme_entered" in frame.set_index("code").loc["RXY", "suppressed"]  # type: ignore[operator]
    assert compare_rebuilt(settings, open_registry(settings), 2022, "1.0", "official") == []
    (settings.home / "registry.db").unlink()
    again = rebuild_edition(settings, open_registry(settings), 2022, "1.0", "official", tmp_path / "again")
    assert contents(again) == contents(folder)


def remove(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(folder)
