"""A list of cells behaves as a plain list of them, also after it went through another process."""

import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.returns.parsed_return import Cell, CellList, CellRef

GROUPS = [("white", "12", Decimal(12)), ("bme", "", None), ("unknown", "x", None)]
CELLS = [
    Cell("workforce.total", group, raw, number, CellRef(None, f"E{row}"))
    for row, (group, raw, number) in enumerate(GROUPS)
]
CHANGE = st.tuples(
    st.sampled_from(["append", "extend", "insert", "set", "delete"]), st.integers(-9, 9), st.sampled_from(CELLS)
)


@given(st.lists(st.sampled_from(CELLS), max_size=5), st.lists(CHANGE, max_size=8))
def test_it_changes_as_a_list_does(start: list[Cell], changes: list[tuple[str, int, Cell]]) -> None:
    plain, packed = list(start), CellList(start)
    for change, place, cell in changes:
        if change in ("set", "delete") and not -len(plain) <= place < len(plain):
            continue
        for cells in (plain, packed):
            if change == "append":
                cells.append(cell)
            elif change == "extend":
                cells.extend([cell, cell])
            elif change == "insert":
                cells.insert(place, cell)
            elif change == "set":
                cells[place] = cell
            else:
                del cells[place]
    assert packed == plain == list(packed)
    assert len(packed) == len(plain)
    assert packed[1:4] == plain[1:4]
    assert [packed[place] for place in range(-len(plain), len(plain))] == plain * 2
    assert packed.column("raw") == [cell.raw for cell in plain]
    assert pickle.loads(pickle.dumps(packed)) == packed  # noqa: S301 (written the line before)


def test_it_joins_another_one_and_ends_where_a_list_ends() -> None:
    joined = CellList(CELLS)
    joined.extend(CellList(CELLS[:1]))
    assert joined == [*CELLS, CELLS[0]]
    assert joined != CELLS
    for place in (4, -5):
        with pytest.raises(IndexError):
            joined[place]
