"""`--engine spark`: the same release, byte for byte; where Spark cannot be had, a sentence that says so."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wres import steps
from wres.settings import Settings

Wres = Callable[..., tuple[int, str, str]]

CANNOT, INSTEAD = "The engine spark cannot be used:", "Or build without it: --engine duckdb.\n"


def files_under(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_both_engines_build_and_publish_the_same(
    spark_here: None,
    settings: Settings,
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    set_clock: Callable[..., Any],
    wres: Wres,
) -> None:
    for year, entered in ((2020, ("10.5", "4", "0.5")), (2021, ("9", "3", "0"))):
        set_clock(f"{year}-06-10T12:00")
        send_csv(year, "RXY", figures(year, (1000, 100, 10), entered))
        send_csv(year, "RJ1", figures(year, (500, 900, 20), ("30", "20", "1")))
        steps.collect(steps.open_context(year))
        steps.build(steps.open_context(year))
    built_here = wres("build", "2021", "--format", "json")
    there = wres("build", "2021", "--format", "json", "--engine", "spark", "--master", "local[2]")
    assert there[:2] == built_here[:2]

    wres("publish", "2021", "--engine", "duckdb")
    release = settings.published / "2021" / "1.0" / "management"
    kept = release.rename(settings.home / "made by DuckDB")
    status, out, _ = wres("publish", "2021", "--engine", "spark", "--format", "json")
    assert (status, [row["edition"] for row in json.loads(out)]) == (0, ["1.0"])
    by_duckdb, by_spark = files_under(kept), files_under(release)
    assert {name for name in by_duckdb if name.endswith(".csv")} >= {"csv/organisation.csv", "csv/improvement.csv"}
    assert by_spark.keys() == by_duckdb.keys()
    assert [name for name in by_duckdb if by_spark[name] != by_duckdb[name]] == []


@pytest.fixture
def built(figures: Callable[..., Any], send_csv: Callable[..., Any], set_clock: Callable[..., Any]) -> None:
    set_clock("2022-06-10T12:00")
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
    steps.collect(steps.open_context(2022))


@pytest.mark.usefixtures("built", "spark_here")
def test_a_cluster_that_is_not_there_is_reported_in_a_sentence(wres: Wres) -> None:
    status, out, err = wres("build", "2022", "--engine", "spark", "--master", "nowhere")
    assert (status, out) == (2, "")
    assert err.startswith("Spark cannot be started with the master 'nowhere': Could not parse Master URL")
    assert err.endswith(
        "Set WRES_SPARK_MASTER to one that is there, local[2] for this machine, and see that Java is 17 or newer.\n"
    )


@pytest.mark.usefixtures("built")
def test_without_pyspark_the_other_engine_is_offered(wres: Wres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_ENGINE", "spark")
    monkeypatch.setitem(sys.modules, "pyspark", None)
    pyspark = "PySpark is not installed. Run: make spark (or pip install pyspark)."
    assert wres("build", "2022") == (2, "", f"{CANNOT} {pyspark} {INSTEAD}")


@pytest.mark.usefixtures("built")
def test_without_java_the_other_engine_is_offered(wres: Wres, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark", reason="PySpark is not installed: make spark")
    monkeypatch.setenv("WRES_ENGINE", "spark")
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    java = "there is no Java. Install version 17, for example openjdk-17-jre-headless."
    assert wres("build", "2022") == (2, "", f"{CANNOT} {java} {INSTEAD}")


def test_an_engine_that_nobody_knows_is_refused(wres: Wres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_ENGINE", "abacus")
    status, _, err = wres("build", "2022")
    assert (status, err) == (
        2,
        "The setting WRES_ENGINE cannot be used: it must be 'duckdb' or 'spark'. Correct it or unset it.\n",
    )
