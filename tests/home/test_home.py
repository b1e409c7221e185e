"""A home stands for itself wherever it is: at odd paths, copied, moved, behind a link, beside a database of its own."""

import json
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from pyiceberg.table import StaticTable
from sqlalchemy import func, select

from wres.database.collection_state import set_state
from wres.database.models import CollectionState
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.home import MARKER, require_apart_from_home, require_outside_stores
from wres.recovery.db_dump import consistent_snapshot
from wres.settings import Settings, load_settings
from wres.warehouse.build import write_year
from wres.warehouse.iceberg import table_schema
from wres.warehouse.snapshot_reader import data_files, read_years

ODD = [
    "two words", "a#b", "a?b", "a%20b", "100%", "a+b", "é", "日本", "a:b", "a@b", "a&b=c", "a;b", "it's", 'a"b', "a\\b",
    "[x]", "{x}", "*", "$HOME", "file:", "line\nbreak", "-o", ". .", "x" * 200,
]  # fmt: skip


def figures(value: str) -> dict[str, pa.Table]:
    row = {
        "collection_year": 2022,
        "organisation_code": "RXY",
        "receipt": "2022-RXY-001",
        "sha256": "0" * 64,
        "item": "workforce.clinical.vsm",
        "ethnic_group": "white",
        "value": Decimal(value),
    }
    empty = {name: table_schema(name).empty_table() for name in ("organisations", "findings")}
    return {"figures": pa.Table.from_pylist([row], schema=table_schema("figures")), **empty}


def use(settings: Settings, value: str) -> int:
    """What a step does: the registry first, then the warehouse; gives the snapshot."""
    set_state(open_registry(settings), 2022, "open", settings.clock.now())
    return write_year(settings, 2022, figures(value)).snapshots["figures"]


def value_at(settings: Settings, snapshot: int) -> Decimal:
    (row,) = read_years(settings, "figures", snapshot, 2022).to_pylist()
    value: Decimal = row["value"]
    return value


@pytest.fixture
def open_home(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | str], Settings]:
    """The settings with this home."""

    def settings(home: Path | str) -> Settings:
        monkeypatch.setenv("WRES_HOME", str(home))
        return load_settings()

    return settings


@pytest.mark.parametrize("name", ODD)
def test_all_of_it_lies_in_the_home_at_any_path(
    name: str, open_home: Callable[[Path | str], Settings], tmp_path: Path
) -> None:
    home = open_home(tmp_path / "outside" / name)
    snapshot = use(home, "1.0")
    assert value_at(home, snapshot) == 1
    assert [path.name for path in (tmp_path / "outside").iterdir()] == [name]
    assert {path.name for path in home.home.iterdir()} >= {"registry.db", "warehouse", MARKER}
    assert home.home.stat().st_mode & 0o077 == 0
    # What else reads the registry by its address: a backup, and Spark, which reads the files by their paths.
    with consistent_snapshot(open_registry(home)) as frozen:
        assert frozen.scalar(select(func.count()).select_from(CollectionState)) == 1
    paths = data_files(home, "figures", snapshot, 2022).paths
    assert [Path(path).is_file() and Path(path).is_relative_to(home.home) for path in paths] == [True]


def test_a_copied_home_says_so_and_leaves_the_original_alone(
    open_home: Callable[[Path | str], Settings], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    original = open_home(tmp_path / "original")
    first = use(original, "1.0")
    shutil.copytree(original.home, tmp_path / "copy")
    before = {path: path.read_bytes() for path in original.home.rglob("*") if path.is_file()}
    capsys.readouterr()
    copy = open_home(tmp_path / "copy")
    second = use(copy, "2.0")
    assert f"{copy.home} is a copy of {original.home}" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in original.home.rglob("*") if path.is_file()} == before
    assert (value_at(copy, first), value_at(copy, second)) == (1, 2)
    shutil.rmtree(original.home)
    assert value_at(copy, first) == 1
    open_registry(copy)
    assert capsys.readouterr().err == ""  # it was said once


@pytest.fixture
def another_disk() -> Iterator[Path]:
    """A folder of another file system, where this machine has one."""
    disk = Path("/dev/shm")  # noqa: S108 - it is only the place for a folder of the test's own
    if not disk.is_dir():
        pytest.skip("this machine has no second file system to write to")
    with TemporaryDirectory(dir=disk) as folder:
        yield Path(folder)


