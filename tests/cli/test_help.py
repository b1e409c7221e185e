"""The help page: daily work first, nothing cut, short and long options, and a quiet command."""

import json
from collections.abc import Callable
from importlib.metadata import version

import pytest

Run = Callable[..., tuple[int, str, str]]


def test_daily_work_stands_first_and_no_sentence_is_cut(wres: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    status, shown, _ = wres("--help")
    assert status == 0
    assert max(map(len, shown.splitlines())) <= 80
    headings = ["Every day of a collection", "Build and publish", "Register and calendar", "Keep it safe", "Try it out"]
    places = [shown.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "More commands" not in shown  # whoever adds a command says where it belongs
    assert "..." not in shown[places[0] :]
    assert wres("-h") == (0, shown, "")


def test_the_version_is_shown(wres: Run) -> None:
    assert wres("--version")[:2] == (0, f"wres {version('wres')}\n")


def test_a_quiet_command_prints_rows_only(wres: Run) -> None:
    for arguments in (("-q", "status", "2022"), ("status", "2022", "--quiet"), ("status", "-q", "2022")):
        status, out, err = wres(*arguments, "--format", "json")
        assert (status, len(json.loads(out)), err) == (0, 209, "")
    assert "Of 209 expected" in wres("status", "2022")[2]


def test_the_status_of_some(wres: Run) -> None:
    assert wres("status", "2022", "--rejected", "--late", "--format", "csv")[1].splitlines() == [
        "organisation_code,name,status,received_at,late,returns_sent,receipt"
    ]
    outstanding = json.loads(wres("status", "2022", "--outstanding", "--rejected", "--format", "json")[1])
    assert (len(outstanding), {row["status"] for row in outstanding}) == (209, {"not_received"})
    assert wres("status", "2022", "--outstanding", "--by", "region")[0] == 2


def test_thresholds_stand_in_a_table(wres: Run) -> None:
    lines = wres("collection", "show", "2022")[1].splitlines()
    assert [line.split() for line in lines if line.startswith("coverage percent")] == [["coverage", "percent", "95.0"]]
    assert not any("{" in line for line in lines)


def test_chase_makes_no_folder(wres: Run, tmp_path: object) -> None:
    status, _, err = wres("chase", "2022", "--output", f"{tmp_path}/no/such/list.csv", "--as-of", "2022-06-10T12:00")
    assert (status, f"there is no folder {tmp_path}/no/such" in err) == (2, True)
