"""Write and read the tables of a build: Iceberg tables in the layers core and mart, partitioned by year and build.

They follow from the rows of the build and from the code, so they can be counted again at any time, and no backup holds
them. The SHA-256 of each of their files is kept beside them, so that a row that somebody changed is found before a
release is made of it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from wres.errors import WresError
from wres.settings import Settings
from wres.warehouse.home_files import find_in_home
from wres.warehouse.iceberg import open_catalog, open_or_create, retry_on_conflict
from wres.warehouse.layer_schema import BOOKKEEPING

if TYPE_CHECKING:
    import pyarrow as pa
    from pyiceberg.catalog import Catalog
    from pyiceberg.expressions import BooleanExpression
    from pyiceberg.table import FileScanTask, Table

COUNTED = "counted"
KEY = ("build_year", "build", "counted_by")  # the partition: year and name of the build; what it was counted by


@dataclass(frozen=True, slots=True)
class CountedBuild:
    """The key of the tables of a build: its name, and a digest of the code and data that counted it."""

    year: int
    build: str
    counted_by: str

    def columns(self) -> dict[str, object]:
        """Return the values of the columns that name the build in each row."""
        return dict(zip(KEY, (self.year, self.build, self.counted_by), strict=True))

    def depending_on(self, *facts: object) -> "CountedBuild":
        """Return the key of results that depend on these facts beside the tables."""
        return replace(self, counted_by=short_digest(self.counted_by, *facts))


def short_digest(*facts: object) -> str:
    """Return a digest of facts, short enough for the value of a partition."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


class ChangedTablesError(WresError):
    """Tables of a build are not as they were counted: somebody changed the warehouse."""

    def __init__(self, key: CountedBuild, tables: list[str]) -> None:
        self.tables = tables
        are_not = "is not as it was" if len(tables) == 1 else "are not as they were"
        super().__init__(
            f"The warehouse's {', '.join(tables)} of the build {key.build} {are_not} counted: files of the warehouse "
            f"were changed. Nothing was made of them. Find out who did it, and count again: wres build {key.year}"
        )


def write_counted(
    settings: Settings, key: CountedBuild, tables: Mapping[str, "pa.Table"], stage: str = COUNTED
) -> None:
    """Keep the tables of a build in place of those that it was counted into before.

    Args:
        settings: say where the warehouse is.
        key: the build, and what it was counted by.
        tables: by name with their layer, such as `mart.organisation`.
        stage: counted or protected; the tables of each stage are kept apart.
    """
    import pyarrow as pa

    no_marker = pa.table({"digests": pa.array([], pa.string())})
    with open_catalog(settings) as catalogue:
        # A marker of older tables goes first: until the new one is there, nobody takes some old and some new ones.
        retry_on_conflict(partial(replace_build, catalogue, _marker_table(stage), key, no_marker))
        for name, rows in tables.items():
            retry_on_conflict(partial(replace_build, catalogue, name, key, rows))
        digests = {name: _hash_table(catalogue, name, key) for name in sorted(tables)}
        marker = pa.table({"digests": pa.array([json.dumps(digests)], pa.string())})
        # The marker is written last, so that its tables are complete.
        retry_on_conflict(partial(replace_build, catalogue, _marker_table(stage), key, marker))


_last_read: "dict[str, tuple[str, dict[str, pa.Table]]]" = {}  # of each stage: the digests of the files, the tables


def read_counted(settings: Settings, key: CountedBuild, stage: str = COUNTED) -> "dict[str, pa.Table] | None":
    """Read the tables of a build by name with their layer, in no order; None where there are none with this key.

    The files are held against their digests each time; what was read last is read again only where they differ.

    Raises:
        ChangedTablesError: a table's files are not those that were written.
    """
    with open_catalog(settings) as catalogue:
        digests = _read_digests(catalogue, key, stage)
        if digests is None:
            return None
        if changed := _find_changed(catalogue, key, digests):
            raise ChangedTablesError(key, changed)
        read_of = repr((key, digests))
        last = _last_read.get(stage)
        if last is None or last[0] != read_of:
            last = read_of, {name: _read_build(catalogue.load_table(name), key) for name in digests}
            _last_read[stage] = last
        return dict(last[1])


def hash_counted_tables(settings: Settings, key: CountedBuild) -> str:
    """Return one SHA-256 over the files of all tables of a build, as they are now."""
    with open_catalog(settings) as catalogue:
        names = sorted(_read_digests(catalogue, key, COUNTED) or {})
        return hashlib.sha256(
            json.dumps([(name, _hash_table(catalogue, name, key)) for name in names]).encode()
        ).hexdigest()


def changed_tables(settings: Settings, key: CountedBuild, stage: str = COUNTED) -> list[str]:
    """Name the tables of a build whose files are not those that were written."""
    with open_catalog(settings) as catalogue:
        return _find_changed(catalogue, key, _read_digests(catalogue, key, stage) or {})


