"""The work of reading grows with a file, not with its square: counted in calls, so that no clock is asked."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from wres.returns.parsed_return import ParsedReturn

HEADER = "collection_year,organisation_code,item,ethnic_group,value\n"
WIDE = "item,white,bme,unknown\n"
ROWS = {
    "organisations": (HEADER, "2022,R{n:05},a.b,white,1\n"),
    "years": ("organisation_code,collection_year,item\n", "RXY,{n},x\n"),
    "organisations in turn": (HEADER, "{year},R{few:02},explanation.Q301,,text {n}\n"),
    "items": (HEADER, "2022,RXY,a.b{n},white,1\n"),
    "one item": (HEADER, "2022,RXY,a.b,white,1\n"),
    "explanations": (HEADER, "2022,RXY,explanation.Q{n},,text {n}\n"),
    "rates": (HEADER, "2022,RXY,calculated.relative_likelihood,bme,{n}\n"),
    "dates": (HEADER, "2022,RXY,signoff.date,,{n}\n"),
    "notes": (HEADER, "note {n},,,,\n"),
    "totals": (HEADER, "Total {n},,,,{n}\n"),
    "hidden characters": (HEADER, "2022,RXY,a.b{n}\u00ad,white\u200d,1\u00ad{n}\u200b\n"),
    "shifted rows": (HEADER, "2022,RXY,a.b{n},white,1,234\n"),
    "shifted rows of a wide file": (WIDE, "a.b{n},1,234,56,7\n"),
    "notes of a wide file": (WIDE, "note {n},,,\n"),
    "headers": (HEADER, HEADER),
    "accents": (HEADER, "2022,RXY,explanation.Q301,,caf\u00e9 {n}\n"),
}


def calls_of(action: Any) -> Any:
    """How many functions are called in the action."""
    counted = 0

    def count(_frame: Any, event: Any, _argument: Any) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize(("encoding", "first"), [("utf-8", 0), ("cp1252", 10_000)])
def test_twice_as_many_rows_are_at_most_twice_the_work(
    read: Callable[..., ParsedReturn], kind: Any, encoding: str, first: int
) -> None:
    """Every file has numbers of its own, for what was read before is known and costs less."""
    header, row = ROWS[kind]

    def content(numbers: range) -> bytes:
        rows = (row.format(n=n, few=n % 40, year=2000 + n % 50) for n in numbers)
        return (header + "".join(rows)).encode(encoding, "replace")

    files = [content(range(first + start, first + 2 * start)) for start in (1_000, 2_000)]
    read(content(range(10)), "a.csv")
    small, large = (calls_of(lambda file=file: read(file, "a.csv")) for file in files)
    assert large < 2.2 * small


@pytest.mark.parametrize("columns", [2_000])
def test_twice_as_many_columns_are_at_most_twice_the_work(read: Callable[..., ParsedReturn], columns: Any) -> None:
    def content(count: Any) -> bytes:
        names = ",".join(f"c{n}" for n in range(count))
        return f"{HEADER.strip()},{names}\n2022,RXY,a.b,white,1{',9' * count}\n".encode()

    read(content(10), "a.csv")
    small, large = (calls_of(lambda count=count: read(content(count), "a.csv")) for count in (columns, 2 * columns))
    assert large < 2.2 * small


def test_more_organisations_than_a_register_has_is_no_return(read: Callable[..., ParsedReturn]) -> None:
    rows = "".join(f"2022,R{n:05},a.b,white,1\n" for n in range(200))
    (fault,) = read((HEADER + rows).encode(), "a.csv").faults
    assert (fault.code, "more than 100 organisations and years" in fault.detail) == ("S112", True)


def test_of_endless_repairs_the_first_thousand_are_listed(read: Callable[..., ParsedReturn]) -> None:
    rows = "".join(f"note {n},,,,\n" for n in range(1_500))
    repairs = read((HEADER + rows).encode(), "a.csv").repairs
    assert len(repairs) == 1_001
    assert repairs[-1].what == "There are 500 more repairs, which are not listed"
