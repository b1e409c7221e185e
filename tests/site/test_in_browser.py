"""The pages in a real Chromium: accessible, quiet, whole on a phone, by keyboard, and without script."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import wres.site
from wres.outputs.metadata import Publication, ReleaseMetadata
from wres.outputs.schema_check import checked_tables
from wres.site import write_pages

Tables = dict[str, pa.Table]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PHONE, DESKTOP = {"width": 375, "height": 720}, {"width": 1280, "height": 900}
DRAWN = ("index.html", "organisation/RXY.html", "organisation/T1520.html", "region/Y56.html", "type/unknown.html")
PLAIN = ("organisations.html", "compare.html?with=RXY,RJ1", "method.html", "dictionary.html", "accessibility.html")
PAGES = (*DRAWN, *PLAIN)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed, so no page can be opened")


@pytest.fixture(scope="module")
def release(
    tmp_path_factory: pytest.TempPathFactory, three_years: Tables, official_three_years: Tables
) -> Callable[[str], Path]:
    """The pages of a release for either audience, of simulated figures."""
    moment = datetime(2023, 2, 23, 9, 30, tzinfo=UTC)
    publication = Publication(moment, "The team", "team@example.nhs.uk", "Final.")
    about = ReleaseMetadata(2022, "1.0", "management", moment, True, {2022: "2022.1"}, "0.1.0", "b", publication)
    root = tmp_path_factory.mktemp("releases") / "2022" / "1.0"
    for audience, tables in (("management", three_years), ("official", official_three_years)):
        (root / audience).mkdir(parents=True)
        write_pages(root / audience, checked_tables(tables, 2022), replace(about, audience=audience), "wres.xlsx")
    (root.parents[1] / "latest.css").write_text('.newer:not([data-release="2022-1.0"]) { display: block; }\n')
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
    messages: list[str] = []
    asked: list[str] = []

    def open_one(
        path: str, audience: str = "management", size: dict[str, int] = DESKTOP, script: bool = True, **more: Any
    ) -> Any:
        context = browser.new_context(viewport=size, java_script_enabled=script, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        address, _, query = path.partition("?")
        page.goto((release(audience) / address).as_uri() + (f"?{query}" if query else ""))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not messages
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize(
    ("audience", "size", "pages"),
    [("management", PHONE, (*DRAWN[:-1], PLAIN[0])), ("official", DESKTOP, (*DRAWN[:3], *PLAIN[1:]))],
    ids=["phone", "desktop"],
)
def test_axe_finds_nothing(
    open_page: Callable[..., Any], audience: str, size: dict[str, int], pages: tuple[str, ...]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for path in pages:
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
        assert page.locator("svg").count() >= (2 if path in DRAWN else 0), path


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
    results = page.locator("#found a")
    results.first.wait_for()
    assert results.all_inner_texts() == ["Organisation RJ1 (RJ1)"]
    assert page.get_by_role("status").inner_text() == "One found."
    field.fill("organisation")
    assert results.count() == 5
    field.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == results.nth(1).inner_text()
    page.keyboard.press("Escape")
    assert results.count() == 0
    field.fill("no such place")
    assert page.get_by_role("status").inner_text() == "No organisation, region or type has this name or code."
    field.fill("y56")
    assert results.first.get_attribute("href") == "../region/Y56.html"
    field.fill("london")
    assert results.first.inner_text() == "London (Y56)"
    field.fill("or")  # too short for initials
    assert results.first.inner_text().startswith("Organisation")
    field.fill("rxy")
    field.press("Enter")
    page.wait_for_url("**/organisation/RXY.html")


def test_search_by_initials(browser: Any) -> None:
    script = Path(wres.site.__file__).parent / "static" / "search.js"
    page = browser.new_page()
    page.set_content(
        '<form class="search" data-places="data:," data-root=""><input><p role="status"></p><ul></ul></form>'
    )
    names = [
        ["RRV", "University College London Hospitals NHS Foundation Trust", "a.html", "uclhft"],
        ["RXY", "Kent and Medway NHS and Social Care Partnership Trust", "b.html", "kmscpt"],
        ["", "Acute", "c.html", ""],
    ]
    page.evaluate("names => { window.WRES_PLACES = names; }", names)
    page.add_script_tag(path=script)
    for typed, code in (("UCLH", "RRV"), ("KMPT", "RXY"), ("uclhft", "RRV")):
        page.locator("input").fill(typed)
        assert [text.endswith(f"({code})") for text in page.locator("li a").all_inner_texts()] == [True], typed
    page.close()


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
    page.locator("details[open] table").first.wait_for()
    ring = "getComputedStyle(document.activeElement).boxShadow + getComputedStyle(document.activeElement).outlineStyle"
    assert re.search(r"rgb|solid", page.evaluate(ring))


def test_without_script_everything_is_there_but_the_search(open_page: Callable[..., Any]) -> None:
    page = open_page("index.html", script=False)
    assert page.locator("form.search").is_hidden()
    assert page.locator(".answers div").count() == 4
    page.get_by_role("navigation", name="This release").get_by_role("link", name="Organisations").click()
    page.wait_for_url("**/organisations.html")
    assert page.locator("table.list tbody tr").count() == 5
    assert page.locator("form.filters").count() == 0
    page.get_by_role("link", name="Organisation RXY").click()
    page.wait_for_url("**/organisation/RXY.html")
    page.locator("summary").first.click()
    page.locator("details table").first.wait_for()


def test_printed_it_keeps_its_marking_and_leaves_out_what_paper_cannot_do(open_page: Callable[..., Any]) -> None:
    page = open_page("organisation/RXY.html")
    page.emulate_media(media="print")
    assert page.get_by_text("Management information: not for publication.").first.is_visible()
    assert page.get_by_text("Simulated data").first.is_visible()
    assert page.locator("form.search").is_hidden()
    assert page.locator("figure svg").count() == page.locator("figure svg:visible").count() == 5
    assert page.locator(".get:visible").count() == 0


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="poppler is not installed, so pages cannot be counted")
def test_an_organisation_prints_on_two_pages(open_page: Callable[..., Any], tmp_path: Path) -> None:
    page = open_page("organisation/RXY.html")
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    facts = subprocess.run(["pdfinfo", tmp_path / "page.pdf"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^Pages:\s+2$", facts, re.MULTILINE), facts


# What a reader sees of a drawing in forced colours, and its contrast with what it lies on.
CONTRASTS = """() => {
    const part = value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const light = text => {
        const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map(value => part(value / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    const marks = 'path.own, path.peer, path.other, path.marked, path.interval, path.line, path.dot, path.equal, text';
    return Array.from(document.querySelectorAll('svg.drawing')).flatMap(svg => {
        const ground = light(getComputedStyle(svg.closest('figure')).backgroundColor);
        return Array.from(svg.querySelectorAll(marks)).filter(mark => !/in-/.test(mark.getAttribute('class')))
            .map(mark => {
                const style = getComputedStyle(mark);
                const own = light(mark.tagName === 'text' ? style.fill : style.stroke);
                return [mark.getAttribute('class'), Math.max(own, ground) / Math.min(own, ground)];
            });
    });
}"""


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_drawings_can_be_read_in_forced_colours(open_page: Callable[..., Any], scheme: str) -> None:
    for path in ("index.html", "organisation/RXY.html", "compare.html?with=RXY,RJ1"):
        page = open_page(path, forced_colors="active", color_scheme=scheme)
        contrasts = page.evaluate(CONTRASTS)
        assert len(contrasts) > 4, path
        assert [(kind, contrast) for kind, contrast in contrasts if contrast < 3] == [], path


def test_the_list_is_sorted_and_filtered(open_page: Callable[..., Any]) -> None:
    page = open_page("organisations.html")
    rows = page.locator("table.list tbody tr")

    def codes() -> list[str]:
        shown = [row for row in rows.all() if row.is_visible()]
        return [row.locator("td").first.inner_text() for row in shown]

    assert codes() == ["08W", "RJ1", "RR8", "RXY", "T1520"]
    page.get_by_role("button", name="Region").click()
    assert page.locator("th[aria-sort=ascending]").inner_text() == "Region"
    regions = [row.locator("td").nth(1).inner_text() for row in rows.all()]
    assert regions == sorted(regions)
    page.get_by_role("button", name="Code").click()
    page.get_by_role("button", name="Code").click()
    assert codes() == ["T1520", "RXY", "RR8", "RJ1", "08W"]
    page.get_by_label("Name or code").fill("rj")
    assert codes() == ["RJ1"]
    assert page.locator(".filters").get_by_role("status").inner_text() == "1 of 5 organisations."
    page.get_by_label("Name or code").fill("")
    page.get_by_label("Range").select_option("Below range")
    assert codes() == ["RR8"]


def test_ratios_of_low_reliability_are_not_ranked(open_page: Callable[..., Any]) -> None:
    page = open_page("organisations.html")
    for _ in range(2):
        page.get_by_role("button", name="Relative likelihood").click()
        ratios = page.locator("table.list tbody tr td:nth-child(5)").all_inner_texts()
        marked = [text.endswith("[u]") or text == "[z]" for text in ratios]
        assert any(marked)
        assert marked == sorted(marked)  # whichever way, they come last


def test_up_to_five_organisations_are_compared(open_page: Callable[..., Any]) -> None:
    page = open_page("compare.html")
    assert page.locator("#comparison").is_hidden()
    field = page.get_by_label("Add an organisation, by name or code")
    for typed in ("rxy", "Organisation RJ1 (RJ1)", "RR8", "08W", "t1520"):
        field.fill(typed)
        field.press("Enter")
    assert page.locator("#chosen li").count() == page.locator("#table tbody tr").count() == 5
    assert "Organisation RXY: 1.79" in page.locator("#drawing svg").get_attribute("aria-label")
    field.fill("RXY")
    field.press("Enter")
    assert page.get_by_role("status").last.inner_text() == "Organisation RXY is there already."
    page.get_by_role("button", name="Remove Organisation RJ1").click()
    assert page.locator("#chosen li").count() == 4
    page.locator("#table a").first.click()
    page.wait_for_url("**/organisation/RXY.html")


def test_an_older_release_says_that_there_is_a_newer_one_without_script_too(
    browser: Any, release: Callable[[str], Path]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    address = (release("official") / "organisation" / "RXY.html").as_uri()
    latest = release("official").parents[2] / "latest.css"
    before = latest.read_text()
    try:
        page.goto(address)
        assert page.locator(".newer").is_hidden()
        latest.write_text(before.replace("2022-1.0", "2022-1.1"))
        page.goto(address)
        link = page.get_by_role("link", name="Go to this page in the latest release")
        assert link.is_visible()
        assert link.get_attribute("href") == "../../../../latest/organisation/RXY.html"
    finally:
        latest.write_text(before)
        context.close()
