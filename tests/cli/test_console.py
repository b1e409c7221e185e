"""What is printed: rows fit the terminal, nothing is folded, and no text controls the terminal."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from wres.cli.output import Format, echo_err, print_rows, print_summary, print_text, set_quiet, warn
from wres.errors import WresError
from wres.outputs.formatting import number_of

ROWS: list[dict[str, Any]] = [
    {"organisation_code": "RXY", "returns": 12, "accepted": True, "problem": None, "codes": ["V201", "V203"]},
    {"organisation_code": "RJ1", "returns": 3, "accepted": False, "problem": "no answer", "codes": []},
]
HOSTILE = "a\x1b[2Jb\nRXY accepted\r\x9b\u202e\u2028\udcff\x07.csv"


@pytest.fixture(autouse=True)
def _no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)


def test_rows_stand_in_columns_and_numbers_to_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, Format.table)
    assert capsys.readouterr().out.splitlines() == [
        "code  returns  accepted  problem    codes",
        "RXY        12  yes       -          V201, V203",
        "RJ1         3  no        no answer  none",
    ]


def test_json_holds_the_values_and_an_empty_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, Format.json)
    assert json.loads(capsys.readouterr().out) == ROWS
    print_rows([], Format.table)
    assert capsys.readouterr() == ("", "Nothing to show.\n")


def test_a_csv_file_of_no_rows_has_its_header(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([], Format.csv, ("code", "message"))
    assert capsys.readouterr().out == "code,message\n"


@pytest.mark.parametrize("form", Format)
def test_no_text_controls_the_terminal(form: Format, capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([{"file": HOSTILE, "finding": HOSTILE}], form, prose=("finding",))
    print_summary({"file": HOSTILE}, form)
    print_text(HOSTILE)
    echo_err(HOSTILE)
    warn(HOSTILE)
    shown = capsys.readouterr()
    for text in (shown.out, shown.err):
        assert [sign for sign in text if not sign.isprintable() and sign != "\n"] == []
    assert r"a\x1b[2Jb RXY accepted \x9b\u202e \udcff\x07.csv" in shown.err
    assert str(WresError(HOSTILE)) == shown.err.splitlines()[0]


def test_json_with_hostile_text_is_the_same_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([{"file": HOSTILE}], Format.json)
    assert json.loads(capsys.readouterr().out) == [{"file": HOSTILE}]


def test_times_are_englands_in_every_form(capsys: pytest.CaptureFixture[str]) -> None:
    summer = [{"received_at": datetime(2022, 6, 10, 22, 59, 58, tzinfo=UTC)}]
    shown = []
    for form in Format:
        print_rows(summer, form)
        shown.append(capsys.readouterr().out)
    assert shown[0].splitlines()[1] == "2022-06-10 23:59"
    assert json.loads(shown[1]) == [{"received_at": "2022-06-10T23:59:58+01:00"}]
    assert list(csv.reader(io.StringIO(shown[2])))[1] == ["2022-06-10T23:59:58+01:00"]


def wide(count: int) -> list[dict[str, Any]]:
    return [
        {
            "receipt": f"2022-RXY-{number:03d}",
            "received_at": datetime(2022, 6, 10, 12, number, tzinfo=UTC),
            "clock": "machine",
            "file_name": f"return of the trust, corrected again and again, number {number}.xlsx",
            "sha256": f"{number}" * 64,
            "findings": "V201, V202, V203, V204, V205, V206, V207, V208, Q301, Q302",
            "number": number,
        }
        for number in range(count)
    ]


def test_a_table_fits_a_terminal_of_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_rows(wide(3), Format.table)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    # What is the same in all rows stands once; a hash has eight characters; a row is one line; a text is cut.
    assert lines[:3] == ["Clock: machine", "Findings: V201, V202, V203, V204, V205, V206, V207, V208, Q301, Q302", ""]
    rows = [line for line in lines if line.startswith("2022-RXY-")]
    assert len(rows) == 3
    assert all(
        "return of" in row and "…" in row and f"  {number * 8}" in row for number, row in zip("012", rows, strict=True)
    )
    assert rows[1].split()[:3] == ["2022-RXY-001", "2022-06-10", "13:01"]


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120, 200])
@pytest.mark.parametrize("count", [1, 2, 30])
def test_a_table_of_any_width_is_one_line_a_row(
    columns: int, count: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    print_rows(wide(count), Format.table)
    lines = capsys.readouterr().out.splitlines()
    for number in range(count):
        assert sum(f"2022-RXY-{number:03d}"[:columns] in line for line in lines) == 1
    if count > 1:
        assert max(len(line) for line in lines if not line.startswith("Findings:")) <= columns


def test_sentences_stand_whole_below_their_row(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    print_rows([{"code": "V201", "message": "word " * 30}], Format.table, prose=("message",))
    shown = capsys.readouterr().out
    assert shown.count("word") == 30
    assert max(map(len, shown.splitlines())) <= 60


def test_quiet_leaves_out_sentences_and_no_row_or_error(capsys: pytest.CaptureFixture[str]) -> None:
    set_quiet(True)
    try:
        echo_err("Something beside the rows.")
        print_rows(ROWS, Format.csv)
        warn("An error.")
    finally:
        set_quiet(False)
    shown = capsys.readouterr()
    assert (shown.err, len(shown.out.splitlines())) == ("An error.\n", 3)


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 findings"), (1, "1 finding"), (2, "2 findings"), (1200, "1,200 findings")]
)
def test_a_number_agrees_with_its_noun(number: int, words: str) -> None:
    assert number_of(number, "finding") == words


def test_rows_are_given_as_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    rows = wide(2)
    print_rows(rows, Format.csv)
    read: Callable[[str], Any] = lambda text: list(csv.DictReader(io.StringIO(text)))  # noqa: E731
    assert [row["sha256"] for row in read(capsys.readouterr().out)] == [row["sha256"] for row in rows]
