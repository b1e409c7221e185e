"""The release's page, read as a browser reads it."""

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.publication.about import ReleaseAbout
from pipeline.publication.check import checked_tables
from pipeline.publication.page import page_bytes
from pipeline.publication.release import write_release

Tables = dict[str, pa.Table]


class Page(HTMLParser):
    """Links, tags, and the texts of table cells and of everything."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.rows: list[list[str]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")
        if tag == "tr":
            self.rows.append([])

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())
            if self.tags[-1] in {"td", "th"}:
                self.rows[-1].append(data.strip())


@pytest.fixture
def page(tables: Tables, about: ReleaseAbout) -> Page:
    return Page(page_bytes(checked_tables(tables, 2021), about, "wres-disciplinary-2021.xlsx").decode())


def test_headline_and_goals_are_the_tables_own(page: Page) -> None:
    years = [row for row in page.rows if row[0] in {"2020", "2021"}]
    assert years == [
        ["2020", "Two-year average", "3", "0.96", "1.65", "1.72", "1.13", "2.64", "Above range"],
        ["2021", "Single year", "2", "1.00", "1.33", "1.33", "0.83", "2.14", "Above range"],
        ["2020", "0", "0", "2", "1", "0.0", "0.0", "51", "No"],
        ["2021", "0", "1", "1", "0", "50.0", "[z]", "[z]", "[z]"],
    ]


def test_the_page_says_first_for_whom_it_is_and_runs_nothing(page: Page) -> None:
    body = page.texts[page.texts.index("Management information: not for publication.") :]
    assert body[1].startswith("Simulated data")
    assert not {"script", "img", "iframe", "link"} & set(page.tags)
    assert page.tags.count("h1") == 1


def test_a_note_with_marks_in_it_is_text(tables: Tables, about: ReleaseAbout) -> None:
    noted = replace(about, note="<script>alert('x')</script> & more")
    text = page_bytes(checked_tables(tables, 2021), noted, "wres-disciplinary-2021.xlsx").decode()
    assert "<script" not in text
    assert "About this edition: <script>alert('x')</script> & more" in Page(text).texts


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "2021" / "1.0" / "management"
    for folder in [path for path in tmp_path.rglob("*") if path.is_dir()]:
        folder.chmod(0o755)


def test_the_page_leads_to_every_file_of_the_release(
    target: Path, page: Page, tables: Tables, about: ReleaseAbout
) -> None:
    write_release(target, tables, about)
    files = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    assert sorted(page.links) == sorted(files - {"index.html"})
