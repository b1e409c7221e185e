"""A build is counted once: its tables are in the warehouse, and every tool that reads SQL sees them."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wres.indicators.counted_builds as wres_counted
import wres.warehouse.marts as wres_marts
from tests.indicators.made_returns import collection, figures, organisation, plain_return
from wres.database.audit_log import get_events
from wres.database.models import Build
from wres.database.registry import open_registry
from wres.database.releases import get_snapshots, list_builds, save_build
from wres.errors import WresError
from wres.indicators import from_warehouse
from wres.indicators.counted_builds import counted_build, ensure_counted, tables_of_build
from wres.indicators.from_warehouse import indicator_tables
from wres.recovery.audit_stores import mart_faults
from wres.recovery.build_archive import record_counted_tables
from wres.settings import Settings
from wres.warehouse import connect, parquet_files
from wres.warehouse.build import write_year
from wres.warehouse.iceberg import open_catalog, table_schema
from wres.warehouse.marts import ChangedTablesError, CountedBuild, changed_tables, write_counted
from wres.warehouse.remembered import read_remembered, write_remembered

Wres = Callable[..., tuple[int, str, str]]


def built(settings: Settings, year: int, white: int, bme: int) -> Build:
    """Build a year of one trust, with so many entries."""
    stated = plain_return(white=(1000, white), bme=(500, bme), unknown=(10, 0))
    receipt = {"receipt": f"{year}-RAA-001", "sha256": "0" * 64}
    cells = [row | receipt for row in figures(collection(year), "RAA", stated)]
    place = {"icb_code": "", "icb_name": "", "simulated": True, "receipt": receipt["receipt"], "received_at": None}
    place |= {"taken_over": ""}
    rows = {
        "figures": pa.Table.from_pylist(cells, schema=table_schema("figures")),
        "organisations": pa.Table.from_pylist(
            [organisation(year, "RAA") | place], schema=table_schema("organisations")
        ),
        "findings": table_schema("findings").empty_table(),
    }
    written = write_year(settings, year, rows)
    build = Build(
        content=written.content,
        collection_year=year,
        built_at=datetime(year, 10, 1, tzinfo=UTC),
        **{f"{name}_snapshot": snapshot for name, snapshot in written.snapshots.items()},
    )
    return save_build(open_registry(settings), build)


def tables(settings: Settings, build: Build) -> dict[str, pa.Table]:
    return dict(tables_of_build(settings, build.build, get_snapshots(build), build.collection_year).tables)


def expected(settings: Settings, build: Build) -> dict[str, pa.Table]:
    """The tables, counted again, the published series by its key."""
    counted = indicator_tables(settings, get_snapshots(build), build.collection_year)
    series = counted["published_series"].sort_by([(name, "ascending") for name in ("collection_year", "level", "code")])
    return {**counted, "published_series": series}


def count_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each time that a build is counted."""
    counted: list[str] = []
    count = wres_counted.count_build

    def noting(*arguments: Any) -> dict[str, pa.Table]:
        counted.append("counted")
        return count(*arguments)

    monkeypatch.setattr(wres_counted, "count_build", noting)
    return counted


