"""The page: what stands on it, that it is sound and safe HTML, and that it is written whole."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import Engine

from wres.database.organisations import current_register, replace_register
from wres.errors import WresError
from wres.monitoring.progress_page import write_progress
from wres.reference.year_config import load_year
from wres.settings import Settings, load_settings

YEAR = load_year(2022)
VOID = {"meta", "br", "link", "path"}
Write = Callable[[str], str]


class Page(HTMLParser):
    """The tags in order with their attributes; every element must be closed in turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


@pytest.fixture
def write(sqlite: Engine, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes the page as of a time; gives its text."""

    def written(when: str) -> str:
        monkeypatch.setenv("WRES_AS_OF", when)
        return write_progress(load_settings(), sqlite, YEAR, {"V203": "Negative"}).read_text()

    return written


def _words(text: str) -> str:
    """What a person reads, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


def test_the_page_says_how_it_stands(sqlite: Engine, send: Callable[..., str], write: Write) -> None:
    send(sqlite, "R0A", "2021-06-05T10:00")
    send(sqlite, "R0A", "2022-06-02T10:00", "V203", "V203")
    send(sqlite, "R0A", "2022-06-03T10:00", "Q301")
    send(sqlite, "RXY", "2022-06-04T10:00", "S101")
    send(sqlite, "ZZZ", "2022-06-04T10:00", "S105")
    words = _words(write("2022-06-10T12:00"))
    for sentence in (
        "Open: the deadline is in 82 days, on 31 August 2022 at 23:59.",
        "Written on 10 June 2022 at 12:00 (the clock was set by hand).",
        "Expected 209 organisations Received 2 sent something Accepted 1 a return counts With queries 1 of",
        "Rejected 1 and nothing that counts Waiting 0 to be checked Outstanding 207 nothing received Late 0",
        "2022: 1 accepted 2021: 1 accepted",
        "7 8 June 1 1 9 10 June 1 1 14 15 June - 1",
        "North West 32 1 1 1 0 0 31 0",
        "England 209 2 1 1 1 0 207 0",
        "V203 Negative Rejects 1 1 2",
        "209 organisations to write to: nothing received 207, queries without explanation 1, rejected and not",
        "Accepted, with queries 2 returns, last 3 June 2022 at 10:00 2022-R0A-001, 2 June 2022 at 10:00: Rejected",
        "Rejected (V203 x 2) 2022-R0A-002, 3 June 2022 at 10:00: Accepted, with queries (Q301)",
        "ZZZ not in the register Unknown Unknown Rejected ; not expected",
    ):
        assert sentence in words, sentence
    assert "Simulated" not in words


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("2022-05-01T12:00", "Not open yet: it opens on 1 June 2022 at 00:00."),
        ("2022-08-30T12:00", "the deadline is in 1 day, on"),
        ("2022-08-31T12:00", "the deadline is today, on"),
        ("2022-09-01T12:00", "has passed; late returns are taken until 30 September 2022 at 23:59."),
        ("2022-10-01T12:00", "Closed since 30 September 2022 at 23:59: nothing more is taken."),
    ],
)
def test_an_empty_collection_is_shown_at_every_time(write: Write, when: str, sentence: str) -> None:
    words = _words(write(when))
    assert sentence in words
    assert "No edit has hit a return so far." in words
    assert "Nothing is known of the year before" in words


def test_the_page_is_accessible_and_needs_nothing_else(
    sqlite: Engine, send: Callable[..., str], write: Write, settings: Settings
) -> None:
    send(sqlite, "R0A", "2022-06-02T10:00", "V203")
    (settings.home / "SIMULATED").touch()
    text = write("2022-06-10T12:00")
    page = Page(text.split(">", 1)[1])
    assert text.startswith("<!DOCTYPE html>")
    assert dict(next(page.all("html"))) == {"lang": "en-GB"}
    assert "Simulated: no organisation sent these returns" in text
    names = [name for name, _ in page.tags]
    assert not {"script", "img", "link", "iframe", "object"} & set(names)
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert names.count("table") == names.count("caption") == 5
    assert all(heading.get("scope") in ("col", "row") for heading in page.all("th"))
    marks = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(marks) == len(set(marks))
    links = {str(link["href"]) for link in page.all("a")}
    assert {link[1:] for link in links if link.startswith("#")} <= set(marks)
    assert {link for link in links if not link.startswith("#")} == {"still.html", "chase-list.csv"}
    assert next(page.all("a"))["href"] == "#main"


def test_it_reloads_itself_and_a_page_beside_it_does_not(write: Write, settings: Settings) -> None:
    text = write("2022-06-10T12:00")
    still = (settings.progress / "2022" / "still.html").read_text()
    assert '<meta http-equiv="refresh" content="60">' in text
    assert "http-equiv" not in still
    assert 'href="index.html"' in still


def test_what_others_wrote_is_text(sqlite: Engine, write: Write) -> None:
    register = current_register(sqlite)
    register.loc[register["code"] == "R0A", ["name", "region_name"]] = "<script>alert(1)</script>"
    replace_register(sqlite, register)
    text = write("2022-06-10T12:00")
    assert "<script" not in text
    assert "R0A &lt;script&gt;" in text


def test_rounds_at_once_leave_whole_pages_and_nothing_else(write: Write, settings: Settings, sqlite: Engine) -> None:
    expected = write("2022-06-10T12:00")
    clocked = load_settings()
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda _: write_progress(clocked, sqlite, YEAR, {}), range(4)))
    assert written[0].read_text() == expected
    assert {path.name for path in written[0].parent.iterdir()} == {"index.html", "still.html", "chase-list.csv"}


def test_a_folder_that_cannot_be_written_is_named(write: Write, settings: Settings) -> None:
    settings.progress.parent.mkdir(exist_ok=True)
    Path(settings.progress).write_text("in the way")
    with pytest.raises(WresError, match="cannot be written"):
        write("2022-06-10T12:00")