def list_counted_builds(settings: Settings, build: str) -> list[CountedBuild]:
    """List the keys of the tables that the warehouse holds of a build."""
    with open_catalog(settings) as catalogue:
        if not catalogue.table_exists(_marker_table(COUNTED)):
            return []
        rows = catalogue.load_table(_marker_table(COUNTED)).scan(f"build == '{build}'").to_arrow().to_pylist()
    return [CountedBuild(*(row[name] for name in KEY)) for row in rows]


def list_files(settings: Settings, key: CountedBuild) -> list[tuple[str, "pa.Schema", list[str]]]:
    """Return the name, the columns and the addresses of the files of each table of a build.

    Raises:
        ChangedTablesError: a table's files are not those that were written.
    """
    files, changed = [], []
    with open_catalog(settings) as catalogue:
        for name, digest in (_read_digests(catalogue, key, COUNTED) or {}).items():
            if not catalogue.table_exists(name):
                changed.append(name)
                continue
            table = catalogue.load_table(name)
            tasks = list(table.scan(build_filter(key)).plan_files())
            if _hash_files(table, tasks) != digest:
                changed.append(name)
            paths = (task.file.file_path for task in tasks)
            if not settings.warehouse_uri:
                paths = (str(find_in_home(settings.home.resolve(), location)) for location in paths)
            files.append((name, table.schema().as_arrow(), sorted(paths)))
    if changed:
        raise ChangedTablesError(key, changed)
    return files


def _read_digests(catalogue: "Catalog", key: CountedBuild, stage: str) -> dict[str, list[str]] | None:
    """Give the digests of the files of each table of a build, None where its tables are not all there."""
    if not catalogue.table_exists(_marker_table(stage)):
        return None
    rows = catalogue.load_table(_marker_table(stage)).scan(build_filter(key)).to_arrow().to_pylist()
    digests: dict[str, list[str]] | None = json.loads(rows[0]["digests"]) if rows else None
    return digests


def _find_changed(catalogue: "Catalog", key: CountedBuild, digests: Mapping[str, list[str]]) -> list[str]:
    """Name the tables whose files do not have these digests, or are gone."""
    return [name for name, digest in digests.items() if _hash_table(catalogue, name, key) != digest]


def _hash_table(catalogue: "Catalog", name: str, key: CountedBuild) -> list[str]:
    """Return the SHA-256 of each file that holds rows of a build, in order; empty where one is gone.

    Where the table itself is gone, that is said in place of a digest.
    """
    if not catalogue.table_exists(name):
        return ["no table"]
    table = catalogue.load_table(name)
    return _hash_files(table, table.scan(build_filter(key)).plan_files())


def _hash_files(table: "Table", tasks: "Iterable[FileScanTask]") -> list[str]:
    """Return the SHA-256 of each file that a scan reads, in order; empty where one is gone."""
    digests = []
    for task in tasks:
        for path in (task.file.file_path, *(file.file_path for file in task.delete_files)):
            try:
                with table.io.new_input(path).open() as file:
                    digests.append(hashlib.file_digest(file, "sha256").hexdigest())  # type: ignore[arg-type]
            except OSError:
                return []
    return sorted(digests)


def _marker_table(stage: str) -> str:
    """Name the table with one row a build whose tables of a stage are all there."""
    return f"{BOOKKEEPING}.{stage}_builds"


@lru_cache
def build_filter(key: CountedBuild) -> "BooleanExpression":
    """Return the filter that finds the rows of a build, as it was counted."""
    from pyiceberg.expressions.parser import parse

    return parse(f"build_year == {key.year} and build == '{key.build}' and counted_by == '{key.counted_by}'")


def _read_build(table: "Table", key: CountedBuild) -> "pa.Table":
    """Return the rows of a build without the columns that name it."""
    return table.scan(build_filter(key)).to_arrow().drop_columns(list(KEY))


def replace_build(catalogue: "Catalog", identifier: str, key: CountedBuild, rows: "pa.Table") -> None:
    """Write the rows of a build in one commit, in place of the rows that it had."""
    rows = add_key_columns(key, rows)
    table = open_mart(catalogue, identifier, rows.schema)
    this_build = f"build == '{key.build}'"
    if any(table.scan(this_build).plan_files()):
        table.overwrite(rows, overwrite_filter=this_build)
    elif rows.num_rows:
        table.append(rows)


def add_key_columns(key: CountedBuild, rows: "pa.Table") -> "pa.Table":
    """Return rows with the columns that name the build in front."""
    import pyarrow as pa

    for place, (name, value) in enumerate(key.columns().items()):
        kind = pa.int32() if name == "build_year" else pa.string()
        rows = rows.add_column(place, pa.field(name, kind), pa.repeat(pa.scalar(value, kind), rows.num_rows))
    return rows


def open_mart(catalogue: "Catalog", identifier: str, schema: "pa.Schema") -> "Table":
    """Open a table, made when it is new; columns that it does not have yet are added."""
    table = open_or_create(catalogue, identifier, schema, ["build_year", "build"])
    if set(schema.names) - set(table.schema().column_names):
        with table.update_schema() as update:
            update.union_by_name(schema)
    return table
