"""`wres prepare`: exit statuses, what is printed, questions on a terminal, and that no socket is opened."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
Write = Callable[..., Path]
NURSE = ("Nursing and Midwifery Registered", "Staff Nurse")
NO_SOCKET = """
import sys
def refuse(event, arguments):
    if not event.startswith("socket."):  # asking for the frame is an event too
        return
    frame, callers = sys._getframe(), set()
    while frame is not None:
        callers.add((frame.f_globals.get("__name__"), frame.f_code.co_name))
        frame = frame.f_back
    # Great Expectations imports urllib3, which asks the machine itself whether it has IPv6: nothing leaves it.
    if ("urllib3.util.connection", "_has_ipv6") not in callers:
        sys.stderr.write(f"SOCKET {event}\\n")
        raise OSError("a socket was asked for")
sys.addaudithook(refuse)
"""


def arguments(tmp_path: Path, staff: Path, cases: Path, year: str = "2022", code: str = "rxy") -> list[str]:
    return ["prepare", year, code, "--staff", str(staff), "--cases", str(cases), "--output", str(tmp_path / "r.xlsx")]


def test_the_example_becomes_a_return_without_a_socket(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_SOCKET)  # child processes watch themselves too
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    wres = str(Path(sys.executable).with_name("wres"))
    probe = subprocess.run(
        [sys.executable, "-c", "import socket; socket.socket()"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "SOCKET socket.__new__" in probe.stderr
    subprocess.run([wres, "prepare", "2022", "--example", str(tmp_path / "example")], env=environment, check=True)
    files = tmp_path / "example/example-staff.csv", tmp_path / "example/example-cases.csv"
    command = [wres, *arguments(tmp_path, *files)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "SOCKET" not in done.stderr
    assert "The national checks say: accepted" in done.stderr
    again = subprocess.run(
        [wres, "prepare", "2022", "--example", str(tmp_path / "example")],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert again.returncode == 2


def test_what_has_no_place_is_printed_and_ends_with_2(tmp_path: Path, extract: Write, wres: Run) -> None:
    staff = extract("staff.csv", [("1", "A", "XX99", *NURSE), ("2", "A", "", *NURSE)])
    status, out, err = wres(*arguments(tmp_path, staff, extract("cases.csv", [])), "--format", "json")
    assert status == 2
    assert [(row["field"], row["value"], row["number"]) for row in json.loads(out)] == [
        ("pay_scale", "(blank)", 1),
        ("pay_scale", "XX99", 1),
    ]
    assert "wres-map.toml" in err
    assert len(err.strip().splitlines()) == 1


def test_a_return_that_the_checks_reject_ends_with_1(tmp_path: Path, extract: Write, wres: Run) -> None:
    # In a group of fewer than 20 staff leavers may explain it, and it is a query.
    staff = extract("staff.csv", [(str(person), "A", "Band 5", *NURSE) for person in range(1, 21)])
    cases = extract("cases.csv", [(str(person), "01/05/2021", "Disciplinary", "", "A") for person in range(1, 22)])
    status, _, err = wres(*arguments(tmp_path, staff, cases))
    assert (status, "rejected" in err) == (1, True)
    assert "correct the extracts or the map, and run it again" in err
    assert "V205" in (tmp_path / "r-reconciliation.html").read_text()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"year": "1999"}, "There is no collection year 1999"),
        ({"code": "RXX9"}, "RXX9 is not in the register"),
        ({"code": "RZZ"}, "RZZ is not in the register"),
        ({"staff": Path("missing.csv")}, "missing.csv cannot be opened"),
        ({"staff": Path("/dev/null")}, "has no row with headings"),
        ({"staff": Path(sys.executable)}, "neither a workbook nor text"),
    ],
)
def test_a_mistake_is_one_line(
    tmp_path: Path, extract: Write, wres: Run, change: dict[str, str | Path], words: str
) -> None:
    extracts = {
        "staff": extract("staff.csv", [("1", "A", "Band 5", *NURSE)]),
        "cases": extract("cases.csv", []),
        **change,
    }
    status, _, err = wres(*arguments(tmp_path, **extracts))  # type: ignore[arg-type]
    assert status == 2
    assert words in err
    assert len(err.strip().splitlines()) == 1


def test_an_extract_of_staff_is_not_counted_as_cases(tmp_path: Path, extract: Write, wres: Run) -> None:
    """Whoever joined in the year would have entered the process."""
    header = "Employee Number,Ethnic Origin,Pay Scale,Staff Group,Job Role,Start Date"
    staff = tmp_path / "staff.csv"
    staff.write_text(f"{header}\n1,A,Band 5,{','.join(NURSE)},01/05/2021\n")
    status, _, err = wres(*arguments(tmp_path, staff, staff))
    assert (status, "staff.csv was given as the cases" in err) == (2, True)
    assert not (tmp_path / "r.xlsx").exists()
    (tmp_path / "wres-map.toml").write_text('[columns.cases]\ndate_entered = "Start Date"\n')
    status, _, err = wres(*arguments(tmp_path, staff, staff))
    assert (status, "Written" in err) == (0, True)


@pytest.mark.parametrize(
    "text",
    ["columns = 3", "[values.pay_scale]\nXX99 = 5", "[values.pay_scale]\nXX99 = 'band_12'", "[other]", "not toml",
     "[columns.staff]\nshoe_size = 'x'", "[values.shoe_size]\n'x' = 'y'", "[columns.shoes]\nperson = 'x'"],
)  # fmt: skip
def test_a_map_that_is_wrong_is_named(tmp_path: Path, extract: Write, wres: Run, text: str) -> None:
    (tmp_path / "map.toml").write_text(text)
    staff = extract("staff.csv", [("1", "A", "Band 5", *NURSE)])
    command = [*arguments(tmp_path, staff, extract("cases.csv", [])), "--map", str(tmp_path / "map.toml")]
    status, _, err = wres(*command)
    assert (status, "map.toml" in err, len(err.strip().splitlines())) == (2, True, 1)
    assert (tmp_path / "map.toml").read_text() == text


def test_a_terminal_is_asked_and_the_answer_kept(tmp_path: Path, extract: Write) -> None:
    staff = extract("staff.csv", [("1", "A", "XX99", *NURSE)])
    command = [str(Path(sys.executable).with_name("wres")), *arguments(tmp_path, staff, extract("cases.csv", []))]
    master, terminal = pty.openpty()
    os.write(master, b"99\n6\n")  # 99 is none of the answers; the sixth is band 5
    with subprocess.Popen(command, stdin=terminal, stderr=terminal, stdout=subprocess.DEVNULL) as process:
        os.close(terminal)
        shown = b""
        while True:
            try:
                shown += os.read(master, 4096)
            except OSError:  # the other end is closed
                break
    os.close(master)
    assert process.returncode == 0, shown
    assert b"pay scale XX99: 1 person" in shown
    assert '"XX99" = "band_5"' in (tmp_path / "wres-map.toml").read_text()
