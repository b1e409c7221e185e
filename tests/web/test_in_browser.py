"""Whole journeys in a real Chromium, against the service as it is started: phone, desktop, keyboard, no script, axe."""

import io
import os
import re
import shutil
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect, sync_playwright

from wres.database.registry import open_registry
from wres.database.senders import add_sender
from wres.settings import load_settings
from wres.web.senders_file import load_senders_file

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PHONE, DESKTOP = {"width": 375, "height": 720}, {"width": 1280, "height": 900}
PATIENCE = 120_000  # milliseconds: a page is waited for, never slept for, and a machine may be busy
# The figures whose digits stand on two lines, as 389 did on a phone: 38 and 9.
BROKEN_FIGURES = """[...document.querySelectorAll('td.figure, .findings td[data-heading="Value"]')].filter(cell => {
  if (cell.innerText.length > 16) return false
  const range = document.createRange(); range.selectNodeContents(cell); return range.getClientRects().length > 1
}).map(cell => cell.innerText)"""
PICTURES = os.environ.get("WEB_PICTURES")  # a folder: what docs/pictures shows is drawn there

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed, so no page can be opened"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("web") / "home"
        patch.setenv("WRES_HOME", str(folder))
        open_registry(load_settings())
        yield folder


@pytest.fixture(scope="module")
def url(
    home: Path,
    free_ports: Callable[[int], list[int]],
    serving: Callable[..., Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of the service, a process of its own, while the collection of 2022 is open."""
    [port] = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    command = [Path(sys.executable).with_name("wres"), "serve", "--port", str(port)]
    environment = {"WRES_HOME": str(home), "WRES_AS_OF": "2022-06-20T10:00"}

    def ready() -> None:
        with urllib.request.urlopen(f"{address}/health", timeout=5):
            pass

    with serving(command, tmp_path_factory.mktemp("served"), ready, **environment):
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        expect.set_options(timeout=PATIENCE)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Any, url: str) -> Callable[..., Any]:
    """Opens a browser window; nothing may be said on its console, nor asked of another place."""

    @contextmanager
    def open_window(size: dict[str, int] = DESKTOP, script: bool = True) -> Iterator[Any]:
        context = browser.new_context(viewport=size, java_script_enabled=script, accept_downloads=True)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        console: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: console.append(message.text))
        page.on("pageerror", lambda error: console.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        yield page
        context.close()
        assert [text for text in console if not re.search("404|400|^Clear-Site-Data", text)] == []
        assert [asked_of for asked_of in asked if not asked_of.startswith(url)] == []

    return open_window


@pytest.fixture
def invite(home: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    def make(*codes: str, role: str = "Workforce analyst") -> str:
        monkeypatch.setenv("WRES_HOME", str(home))
        engine = open_registry(load_settings())
        _, secret = add_sender(engine, "invitation", role, codes, national=not codes)
        return f"{url}/invitations/{secret}"

    return make


def follow(page: Any, target: Any) -> None:
    """Press a button or a link, and wait for the page that it leads to."""
    with page.expect_navigation():
        target.click()


def look(page: Any, name: str, script: bool) -> None:
    """A page has no fault that axe finds, and is no wider than the window."""
    page.wait_for_load_state()
    if PICTURES and page.viewport_size == DESKTOP:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=False)
    assert page.locator("h1").count() == 1, page.content()
    if not script:
        return
    from axe_playwright_python.sync_playwright import Axe

    violations = Axe().run(page, options={"preload": False}).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in violations] == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
    assert page.evaluate(BROKEN_FIGURES) == [], name


def filled(template: bytes, bme: int, ratio: float | None = None) -> bytes:
    """The template as an analyst fills it in: 0 everywhere but for clinical band 5 and the entries.

    A ratio is typed over the formula; one that the figures do not give is asked about (Q308).
    """
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book["Return"]
    columns: dict[str, int] = {}
    for row in sheet.iter_rows():
        texts = [str(cell.value or "").strip() for cell in row]
        if "White" in texts and "BME" in texts:
            columns = {name: texts.index(name) + 1 for name in ("White", "BME", "Unknown")}
        elif columns and re.match(r"(workforce\.(?!total)|disciplinary\.)", texts[0]):
            values = {"workforce.clinical.band_5": (1000, 400, 20), "disciplinary.entered": (10, bme, 0)}
            for name, value in zip(columns, values.get(texts[0], (0, 0, 0)), strict=True):
                sheet.cell(row[0].row or 0, columns[name]).value = value
        elif ratio is not None and texts[0] == "calculated.relative_likelihood":
            sheet.cell(row[0].row or 0, columns["BME"]).value = ratio
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def send(page: Any, name: str, content: bytes, answer: str) -> None:
    """Send a file and wait for the answer; a page that says "being checked" loads itself again."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": content})
    follow(page, page.get_by_role("button", name="Send and check"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(answer, timeout=PATIENCE)


@pytest.mark.parametrize(
    ("code", "size", "script"),
    [("RXY", DESKTOP, True), ("RR8", PHONE, True), ("RJ1", DESKTOP, False)],
    ids=["desktop", "phone", "no script"],
)
def test_from_the_invitation_to_a_return_that_is_signed_off(
    visit: Callable[..., Any], invite: Callable[..., str], url: str, code: str, size: dict[str, int], script: bool
) -> None:
    with visit(size, script) as page:
        page.goto(invite(code))
        look(page, "web-invitation", script)
        follow(page, page.get_by_role("button", name="Accept and sign in"))
        page_url = f"{url}/returns/2022/{code}"
        expect(page).to_have_url(page_url)
        look(page, "web-organisation", script)
        send_and_explain(page, url, page_url, script)


def send_and_explain(page: Any, url: str, page_url: str, script: bool) -> None:
    """From the template by way of a rejected file and a corrected one with a question to sign-off and sign-out."""
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download your template").click()
    assert downloading.value.suggested_filename == f"wres-2022-{page_url[-3:]}.xlsx"
    template = Path(downloading.value.path()).read_bytes()

    follow(page, page.get_by_role("button", name="Send and check"))  # no file was chosen
    expect(page.get_by_role("link", name="Choose the file of your return")).to_be_visible()
    look(page, "web-no-file", script)

    send(page, "first.xlsx", filled(template, bme=-4), "Not accepted")
    expect(page.get_by_text("is below 0: -4").first).to_be_visible()
    look(page, "web-rejected", script)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="The marked workbook").click()
    assert "Your return" in openpyxl.load_workbook(io.BytesIO(Path(downloading.value.path()).read_bytes())).sheetnames

    follow(page, page.get_by_role("link", name="All that was sent"))
    send(page, "second.xlsx", filled(template, bme=9, ratio=1.5), "Accepted, with questions")
    look(page, "web-questions", script)
    follow(page, page.get_by_role("button", name="Send the explanations"))
    expect(page.get_by_role("link", name="Enter an explanation")).to_be_visible()
    look(page, "web-explanation-missing", script)
    for box in page.locator("textarea").all():
        box.fill("The ratio is the one of our board paper; the figures are right.")
    follow(page, page.get_by_role("button", name="Send the explanations"))
    expect(page.get_by_text("The ratio is the one of our board paper").first).to_be_visible()
    page.get_by_label("Role").fill("Director of People")
    for label, value in (("Day", "31"), ("Month", "2"), ("Year", "2022")):
        page.get_by_label(label, exact=True).fill(value)
    follow(page, page.get_by_role("button", name="Sign it off"))
    expect(page.get_by_role("link", name="must be a real date")).to_be_visible()
    look(page, "web-sign-off", script)
    page.get_by_label("Day", exact=True).fill("10")
    page.get_by_label("Month", exact=True).fill("6")
    follow(page, page.get_by_role("button", name="Sign it off"))
    expect(page.get_by_text("Every question about it is explained. There is nothing more to do.").first).to_be_visible()
    look(page, "web-explained", script)

    end_the_visit(page, url, page_url, script)


def end_the_visit(page: Any, url: str, page_url: str, script: bool) -> None:
    """From the answer by way of the history and another trust's address to the sign-out."""
    follow(page, page.get_by_role("link", name="All that was sent"))
    expect(page.get_by_text("Your return counts")).to_be_visible()
    assert page.locator("tbody tr").count() == 2
    look(page, "web-history", script)
    assert page.goto(f"{url}/returns/2022/RA7").status == 404  # another trust's
    expect(page.get_by_text("This page does not exist, or it is not one that you may see.")).to_be_visible()
    look(page, "web-not-found", script)
    page.goto(page_url)
    follow(page, page.get_by_role("button", name="Sign out"))
    expect(page).to_have_url(f"{url}/sign-in")
    look(page, "web-signed-out", script)
    page.goto(page_url)
    expect(page).to_have_url(f"{url}/sign-in")


def test_a_return_is_sent_by_keyboard_alone(
    visit: Callable[..., Any], invite: Callable[..., str], csv_return: Callable[..., bytes]
) -> None:
    def reach(page: Any, name: str) -> None:
        """Press Tab until what is named has the focus."""
        for _ in range(40):
            page.keyboard.press("Tab")
            about = "[document.activeElement.innerText, document.activeElement.id].join(' ')"
            if name in page.evaluate(about):
                return
        pytest.fail(f"{name} cannot be reached")

    returned = {"name": "r.csv", "mimeType": "text/csv", "buffer": csv_return("RDY")}
    with visit() as page:
        # heard from the start: asked for as late as the key is pressed, the browser may open its own dialog first
        page.on("filechooser", lambda chooser: chooser.set_files(returned))
        page.goto(invite("RDY"))
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText").strip() == "Skip to main content"
        page.keyboard.press("Enter")
        reach(page, "Accept and sign in")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        reach(page, "file")
        page.keyboard.press("Enter")
        expect(page.locator("#file")).to_have_value(re.compile(r"r\.csv$"))
        reach(page, "test")
        page.keyboard.press("Space")
        reach(page, "Send and check")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Test: accepted", timeout=PATIENCE)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_national_team_looks_on_invites_and_revokes(
    visit: Callable[..., Any], invite: Callable[..., str], url: str, size: dict[str, int]
) -> None:
    with visit(size) as team, visit(size) as sender:
        team.goto(invite(role="Collection lead"))
        follow(team, team.get_by_role("button", name="Accept and sign in"))
        look(team, "web-team", True)
        follow(team, team.get_by_role("link", name="2022", exact=True))
        look(team, "web-team-year", True)
        follow(team, team.get_by_role("link", name="RXY", exact=True))
        look(team, "web-team-organisation", True)
        follow(team, team.get_by_role("link", name="Senders", exact=True))
        follow(team, team.get_by_role("button", name="Make a link"))
        look(team, "web-senders-error", True)
        team.get_by_label("Organisation code").fill("rth")
        team.get_by_label("Role").fill(f"Analyst {size['width']}")
        follow(team, team.get_by_role("button", name="Make a link"))
        look(team, "web-invited", True)
        link = team.locator(".wres-link").inner_text()

        sender.goto(link)
        follow(sender, sender.get_by_role("button", name="Accept and sign in"))
        expect(sender).to_have_url(f"{url}/returns/2022/RTH")
        follow(team, team.get_by_role("link", name="Senders", exact=True).first)
        look(team, "web-senders", True)
        follow(team, team.get_by_role("button", name=f"Revoke Analyst {size['width']} of RTH"))
        sender.reload()
        expect(sender).to_have_url(f"{url}/sign-in")

        team.goto(f"{url}/team/2022")
        follow(team, team.get_by_role("link", name="The progress page"))
        expect(team.get_by_role("heading", level=1)).to_be_visible()
        team.goto(f"{url}/team/2022")
        follow(team, team.get_by_role("button", name="Close the collection"))
        expect(team.get_by_text("nothing more is taken")).to_be_visible()
        follow(team, team.get_by_role("button", name="Open the collection"))
        expect(team.get_by_role("button", name="Close the collection")).to_be_visible()


