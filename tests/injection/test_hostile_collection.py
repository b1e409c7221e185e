"""A collection with an attacker's texts against one with harmless ones: the same elements on every page, the same
formulas and links in every workbook, and the texts stand as they were written."""

import io
import json
import zipfile
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from tests.fuzzing import invariants
from tests.injection.story import StoryFiles

pytestmark = pytest.mark.slow  # two whole collections; the pages and writers have quick tests of their own

_SAID = ("aria-label", "content")  # attributes that hold words
_SCRIPTS = ("assets/search.js", "assets/list.js", "assets/figures.js", "assets/compare.js")
_DOWNLOADS = ("data:image/svg+xml;", "data:text/csv;")  # a chart as a picture and as data
_RUNNING = {"iframe", "object", "embed", "base", "img", "frame", "applet", "math", "foreignobject"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and its words."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[object, ...]] = []
        self.words: list[str] = []
        self.feed(content.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = [(name, None if name in _SAID else _structure(value)) for name, value in attrs]
        self.elements.append((tag, *known))
        self.words += [value for name, value in attrs if name in _SAID and value]

    def handle_endtag(self, tag: str) -> None:
        self.elements.append(("/", tag))

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment",))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def _structure(value: str | None) -> object:
    """Return an attribute's value; of a chart to download its elements, and of its data the kind alone."""
    picture, data = _DOWNLOADS
    if value and value.startswith(picture):
        return tuple(Page(unquote(value).partition(",")[2].encode()).elements)
    return data if value and value.startswith(data) else value


def test_an_attackers_texts_give_the_same_elements_as_harmless_ones(harmless: StoryFiles, hostile: StoryFiles) -> None:
    expected, hostile_files = harmless.files(".html"), hostile.files(".html")
    assert list(expected) == list(hostile_files)
    assert len(expected) > 15
    kinds = {path.split("/")[0] for path in expected}
    assert kinds == {"outbox", "progress", "published", "made"}
    for path, content in hostile_files.items():
        assert _of_any_length(Page(content)) == _of_any_length(Page(expected[path])), path


def _of_any_length(page: Page) -> list[tuple[object, ...]]:
    """Return the elements of a page without the class of a short value, which says only how long a text is."""
    return [tuple(part for part in element if part != ("class", "short")) for element in page.elements]


def test_nothing_on_a_page_runs_but_the_projects_own_scripts(hostile: StoryFiles) -> None:
    for path, content in hostile.files(".html").items():
        for tag, *attributes in Page(content).elements:
            assert tag not in _RUNNING, path
            named = dict(attributes) if tag not in ("/", "comment") else {}  # type: ignore[arg-type, var-annotated]
            assert not [name for name in named if name.startswith("on")], path
            if tag == "script":
                data = named.get("type") == "application/ld+json"
                assert path.startswith("published/"), path
                assert data or str(named["src"]).endswith(_SCRIPTS), path
            link = str(named.get("href") or "").strip().lower()
            if link.startswith(_DOWNLOADS):
                assert "download" in named, path
            else:  # "data:," stands for no icon
                assert link == "data:," or not link.startswith(("javascript:", "data:", "//")), path


def test_what_was_written_stands_on_the_pages_as_text(hostile: StoryFiles) -> None:
    pages = {path: Page(content).text for path, content in hostile.files(".html").items()}
    words = hostile.words

    def is_shown(text: str, beginning: str) -> bool:
        return any(" ".join(text.split()) in page for path, page in pages.items() if path.startswith(beginning))

    for name in words.names:
        assert is_shown(name, "published/")
        assert is_shown(name, "progress/")
        assert is_shown(name, "outbox/")
    assert is_shown(words.file, "outbox/")
    assert is_shown(words.file, "made/report/")
    assert is_shown(words.explanation, "outbox/")
    assert is_shown(words.reason, "progress/")
    assert is_shown(words.role, "progress/")
    assert is_shown(words.commentary, "published/")
    assert is_shown(words.note, "published/")


def test_the_list_that_the_search_loads_is_data(hostile: StoryFiles) -> None:
    files = [content.decode("utf-8") for path, content in hostile.files(".js").items() if path.endswith("places.js")]
    assert len(files) == 2
    lists = [json.loads(text.removeprefix("var WRES_PLACES = ").removesuffix(";\n")) for text in files]
    assert {name for _, name, *_ in lists[-1]} >= set(hostile.words.names)


def list_active_content(content: bytes) -> list[tuple[str, ...]]:
    """What a workbook or OpenDocument sheet holds beside values: formulas, links, what lies outside, its parts."""
    formulas: list[tuple[str, ...]] = []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in sorted(package.namelist()):
            formulas.append(("part", name))
            if not name.endswith((".xml", ".rels")):
                continue
            for element in ElementTree.fromstring(package.read(name)).iter():
                kind = element.tag.rpartition("}")[2]
                if kind in ("f", "hyperlink", "Relationship", "a", "script", "event-listener", "database-range"):
                    formulas.append((name, kind, element.text or "", *map(str, sorted(element.items()))))
                formulas += [(name, key, value) for key, value in element.items() if key.endswith("}formula")]
    return formulas


def test_every_csv_file_of_a_hostile_collection_is_inert(hostile: StoryFiles) -> None:
    files = hostile.files(".csv")
    assert {path.split("/")[0] for path in files} == {"outbox", "progress", "published", "made"}
    for content in files.values():
        invariants.check_csv(content)
    for printed in hostile.printed.values():
        invariants.check_csv(printed.encode())
    everything = "".join([*(content.decode() for content in files.values()), *hostile.printed.values()])
    words = hostile.words
    assert words.value not in everything  # what is no number is hidden
    for text in (words.names[1], words.names[2], words.file, words.reason, words.note):
        assert f"'{text}" in everything.replace('""', '"'), text


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_every_workbook_of_a_hostile_collection_holds_what_a_harmless_one_does(
    harmless: StoryFiles, hostile: StoryFiles, ending: str
) -> None:
    expected, hostile_files = harmless.files(ending), hostile.files(ending)
    assert list(expected) == list(hostile_files)
    assert len(hostile_files) >= 2
    for path, content in hostile_files.items():
        assert list_active_content(content) == list_active_content(expected[path]), path
