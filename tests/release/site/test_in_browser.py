"""The pages in a real Chromium: accessible, quiet, whole on a phone, by keyboard, and without script."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from wres.outputs.metadata import Publication, ReleaseMetadata
from wres.outputs.schema_check import checked_tables
from wres.site import write_pages

Tables = dict[str, pa.Table]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PHONE, DESKTOP = {"width": 375, "height": 720}, {"width": 1280, "height": 900}
PAGES = ("index.html", "organisation/RXY.html", "organisation/T1520.html", "region/Y56.html", "type/unknown.html")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed, so no page can be opened")


@pytest.fixture(scope="module")
def release(
    tmp_path_factory: pytest.TempPathFactory, three_years: Tables, official_three_years: Tables
) -> Callable[[str], Path]:
    """The pages of a release for either audience, of simulated figures."""
    moment = datetime(2023, 2, 23, 9, 30, tzinfo=UTC)
    publication = Publication(moment, "The team", "team@example.nhs.uk", "Final.")
    about = ReleaseMetadata(2022, "1.0", "management", moment, True, {}, {2022: "2022.1"}, "0.1.0", "b", publication)
    root = tmp_path_factory.mktemp("releases")
    for audience, tables in (("management", three_years), ("official", official_three_years)):
        (root / audience).mkdir()
        write_pages(root / audience, checked_tables(tables, 2022), replace(about, audience=audience), "wres.xlsx")
    return lambda audience: root / audience


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, release: Callable[[str], Path]) -> Iterator[Callable[..., Any]]:
    """Open a page of a release; afterwards nothing may have been said on the console, nor asked of another place."""
    contexts: list[Any] = []
    said: list[str] = []
    asked: list[str] = []

    def open_one(path: str, audience: str = "management", size: dict[str, int] = DESKTOP, script: bool = True) -> Any:
        context = browser.new_context(viewport=size, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((release(audience) / path).as_uri())
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not said
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize(("audience", "size"), [("management", PHONE), ("official", DESKTOP)])
def test_axe_finds_nothing(open_page: Callable[..., Any], audience: str, size: dict[str, int]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for path in PAGES[:-1]:
        page = open_page(path, audience, size)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        violations = Axe().run(page, options={"preload": False}).response["violations"]
        assert [
            (violation["id"], violation["impact"], violation["nodes"][0]["html"]) for violation in violations
        ] == [], path


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_page_is_as_wide_as_the_window_and_no_word_leaves_its_drawing(
    open_page: Callable[..., Any], size: dict[str, int]
) -> None:
    for path in PAGES:
        page = open_page(path, size=size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        outside = """() => Array.from(document.querySelectorAll('svg text')).filter(text => {
            const inner = text.getBoundingClientRect(), outer = text.closest('figure').getBoundingClientRect();
            return inner.left < outer.left || inner.right > outer.right;
        }).map(text => text.textContent)"""
        assert page.evaluate(outside) == [], path
        assert page.locator("svg").count() >= 2, path


def test_the_answers_are_in_sight_on_a_desktop_without_scrolling(open_page: Callable[..., Any]) -> None:
    page = open_page("organisation/RXY.html")
    questions = page.locator("dl.answers dt").all_inner_texts()
    assert len(questions) == 5
    for question in questions:
        box = page.get_by_text(question, exact=True).bounding_box()
        assert box["y"] + box["height"] < DESKTOP["height"], question


def test_search_by_code_name_and_keyboard(open_page: Callable[..., Any]) -> None:
    page = open_page("region/Y59.html")
    field = page.get_by_label("Find an organisation, region or type")
    field.fill("rj1")
    found = page.locator("#found a")
    found.first.wait_for()
    assert found.all_inner_texts() == ["Organisation RJ1 (RJ1)"]
    assert page.get_by_role("status").inner_text() == "One found."
    field.fill("organisation")
    assert found.count() == 5
    field.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == found.nth(1).inner_text()
    page.keyboard.press("Escape")
    assert found.count() == 0
    field.fill("no such place")
    assert page.get_by_role("status").inner_text() == "Nothing is called so."
    field.fill("rxy")
    field.press("Enter")
    page.wait_for_url("**/organisation/RXY.html")


def test_by_keyboard_first_to_the_content_and_into_the_figures(open_page: Callable[..., Any]) -> None:
    page = open_page("organisation/RXY.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#maincontent'")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert not page.locator("details[open]").count()
    page.keyboard.press("Enter")
    assert page.locator("details[open] table").first.is_visible()
    ring = "getComputedStyle(document.activeElement).boxShadow + getComputedStyle(document.activeElement).outlineStyle"
    assert re.search(r"rgb|solid", page.evaluate(ring))


def test_without_script_everything_is_there_but_the_search(open_page: Callable[..., Any]) -> None:
    page = open_page("index.html", script=False)
    assert page.locator("form.search").is_hidden()
    assert page.locator(".answers div").count() == 4
    page.get_by_role("navigation", name="This release").get_by_role("link", name="Organisations").click()
    page.get_by_role("link", name="Organisation RXY").click()
    page.wait_for_url("**/organisation/RXY.html")
    page.locator("summary").first.click()
    assert page.locator("details table").first.is_visible()


def test_printed_it_keeps_its_marking_and_leaves_out_what_paper_cannot_do(open_page: Callable[..., Any]) -> None:
    page = open_page("organisation/RXY.html")
    page.emulate_media(media="print")
    assert page.get_by_text("Management information: not for publication.").first.is_visible()
    assert page.get_by_text("Simulated data").first.is_visible()
    assert page.locator("form.search").is_hidden()
    assert page.locator("figure svg").count() == page.locator("figure svg:visible").count() == 4
