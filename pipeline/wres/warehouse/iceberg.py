"""The warehouse: three Iceberg tables on Parquet; its catalogue lives in the registry's database."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, TypeVar

from wres.errors import WresError
from wres.home import make_home
from wres.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table

Result = TypeVar("Result")

NAMESPACE = "wres"
TABLES = ("figures", "organisations", "findings")
DERIVED = ("findings",)  # follow from the returns that the figures name, so they are no part of a build's digest
_TRIES = 10  # commits of other years and names may get in between
CORRECTIONS = ("corrected_from", "correction_reason", "corrected_by", "corrected_on")


def table_schema(name: str) -> "pa.Schema":
    """The declared columns of a warehouse table.

    figures: one row a figure of an accepted return; where the national team corrected it, `corrected_from` is what the
    return states, and the reason, the role that decided it and the day stand beside it (null elsewhere).
    organisations: one row an organisation expected in a year, with how its return stands; `last_year_codes` are the
    organisations whose returns of the year before make up its last year, joined by a space, and empty for a new
    organisation that took over nobody. `closed`, `successor_code` and `successor_from` are what the register said of
    its own end when the year was built, up to the day after the next snapshot; `taken_over` is a word CODE:CLOSED:FROM
    for each organisation of `last_year_codes` that became part of it, as `wres.warehouse.closures` reads it.
    findings: one row a return that counts and quality edit (Q): whether it ran on the return, how many findings it has,
    how many of them are explained, and whether the national team corrected a figure of the return.
    """
    import pyarrow as pa

    year, text = pa.field("collection_year", pa.int32(), nullable=False), pa.string()
    if name == "figures":
        texts = ("organisation_code", "receipt", "sha256", "item", "ethnic_group")
        value = pa.field("value", pa.decimal128(12, 1), nullable=False)
        corrected_from, *said = CORRECTIONS
        correction = [pa.field(corrected_from, value.type), *(pa.field(column, text) for column in said)]
        return pa.schema([year, *(pa.field(column, text, nullable=False) for column in texts), value, *correction])
    if name == "findings":
        about = ("organisation_code", "receipt", "edit_code")
        numbers = (pa.field(column, pa.int32(), nullable=False) for column in ("findings", "findings_explained"))
        marks = (pa.field(column, pa.bool_(), nullable=False) for column in ("ran", "corrected"))
        return pa.schema([year, *(pa.field(column, text, nullable=False) for column in about), *numbers, *marks])
    organisation = ("organisation_code", "name", "organisation_group", "organisation_type")
    place = ("region_code", "region_name", "icb_code", "icb_name")
    return pa.schema(
        [
            year,
            *(pa.field(column, text, nullable=False) for column in (*organisation, *place, "status")),
            pa.field("receipt", text),
            pa.field("received_at", pa.timestamp("us", tz="UTC")),
            pa.field("late", pa.bool_(), nullable=False),
            pa.field("simulated", pa.bool_(), nullable=False),
            pa.field("last_year_codes", text, nullable=False),
            pa.field("closed", pa.date32()),
            pa.field("successor_code", text),
            pa.field("successor_from", pa.date32()),
            pa.field("taken_over", text, nullable=False),
        ]
    )


@contextmanager
def open_catalog(settings: Settings) -> "Iterator[Catalog]":
    """The Iceberg catalogue, its namespace made when it is new; its connections are closed at the end."""
    from pyiceberg.catalog.sql import SqlCatalog

    from wres.warehouse.home_files import name_file_io

    make_home(settings)
    if not settings.warehouse_uri:
        (settings.home / "warehouse").mkdir(mode=0o700, exist_ok=True)
    where = {"uri": settings.registry_url(), "warehouse": settings.warehouse_location(), **_object_store()}
    where |= name_file_io(settings)
    with closing(SqlCatalog("wres", **where)) as catalogue:
        catalogue.create_namespace_if_not_exists(NAMESPACE)
        yield catalogue


def _object_store() -> dict[str, str]:
    """Where the object store is, by the AWS_* variables which PyIceberg does not read itself."""
    properties = {
        "s3.endpoint": os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"),
        "s3.region": os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
    }
    return {key: value for key, value in properties.items() if value}


def open_table(catalogue: "Catalog", name: str) -> "Table":
    """A warehouse table, made when it is new, one partition a collection year.

    Raises:
        WresError: the database knows the table, and its files are not there.
    """
    try:
        return _open_table(catalogue, name)
    except FileNotFoundError:
        raise WresError(
            f"The database knows the warehouse's table {name}, but its files are not there, so nothing was done. Set "
            "WRES_HOME or WRES_WAREHOUSE_URI to where they were written, or make all of it again from the landing "
            "store in a new home: wres rebuild."
        ) from None


def _open_table(catalogue: "Catalog", name: str) -> "Table":
    from pyiceberg.exceptions import TableAlreadyExistsError

    identifier = f"{NAMESPACE}.{name}"
    if not catalogue.table_exists(identifier):
        try:
            with (
                catalogue.create_table_transaction(identifier, schema=table_schema(name)) as transaction,
                transaction.update_spec() as spec,
            ):
                spec.add_identity("collection_year")
        except TableAlreadyExistsError:  # another worker was first
            pass
    return catalogue.load_table(identifier)


def retry_on_conflict(change: Callable[[], Result]) -> Result:
    """Make a change of a table; make it again where another worker commits to the table at the same time.

    `change` opens the table itself, so that it sees what the other one did.

    Raises:
        CommitFailedException: others got in between every time.
    """
    from pyiceberg.exceptions import CommitFailedException
    from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

    conflict = retry_if_exception_type(CommitFailedException)
    return Retrying(retry=conflict, stop=stop_after_attempt(_TRIES), reraise=True)(change)
