"""docs/roles.md: who may read what. Every figure of the two trusts is a number that stands nowhere else."""

import csv
import io
import json
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wres import adhoc, steps
from wres.context import open_context
from wres.event_log import configure_logging
from wres.returns.template_spec import load_template, newest_template
from wres.settings import Settings, load_settings

ETHNIC_GROUPS = newest_template().ethnic_groups

ROOT = Path(__file__).resolve().parent.parent.parent
FIGURES = {
    "RXY": ((73819, 6287, 541), (1297, 773, 37)),
    "RJ1": ((61553, 9341, 883), (2389, 691, 53)),
}
NAMES = {"RXY": "Kent and Medway", "RJ1": "Guy's and St Thomas"}
SIGNED_BY, FILE_NAME = "Pat Example", "Pat-Example-return.csv"
Summaries = list[dict[str, object]]


def numbers(organisation: str, least: int = 100) -> set[str]:
    """An organisation's figures that are too large to be anything else."""
    staff, entered = FIGURES[organisation]
    return {str(number) for number in (*staff, *entered) if number >= least}


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summaries]:
    """A whole collection of two trusts and a rejected return, approved and published; its home, what steps returned."""
    home = tmp_path_factory.mktemp("roles") / "home"
    with pytest.MonkeyPatch.context() as clock:
        clock.setenv("WRES_HOME", str(home))
        clock.setenv("WRES_SETTLE_SECONDS", "0")
        clock.setenv("WRES_AS_OF", "2022-06-10T12:00")
        for code, (staff, entered) in {**FIGURES, "RR8": ((500, 900, 20), (30, -20, 1))}.items():
            _leave(home / "inbox" / "2022" / code, staff, entered)
        configure_logging(home)
        collected = steps.collect(steps.open_context(2022))
        clock.setenv("WRES_AS_OF", "2022-10-03T12:00")
        built = steps.build(steps.open_context(2022))
        warnings = [row["code"] for row in steps.checklist(steps.open_context(2022)) if row["severity"] == "warning"]
        approved = steps.approve(steps.open_context(2022), "The Approver", "head of profession", warnings)
        clock.setenv("WRES_AS_OF", "2023-03-01T12:00")
        return home, [collected, built, approved, steps.publish(steps.open_context(2022))]


def _leave(folder: Path, *counts: tuple[int, int, int]) -> None:
    """Leave a return of so many staff and entries in a sender's folder."""
    folder.mkdir(parents=True)
    cells = dict(zip(("workforce.clinical.band_5", "disciplinary.entered"), counts, strict=True))
    rows = [["collection_year", "organisation_code", "item", "ethnic_group", "value"]]
    for item in load_template("2.0").items:
        values = cells.get(item.code, (0, 0, 0)) if item.required else ()
        groups = ETHNIC_GROUPS[: len(values)]
        rows += [["2022", folder.name, item.code, *map(str, pair)] for pair in zip(groups, values, strict=True)]
    for key, text in (("name", SIGNED_BY), ("role", "Director of Workforce"), ("date", "2022-05-31")):
        rows.append(["2022", folder.name, f"signoff.{key}", "", text])
    with (folder / FILE_NAME).open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(rows)


@pytest.fixture
def ran(whole_run: tuple[Path, Summaries], monkeypatch: pytest.MonkeyPatch) -> Summaries:
    """What the steps of the whole run returned; its home is the one in force."""
    home, summaries = whole_run
    monkeypatch.setenv("WRES_HOME", str(home))
    return summaries


@pytest.fixture
def home(ran: Summaries) -> Settings:
    """The settings of the whole run's home."""
    return load_settings()


def texts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file of a folder as text; of a workbook all its parts."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(path) as book:
                content = b"\n".join(book.read(name) for name in book.namelist())
        yield path, content.decode("utf-8").replace(",", "")


def find_words(text: str, words: set[str]) -> set[str]:
    """Those of these words and numbers that stand in a text by themselves, not inside a hash or a time."""
    return {word for word in words if re.search(rf"(?<!\w)(?<!\d[.:]){re.escape(word)}(?!\w|[.:]\d)", text)}


