"""NHS England's own MESH test server, over TLS with certificates on both sides.

It needs an environment of its own, for its dependencies are not ours. That is made once, in the environment that runs
the tests, from `mesh-sandbox.lock` (made by `uv pip compile --universal --generate-hashes` from `mesh-sandbox`).
"""

import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from mesh_client import MeshClient

from wres.settings import Settings, load_settings

LOCK = Path(__file__).with_name("mesh-sandbox.lock")
KEY = b"a-shared-key"


@dataclass(frozen=True)
class Server:
    """Where the sandbox is, and the certificate (with its key) that both sides show and trust."""

    url: str
    certificate: Path
    private_key: Path

    def client(self, mailbox: str) -> MeshClient:
        """What a sender has: the sandbox's mailboxes are X26ABC1, X26ABC2 and X26ABC3."""
        return MeshClient(
            self.url, mailbox, "password", shared_key=KEY,
            cert=(str(self.certificate), str(self.private_key)), verify=str(self.certificate),
        )  # fmt: skip


@pytest.fixture(scope="session")
def sandbox_python() -> Path:
    """The Python of an environment that holds the sandbox."""
    ready = Path(sys.prefix) / f"mesh-sandbox-{sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    if not ready.is_dir():
        database = ready.with_name(f"{ready.name}.{datetime.now(UTC):%H%M%S%f}")
        uv = shutil.which("uv", path=Path(sys.executable).parent) or shutil.which("uv")
        venv.create(database, with_pip=not uv)
        python, hashed = database / "bin/python", ["--quiet", "--require-hashes", "-r", LOCK]
        pip = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
        done = subprocess.run([*pip, *hashed], capture_output=True, text=True, check=False)  # type: ignore[list-item]
        if done.returncode:
            shutil.rmtree(database)
            pytest.skip(f"mesh-sandbox cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
        try:
            database.rename(ready)
        except OSError:  # another worker was first
            shutil.rmtree(database)
    return ready / "bin/python"


def _write_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that is its own authority."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sandbox")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


@pytest.fixture(scope="session")
def sandbox(
    sandbox_python: Path,
    tmp_path_factory: pytest.TempPathFactory,
    free_ports: Callable[[int], list[int]],
    serving: Callable[..., Any],
) -> Iterator[Server]:
    """The sandbox, started once for the whole run."""
    folder, [port] = tmp_path_factory.mktemp("mesh"), free_ports(1)
    certificate, key = _write_certificate(folder)
    server = Server(f"https://127.0.0.1:{port}", certificate, key)
    tls = ["--ssl-certfile", certificate, "--ssl-keyfile", key, "--ssl-ca-certs", certificate, "--ssl-cert-reqs", "2"]
    command = [
        sandbox_python,
        "-m",
        "uvicorn",
        "mesh_sandbox.api:app",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        *tls,
    ]

    def ready() -> None:
        with server.client("X26ABC1") as client:
            client.ping()

    with serving(command, folder, ready, STORE_MODE="memory", AUTH_MODE="full", SHARED_KEY=KEY.decode()):
        yield server


@pytest.fixture
def mesh(sandbox: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """Settings with the MESH channel set up: our mailbox is X26ABC1, and X26ABC2 sends for RXY; all boxes are empty."""
    senders = tmp_path / "senders.csv"
    senders.write_text("mailbox,organisation_code\nX26ABC2,RXY\n")
    settings = {
        "URL": sandbox.url,
        "MAILBOX": "X26ABC1",
        "PASSWORD": "password",
        "SHARED_KEY": KEY.decode(),
        "CERTIFICATE": str(sandbox.certificate),
        "PRIVATE_KEY": str(sandbox.private_key),
        "CA": str(sandbox.certificate),
        "SENDERS": str(senders),
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"WRES_MESH_{name}", value)
    with sandbox.client("X26ABC1") as client:
        client._session.delete(f"{sandbox.url}/messageexchange/admin/reset").raise_for_status()
    return load_settings()


@pytest.fixture
def send(sandbox: Server) -> Callable[..., str]:
    """Sends a message to our mailbox; gives its id."""

    def send(content: bytes = b"bytes", mailbox: str = "X26ABC2", **headers: Any) -> str:
        with sandbox.client(mailbox) as client:
            return client.send_message("X26ABC1", content, **{"workflow_id": "WRES_RETURN", **headers})  # type: ignore[no-any-return]

    return send


@pytest.fixture
def inbox(sandbox: Server) -> Callable[[str], list[Any]]:
    """The messages in a mailbox: each, with its content read as `content`."""

    def read(mailbox: str) -> list[Any]:
        with sandbox.client(mailbox) as client:
            messages = list(client.iterate_all_messages())
            for message in messages:
                message.content = message.read()
                message.close()
        return messages

    return read
