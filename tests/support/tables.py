"""Checks of one published table."""

from typing import TYPE_CHECKING

from wres.outputs.schema_check import ReleaseCheckError, schema_violations
from wres.outputs.table_schema import TableSpec

if TYPE_CHECKING:
    import pyarrow as pa


def check_table(table: "pa.Table", spec: TableSpec) -> None:
    """Check one table against its specification.

    Raises:
        ReleaseCheckError: R503, with every breach.
    """
    if violations := [f"{spec.name}: {breach}" for breach in schema_violations(table, spec)]:
        raise ReleaseCheckError("R503", violations)
