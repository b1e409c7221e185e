"""R503: does a table keep to its own specification? Columns, order, types, symbols, keys."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from wres.errors import WresError
from wres.outputs.table_schema import SUPPRESSED, Column, TableSpec, held_back, load_specification

if TYPE_CHECKING:
    import pyarrow as pa

_QUARTER = Decimal("0.25")
_SHOWN = 3  # values named in one breach
_NAMED_BREACHES = 10  # breaches named in the one line of an error


class ReleaseCheckError(WresError):
    """Tables may not be released as they are. `breaches` says everything that is wrong, one sentence each, and
    `what_to_do` how to put it right.
    """

    def __init__(
        self, code: str, breaches: list[str], what_to_do: str = "Put the tables right and build again."
    ) -> None:
        self.code = code
        self.breaches = breaches
        self.what_to_do = what_to_do
        more = [f"{len(breaches) - _NAMED_BREACHES} more"] if len(breaches) > _NAMED_BREACHES else []
        message = "; ".join(breaches[:_NAMED_BREACHES] + more)
        super().__init__(f"{code}: {message}. Nothing was published. {what_to_do}")


def checked_tables(tables: Mapping[str, "pa.Table"], up_to: int) -> dict[str, "pa.Table"]:
    """Check all tables of a release against their specifications, as they are about to be written.

    The exact tables of a build are checked once, and the result is kept (`wres.release.remembered_checks`). This check
    is of each release, since the tables that it writes have its own revisions, symbols and suppressed figures.

    Returns: the tables in order of publication, in the declared types, each sorted by its key.

    Raises:
        ReleaseCheckError: R503, with every breach of every table; a table is missing, unknown, or holds a collection
            year after `up_to`.
    """
    if breaches := specification_breaches(tables, up_to):
        raise ReleaseCheckError("R503", breaches)
    return {name: cast_to_schema(tables[name], spec) for name, spec in load_specification().tables.items()}


def specification_breaches(
    tables: Mapping[str, "pa.Table"], up_to: int | None = None, without: Collection[str] = ()
) -> list[str]:
    """Return every breach of the tables' specifications; those of `without` may be missing."""
    specs = load_specification().tables
    breaches = [f"table {name} is missing" for name in specs if name not in tables and name not in without]
    breaches += [f"table {name} has no specification" for name in tables if name not in specs]
    for name, spec in specs.items():
        if name in tables:
            table_breaches = schema_violations(tables[name], spec) or _later_years(tables[name], up_to)
            breaches += [f"{name}: {breach}" for breach in table_breaches]
    return breaches


def cast_to_schema(table: "pa.Table", spec: TableSpec) -> "pa.Table":
    """Return a table that keeps to its specification, in exactly the declared types and sorted by its key.

    The register writes "" where it knows nothing; in a column that may be without text that is a null like any other.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    fields = [pa.field(column.name, column.arrow_type()) for column in spec.columns]
    if SUPPRESSED in table.column_names:
        fields.append(pa.field(SUPPRESSED, pa.list_(pa.string())))
    schema = pa.schema(fields)
    rows = table.cast(schema)
    for number, column in enumerate(spec.columns):
        if column.is_text and column.null is not None:
            texts = rows[column.name]
            known = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
            rows = rows.set_column(number, schema.field(number), known)
    return rows.sort_by([(name, "ascending") for name in spec.key]).combine_chunks()


def schema_violations(table: "pa.Table", spec: TableSpec) -> list[str]:
    """Return every breach of a table's specification; values are checked only where the columns are right.

    An official table has one column more, the last: what of each row is suppressed.
    """
    names = [column.name for column in spec.columns]
    present = table.column_names[:-1] if table.column_names[-1:] == [SUPPRESSED] else table.column_names
    breaches = [f"column {name} is missing" for name in names if name not in present]
    breaches += [f"column {name} is not in the specification" for name in present if name not in names]
    if not breaches and present != names:
        breaches.append(f"the columns are not in the order {', '.join(names)}")
    if table.num_rows == 0 and not spec.may_be_empty:
        breaches.append("there are no rows")
    if breaches:
        return breaches
    hidden = held_back(table)
    for column in spec.columns:
        if _type_fits(column, table.schema.field(column.name).type):
            breaches += _value_breaches(column, table[column.name], hidden.get(column.name, set()))
        else:
            got = table.schema.field(column.name).type
            breaches.append(f"column {column.name} is {got} and should be {column.arrow_type()}")
    return breaches or _key_breaches(table, spec)


def _type_fits(column: Column, got: "pa.DataType") -> bool:
    """Return whether the declared type holds every value of this one: widths may differ, scales and kinds may not."""
    import pyarrow as pa

    if column.datatype in {"year", "integer"}:
        return bool(pa.types.is_signed_integer(got))
    if column.datatype in {"decimal", "count"}:
        declared_type = column.arrow_type()
        return bool(
            pa.types.is_decimal128(got)
            and got.scale == declared_type.scale
            and got.precision <= declared_type.precision
        )
    if column.is_text:
        return bool(pa.types.is_string(got) or pa.types.is_large_string(got))
    return bool(got == column.arrow_type())


def _value_breaches(column: Column, values: "pa.ChunkedArray", hidden: set[int]) -> Iterator[str]:
    """Yield what is wrong with the values of a column: shown though withheld, empty, out of its type."""
    missing = set(values.is_null().to_numpy().nonzero()[0].tolist())
    if shown := len(hidden - missing):
        yield f"column {column.name} shows {shown} values that are withheld"
    empty = len(missing - hidden)
    if column.null is None and empty:
        yield f"column {column.name} has {empty} empty values and must have none"
    if column.datatype == "count":
        odd = [value for value in values.unique().to_pylist() if value is not None and value % _QUARTER]
        if odd:
            yield f"column {column.name} holds {_named(odd)}, no mean of whole numbers or halves"
    if column.is_text:
        nothing = {None} if column.null is None else {None, ""}
        yield from _text_breaches(column, [text for text in values.unique().to_pylist() if text not in nothing])


def _text_breaches(column: Column, texts: list[str]) -> Iterator[str]:
    symbols = load_specification().symbols
    if unreadable := [text for text in texts if not any(character.isalnum() for character in text)]:
        yield f"column {column.name} holds {_named(unreadable)}, text without a letter or digit"
    if mistaken := [text for text in texts if text in symbols]:
        yield f"column {column.name} holds {_named(mistaken)}, which would read as a symbol"
    if column.values is not None and (strange := [text for text in texts if text not in column.values]):
        yield f"column {column.name} holds {_named(strange)}, not one of {', '.join(column.values)}"


def _key_breaches(table: "pa.Table", spec: TableSpec) -> list[str]:
    """Say which rows have the same key."""
    import pyarrow.compute as pc

    groups = table.group_by(list(spec.key)).aggregate([([], "count_all")])
    twice = groups.filter(pc.greater(groups["count_all"], 1)).to_pylist()
    if not twice:
        return []
    rows = [" ".join(str(row[name]) for name in spec.key) for row in twice]
    return [f"more than one row for {_named(rows)}"]


def _later_years(table: "pa.Table", up_to: int | None) -> list[str]:
    if up_to is None:
        return []
    later = [year for year in table["collection_year"].unique().to_pylist() if year > up_to]
    return [f"rows of {_named(later)}, after the release's own year {up_to}"] if later else []


def _named(values: Iterable[object]) -> str:
    """Return the first few values in words, with the number of those not named."""
    texts = sorted(repr(value) if isinstance(value, str) else str(value) for value in values)
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more
