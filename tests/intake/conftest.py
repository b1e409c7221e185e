"""A real S3 service for the channel's tests, and everything received as one worker does it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline.intake.channels import channels_in_use
from pipeline.intake.receive import Received, receive_all
from pipeline.registry.database import open_registry
from pipeline.settings import load_settings

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
            for one in sockets:
                one.bind(("127.0.0.1", 0))
            return [one.getsockname()[1] for one in sockets]

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
    for _ in range(240):
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
        allow_bucket_creation=True,
    )
    store.create_dir("wres")
    yield store
    store.delete_dir_contents("wres")


@pytest.fixture
def use_s3(bucket: Any, s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the S3 channel up, by default rightly."""

    def use(url: str = "", key: str = "pipeline", secret: str = "pipeline-secret") -> None:
        url = url or f"s3://wres/some/where?endpoint_override={s3_server}&scheme=http&region=us-east-1"
        for name, value in (("WRES_S3_URL", url), ("AWS_ACCESS_KEY_ID", key), ("AWS_SECRET_ACCESS_KEY", secret)):
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    return use


@pytest.fixture
def put(bucket: Any) -> Callable[..., str]:
    """Puts an object where the channel looks, as a sender does; gives its key."""

    def put(name: str, content: bytes = b"bytes", org: str = "RXY") -> str:
        key = f"wres/some/where/inbox/2022/{org}/{name}"
        with bucket.open_output_stream(key, compression=None) as target:
            target.write(content)
        return key

    return put


@pytest.fixture
def receive_2022() -> Callable[[], Received]:
    """One round of receiving on all channels in use."""

    def receive() -> Received:
        settings = load_settings()
        return receive_all(settings, open_registry(settings), channels_in_use(settings), 2022, lambda _done, _of: None)

    return receive
