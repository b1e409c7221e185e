"""The quick way through a CSV file and the long one read the same of any file."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wres.reader.table_reader
from wres.reader.return_reader import read_return
from wres.reader.row_reader import read_long_row
from wres.settings import Settings

HEADER = ["collection_year", "organisation_code", "item", "ethnic_group", "value"]
ROW = st.tuples(
    st.sampled_from(["2022", "2022", "2022", "2021", " 2022"]),
    st.sampled_from(["RXY", "RXY", "RXY", "rxy", ""]),
    st.sampled_from(
        ["workforce.total", "disciplinary.entered", "Workforce.Total", "signoff.role", "explanation.q301", "item", ""]
    ),
    st.sampled_from(["white", "bme", "unknown", "White", "ethnic_group", ""]),
    st.sampled_from(["12", "0", "012", "-3", "1,234", "1.5", "", " 7", "value", "9" * 13, "١٢"]),
    st.sampled_from(["", "", "", ",,", ",9"]),
)


def _long_way(content: bytes, monkeypatch: pytest.MonkeyPatch) -> object:
    with monkeypatch.context() as patch:
        patch.setattr(
            wres.reader.table_reader,
            "plain_rows",
            lambda grid, header, _: [None] * len(grid.rows[header + 1 :]),
        )
        return read_return(content, "return.csv", Settings())


@given(st.lists(ROW, max_size=12), st.permutations(range(5)))
def test_both_ways_give_the_same(rows: Any, order: Any) -> None:
    lines = [[HEADER[place] for place in order], *([row[place] for place in order] for row in rows)]
    ends = ["", *(row[5] for row in rows)]
    text = "\n".join(
        ",".join(f'"{cell}"' if "," in cell else cell for cell in line) + end
        for line, end in zip(lines, ends, strict=True)
    )
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert read_return(text.encode(), "return.csv", Settings()) == _long_way(text.encode(), monkeypatch)


def test_most_rows_of_an_ordinary_file_go_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [",".join(HEADER), *(f"2022,RXY,workforce.total,white,{number}" for number in range(50))]
    slow = []
    monkeypatch.setattr(
        wres.reader.table_reader,
        "read_long_row",
        lambda *arguments, **more: slow.append(1) or read_long_row(*arguments, **more),
    )
    read = read_return("\n".join(lines).encode(), "return.csv", Settings())
    assert len(read.cells) == 50
    assert len(slow) == 1  # the first, which says whose it is
