"""A table of cells behaves as a plain list of them, also after it went through another process."""

import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.returns.parsed_return import Cell, CellRef, CellTable

GROUPS = [("white", "12", Decimal(12)), ("bme", "", None), ("unknown", "x", None)]
CELLS = [
    Cell("workforce.total", group, raw, number, CellRef(None, f"E{row}"))
    for row, (group, raw, number) in enumerate(GROUPS)
]
CHANGE = st.tuples(st.sampled_from(["append", "extend", "set"]), st.integers(-9, 9), st.sampled_from(CELLS))


@given(st.lists(st.sampled_from(CELLS), max_size=5), st.lists(CHANGE, max_size=8))
def test_it_changes_as_a_list_does(start: list[Cell], changes: list[tuple[str, int, Cell]]) -> None:
    plain, table = list(start), CellTable(start)
    for change, place, cell in changes:
        if change == "append":
            plain.append(cell)
            table.append(cell)
        elif change == "extend":
            plain.extend([cell, cell])
            table.extend([cell, cell])
        elif -len(plain) <= place < len(plain):
            plain[place] = cell
            table[place] = cell
    assert table == plain == list(table)
    assert len(table) == len(plain)
    assert table[1:4] == plain[1:4]
    assert [table[place] for place in range(-len(plain), len(plain))] == plain * 2
    assert table.column("raw") == [cell.raw for cell in plain]
    assert pickle.loads(pickle.dumps(table)) == table  # noqa: S301 (written the line before)


def test_it_joins_another_one_and_ends_where_a_list_ends() -> None:
    joined = CellTable(CELLS)
    joined.extend(CellTable(CELLS[:1]))
    assert joined == [*CELLS, CELLS[0]]
    assert joined != CELLS
    for place in (4, -5):
        with pytest.raises(IndexError):
            joined[place]
