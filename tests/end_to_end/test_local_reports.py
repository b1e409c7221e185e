"""Each organisation's own report: given once at the release time, again after a revision, and never lost."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from tests.support.approvals import publish_approved
from tests.support.web_service import Service
from wres import steps
from wres.cli.main import app
from wres.database.registry import open_registry
from wres.errors import UnavailableError, WresError
from wres.local_report.deliver_local_reports import write_local_report
from wres.local_report.given_reports import given_reports, list_local_reports
from wres.settings import Settings
from wres.summaries import is_public
from wres.web.app import create_app

FILES = {"local-report.html", "local-report.xlsx", "local-report.csv"}


pytestmark = pytest.mark.usefixtures("removable")


def reports(settings: Settings, code: str) -> list[str]:
    return sorted(path.name for path in (settings.outbox / "2022" / code).glob("local-report-*"))


def text_of(settings: Settings, code: str, edition: str = "1.0") -> str:
    page = settings.outbox / "2022" / code / f"local-report-{edition}" / "local-report.html"
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8").split("</style>")[1]))


def test_its_organisation_finds_it_on_the_page_for_senders(released: Settings) -> None:
    service = Service(create_app(released))
    sender, another = service.signed_in("RXY"), service.signed_in("RJ1")
    assert "Your own report" in sender.get("/returns/2022/RXY").text
    steps.send_local_reports(steps.open_context(2022))
    for name in FILES:
        response = sender.get(f"/returns/2022/RXY/local-report/{name}")
        assert response.content == (released.outbox / "2022" / "RXY" / "local-report-1.0" / name).read_bytes()
        assert another.get(f"/returns/2022/RXY/local-report/{name}").status_code == 404
    assert sender.get("/returns/2022/RXY/local-report/other.html").status_code == 404


def test_everybody_in_the_release_gets_one_once(released: Settings) -> None:
    assert {row["state"] for row in list_local_reports(steps.open_context(2022))} == {"owed"}
    assert steps.send_local_reports(steps.open_context(2022)) == {
        "collection_year": 2022,
        "edition": "1.0",
        "local_reports": 2,
    }
    for code in ("RXY", "RJ1"):
        assert reports(released, code) == ["local-report-1.0"]
        folder = released.outbox / "2022" / code / "local-report-1.0"
        assert {path.name for path in folder.iterdir()} == FILES
    assert steps.send_local_reports(steps.open_context(2022))["local_reports"] == 0
    rows = list_local_reports(steps.open_context(2022))
    assert [(row["code"], row["edition"], row["state"], row["channel"]) for row in rows] == [
        ("RJ1", "1.0", "given", "folder"),
        ("RXY", "1.0", "given", "folder"),
    ]


def test_it_holds_the_exact_figures_that_the_official_release_withholds(released: Settings, tmp_path: Path) -> None:
    steps.send_local_reports(steps.open_context(2022))
    with (released.published / "2022/1.0/official/csv/organisation.csv").open(newline="") as source:
        official = {row["code"]: row for row in csv.DictReader(source)}
    with (released.published / "2022/1.0/management/csv/organisation.csv").open(newline="") as source:
        exact = {row["code"]: row for row in csv.DictReader(source)}
    content = (released.outbox / "2022/RXY/local-report-1.0/local-report.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(content)))
    [own_row] = [row for row in rows if row["relation"] == "own"]
    assert {**exact["RXY"], "relation": "own"} == own_row
    peers = [row for row in rows if row["relation"] == "peer"]
    assert [{**official[row["code"]], "relation": "peer"} for row in peers] == peers
    assert [row["code"] for row in peers] == ["RJ1"]
    book = openpyxl.load_workbook(released.outbox / "2022/RXY/local-report-1.0/local-report.xlsx")
    assert book.sheetnames == ["Report", "Figures", "Data quality", "Board paper"]
    [cell] = [cell for row in book["Figures"].iter_rows() for cell in row if cell.value == "own"]
    assert 19.0 in [cell_of_row.value for cell_of_row in book["Figures"][cell.row]]
    folder = write_local_report(steps.open_context(2022), "RXY", None, tmp_path / "mine")
    sent = released.outbox / "2022" / "RXY" / "local-report-1.0"
    assert all((folder / name).read_bytes() == (sent / name).read_bytes() for name in FILES)


def test_after_a_revision_it_comes_again_with_what_changed(
    released: Settings, correct: Callable[..., None], set_clock: Callable[[str], None]
) -> None:
    steps.send_local_reports(steps.open_context(2022))
    set_clock("2023-03-01T12:00")
    correct("RXY,disciplinary.entered,bme,19,18")
    publish_approved("RXY counted one case twice.")
    assert steps.send_local_reports(steps.open_context(2022)) == {
        "collection_year": 2022,
        "edition": "1.1",
        "local_reports": 2,
    }
    assert reports(released, "RXY") == ["local-report-1.0", "local-report-1.1"]
    rxy_text, other = text_of(released, "RXY", "1.1"), text_of(released, "RJ1", "1.1")
    assert "What changed since edition 1.0" in rxy_text
    assert "BME staff entering the process, 2022: 19 in edition 1.0, 18 in edition 1.1." in rxy_text
    assert "Why this edition was made: RXY counted one case twice." in rxy_text
    assert "None of your own figures differs from edition 1.0." in other
    assert "What changed" not in text_of(released, "RXY")
    assert [report.edition for report in given_reports(open_registry(released), 2022)] == ["1.0", "1.0", "1.1", "1.1"]


def test_one_that_cannot_be_given_stays_owed_and_stops_no_other(released: Settings) -> None:
    in_the_way = released.outbox / "2022" / "RJ1" / "local-report-1.0"
    in_the_way.parent.mkdir(parents=True, exist_ok=True)
    in_the_way.write_text("a file where the folder belongs")
    with pytest.raises(UnavailableError, match="RJ1"):
        steps.send_local_reports(steps.open_context(2022))
    assert reports(released, "RXY") == ["local-report-1.0"]
    states = {row["code"]: row["state"] for row in list_local_reports(steps.open_context(2022))}
    assert states == {"RXY": "given", "RJ1": "owed"}
    in_the_way.unlink()
    assert steps.send_local_reports(steps.open_context(2022))["local_reports"] == 1


def test_nothing_goes_out_before_the_release_time(
    settings: Settings, send_two: Callable[..., None], set_clock: Callable[[str], None]
) -> None:
    send_two()
    set_clock("2023-02-22T09:29")
    published = publish_approved()
    assert not is_public(steps.open_context(2022), published)
    with pytest.raises(WresError, match="There is no such official release of 2022"):
        steps.send_local_reports(steps.open_context(2022))
    assert reports(settings, "RXY") == []


def test_the_command_says_what_it_needs_and_who_has_one(released: Settings, tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert isinstance(run(app, ["local-report", "2022"]).exception, WresError)
    assert run(app, ["local-report", "2022", "--send", "--format", "json"]).exit_code == 0
    listed = run(app, ["local-report", "2022", "--list", "--format", "json"])
    assert {row["code"] for row in json.loads(listed.stdout)} == {"RXY", "RJ1"}
    written = run(app, ["local-report", "2022", "rxy", "--output", str(tmp_path / "x")])
    assert (written.exit_code, {path.name for path in (tmp_path / "x").iterdir()}) == (0, FILES)
    unknown = run(app, ["local-report", "2022", "RYY", "--output", str(tmp_path / "y")])
    assert "Edition 1.0 of 2022 has no return of RYY" in str(unknown.exception)
