"""R505: does a category or verdict of an official release differ from the exact one?"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from wres.outputs.table_schema import TableSpec, load_specification
from wres.validation.edit_catalogue import load_catalogue

if TYPE_CHECKING:
    import pyarrow as pa


def wrong_verdicts(exact: "Mapping[str, pa.Table]", shown: "Mapping[str, pa.Table]") -> list[str]:
    """Compare every category, verdict and yes or no that is shown with the exact one of the same row.

    Args:
        exact: the tables with every figure.
        shown: the same tables as they are about to be published, in the same order of rows.

    Returns: one sentence a figure that differs.
    """
    specs = load_specification().tables
    return [sentence for name in exact for sentence in _differing(specs[name], exact[name], shown[name])]


def category_columns(spec: TableSpec) -> list[str]:
    """Name the columns of a table that validate or classify a figure."""
    return [column.name for column in spec.figures if not column.is_number]


def _differing(spec: TableSpec, exact: "pa.Table", shown: "pa.Table") -> Iterator[str]:
    edit = load_catalogue()["R505"]
    for column in category_columns(spec):
        pairs = zip(exact[column].to_pylist(), shown[column].to_pylist(), strict=True)
        for number in [number for number, (right, stated) in enumerate(pairs) if stated not in (None, right)]:
            key = exact.select(list(spec.key)).slice(number, 1).to_pylist()[0]
            name = " ".join(str(part) for part in key.values())
            yield edit.message_for(table=spec.name, measure=column, year=key["collection_year"], name=name).rstrip(".")
