"""A figure as people read it: its value, or the symbol in its place. Pages and words format every figure by it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from wres.outputs.csv_writer import count_text, printed_value
from wres.outputs.table_schema import SUPPRESSED, Column, load_specification, missing_symbol
from wres.outputs.workbook_layout import display_text, is_above_zero, smallest_text

if TYPE_CHECKING:
    import pyarrow as pa

Tables = Mapping[str, "pa.Table"]
RATIO = "relative_likelihood"


class PublishedRow:
    """One row of a published table."""

    __slots__ = ("_columns", "_values")

    def __init__(self, columns: Mapping[str, Column], values: Mapping[str, Any]) -> None:
        self._columns = columns
        self._values = values

    def __contains__(self, name: str) -> bool:
        """Return whether the table has such a column."""
        return name in self._columns

    def __getitem__(self, name: str) -> Any:
        """Return the value; None where there is none to show."""
        return self._values[name]

    @property
    def columns(self) -> list[str]:
        """Return the names of the table's columns, in their order."""
        return list(self._columns)

    def get(self, name: str) -> Any:
        """Return the value; None where there is none, or no such column."""
        return self._values.get(name)

    def is_held_back(self, name: str) -> bool:
        """Return whether disclosure control holds the figure back."""
        return self._values[name] is None and name in self._values.get(SUPPRESSED, ())

    def number(self, name: str) -> float | None:
        """Return a figure as a drawing needs it."""
        value = self._values[name]
        return None if value is None else float(value)

    def text(self, name: str) -> str:
        """Return the figure as people read it, or its symbol in brackets: 1,234, 16.5, Above range, [c]."""
        column, value = self._columns[name], self._values[name]
        if value is None:
            return f"[{missing_symbol(column, is_held_back=self.is_held_back(name))}]"
        if value == 0 and is_above_zero(column):
            return smallest_text(column).strip('"')
        if column.datatype == "count":
            whole, point, decimals = count_text(value).partition(".")
            return f"{int(whole):,}{point}{decimals}"
        return f"{value:,}" if column.datatype in {"integer", "decimal"} else display_text(column, value)

    def printed(self, name: str) -> str:
        """Return the figure as the table's CSV file prints it: 1234, 16.50, above, c."""
        return printed_value(self._columns[name], self._values[name], is_held_back=self.is_held_back(name))

    def title(self, name: str) -> str:
        """Return the title of the column."""
        return self._columns[name].title

    def is_number(self, name: str) -> bool:
        """Return whether the column holds figures, which stand right under their header."""
        return self._columns[name].is_number


def number_of(count: int, thing: str) -> str:
    """Return a number with what is counted, in the plural but for one: 1 organisation, 1,204 organisations."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def ratio_text(row: PublishedRow) -> str:
    """Return the relative likelihood of a row, marked [u] where it is an organisation's and rests on few people."""
    is_low = row[RATIO] is not None and row.get("reliability") in ("low", "not_judged")
    return row.text(RATIO) + (" [u]" if is_low else "")


def ratio_and_range(row: PublishedRow) -> str:
    """Return the relative likelihood of a row and its range in words: 1.32, above range. Says why there is neither."""
    if row[RATIO] is None:
        return "not published (small numbers) [c]" if row.is_held_back(RATIO) else "cannot be calculated [z]"
    judged = "range not published (small numbers) [c]" if row["range"] is None else row.text("range").lower()
    return f"{row.text(RATIO)}, {judged}"


def rows_of(tables: Tables, name: str, year: int | None = None) -> list[PublishedRow]:
    """Return the rows of a table in its order, of all years or of one; none where the release has no such table."""
    if name not in tables:
        return []
    table = tables[name]
    if year is not None:
        import pyarrow.compute as pc

        table = table.filter(pc.equal(table["collection_year"], year))
    columns = load_specification().tables[name].columns_by_name
    return [PublishedRow(columns, values) for values in table.to_pylist()]


def grouped(rows: Iterable[PublishedRow], *names: str) -> dict[tuple[Any, ...], list[PublishedRow]]:
    """Group rows by the values of some columns, each group in the order of the table."""
    groups: dict[tuple[Any, ...], list[PublishedRow]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    return groups
