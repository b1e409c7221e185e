"""The service and its checking process are killed while senders send: what has a receipt is whole and answered."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from wres import steps
from wres.context import open_context
from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.database.senders import add_sender
from wres.recovery.audit import audit
from wres.settings import load_settings
from wres.storage.landing import read_landed

YEAR = 2022
CODES = ("RXY", "RR8", "RJ1", "RTH")
pytestmark = pytest.mark.slow


class Machine:
    """The service as a process that is started, killed and started again on the same home."""

    def __init__(self, port: int, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._command: list[str | Path] = [Path(sys.executable).with_name("wres"), "serve", "--port", str(port)]
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log)
        for _ in range(1200):
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/sign-in", timeout=5):
                return
            assert self.process.poll() is None, self._log.read_text()
            time.sleep(0.25)
        self.kill()
        pytest.fail(self._log.read_text())

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def checkers(self) -> list[psutil.Process]:
        """The processes that check, without those that they start to read files."""
        assert self.process is not None
        children: list[psutil.Process] = psutil.Process(self.process.pid).children()
        return children


@pytest.fixture
def machine(
    monkeypatch: pytest.MonkeyPatch, free_ports: Callable[[int], list[int]], tmp_path: Path
) -> Iterator[Machine]:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-20T10:00")
    [port] = free_ports(1)
    served = Machine(port, tmp_path / "log")
    served.start()
    yield served
    served.kill()


@pytest.mark.parametrize("is_warm", [False, True])
def test_ctrl_c_ends_the_service_and_nothing_more_is_printed(machine: Machine, tmp_path: Path, is_warm: bool) -> None:
    """A terminal sends it to every process of the service."""
    assert machine.process is not None
    while is_warm and httpx2.get(f"{machine.url}/health", timeout=60).status_code != 200:
        time.sleep(0.25)
    printed = (tmp_path / "log").read_text()
    service = psutil.Process(machine.process.pid)
    for process in [service, *service.children(recursive=True)]:
        process.send_signal(signal.SIGINT)
    assert machine.process.wait(300) == 0
    assert (tmp_path / "log").read_text() == printed


@contextmanager
def senders(machine: Machine, csv_return: Callable[..., bytes]) -> Iterator[dict[str, str]]:
    """Four organisations send one return after the other; gives the receipts shown to them, with the bytes' hash."""
    shown: dict[str, str] = {}
    over = threading.Event()
    engine = open_registry(load_settings())
    keys = {code: add_sender(engine, "key", "Gateway", [code])[1] for code in CODES}

    def send(code: str) -> None:
        for number in range(1, 1000):
            if over.is_set():
                return
            content = csv_return(code, bme=str(number))
            with suppress(httpx2.HTTPError):
                answer = httpx2.post(
                    f"{machine.url}/api/v1/returns/{YEAR}/{code}",
                    files={"file": ("r.csv", content)},
                    headers={"Authorization": f"Bearer {keys[code]}"},
                    timeout=60,
                )
                if answer.status_code in (200, 201, 202):
                    shown[answer.json()["receipt"]] = hashlib.sha256(content).hexdigest()
            time.sleep(0.05)

    threads = [threading.Thread(target=send, args=(code,)) for code in CODES]
    for thread in threads:
        thread.start()
    yield shown
    over.set()
    for thread in threads:
        thread.join(90)


def check_that_nothing_is_lost_or_half(shown: dict[str, str]) -> None:
    settings = load_settings()
    context = open_context(YEAR)
    receipts = {receipt.receipt: receipt for receipt in get_receipts(context.database, YEAR)}
    assert shown
    for receipt, sha256 in shown.items():
        assert receipts[receipt].sha256 == sha256
    for row in receipts.values():
        content = read_landed(settings, row.sha256, settings.max_landed_bytes)
        assert hashlib.sha256(content).hexdigest() == row.sha256
        assert len(content) == row.size
        assert row.status != "received"
    steps.collect(context)
    after = get_receipts(context.database, YEAR)
    assert {receipt.status for receipt in after} <= {"accepted", "accepted_with_queries", "superseded"}
    assert [receipt.receipt for receipt in after if receipt.answered_at is None] == []
    standing = [receipt.organisation_code for receipt in after if receipt.status != "superseded"]
    assert sorted(standing) == sorted({receipt.organisation_code for receipt in after})
    assert audit(settings, context.database, None, lambda *_: None) == []


def test_the_service_is_killed_again_and_again(machine: Machine, csv_return: Callable[..., bytes]) -> None:
    chance = random.Random(28)
    with senders(machine, csv_return) as shown:
        for _ in range(4):
            time.sleep(chance.uniform(1, 6))
            machine.kill()
            machine.start()
        time.sleep(5)
    wait_until_checked()
    check_that_nothing_is_lost_or_half(shown)


def test_the_checking_process_is_killed_again_and_again(machine: Machine, csv_return: Callable[..., bytes]) -> None:
    chance = random.Random(29)
    with senders(machine, csv_return) as shown:
        for _ in range(5):
            time.sleep(chance.uniform(3, 6))
            for process in machine.checkers():
                with suppress(psutil.NoSuchProcess):
                    os.kill(process.pid, signal.SIGKILL)
        time.sleep(5)
    wait_until_checked()
    check_that_nothing_is_lost_or_half(shown)


def wait_until_checked() -> None:
    """Pending uploads are taken up again by themselves."""
    context = open_context(YEAR)
    for _ in range(1200):
        if not any(receipt.status == "received" for receipt in get_receipts(context.database, YEAR)):
            return
        time.sleep(0.5)


def test_a_scheduled_round_and_the_page_check_nothing_twice(machine: Machine, csv_return: Callable[..., bytes]) -> None:
    with senders(machine, csv_return) as shown:
        context = open_context(YEAR)
        for _ in range(6):
            steps.collect(context)
            time.sleep(0.5)
    wait_until_checked()
    check_that_nothing_is_lost_or_half(shown)
    log_lines = (load_settings().home / "logs" / "wres.jsonl").read_text().splitlines()
    validated = [line for line in log_lines if '"event": "validated"' in line or '"validated"' in line]
    assert len(validated) == len({line.partition('"receipt": "')[2].partition('"')[0] for line in validated})


def test_a_file_that_ends_its_reader_is_answered_and_the_page_goes_on(machine: Machine, csv_return: Any) -> None:
    engine = open_registry(load_settings())
    key = {"Authorization": f"Bearer {add_sender(engine, 'key', 'Gateway', ['RXY'])[1]}"}
    bomb = b"PK\x03\x04" + os.urandom(200_000)
    wide = b"collection_year,organisation_code,item,ethnic_group,value\n" + b"2022,RXY,x,white,1\n" * 200_000
    for content in (bomb, wide, b"", b"\0" * 6_000_000):
        answer = httpx2.post(
            f"{machine.url}/api/v1/returns/{YEAR}/RXY", files={"file": ("r.xlsx", content)}, headers=key, timeout=90
        )
        assert answer.status_code in (201, 202)
    wait_until_checked()
    history = httpx2.get(f"{machine.url}/api/v1/returns/{YEAR}/RXY", headers=key).json()
    assert [row["status"] for row in history] == ["rejected"] * 4
    good = httpx2.post(
        f"{machine.url}/api/v1/returns/{YEAR}/RXY", files={"file": ("r.csv", csv_return())}, headers=key, timeout=90
    )
    wait_until_checked()
    report = httpx2.get(f"{machine.url}/api/v1/returns/{YEAR}/RXY/{good.json()['receipt']}", headers=key).json()
    assert report["status"] == "accepted"
