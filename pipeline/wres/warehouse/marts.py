"""The tables that a build was counted into: Iceberg tables in the layers core and mart, partitioned by year and build.

They follow from the rows of the build and from the code, so they can be counted again at any time: no backup holds
them, and no digest covers them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from wres.settings import Settings
from wres.warehouse.home_files import find_in_home
from wres.warehouse.iceberg import NAMESPACE, open_catalog, retry_on_conflict

if TYPE_CHECKING:
    import pyarrow as pa
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table

MART, CORE = "mart", "core"
PROTECTED = "protected"  # the layer of tables after disclosure control, which are kept for themselves
COUNTED = "counted"
KEY = ("build_year", "build", "counted_by")  # the partition: year and name of the build; what it was counted by


@dataclass(frozen=True, slots=True)
class CountedBuild:
    """A build and the version of everything that it was counted by: the key of its tables."""

    year: int
    build: str
    counted_by: str

    def columns(self) -> dict[str, object]:
        """Return the values of the columns that name the build in each row."""
        return dict(zip(KEY, (self.year, self.build, self.counted_by), strict=True))


def write_counted(
    settings: Settings, key: CountedBuild, tables: Mapping[str, "pa.Table"], stage: str = COUNTED
) -> None:
    """Keep the tables of a build in place of those that it was counted into before.

    Args:
        settings: say where the warehouse is.
        key: the build, and what it was counted by.
        tables: by name with their layer, such as `mart.organisation`.
        stage: what was done to them; the tables of each stage are kept for themselves.
    """
    import pyarrow as pa

    marker = pa.table({"tables": pa.array([" ".join(sorted(tables))], pa.string())})
    with open_catalog(settings) as catalogue:
        for name, rows in (*tables.items(), (_marker(stage), marker)):  # the marker last: what is counted is whole
            retry_on_conflict(partial(_replace_build, catalogue, _identifier(name), key, rows))


def read_counted(settings: Settings, key: CountedBuild, stage: str = COUNTED) -> "dict[str, pa.Table] | None":
    """Read the tables of a build by name with their layer, in no order; None where they were not counted so."""
    with open_catalog(settings) as catalogue:
        names = _counted_tables(catalogue, key, stage)
        if names is None:
            return None
        return {name: _rows_of(catalogue.load_table(_identifier(name)), key) for name in names}


def counted_by(settings: Settings, build: str) -> list[CountedBuild]:
    """List what the tables of a build that are there were counted by."""
    with open_catalog(settings) as catalogue:
        if not catalogue.table_exists(_identifier(_marker(COUNTED))):
            return []
        rows = catalogue.load_table(_identifier(_marker(COUNTED))).scan(f"build == '{build}'").to_arrow().to_pylist()
    return [CountedBuild(*(row[name] for name in KEY)) for row in rows]


def files_of(settings: Settings, key: CountedBuild) -> Iterator[tuple[str, "pa.Schema", list[str]]]:
    """Give the name, the columns and the addresses of the files of each table of a build."""
    with open_catalog(settings) as catalogue:
        for name in _counted_tables(catalogue, key, COUNTED) or ():
            table = catalogue.load_table(_identifier(name))
            paths = (task.file.file_path for task in table.scan(_partition(key)).plan_files())
            if not settings.warehouse_uri:
                paths = (str(find_in_home(settings.home.resolve(), location)) for location in paths)
            yield name, table.schema().as_arrow(), sorted(paths)


def _counted_tables(catalogue: "Catalog", key: CountedBuild, stage: str) -> list[str] | None:
    """Name the tables of a build, None where they are not all there."""
    if not catalogue.table_exists(_identifier(_marker(stage))):
        return None
    rows = catalogue.load_table(_identifier(_marker(stage))).scan(_partition(key)).to_arrow().to_pylist()
    return str(rows[0]["tables"]).split() if rows else None


def _marker(stage: str) -> str:
    """Name the table with one row a build whose tables of a stage are all there."""
    return f"{stage}_builds"


def _identifier(name: str) -> str:
    """Return the name of an Iceberg table: mart.organisation is wres.mart_organisation."""
    return f"{NAMESPACE}.{name.replace('.', '_')}"


def _partition(key: CountedBuild) -> str:
    return f"build_year == {key.year} and build == '{key.build}' and counted_by == '{key.counted_by}'"


def _rows_of(table: "Table", key: CountedBuild) -> "pa.Table":
    return table.scan(_partition(key)).to_arrow().drop_columns(list(KEY))


def _replace_build(catalogue: "Catalog", identifier: str, key: CountedBuild, rows: "pa.Table") -> None:
    """Write the rows of a build in one commit, in place of all that the build had."""
    import pyarrow as pa

    for place, (name, value) in enumerate(key.columns().items()):
        kind = pa.int32() if name == "build_year" else pa.string()
        rows = rows.add_column(place, pa.field(name, kind), pa.repeat(pa.scalar(value, kind), rows.num_rows))
    table = _open_table(catalogue, identifier, rows.schema)
    this_build = f"build == '{key.build}'"
    if any(table.scan(this_build).plan_files()):
        table.overwrite(rows, overwrite_filter=this_build)
    elif rows.num_rows:
        table.append(rows)


def _open_table(catalogue: "Catalog", identifier: str, schema: "pa.Schema") -> "Table":
    """Open a table, made when it is new; columns that it does not have yet are added."""
    from pyiceberg.exceptions import TableAlreadyExistsError

    if not catalogue.table_exists(identifier):
        try:
            with (
                catalogue.create_table_transaction(identifier, schema=schema) as transaction,
                transaction.update_spec() as spec,
            ):
                spec.add_identity("build_year")
                spec.add_identity("build")
        except TableAlreadyExistsError:  # another worker was first
            pass
    table = catalogue.load_table(identifier)
    if set(schema.names) - set(table.schema().column_names):
        with table.update_schema() as update:
            update.union_by_name(schema)
    return table
