"""No text becomes a formula in any of the places that write CSV; what stands beside proves whole collections."""

import csv
import io
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzzing import invariants
from wres.cli.output import Format, print_rows
from wres.feedback import report_files
from wres.monitoring import chase_list
from wres.outputs.csv_writer import csv_bytes
from wres.outputs.table_schema import load_specification
from wres.reference.year_config import load_year
from wres.returns.template.template_writer import return_csv
from wres.safe_text import escape_formula, escape_row, printable_lines

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 (full width)
# Any text, and such as begin a formula, alone or after a line's end.
TEXTS = st.text(max_size=20) | st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "a", "a\r", "a\n", "a\r\n", ",", '"']),
    st.sampled_from(STARTS),
    st.text(max_size=9),
)


def starts_no_formula(cell: str) -> bool:
    number = cell.startswith("-") and cell[1:].replace(".", "", 1).isdigit()
    return number or not cell.startswith(STARTS)


@given(TEXTS)
def test_a_text_gets_an_apostrophe_where_it_could_begin_a_formula_and_else_nothing(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert escape_formula(text) == (lines if starts_no_formula(lines) else f"'{lines}")
    assert escape_formula(escape_formula(text)) == escape_formula(text)


@pytest.mark.parametrize("start", STARTS)
def test_each_sign_is_held(start: str) -> None:
    assert escape_formula(f"{start}1+1").startswith("'")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_line_end_inside_a_text_begins_no_row(end: str) -> None:
    rows = chase_list.csv_bytes([dict.fromkeys(chase_list.COLUMNS, f"x{end}=1+1")])
    assert {len(row) for row in csv.reader(io.StringIO(rows.decode(), newline=""))} == {len(chase_list.COLUMNS)}


def test_numbers_stay_numbers() -> None:
    row = [-4, -4.5, Decimal("-4.08"), "-4", "-4.08", "0", "", None, True]
    assert escape_row(row) == row
    assert escape_row(["-4.", "-1e3", "-\u0661", "--4", "-4-4"]) == ["'-4.", "'-1e3", "'-\u0661", "'--4", "'-4-4"]


@settings(max_examples=50)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_no_csv_output_holds_a_formula(texts: list[str]) -> None:
    spec = load_specification().tables["revisions"]
    columns = {
        column.name: pa.array(
            [(texts * 20)[n] if column.is_text else None], pa.string() if column.is_text else pa.int32()
        )
        for n, column in enumerate(spec.columns)
    }
    figures, role = {(texts[-1], "white"): Decimal(-1)}, {"signoff.role": texts[0]}
    finding = dict.fromkeys(report_files.COLUMNS, texts[0]) | {"value": texts[-1], "cell": None}
    for content in (
        csv_bytes(pa.table(columns), spec),
        chase_list.csv_bytes([dict.fromkeys(chase_list.COLUMNS, text) for text in texts]),
        report_files.csv_bytes({"findings": [finding]}),
        return_csv(load_year(2022), texts[0], figures, role),
    ):
        invariants.check_csv(content)


@settings(max_examples=50)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_what_the_command_line_prints_as_csv_holds_no_formula(texts: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        out = io.StringIO()
        patch.setattr("sys.stdout", out)
        print_rows([{"name": text, "count": -3, "parts": [text]} for text in texts], Format.csv)
    invariants.check_csv(out.getvalue().encode("utf-8", "surrogatepass"))
    rows = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    assert [(row["name"], row["count"]) for row in rows] == [
        (printable_lines(escape_formula(text)), "-3") for text in texts
    ]
