"""How long senders wait on the page: the service as a process, and many who send at once, by its API.

    .venv/bin/python -m benchmarks.page --senders 20 --each 3
    .venv/bin/python -m benchmarks.page --senders 20 --each 3 --hostile 4
    .venv/bin/python -m benchmarks.page --senders 220 --each 3 --within 600 --round

A wait is from the last byte of an upload to its answer. `--hostile` senders send files made to harm meanwhile;
`--round` lets scheduled rounds and builds run beside. Last year's returns of as many organisations stand, as they
would. A row of a table goes to the terminal.
"""

import argparse
import csv
import io
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import psutil

from wres import steps
from wres.context import open_context
from wres.database.receipts import get_receipts
from wres.database.senders import add_sender
from wres.reference.register import default_organisations, is_expected
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template

YEAR = 2022
with socket.socket() as _probe:
    _probe.bind(("127.0.0.1", 0))
    PORT: int = _probe.getsockname()[1]


def made_return(code: str, bme: int, year: int = YEAR) -> bytes:
    """A return as CSV whose figures differ by `bme`."""
    template = load_template(load_year(year).template_version)
    cells = {cell: "0" for cell in template.cells() if cell[0] != "workforce.total"}
    for group, staff, entered in (("white", "1000", "10"), ("bme", "400", str(bme)), ("unknown", "20", "0")):
        cells["workforce.clinical.band_5", group] = staff
        cells["disciplinary.entered", group] = entered
    rows = [["collection_year", "organisation_code", "item", "ethnic_group", "value"]]
    rows += [[str(year), code, item, group, value] for (item, group), value in cells.items()]
    rows += [[str(year), code, f"signoff.{key}", "", said] for key, said in (("role", "HR"), ("date", f"{year}-06-01"))]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def hostile_file(number: int) -> bytes:
    """A file made to harm: a bomb of zeros, a sheet of half a million rows, bytes of chance, or far too many lines."""
    kind = number % 4
    if kind == 2:
        return b"PK\x03\x04" + random.Random(number).randbytes(300_000)
    if kind == 3:
        return b"collection_year,organisation_code,item,ethnic_group,value\n" + b"2022,RXY,x,white,1\n" * 200_000
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        row = f'<row r="{number + 1}"><c r="A1"><v>1</v></c></row>'
        content = row * 500_000 if kind else "0" * 200_000_000
        package.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{content}</sheetData></worksheet>")
    return packed.getvalue()


@contextmanager
def serving(home: Path) -> Iterator[psutil.Process]:
    """The service, warm."""
    command = [Path(sys.executable).with_name("wres"), "serve", "--port", str(PORT)]
    with (home / "page.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        while process.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{PORT}/sign-in", timeout=5):
                break
            time.sleep(0.25)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


class Crowd:
    """Senders, each with a key, who send one return after the other and note how long they wait."""

    def __init__(self, keys: dict[str, str], each: int, within: float) -> None:
        self.keys, self.each, self.within = keys, each, within
        self.waits: list[float] = []
        self.pages: list[float] = []
        self.shown: set[str] = set()
        self.refused: list[int] = []

    def send(self, code: str, number: int, content: bytes) -> None:
        """Send one file and wait for its answer."""
        begun = time.monotonic()
        with httpx2.Client(timeout=120) as client:
            url = f"http://127.0.0.1:{PORT}/api/v1/returns/{YEAR}/{code}"
            headers = {"Authorization": f"Bearer {self.keys[code]}"}
            answer = client.post(url, files={"file": (f"r{number}.csv", content)}, headers=headers)
            receipt = answer.json().get("receipt")
            while answer.status_code == 202:  # still being checked: as the page does, ask again
                time.sleep(1)
                answer = client.get(f"{url}/{receipt}", headers=headers)
                if answer.json()["status"] == "received":
                    answer.status_code = 202
        if answer.status_code in (200, 201):
            self.waits.append(time.monotonic() - begun)
            self.shown.add(receipt)
        else:
            self.refused.append(answer.status_code)

    def sender(self, code: str) -> None:
        """Send so many returns, at moments of chance where they have time."""
        chance = random.Random(code)
        for number in range(1, self.each + 1):
            if self.within:
                time.sleep(chance.uniform(0, 2 * self.within / self.each) / 2)
            self.send(code, number, made_return(code, number))

    def look(self, over: threading.Event) -> None:
        """Open a page again and again, and note how long that takes."""
        while not over.wait(0.5):
            begun = time.monotonic()
            with suppress(httpx2.HTTPError):
                httpx2.get(f"http://127.0.0.1:{PORT}/sign-in", timeout=60)
                self.pages.append(time.monotonic() - begun)