@pytest.mark.parametrize("where", ["here", "another disk"])
def test_a_moved_home_says_so_before_anything_is_written_and_goes_on(
    where: str,
    open_home: Callable[[Path | str], Settings],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = open_home(tmp_path / "old")
    first = use(old, "1.0")
    capsys.readouterr()
    place = (tmp_path if where == "here" else request.getfixturevalue("another_disk")) / "new #1"
    shutil.move(old.home, place)
    registry = (place / "registry.db").read_bytes()
    new = open_home(place)
    open_registry(new)
    assert f"it was {old.home} and is now {place}" in capsys.readouterr().err
    assert (place / "registry.db").read_bytes() == registry
    second = use(new, "2.0")
    assert (value_at(new, first), value_at(new, second)) == (1, 2)
    assert not old.home.exists()


def test_a_link_to_a_home_is_that_home(
    open_home: Callable[[Path | str], Settings],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    snapshot = use(open_home(tmp_path / "home"), "1.0")
    (tmp_path / "link").symlink_to(tmp_path / "home")
    monkeypatch.chdir(tmp_path)
    for name in (tmp_path / "link", "link", "./home/../home", "home/"):
        home = open_home(name)
        assert (use(home, "1.0"), value_at(home, snapshot)) == (snapshot, 1)
    assert capsys.readouterr().err == ""


def test_other_programs_read_the_tables_from_within_the_home(
    open_home: Callable[[Path | str], Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(open_home(tmp_path / "made"), "1.0")
    shutil.move(tmp_path / "made", tmp_path / "moved")
    monkeypatch.chdir(tmp_path / "moved")
    newest = max(Path("warehouse/raw/figures/metadata").glob("*.metadata.json"))
    assert StaticTable.from_metadata(str(newest)).scan().to_arrow()["value"].to_pylist() == [Decimal("1.0")]
    assert str(tmp_path) not in newest.read_text()


def test_a_copy_beside_the_same_database_is_refused(
    open_home: Callable[[Path | str], Settings], tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_DATABASE_URL", postgres)
    use(open_home(tmp_path / "original"), "1.0")
    shutil.copytree(tmp_path / "original", tmp_path / "copy")
    with pytest.raises(WresError, match="the database of both"):
        open_registry(open_home(tmp_path / "copy"))
    (tmp_path / "original" / MARKER).unlink()  # as the message says, where the original is given up
    open_registry(open_home(tmp_path / "copy"))


def test_a_database_whose_warehouse_is_elsewhere_is_said_to_be_that(
    open_home: Callable[[Path | str], Settings], tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_DATABASE_URL", postgres)
    use(open_home(tmp_path / "one"), "1.0")
    other = open_home(tmp_path / "other")
    with pytest.raises(WresError, match="its files are not there"):
        write_year(other, 2022, figures("2.0"))
    home = open_home(tmp_path / "one")
    assert value_at(home, use(home, "1.0")) == 1


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"home": 1}', '{"home": "x", "path": 7}', "\x00"])
def test_a_marker_that_was_tampered_with_is_written_again(
    content: str, open_home: Callable[[Path | str], Settings], tmp_path: Path
) -> None:
    home = open_home(tmp_path / "home")
    open_registry(home)
    (home.home / MARKER).write_text(content)
    open_registry(home)
    assert json.loads((home.home / MARKER).read_text())["path"] == str(home.home)


def test_a_home_that_cannot_be_is_said_in_a_sentence(
    open_home: Callable[[Path | str], Settings], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for place in ("file", "file/below", "loop", "x" * 300):
        with pytest.raises(WresError, match="WRES_HOME"):
            open_registry(open_home(tmp_path / place))
    with pytest.raises(WresError, match="WRES_HOME"):
        open_home(f"{tmp_path}/a\udcffb")


def test_a_tilde_is_the_users_folder_and_nothing_is_the_default(
    open_home: Callable[[Path | str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert open_home("~/wres").home == Path("/home/somebody/wres")
    assert open_home("").home == Path("var")


@pytest.fixture
def used_home(settings: Settings) -> Path:
    """Make a home with a registry, a store, and beside it a link that leads into the store."""
    open_registry(settings).dispose()
    settings.published.mkdir()
    (settings.home.parent / "link").symlink_to(settings.published)
    return settings.home


INSIDE = [
    "home/landing/x.csv", "home/published", "home/sealed/2022/x", "home/warehouse/raw/x.parquet",
    "home/inbox/2022/RXY/r.xlsx",
    "home/registry.db", "home/registry.db-wal", "home/registry.db.claims/x", "link/tables.xlsx", "away/../home/logs/x",
]  # fmt: skip
OUTSIDE = [
    "x.csv",
    "home-2/published/x",
    "home/commentary/x.md",
    "home/corrections/x.csv",
    "home/progress/x.csv",
    "home/new/x",
]


@pytest.mark.parametrize("path", INSIDE)
def test_nothing_is_written_where_the_pipeline_keeps_its_own_files(
    used_home: Path, settings: Settings, path: str
) -> None:
    place = used_home.parent / path.replace("home", used_home.name)
    with pytest.raises(WresError, match="where the pipeline keeps its own files, so nothing was written"):
        require_outside_stores(settings, place)


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_file_may_be_written_elsewhere(used_home: Path, settings: Settings, path: str) -> None:
    require_outside_stores(settings, used_home.parent / path.replace("home", used_home.name))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("home", "is the home itself"),
        ("home/backups/monday", "lies in the home"),
        ("home/..", "holds the home"),
        ("link/backup", "lies in the home"),
    ],
)
def test_a_backup_is_apart_from_the_home(used_home: Path, settings: Settings, path: str, words: str) -> None:
    with pytest.raises(WresError, match=f"{words}.*Give a backup a folder of its own"):
        require_apart_from_home(settings, used_home.parent / path.replace("home", used_home.name))
    require_apart_from_home(settings, used_home.parent / f"{used_home.name}-backup")


COMMANDS = [
    ("chase", "2022", "--output"),
    ("template", "2022", "RXY", "--output"),
    ("local-report", "2022", "RXY", "--output"),
    ("publish", "2022", "--from-edition", "1.0", "--output"),
    ("tables", "pull", "organisation", "--year", "2022", "--output"),
    ("check", __file__, "--report"),
    ("prepare", "--example"),
    ("prepare", "2022", "RXY", "--staff", "s.csv", "--cases", "c.csv", "--map", "m.toml", "--output"),
    ("prepare", "2022", "RXY", "--staff", "s.csv", "--cases", "c.csv", "--output", "r.xlsx", "--map"),
    ("keys", "--output"),
    ("backup",),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_writes_refuses_the_stores(
    wres: Callable[..., tuple[int, str, str]], used_home: Path, command: tuple[str, ...]
) -> None:
    place = used_home / "published" / "mine"
    status, out, err = wres(*command, str(place))
    assert (status, out) == (2, "")
    assert str(place) in err
    assert "so nothing was written. Give a" in err
    assert list((used_home / "published").iterdir()) == []
