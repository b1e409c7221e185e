"""The commands of this room, and that each round leaves the page behind."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from wres import steps
from wres.database.collection_state import set_state
from wres.intake.rounds import open_years
from wres.settings import Settings

Run = Callable[..., tuple[int, str, str]]
JUNE = "2022-06-10T12:00"


def test_contacts_are_loaded_and_chased(wres: Run, tmp_path: Path) -> None:
    contacts, target = tmp_path / "contacts.csv", tmp_path / "list.csv"
    contacts.write_text("organisation_code,role,address\nRXY,Workforce,w@example.nhs.uk\n")
    status, out, _ = wres("contacts", "load", str(contacts), "--format", "json")
    assert (status, json.loads(out)) == (0, [{"contacts": 1, "organisations": 1}])
    status, out, err = wres("chase", "2022", "--output", str(target), "--as-of", JUNE)
    assert (status, out) == (0, "")
    assert "209 organisations to write to" in err
    with target.open(newline="") as file:
        addresses = {row["organisation_code"]: row["contact_address"] for row in csv.DictReader(file)}
    assert addresses["RXY"] == "w@example.nhs.uk"
    assert len(addresses) == 209


def test_by_default_the_chase_list_lies_beside_the_page(wres: Run, settings: Settings) -> None:
    assert wres("chase", "2022", "--as-of", JUNE)[0] == 0
    assert (settings.progress / "2022" / "chase-list.csv").is_file()


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("2022-05-01T12:00", "The 2022 collection opens on 1 June 2022 at 00:00. Nobody is asked for anything before."),
        (
            "2022-10-01T12:00",
            (
                "The 2022 collection closed on 30 September 2022 at 23:59: nothing more can be sent, and the letters "
                "say so. If late returns are still to be taken, open the collection again (wres collection open 2022), "
                "and close it afterwards."
            ),
        ),
    ],
)
def test_chase_and_the_page_say_when_nobody_can_send(
    wres: Run, sqlite: Engine, monkeypatch: pytest.MonkeyPatch, when: str, sentence: str
) -> None:
    _, _, err = wres("chase", "2022", "--as-of", when)
    assert sentence in err
    monkeypatch.setenv("WRES_AS_OF", when)
    assert f"<p>{sentence}</p>" in steps.write_progress_page(steps.open_context(2022)).read_text()


def test_while_returns_are_taken_chase_only_counts_whom_to_write_to(wres: Run, sqlite: Engine) -> None:
    for when in (JUNE, "2022-09-10T12:00"):
        assert len(wres("chase", "2022", "--as-of", when)[2].splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("contacts", "load", "missing.csv"), "missing.csv cannot be read"),
        (("chase", "1999"), "There is no collection year 1999"),
        (("chase", "2022", "--output", "/proc/nowhere/list.csv"), "/proc/nowhere/list.csv cannot be written"),
    ],
)
def test_a_mistake_is_reported_in_one_line(wres: Run, arguments: tuple[str, ...], words: str) -> None:
    status, out, err = wres(*arguments)
    assert (status, out, len(err.strip().splitlines())) == (2, "", 1)
    assert words in err


def test_the_status_counts_by_region_and_type(wres: Run, sqlite: Engine, send: Callable[..., str]) -> None:
    send(sqlite, "RXY", "2022-06-02T10:00")
    for by, name in (("region", "South East"), ("type", "Mental health")):
        status, out, err = wres("status", "2022", "--by", by, "--format", "json")
        accepted = {row[by]: row["accepted"] for row in json.loads(out)}
        assert (status, accepted[name], accepted["England"], sum(accepted.values())) == (0, 1, 1, 2)
        assert "Of 209 expected: 1 received, 1 accepted" in err


def test_each_round_writes_the_page_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    page = settings.progress / "2022" / "index.html"
    for when, step in (("2022-06-10T12:00", steps.collect), ("2022-06-11T12:00", steps.send_pending_reports)):
        monkeypatch.setenv("WRES_AS_OF", when)
        step(steps.open_context(2022))
        assert f"Written on {int(when[8:10])} June 2022 at 12:00" in page.read_text()


def test_the_years_under_way_are_those_open_or_late(sqlite: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for when, years in (("2022-05-31T12:00", []), (JUNE, [2022]), ("2022-09-30T12:00", [2022]), ("2022-10-01", [])):
        monkeypatch.setenv("WRES_AS_OF", when)
        assert open_years(steps.open_pipeline()) == years
    monkeypatch.setenv("WRES_AS_OF", JUNE)
    set_state(sqlite, 2022, "closed", steps.open_context(2022).settings.clock.now())
    set_state(sqlite, 2021, "open", steps.open_context(2022).settings.clock.now())
    assert open_years(steps.open_pipeline()) == [2021]