def percentile(values: list[float], share: float) -> float:
    """The value below which so much of them lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def memory_of(service: psutil.Process) -> int:
    """Bytes of the service and of what it started; what they share counts once."""
    total = 0
    for process in (service, *service.children(recursive=True)):
        with suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total


def processor_of(service: psutil.Process) -> float:
    """Processor seconds of the service and of all that it started."""
    total = 0.0
    for process in (service, *service.children(recursive=True)):
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def rounds(over: threading.Event) -> None:
    """Scheduled rounds and builds, as a process each, until the crowd is gone."""
    wres = Path(sys.executable).with_name("wres")
    while not over.is_set():
        for step in ("collect", "build"):
            subprocess.run([wres, step, str(YEAR)], check=False, capture_output=True)


def main() -> None:
    """Measure, and print a row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--senders", type=int, default=20)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--within", type=float, default=0, help="seconds over which each sender's files are spread")
    parser.add_argument("--hostile", type=int, default=0, help="senders of hostile files")
    parser.add_argument("--round", action="store_true", help="scheduled rounds and builds meanwhile")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        os.environ |= {"WRES_HOME": f"{folder}/home", "WRES_AS_OF": "2021-06-20T10:00", "WRES_SETTLE_SECONDS": "0"}
        codes = [row["code"] for row in default_organisations() if is_expected(row, load_year(YEAR))]
        codes = codes[: asked.senders + asked.hostile]
        before = open_context(YEAR - 1)
        for code in codes:
            inbox = before.settings.inbox / str(YEAR - 1) / code
            inbox.mkdir(parents=True)
            (inbox / "r.csv").write_bytes(made_return(code, 9, YEAR - 1))
        steps.collect(before)
        os.environ["WRES_AS_OF"] = "2022-06-20T10:00"
        context = open_context(YEAR)
        keys = {code: add_sender(context.database, "key", "Gateway", [code])[1] for code in codes}
        with serving(Path(folder)) as service:
            crowd = Crowd(keys, asked.each, asked.within)
            crowd.send(codes[0], 0, made_return(codes[0], 50))  # the process that checks is warm after it
            crowd.waits.clear()
            measure(crowd, codes, asked, service)
        check_whole(crowd)


def measure(crowd: Crowd, codes: list[str], asked: argparse.Namespace, service: psutil.Process) -> None:
    """Let the crowd send, and print what it waited."""
    over, most, spent = threading.Event(), 0, processor_of(service)
    good, bad = codes[: asked.senders], codes[asked.senders :]
    beside = [threading.Thread(target=crowd.look, args=(over,))]
    if asked.round:
        beside.append(threading.Thread(target=rounds, args=(over,)))
    threads = [threading.Thread(target=crowd.sender, args=(code,)) for code in good]
    enemies = Crowd(crowd.keys, asked.each, asked.within)
    threads += [
        threading.Thread(target=lambda code=code: [enemies.send(code, n, hostile_file(n)) for n in range(asked.each)])
        for code in bad
    ]
    begun = time.monotonic()
    for thread in (*beside, *threads):
        thread.start()
    while any(thread.is_alive() for thread in threads):
        most = max(most, memory_of(service))
        time.sleep(0.5)
    over.set()
    for thread in beside:
        thread.join()
    if not crowd.waits:
        sys.exit(f"Nothing was answered: {sorted(set(crowd.refused))}")
    row = {
        "senders": asked.senders,
        "uploads": len(crowd.waits),
        "hostile": len(enemies.waits),
        "refused": len(crowd.refused) + len(enemies.refused),
        "seconds in all": f"{time.monotonic() - begun:.0f}",
        "p50": f"{statistics.median(crowd.waits):.2f} s",
        "p95": f"{percentile(crowd.waits, 0.95):.2f} s",
        "longest": f"{max(crowd.waits):.2f} s",
        "page p95": f"{percentile(crowd.pages, 0.95):.2f} s" if crowd.pages else "",
        "processor an upload": f"{(processor_of(service) - spent) / max(1, len(crowd.waits)):.2f} s",
        "memory": f"{most / 1e6:.0f} MB",
        "load of the machine": f"{os.getloadavg()[1]:.1f}",
    }
    print("| " + " | ".join(row) + " |")
    print("| " + " | ".join(str(value) for value in row.values()) + " |", flush=True)


def check_whole(crowd: Crowd) -> None:
    """Every receipt that was shown is there, checked, and no upload has two."""
    context = open_context(YEAR)
    receipts = get_receipts(context.database, YEAR)
    assert crowd.shown <= {receipt.receipt for receipt in receipts}
    assert all(receipt.status != "received" for receipt in receipts)
    assert len({(receipt.organisation_code, receipt.sha256) for receipt in receipts}) == len(receipts)


if __name__ == "__main__":
    main()
