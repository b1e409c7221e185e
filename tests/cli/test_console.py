"""What is printed: rows that fit are plain lines, whatever does not fit is folded, and no text moves the cursor."""

import json
import os
import pty
import subprocess
import sys

from pipeline.console import Format, print_rows, print_summary

ROWS = [
    {"organisation_code": "RXY", "returns": 12, "accepted": True, "problem": None, "codes": ["V201", "V203"]},
    {"organisation_code": "RJ1", "returns": 3, "accepted": False, "problem": "no answer", "codes": []},
]


def test_rows_stand_in_columns_and_numbers_to_the_right(capsys):
    print_rows(ROWS, Format.table)
    assert capsys.readouterr().out.splitlines() == [
        "organisation code  returns  accepted  problem    codes",
        "RXY                     12  yes       -          V201, V203",
        "RJ1                      3  no        no answer  none",
    ]


def test_json_holds_the_values_and_an_empty_table_says_so(capsys):
    print_rows(ROWS, Format.json)
    assert json.loads(capsys.readouterr().out) == ROWS
    print_rows([], Format.table)
    assert capsys.readouterr() == ("", "Nothing to show.\n")


def test_a_text_neither_moves_the_cursor_nor_adds_a_line(capsys):
    print_rows([{"file": "a\x1b[2Jb\nRXY accepted\r.csv"}], Format.table)
    print_summary({"file": "a\x9b2Jb\u2028c"})
    assert capsys.readouterr().out == "file\na [2Jb RXY accepted .csv\nFile: a 2Jb c\n"


def test_in_a_narrow_terminal_a_line_is_folded_and_nothing_is_lost():
    rows = [{"organisation_code": "RXY", "message": "word " * 30}]
    program = f"from pipeline.console import Format, print_rows; print_rows({rows!r}, Format.table)"
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "60", "TERM": "xterm"}
    subprocess.run([sys.executable, "-c", program], stdout=theirs, env=environment, check=True)
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert shown.count("word") == 30
    assert max(map(len, shown.splitlines()[1:])) <= 60
