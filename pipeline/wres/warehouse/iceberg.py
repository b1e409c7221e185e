"""The warehouse: Iceberg tables on Parquet, a namespace for each layer; its catalogue is in the registry's database."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, TypeVar

from wres.errors import WresError
from wres.home import make_home
from wres.settings import SQLITE_WAIT, Settings
from wres.warehouse.layer_schema import BOOKKEEPING, LAYERS, PROTECTED, RAW, load_layer

if TYPE_CHECKING:
    import pyarrow as pa
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table

Result = TypeVar("Result")

CATALOGUE = "wres"  # the name under which the database keeps the tables
NAMESPACES = (*LAYERS, PROTECTED, BOOKKEEPING)
TABLES = ("figures", "organisations", "findings")
DERIVED = ("findings",)  # follow from the returns that the figures name, so they are no part of a build's digest
_QUOTED = re.compile(r"'([^']+)'")
_TRIES = 10  # commits of other years and names may get in between
# PyIceberg would try a commit again by itself, on top of what another worker wrote and without a look at it: rows that
# both append would be there twice. `retry_on_conflict` makes the whole change again instead.
_NO_RETRIES = {"commit.retry.num-retries": "0"}
CORRECTIONS = ("corrected_from", "correction_reason", "corrected_by", "corrected_on")


def table_schema(name: str) -> "pa.Schema":
    """Return the declared columns of a table of the layer raw: `figures`, `organisations` or `findings`.

    What a row and each column is stands in `raw.toml`.
    """
    return load_layer(RAW).tables[name].arrow_schema()


def raw_identifier(name: str) -> str:
    """Return the name of a table of the layer raw in the catalogue."""
    return f"{RAW}.{name}"


@contextmanager
def open_catalog(settings: Settings) -> "Iterator[Catalog]":
    """Open the Iceberg catalogue, its namespaces made when it is new; its connections are closed at the end.

    Raises:
        WresError: a file that the catalogue names is gone.
    """
    from pyiceberg.catalog.sql import SqlCatalog

    from wres.warehouse.home_files import file_io_properties

    make_home(settings)
    if not settings.warehouse_uri:
        (settings.home / "warehouse").mkdir(mode=0o700, exist_ok=True)
    where = {"uri": _catalogue_url(settings), "warehouse": settings.warehouse_location(), **_object_store()}
    where |= file_io_properties(settings)
    with closing(SqlCatalog(CATALOGUE, **where)) as catalogue:
        present = {name for name, *_ in catalogue.list_namespaces()}
        for namespace in (name for name in NAMESPACES if name not in present):
            _create_namespace(catalogue, namespace)
        try:
            yield catalogue
        except FileNotFoundError as error:
            raise lost_file_error(error) from error


class LostFileError(WresError):
    """A file that the catalogue names is not there; `path` says which."""

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        super().__init__(message)


def lost_file_error(error: FileNotFoundError) -> LostFileError:
    """Return the user's error for a file that the catalogue names and that is not there."""
    path = _path_of(error)
    return LostFileError(
        path,
        f"A file of the warehouse is gone, so nothing was made of it: {path}. See what else is not as it was left: "
        "wres audit. Put the file back from a backup, or make all of it again from the landing zone in a new home: "
        "wres rebuild.",
    )


def _path_of(error: FileNotFoundError) -> str:
    quoted = _QUOTED.search(str(error))  # Arrow names the file in its message alone
    return str(error.filename or (quoted[1] if quoted else error))


def _catalogue_url(settings: Settings) -> str:
    """Return the registry's URL; beside SQLite PyIceberg waits for other writers as long as the registry does."""
    from sqlalchemy import make_url

    url = make_url(settings.registry_url())
    if url.get_backend_name() == "sqlite":
        url = url.update_query_dict({"timeout": str(SQLITE_WAIT)})
    return url.render_as_string(hide_password=False)


def _create_namespace(catalogue: "Catalog", name: str) -> None:
    """Make a namespace, also where another worker makes it at the same time."""
    from sqlalchemy.exc import IntegrityError

    try:
        catalogue.create_namespace_if_not_exists(name)
    except IntegrityError:
        if not catalogue.namespace_exists(name):
            raise


def _object_store() -> dict[str, str]:
    """Return where the object store is, by the AWS_* variables which PyIceberg does not read itself."""
    properties = {
        "s3.endpoint": os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"),
        "s3.region": os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
    }
    return {key: value for key, value in properties.items() if value}


def open_table(catalogue: "Catalog", name: str) -> "Table":
    """Open a table of the layer raw, made when it is new, one partition a collection year.

    Raises:
        LostFileError: the database knows the table, and its files are not there.
    """
    try:
        return _open_table(catalogue, name)
    except FileNotFoundError as error:
        raise LostFileError(
            _path_of(error),
            f"The database knows the warehouse's table {name}, but its files are not there, so nothing was done. Set "
            "WRES_HOME or WRES_WAREHOUSE_URI to where they were written, or make all of it again from the landing "
            "zone in a new home: wres rebuild.",
        ) from None


def _open_table(catalogue: "Catalog", name: str) -> "Table":
    return open_or_create(catalogue, raw_identifier(name), table_schema(name), ["collection_year"])


def open_or_create(
    catalogue: "Catalog", identifier: str, schema: "pa.Schema", partitioned_by: Sequence[str]
) -> "Table":
    """Open a table; where it is new, make it with these columns, partitioned by the values of some of them."""
    from pyiceberg.exceptions import TableAlreadyExistsError

    if not catalogue.table_exists(identifier):
        try:
            with (
                catalogue.create_table_transaction(identifier, schema=schema, properties=_NO_RETRIES) as transaction,
                transaction.update_spec() as spec,
            ):
                for column in partitioned_by:
                    spec.add_identity(column)
        except TableAlreadyExistsError:  # another worker was first
            pass
    return catalogue.load_table(identifier)


def retry_on_conflict(change: Callable[[], Result]) -> Result:
    """Make a change of a table; make it again where another worker commits to the table at the same time.

    `change` opens the table itself, so that it sees what the other one did.

    Raises:
        CommitFailedException, ValidationException: others got in between every time.
    """
    from pyiceberg.exceptions import CommitFailedException, ValidationException
    from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

    conflict = retry_if_exception_type((CommitFailedException, ValidationException))
    wait = wait_random_exponential(multiplier=0.05, max=2)  # seconds
    return Retrying(retry=conflict, stop=stop_after_attempt(_TRIES), wait=wait, reraise=True)(change)
