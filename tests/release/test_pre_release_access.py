"""The list of who may see an official edition early: what it may say, and what is said of a list that may not stand."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from wres.errors import WresError
from wres.outputs.pre_release_access import EarlyAccess, access_of, access_sentence, read_access
from wres.reference.year_config import load_year
from wres.settings import Settings

HEADER = "role,organisation,reason,access_from\n"
MINISTER = "Minister of State,Department of Health and Social Care,to answer questions,"


def read(home: Path, text: str) -> tuple[EarlyAccess, ...]:
    settings = Settings(home=home)
    settings.pre_release_access.mkdir(exist_ok=True)
    (settings.pre_release_access / "2022.csv").write_text(text, encoding="utf-8")
    return read_access(settings, load_year(2022))  # released at 09:30 on 22 February 2023


def test_without_a_list_nobody_sees_anything_early(tmp_path: Path) -> None:
    assert read_access(Settings(home=tmp_path), load_year(2022)) == ()
    assert access_sentence(()) == "Nobody has pre-release access."


def test_a_list_is_read_and_kept_as_the_manifest_holds_it(tmp_path: Path) -> None:
    director = "Director of Workforce,NHS England,to brief trusts,2023-02-22T08:00Z"
    every = read(tmp_path, f"{HEADER}{MINISTER}2023-02-21T09:30\n{director}\n")
    assert every[0] == EarlyAccess(*MINISTER.split(",")[:3], datetime(2023, 2, 21, 9, 30, tzinfo=UTC))  # type: ignore[arg-type, call-arg]
    assert [access.since for access in every] == ["09:30 on 21 February 2023", "08:00 on 22 February 2023"]
    assert access_sentence(every) == "Pre-release access for 2 roles from 09:30 on 21 February 2023."
    assert access_of([access.document for access in every]) == every


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("role,reason\nMinister,questions\n", "line 1: the header is not role,organisation,reason,access_from; begin"),
        (f"{HEADER}Minister,DHSC,questions\n", "line 2: there are 3 values, not 4; put a text that has commas in"),
        (f"{HEADER}Minister,DHSC,,2023-02-21T09:30\n", "line 2: reason is empty or has more than 200 characters; give"),
        (f"{HEADER}{'M' * 201},DHSC,questions,2023-02-21T09:30\n", "line 2: role is empty or has more than 200"),
        (f"{HEADER}Dr A Person,DHSC,questions,2023-02-21T09:30\n", "line 2: the role looks like a person; name the"),
        (f"{HEADER}a.person@nhs.net,DHSC,questions,2023-02-21T09:30\n", "line 2: the role looks like a person; name"),
        (f"{HEADER}{MINISTER}22/02/2023 09:30\n", "line 2: '22/02/2023 09:30' is not a time; write it as 2023-02-22T"),
        (f"{HEADER}{MINISTER}2023-02-21\n", "line 2: '2023-02-21' is not a time; write it as 2023-02-22T09:30."),
        (f"{HEADER}{MINISTER}2023-02-31T09:30\n", "line 2: '2023-02-31T09:30' is not a time; write it"),
        (
            f"{HEADER}{MINISTER}2023-02-21T09:29\n",
            "line 2: access from 09:29 on 21 February 2023 is not within the 24 hours before the release at 09:30 on",
        ),
        (f"{HEADER}{MINISTER}2023-02-22T09:30\n", "line 2: access from 09:30 on 22 February 2023 is not within the 24"),
        (
            f"{HEADER}{MINISTER}2023-02-21T09:30\n{MINISTER.upper()}2023-02-22T08:00\n",
            "line 3: line 2 names the same role; keep the right one.",
        ),
    ],
)
def test_a_list_that_cannot_stand_is_refused_by_its_line(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(WresError) as raised:
        read(tmp_path, text)
    assert str(raised.value).startswith(f"pre-release-access/2022.csv, {wrong}")
