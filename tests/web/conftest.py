"""The service in this process: a browser that keeps cookies, people who are signed in, returns as files."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from limits import parse
from starlette.testclient import TestClient

from wres import steps
from wres.database.senders import add_sender
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template
from wres.settings import load_settings
from wres.web import try_limits, waiting
from wres.web.app import create_app
from wres.web.desk import Desk

HERE = "https://127.0.0.1"
YEAR = 2022


@dataclass
class Service:
    """The service, and how to come to it."""

    app: Any

    @property
    def desk(self) -> Desk:
        desk: Desk = self.app.state.desk
        return desk

    def browser(self) -> "Browser":
        return Browser(TestClient(self.app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False))

    def signed_in(self, *codes: str, national: bool = False, role: str = "Workforce analyst") -> "Browser":
        sender, secret = add_sender(self.desk.database, "invitation", role, codes, national=national)
        browser = self.browser()
        browser.sender = sender
        browser.accept(secret)
        return browser

    def key(self, code: str = "RXY") -> dict[str, str]:
        _, secret = add_sender(self.desk.database, "key", "Gateway", [code])
        return {"Authorization": f"Bearer {secret}"}

    def check(self, year: int = YEAR) -> None:
        """What the processes of the service do."""
        steps.validate_pending(self.desk.context(year))


class Browser:
    """A client that fills in forms as they stand on the page."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.sender = ""

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, **options)

    def accept(self, secret: str) -> Any:
        return self.submit(f"/invitations/{secret}", f"/invitations/{secret}")

    def token(self, page: str) -> str:
        found = re.search(r'name="form_token" value="([0-9a-f]{64})"', self.get(page).text)
        return found[1] if found else ""

    def submit(self, page: str, to: str, files: Any = None, **fields: str) -> Any:
        """Send a form of a page, with the token that the page holds."""
        return self.client.post(to, data={"form_token": self.token(page), **fields}, files=files)

    def send(self, content: bytes, name: str = "return.csv", code: str = "RXY", **fields: str) -> Any:
        page = f"/returns/{YEAR}/{code}"
        return self.submit(page, page, files={"file": (name, content)}, **fields)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    """The service while the collection of 2022 is open; its processes are not started, so nothing is waited for."""
    monkeypatch.setenv("WRES_AS_OF", "2022-06-20T10:00")
    monkeypatch.setattr(waiting, "SECONDS", 0.0)
    monkeypatch.setattr(try_limits, "_LIMITS", dict.fromkeys(try_limits._LIMITS, parse("100000/minute")))
    return Service(create_app(load_settings()))


@pytest.fixture(scope="session")
def csv_return() -> Callable[..., bytes]:
    """A return as CSV: all staff in clinical band 5."""

    def make(code: str = "RXY", bme: str = "9", *, year: int = YEAR, role: str = "Director of People") -> bytes:
        template = load_template(load_year(year).template_version)
        cells = {cell: "0" for cell in template.cells() if cell[0] != "workforce.total"}
        for group, staff, entered in (("white", "1000", "10"), ("bme", "400", bme), ("unknown", "20", "0")):
            cells["workforce.clinical.band_5", group] = staff
            cells["disciplinary.entered", group] = entered
        rows = [["collection_year", "organisation_code", "item", "ethnic_group", "value"]]
        rows += [[str(year), code, item, group, value] for (item, group), value in cells.items()]
        rows.append([str(year), code, "signoff.name", "", "x"])
        if int(bme) > 30:  # it states a ratio that its figures do not give, so it is asked about that (Q308)
            rows.append([str(year), code, "calculated.relative_likelihood", "", "1.00"])
        if role:
            rows += [
                [str(year), code, "signoff.role", "", role],
                [str(year), code, "signoff.date", "", f"{year}-06-01"],
            ]
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()

    return make


@pytest.fixture
def web_folder() -> Path:
    return Path(__file__).resolve().parent
