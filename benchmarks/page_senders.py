"""What locust runs for benchmarks/page.py: senders who upload by the API and wait, and one who looks at a page.

WRES_SENDERS names a folder with senders.json, a list of senders: their code, key, files, when to send each (seconds
from the start) and whether they mean harm. The receipts that were shown to them go to its file shown.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

import gevent
from locust import HttpUser, constant, task
from locust.exception import StopUser

FOLDER = Path(os.environ["WRES_SENDERS"])
SENDERS: list[dict[str, Any]] = json.loads((FOLDER / "senders.json").read_text())
LEFT = [len(SENDERS)]  # senders who are not done yet


class Sender(HttpUser):
    """One organisation, which sends its files one after the other."""

    fixed_count = len(SENDERS)
    wait_time = constant(0)

    def on_start(self) -> None:
        """Take the place of a sender of the list."""
        self.begun = time.monotonic()
        self.mine = SENDERS.pop()

    @task
    def send_all(self) -> None:
        """Send each file at its time, wait for its answer, and end; the last sender ends the run."""
        for path, moment in zip(self.mine["files"], self.mine["moments"], strict=True):
            gevent.sleep(max(0, self.begun + moment - time.monotonic()))
            self.send(Path(path))
        LEFT[0] -= 1
        if not LEFT[0] and self.environment.runner:
            gevent.spawn_later(0, self.environment.runner.quit)  # it ends this user too
        raise StopUser

    def send(self, path: Path) -> None:
        """Send one file and wait for its answer; the time from the one to the other is a row of its own."""
        url = f"/api/v1/returns/{self.mine['year']}/{self.mine['code']}"
        headers = {"Authorization": f"Bearer {self.mine['key']}", "Connection": "close"}
        files = {"file": (path.name, path.read_bytes())}
        begun = time.monotonic()
        answer = self.client.post(url, files=files, headers=headers, timeout=120, name="send")
        checked = answer.status_code in (200, 201)
        while answer.status_code == 202 and not checked:  # it is still being checked: as the page does, ask again
            gevent.sleep(1)
            report = self.client.get(f"{url}/{answer.json()['receipt']}", headers=headers, timeout=60, name="ask")
            checked = report.status_code == 200 and report.json()["status"] != "received"
        self.environment.events.request.fire(
            request_type="",
            name="hostile" if self.mine["hostile"] else "answer",
            response_time=1000 * (time.monotonic() - begun),
            response_length=0,
            context={},
            exception=None if checked else RuntimeError(f"not taken: {answer.status_code}"),
        )
        if checked:
            with (FOLDER / "shown").open("a") as shown:
                shown.write(f"{answer.json()['receipt']}\n")


class Reader(HttpUser):
    """Somebody who opens a page twice a second."""

    fixed_count = 1
    wait_time = constant(0.5)

    @task
    def look(self) -> None:
        """Open the page."""
        self.client.get("/sign-in", headers={"Connection": "close"}, timeout=60, name="page")