@pytest.fixture
def openid_url(
    tmp_path: Path,
    free_ports: Callable[[int], list[int]],
    serving: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """The address of a service whose people sign in by a provider, a process of its own beside it."""
    port, provider_port = free_ports(2)
    address, issuer = f"http://127.0.0.1:{port}", f"http://localhost:{provider_port}"
    monkeypatch.setenv("WRES_HOME", str(tmp_path / "home"))
    people = tmp_path / "senders.csv"
    people.write_text("organisation_code,role,subject,address\nRXY,Workforce analyst,analyst-1,\n")
    load_senders_file(open_registry(load_settings()), people)
    provider = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(provider_port)]
    served = [Path(sys.executable).with_name("wres"), "serve", "--port", str(port)]
    environment = {
        "WRES_AS_OF": "2022-06-20T10:00",
        "WRES_OIDC_ISSUER": issuer,
        "WRES_OIDC_CLIENT_ID": "wres",
        "WRES_OIDC_CLIENT_SECRET": "secret",
    }

    def ready(url: str) -> Callable[[], None]:
        def ask() -> None:
            with urllib.request.urlopen(url, timeout=5):
                pass

        return ask

    for name in ("provider", "served"):
        (tmp_path / name).mkdir()
    with (
        serving(provider, tmp_path / "provider", ready(f"{issuer}/.well-known/openid-configuration")),
        serving(served, tmp_path / "served", ready(f"{address}/health"), **environment),
    ):
        yield address


def test_a_person_signs_in_by_openid_connect_and_sends(browser: Any, openid_url: str) -> None:
    context = browser.new_context(viewport=DESKTOP)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(openid_url)
    look(page, "web-sign-in", True)
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[name=sub]").first.fill("analyst-1")
    page.get_by_role("button", name=re.compile("authorize", re.IGNORECASE)).first.click()
    page.wait_for_url(f"{openid_url}/returns/2022/RXY")
    send_and_explain(page, openid_url, f"{openid_url}/returns/2022/RXY", script=True)
    context.close()
