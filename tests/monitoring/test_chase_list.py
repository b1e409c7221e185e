"""The chase list: who is on it, why, what their letters say, and that a spreadsheet takes none of it for a formula."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from wres.clock import LONDON
from wres.database.collection_state import set_state
from wres.database.organisations import current_register, replace_register
from wres.errors import WresError
from wres.monitoring.chase_list import COLUMNS, chase_list, csv_bytes, write_chase_list
from wres.monitoring.contacts_file import load_contacts_file
from wres.reference.year_config import load_year
from wres.settings import Settings

YEAR = load_year(2022)
Send = Callable[..., str]
Rows = dict[str, list[dict[str, Any]]]


def _chased(engine: Engine, settings: Settings, when: str) -> Rows:
    rows: Rows = {}
    settings_then = settings.model_copy(update={"as_of": datetime.fromisoformat(when).replace(tzinfo=LONDON)})
    for row in chase_list(settings_then, engine, YEAR):
        assert tuple(row) == COLUMNS
        rows.setdefault(row["organisation_code"], []).append(row)
    return rows


def test_who_is_chased_and_why(engine: Engine, anywhere: Settings, send: Send) -> None:
    send(engine, "R0A", "2022-06-02T10:00")
    send(engine, "R1H", "2022-06-03T10:00", "V203")
    send(engine, "R1K", "2022-06-03T10:00", "Q301", "Q303", explained=("Q301",))
    send(engine, "R1L", "2022-06-03T10:00", "Q301", explained=("Q301",))
    send(engine, "RXY", "2022-06-04T10:00")
    send(engine, "RXY", "2022-06-06T00:10", "V206")
    send(engine, "RYA", "2022-06-06T10:00", validate=False)
    send(engine, "ZZZ", "2022-06-07T10:00", "S105")
    rows = _chased(engine, anywhere, "2022-08-10T12:00")
    why = {code: (row["why"], row["since"]) for code, [row] in rows.items()}
    assert {code: why.get(code) for code in ("R0A", "R1L", "RYA", "ZZZ")} == dict.fromkeys(("R0A", "R1L", "RYA", "ZZZ"))
    assert why["R0B"] == ("nothing received", "2022-06-01")
    assert why["R1H"] == ("rejected and not sent again", "2022-06-03")
    assert why["R1K"] == ("queries without explanation", "2022-06-03")
    assert why["RXY"] == ("rejected and not sent again", "2022-06-06")  # London's day
    assert len(rows) == 209 - 3
    assert "(Q303)" in rows["R1K"][0]["text"]
    assert "earlier return 2022-RXY-001 still counts" in rows["RXY"][0]["text"]
    assert "receipt 2022-R1H-001" in rows["R1H"][0]["text"]
    assert "(V203)" in rows["R1H"][0]["text"]
    assert {(row["deadline"], row["days_left"]) for same in rows.values() for row in same} == {("2022-08-31", 21)}


@pytest.mark.parametrize(
    ("when", "days_left", "subject", "text"),
    [
        ("2022-08-30T12:00", 1, "please send your return by 31 August 2022", "31 August 2022 at 23:59: 1 day is left."),
        ("2022-08-31T12:00", 0, "please send your return by 31 August 2022", "today is the last day"),
        ("2022-09-01T00:10", -1, "now: the deadline was 31 August 2022", "nothing is taken after 30 September 2022"),
        ("2022-10-01T12:00", -31, "the collection closed without your return", "closed on 30 September 2022 at 23:59"),
    ],
)
def test_the_words_fit_the_day(
    sqlite: Engine, settings: Settings, when: str, days_left: int, subject: str, text: str
) -> None:
    [row] = _chased(sqlite, settings, when)["RXY"]
    assert (row["days_left"], subject in row["subject"], text in row["text"]) == (days_left, True, True)
    assert ("Fill in the workbook" in row["text"]) == (when < "2022-10")


@pytest.mark.parametrize("codes", [("V203",), ("Q301",)])
def test_nobody_is_asked_to_send_what_is_no_longer_taken(
    sqlite: Engine, settings: Settings, send: Send, codes: tuple[str, ...]
) -> None:
    send(sqlite, "RXY", "2022-06-03T10:00", *codes)
    [row] = _chased(sqlite, settings, "2022-10-01T12:00")["RXY"]
    assert "nothing more is taken" in row["text"]
    assert "send it again" not in row["text"]
    assert "send the file again" not in row["text"]


def test_a_collection_that_is_held_open_says_no_last_day(sqlite: Engine, settings: Settings) -> None:
    set_state(sqlite, 2022, "open", YEAR.hard_close)
    [row] = _chased(sqlite, settings, "2022-10-05T12:00")["RXY"]
    assert "It will count as late. Fill in" in row["text"]
    assert "30 September" not in row["text"]


def test_nobody_is_chased_before_the_opening(sqlite: Engine, settings: Settings) -> None:
    assert _chased(sqlite, settings, "2022-05-31T23:59") == {}


def test_a_simulated_list_says_so(sqlite: Engine, settings: Settings) -> None:
    (settings.home / "SIMULATED").touch()
    rows = _chased(sqlite, settings, "2022-08-10T12:00")
    assert all(row["subject"].startswith("Simulated") for same in rows.values() for row in same)


def test_each_contact_has_a_row_of_its_own(sqlite: Engine, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("organisation_code,role,address\nR0A,HR,a@example.nhs.uk\nR0A,Data,b@example.nhs.uk\n")
    load_contacts_file(sqlite, file)
    rows = _chased(sqlite, settings, "2022-08-10T12:00")
    written = [(row["contact_role"], row["contact_address"]) for row in rows["R0A"]]
    assert written == [("Data", "b@example.nhs.uk"), ("HR", "a@example.nhs.uk")]
    assert [(row["contact_role"], row["contact_address"]) for row in rows["R0B"]] == [("", "")]


def test_no_text_of_the_file_is_a_formula(sqlite: Engine, settings: Settings) -> None:
    register = current_register(sqlite)
    register.loc[register["code"] == "R0A", "name"] = '=HYPERLINK("http://example.org")'
    replace_register(sqlite, register)
    rows = _chased(sqlite, settings, "2022-09-10T12:00")
    written = list(csv.DictReader(io.StringIO(csv_bytes(rows["R0A"] + rows["R0B"]).decode())))
    assert [row["name"][:11] for row in written] == ["'=HYPERLINK", "South Tynes"]
    assert [row["days_left"] for row in written] == ["-10", "-10"]


def test_the_file_is_written_whole_where_it_is_asked_for(settings: Settings, tmp_path: Path) -> None:
    assert write_chase_list(settings, [], 2022) == settings.progress / "2022" / "chase-list.csv"
    with pytest.raises(WresError, match="there is no folder"):
        write_chase_list(settings, [], 2022, tmp_path / "new" / "list.csv")
    (tmp_path / "new").mkdir()
    target = write_chase_list(settings, [], 2022, tmp_path / "new" / "list.csv")
    assert target.read_text() == ",".join(COLUMNS) + "\n"
    assert [path.name for path in target.parent.iterdir()] == ["list.csv"]