def test_a_build_is_counted_once_and_read_as_it_was_counted(
    anywhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = count_calls(monkeypatch)
    built(anywhere, 2021, 30, 10)
    build = built(anywhere, 2022, 20, 20)
    first, second = tables(anywhere, build), tables(anywhere, build)
    assert counted == ["counted"]
    assert first == second == expected(anywhere, build)
    assert [row["relative_likelihood"] for row in second["organisation"].to_pylist()] != [None, None]
    assert second["organisation_change"].num_rows == 1


def test_each_build_keeps_its_own_tables(settings: Settings) -> None:
    first = built(settings, 2022, 20, 20)
    before = tables(settings, first)
    second = built(settings, 2022, 20, 5)
    assert tables(settings, second)["national"] != before["national"]
    assert tables(settings, first) == before


def test_other_code_counts_again_in_place_of_what_there_was(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = built(settings, 2022, 20, 20)
    before = tables(settings, build)
    counted = count_calls(monkeypatch)
    monkeypatch.setattr(wres_counted, "code_digest", lambda: "other")
    assert tables(settings, build) == before
    assert tables(settings, build) == before
    assert counted == ["counted"]
    with connect(build.build, settings) as connection:
        [(rows,)] = connection.execute("SELECT count(*) FROM mart.organisation").fetchall()
    assert rows == 1


def test_what_was_killed_half_way_is_counted_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    build = built(settings, 2022, 20, 20)
    replace = wres_marts.replace_build
    written: list[str] = []

    def killed(*arguments: Any) -> None:
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(arguments[1])
        replace(*arguments)

    monkeypatch.setattr(wres_marts, "replace_build", killed)
    with pytest.raises(KeyboardInterrupt):
        tables(settings, build)
    monkeypatch.setattr(wres_marts, "replace_build", replace)
    assert tables(settings, build) == expected(settings, build)


def test_tables_that_other_code_has_half_rewritten_are_not_read_by_anybody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, wres: Wres
) -> None:
    """Killed in the middle, the older code's marker is gone, so that no table is taken for an empty one."""
    build = built(settings, 2022, 20, 20)
    tables(settings, build)
    replace = wres_marts.replace_build
    written: list[str] = []

    def killed(*arguments: Any) -> None:
        if "mart.region" in written:
            raise KeyboardInterrupt
        written.append(arguments[1])
        replace(*arguments)

    with monkeypatch.context() as newer:
        newer.setattr(wres_counted, "code_digest", lambda: "other")
        newer.setattr(wres_marts, "replace_build", killed)
        with pytest.raises(KeyboardInterrupt):
            tables(settings, build)
    assert {"mart.national", "mart.region"} <= set(written)
    status, _, err = wres("sql", "SELECT count(*) FROM mart.organisation")
    assert status == 2
    assert "are not counted yet" in err
    assert tables(settings, build) == expected(settings, build)


def test_another_goal_of_a_year_is_another_key(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    build = built(settings, 2022, 20, 20)
    inputs = (settings, build.build, get_snapshots(build), 2022)
    before = counted_build(*inputs)
    assert counted_build(*inputs) == before
    collections = from_warehouse.collections_table([2022])
    goal = collections.set_column(2, "goal_percent", pa.array([1], pa.int32()))
    monkeypatch.setattr(from_warehouse, "collections_table", lambda *_: goal)
    assert counted_build(*inputs) != before


def test_every_layer_is_read_as_the_build_holds_it(settings: Settings) -> None:
    built(settings, 2021, 30, 10)
    first = built(settings, 2022, 20, 20)
    tables(settings, first)
    second = built(settings, 2022, 20, 5)
    tables(settings, second)
    asked = "SELECT sum(value) FROM {} WHERE collection_year = 2022 AND ethnic_group = 'bme' AND {}"
    for build, entered in ((None, 5), (second.build, 5), (first.build, 20)):
        with connect(build, settings) as connection:
            for table, condition in (
                ("raw.figures", "item = 'disciplinary.entered'"),
                ("core.group_measures", "level = 'organisation' AND measure = 'entered'"),
            ):
                assert connection.execute(asked.format(table, condition)).fetchall() == [(entered,)]
            [(shown,)] = connection.execute(
                "SELECT bme_entered FROM mart.organisation WHERE collection_year = 2022"
            ).fetchall()
            assert shown == entered


def test_nothing_can_be_changed_or_reached_outside(settings: Settings) -> None:
    built(settings, 2022, 20, 20)
    with connect(settings=settings) as connection:
        for attempt in (
            "DELETE FROM raw.figures",
            "SELECT * FROM read_text('/etc/hostname')",
            f"COPY raw.figures TO '{settings.home}/x.csv'",
            "SET enable_external_access = true",
            "ATTACH 'other.db'",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(attempt)


def test_before_the_first_build_and_for_an_unknown_one_it_says_so(settings: Settings) -> None:
    with pytest.raises(WresError, match="Nothing is built yet"):
        connect(settings=settings)
    with pytest.raises(WresError, match=r"no build '2022-abc'"):
        connect("2022-abc", settings)


def test_the_command_shows_rows_tables_and_what_is_wrong(
    settings: Settings, wres: Wres, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = built(settings, 2022, 20, 20)
    tables(settings, build)
    status, out, _ = wres("sql", "SELECT code, bme_entered FROM mart.organisation", "--format", "csv")
    assert (status, out) == (0, "code,bme_entered\nRAA,20.00\n")
    status, out, _ = wres("sql", "--format", "csv")
    assert "mart.organisation,relative_likelihood," in out
    assert "raw.figures,receipt,varchar" in out
    assert "core.counts,value,bigint" in out
    # the names by which a query asks for the columns, and not words for them
    status, out, _ = wres("sql", "SELECT collection_year, organisation_code, ethnic_group FROM core.counts LIMIT 1")
    assert out.splitlines()[0].split() == ["collection_year", "organisation_code", "ethnic_group"]
    monkeypatch.setenv("COLUMNS", "40")
    status, out, _ = wres("sql", "SELECT collection_year, organisation_code, ethnic_group FROM core.counts LIMIT 1")
    assert [line.partition(":")[0] for line in out.splitlines()] == [
        "collection_year",
        "organisation_code",
        "ethnic_group",
    ]
    for query, message in (
        ("DROP VIEW mart.national", "Nothing in the warehouse can be changed"),
        ("SELECT 1; SELECT 2", "one SELECT at a time"),
        ("", "one SELECT at a time"),
        ("SELECT * FROM mart.nothing", "This build has no table nothing. List the tables and columns: wres sql"),
        ("SELECT * FROM marts.national", "Perhaps you mean mart.national."),
        ("SELECT * FROM nationals", "Perhaps you mean mart.national."),
        ("SELECT * FROM mart_national", "This build has no table mart_national."),  # the files are no table
        ("SELECT * FROM mart.revisions", "belongs to a release, not to a build. Fetch it: wres tables pull revisions"),
        ("SELECT code, window FROM mart.national", 'in double quotes: "window".'),
        ("SELECT organisation FROM mart.national", "No table of the query has a column organisation."),
        ("SELEC", 'The query is not SQL: the mistake is at "SELEC".'),
        ("SELECT code, count(*) FROM mart.national", 'The query cannot be run: column "code" must appear'),
        ("SELECT * FROM read_csv('/etc/passwd')", "reads the tables of the warehouse and no other file"),
        ("SELECT * FROM 'other.parquet'", "reads the tables of the warehouse and no other file"),
    ):
        status, out, err = wres("sql", query)
        assert (status, out) == (2, ""), query
        assert message in err
        assert "Error:" not in err
    assert wres("sql", "SELECT 1", "--build", "2022-abc")[0] == 2


def test_a_table_of_a_build_that_is_not_counted_yet_says_how_to_count_it(settings: Settings, wres: Wres) -> None:
    built(settings, 2022, 20, 20)
    status, _, err = wres("sql", "SELECT * FROM mart.national")
    assert status == 2
    assert "of this build are not counted yet. Count them: wres build 2022" in err
    with pytest.raises(WresError, match="Count them: wres build 2022"):
        parquet_files("mart.national", settings=settings)
    with pytest.raises(WresError, match="wres tables pull revisions --year 2022"):
        parquet_files("mart.revisions", settings=settings)


def test_show_tables_lists_what_an_analyst_reads_and_not_the_files_below(settings: Settings, wres: Wres) -> None:
    tables(settings, built(settings, 2022, 20, 20))
    status, out, _ = wres("sql", "SHOW TABLES", "--format", "csv")
    names = out.splitlines()[1:]
    assert status == 0
    assert {"figures", "counts", "organisation", "organisations"} <= set(names)
    for name in names:
        assert wres("sql", f"SELECT count(*) FROM {name}")[0] == 0
        assert "counted_by" not in wres("sql", f"DESCRIBE {name}")[1]


def test_more_rows_than_are_shown_are_not_read_and_the_command_says_so(settings: Settings, wres: Wres) -> None:
    built(settings, 2022, 20, 20)
    status, out, err = wres("sql", "SELECT range FROM range(1000000000000)")
    assert (status, len(out.splitlines())) == (0, 1001)
    assert "the first 1,000 rows" in err
    assert wres("sql", "SELECT range FROM range(3)", "--rows", "3", "--format", "csv") == (0, "range\n0\n1\n2\n", "")
    assert "the first 2 rows" in wres("sql", "SELECT range FROM range(3)", "--rows", "2", "--format", "csv")[2]


def mart_file(settings: Settings, table: str) -> Path:
    """Give the one file of a mart."""
    (file,) = settings.home.glob(f"warehouse/**/{table}/data/**/*.parquet")
    return file


def change_a_row(file: Path) -> None:
    """Write a file again with other BME entries in every row."""
    rows = pq.read_table(file)
    place = rows.column_names.index("bme_entered")
    other = pa.array([Decimal("7.00")] * rows.num_rows, rows.schema.field(place).type)
    file.chmod(0o600)
    pq.write_table(rows.set_column(place, rows.schema.field(place), other), file)


def test_a_changed_row_is_found_before_anything_is_made_of_it_and_a_build_mends_it(settings: Settings) -> None:
    build = built(settings, 2022, 20, 20)
    before = tables(settings, build)
    change_a_row(mart_file(settings, "mart/organisation"))
    with pytest.raises(ChangedTablesError, match=r"mart\.organisation of the build 2022-b001 is not as .* wres build"):
        tables(settings, build)
    inputs = (settings, build.build, get_snapshots(build), 2022)
    assert changed_tables(settings, counted_build(*inputs)) == ["mart.organisation"]
    assert dict(tables_of_build(*inputs, mend=True).tables) == before
    assert tables(settings, build) == before
    assert changed_tables(settings, counted_build(*inputs)) == []


def test_an_older_build_is_mended_by_itself(settings: Settings) -> None:
    """Its own rows are counted, not those of the newer build; what is unchanged is left as it is."""
    older, newer = built(settings, 2022, 20, 20), built(settings, 2022, 20, 10)
    assert [build.build for build in list_builds(open_registry(settings), 2022)] == ["2022-b001", "2022-b002"]
    old_inputs = (settings, older.build, get_snapshots(older), 2022)
    new_inputs = (settings, newer.build, get_snapshots(newer), 2022)
    assert ensure_counted(*old_inputs) == counted_build(*old_inputs)  # not counted yet, as after a restore
    assert ensure_counted(*old_inputs) is None
    before = tables(settings, older)
    change_a_row(mart_file(settings, "mart/organisation"))
    after = tables(settings, newer)
    assert before != after
    assert ensure_counted(*new_inputs) is None
    assert changed_tables(settings, counted_build(*old_inputs)) == ["mart.organisation"]
    assert ensure_counted(*old_inputs) == counted_build(*old_inputs)
    assert (tables(settings, older), tables(settings, newer)) == (before, after)


def test_a_file_that_is_gone_is_found_too(settings: Settings) -> None:
    build = built(settings, 2022, 20, 20)
    tables(settings, build)
    mart_file(settings, "core/counts").unlink()
    with pytest.raises(ChangedTablesError, match=r"core\.counts"):
        tables(settings, build)


@pytest.mark.parametrize("table", ["mart.organisation", "core.counts", "raw.figures"])
def test_an_analyst_reads_nothing_of_a_build_whose_files_are_changed_or_gone(
    settings: Settings, wres: Wres, table: str
) -> None:
    build = built(settings, 2022, 20, 20)
    tables(settings, build)
    file = mart_file(settings, table.replace(".", "/"))
    file.unlink()
    status, out, err = wres("sql", f"SELECT count(*) FROM {table}")
    assert (status, out) == (2, "")
    assert "Traceback" not in err
    assert (file.name in err) if table == "raw.figures" else (f"{table} of the build 2022-b001 is not as it was" in err)


def test_an_analyst_does_not_read_rows_that_somebody_changed(settings: Settings) -> None:
    tables(settings, built(settings, 2022, 20, 20))
    change_a_row(mart_file(settings, "mart/organisation"))
    with pytest.raises(ChangedTablesError, match=r"mart\.organisation .* count again: wres build 2022"):
        connect(settings=settings)


@pytest.mark.parametrize("table", ["mart.organisation", "mart.comparison"])  # one with rows, and one without
def test_a_table_that_is_gone_is_said_and_counted_again(settings: Settings, wres: Wres, table: str) -> None:
    build = built(settings, 2022, 20, 20)
    before = tables(settings, build)
    assert (before["comparison"].num_rows, before["organisation"].num_rows) == (0, 1)
    with open_catalog(settings) as catalogue:
        catalogue.drop_table(table)
    inputs = (settings, build.build, get_snapshots(build), 2022)
    assert changed_tables(settings, counted_build(*inputs)) == [table]
    status, _, err = wres("sql", "SELECT count(*) FROM mart.national")
    assert (status, f"{table} of the build 2022-b001 is not as it was counted" in err) == (2, True)
    assert dict(tables_of_build(*inputs, mend=True).tables) == before
    assert wres("sql", f"SELECT count(*) FROM {table}")[0] == 0


def test_an_answer_is_kept_for_the_build_and_the_version_that_gave_it(settings: Settings) -> None:
    key = CountedBuild(2022, "2022-b001", "a")
    other = CountedBuild(2022, "2022-b002", "a")
    assert read_remembered(settings, key, "is it so") is None
    write_remembered(settings, key, "is it so", "yes")
    write_remembered(settings, key, "how many", "3")
    write_remembered(settings, other, "is it so", "no")
    assert read_remembered(settings, key, "is it so") == "yes"
    assert read_remembered(settings, other, "is it so") == "no"
    newer = CountedBuild(2022, "2022-b001", "b")
    assert read_remembered(settings, newer, "is it so") is None
    write_remembered(settings, newer, "is it so", "perhaps")
    assert read_remembered(settings, key, "is it so") is None
    assert read_remembered(settings, key, "how many") == "3"


def test_the_audit_finds_changed_rows_and_changed_digests(settings: Settings) -> None:
    build, database = built(settings, 2022, 20, 20), open_registry(settings)
    counted = tables_of_build(settings, build.build, get_snapshots(build), 2022)
    record_counted_tables(settings, database, counted.key)
    record_counted_tables(settings, database, counted.key)
    events = get_events(database, 2022)
    assert [event.kind for event in events].count("counted") == 1
    assert list(mart_faults(settings, events)) == []
    change_a_row(mart_file(settings, "mart/organisation"))
    (fault,) = mart_faults(settings, events)
    assert fault.startswith("mart.organisation of the build 2022-b001 has other rows")
    with open_catalog(settings) as catalogue:  # whoever changed the rows writes a digest to match
        catalogue.drop_table("wres.counted_builds")
    write_counted(settings, counted.key, {"mart.organisation": counted.tables["organisation"].slice(0, 0)})
    (fault,) = mart_faults(settings, events)
    assert fault.startswith("the counted tables of the build 2022-b001 and their digests were changed")
