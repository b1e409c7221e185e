"""The service in this process, and a browser that keeps cookies and fills in forms."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from wres import steps
from wres.database.senders import add_sender
from wres.web.service_state import ServiceState

HERE = "https://127.0.0.1"
YEAR = 2022


@dataclass
class Service:
    """The service, and how to come to it."""

    app: Any

    @property
    def state(self) -> ServiceState:
        state: ServiceState = self.app.state.service
        return state

    def browser(self) -> "Browser":
        return Browser(TestClient(self.app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False))

    def signed_in(self, *codes: str, national: bool = False, role: str = "Workforce analyst") -> "Browser":
        sender, secret = add_sender(self.state.database, "invitation", role, codes, national=national)
        browser = self.browser()
        browser.sender = sender
        browser.accept(secret)
        return browser

    def key(self, code: str = "RXY") -> dict[str, str]:
        _, secret = add_sender(self.state.database, "key", "Gateway", [code])
        return {"Authorization": f"Bearer {secret}"}

    def check(self, year: int = YEAR) -> None:
        """What the processes of the service do."""
        steps.validate_pending(self.state.context(year))


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
        token = re.search(r'name="form_token" value="([0-9a-f]{64})"', self.get(page).text)
        return token[1] if token else ""

    def submit(self, page: str, to: str, files: Any = None, **fields: str) -> Any:
        """Send a form of a page, with the token that the page holds."""
        return self.client.post(to, data={"form_token": self.token(page), **fields}, files=files)

    def send(self, content: bytes, name: str = "return.csv", code: str = "RXY", **fields: str) -> Any:
        page = f"/returns/{YEAR}/{code}"
        return self.submit(page, page, files={"file": (name, content)}, **fields)