def test_an_answer_holds_nothing_of_another_organisation(home: Settings) -> None:
    for code, others in (("RXY", ["RJ1"]), ("RJ1", ["RXY"]), ("RR8", ["RXY", "RJ1"])):
        answers = list(texts(home.outbox / "2022" / code))
        assert {path.name for path, _ in answers} >= {"report.json", "report.csv", "report.html"}
        for other in others:
            for path, text in answers:
                assert find_words(text, {other, NAMES[other], *numbers(other)}) == set(), path
        if code in FIGURES:  # a figure would be seen if it were there
            assert set().union(*(find_words(text, numbers(code)) for _, text in answers)) == numbers(code)


def test_a_blank_workbook_holds_only_the_last_year_of_its_own(home: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "blank"
    folder.mkdir()
    adhoc.write_prefilled_template(open_context(2023), "RXY", folder / "return.xlsx")
    [(_, text)] = texts(folder)
    assert find_words(text, numbers("RXY")) == numbers("RXY")
    assert find_words(text, {"RJ1", NAMES["RJ1"], *numbers("RJ1")}) == set()


def test_page_status_chase_list_and_what_steps_return_hold_no_figures(
    home: Settings, ran: Summaries, wres: Callable[..., Any]
) -> None:
    shown = list(texts(home.progress))
    assert {path.name for path, _ in shown} == {"index.html", "still.html", "chase-list.csv"}
    shown.append((Path("status"), wres("status", "2022", "--format", "csv")[1]))
    shown.append((Path("history"), wres("history", "2022", "RXY", "--format", "csv")[1]))
    shown.append((Path("what the steps return"), json.dumps(ran, default=str)))
    for path, text in shown:
        assert find_words(text, numbers("RXY") | numbers("RJ1")) == set(), path


def test_logs_hold_no_figures_file_names_or_people(home: Settings) -> None:
    [(path, text)] = texts(home.home / "logs")
    events = {(line["event"], line.get("receipt")) for line in map(json.loads, path.read_text().splitlines())}
    assert {("received", "2022-RXY-001"), ("answered", "2022-RR8-001")} <= events
    assert find_words(text, {*numbers("RXY", 30), *numbers("RJ1", 30), FILE_NAME, SIGNED_BY, "The Approver"}) == set()


def test_what_the_pipeline_keeps_for_itself_is_for_its_own_user(home: Settings) -> None:
    private = [home.landing, home.outbox, home.progress / "2022"]
    private += [home.home / name for name in ("warehouse", "logs")]
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in private} == dict.fromkeys(
        (path.name for path in private), "0o700"
    )
    registry = [path for path in home.home.iterdir() if path.name.startswith("registry.db")]
    modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in registry}
    assert modes == {path.name: "0o700" if path.is_dir() else "0o600" for path in registry}


def test_an_inbox_is_private_and_a_folder_that_was_there_keeps_its_rights(
    settings: Settings, wres: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "return.csv"
    file.write_text("a return\n")
    assert wres("submit", "2022", "RXY", str(file), "--as-of", "2022-06-10T12:00")[0] == 0
    assert stat.S_IMODE(settings.inbox.stat().st_mode) == 0o700
    settings.inbox.chmod(0o751)
    settings.outbox.mkdir(mode=0o750)
    assert wres("submit", "2022", "RXY", str(file), "--as-of", "2022-06-10T12:00")[0] == 0
    wres("collect", "2022", "--as-of", "2022-06-10T12:00")
    modes = [stat.S_IMODE(folder.stat().st_mode) for folder in (settings.inbox, settings.outbox)]
    assert modes == [0o751, 0o750]


def test_a_release_is_read_only_once_it_is_made(home: Settings) -> None:
    for audience in ("management", "official"):
        release = home.published / "2022" / "1.0" / audience
        paths = [release, *release.rglob("*")]
        assert len(paths) > 10
        assert [path for path in paths if path.stat().st_mode & 0o222] == []


def test_every_sentence_that_is_held_names_a_test_that_is_there() -> None:
    text = (ROOT / "docs" / "roles.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", text))
    assert len(named) > 4
    assert [path for path in named if not (ROOT / path).is_file()] == []
    assert text.count("**Held") >= 11
