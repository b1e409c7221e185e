"""What can be wrong with the MESH channel is said in a sentence without secrets, and the folder goes on."""

from collections.abc import Callable

import pytest

from wres.intake.receive import Received
from wres.settings import Settings

SETTINGS = [
    ("URL", "http://127.0.0.1:1", "must begin with https://"),
    ("URL", "https://127.0.0.1:1", "cannot be reached"),
    ("MAILBOX", "", "WRES_MESH_MAILBOX is not"),
    ("PASSWORD", "", "WRES_MESH_PASSWORD is not"),
    ("SHARED_KEY", "", "WRES_MESH_SHARED_KEY is not"),
    ("PASSWORD", "wrong-secret", "is not accepted"),
    ("SHARED_KEY", "wrong-secret", "is not accepted"),
    ("MAILBOX", "X26ABC9", "is not accepted"),
    ("CA", "nowhere.pem", "no file nowhere.pem"),
    ("PRIVATE_KEY", None, "belong together"),
    ("CA", None, "one side does not accept the other's certificate"),
    ("SENDERS", "nowhere.csv", "cannot be read"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "value", "says"), SETTINGS)
def test_a_mistake_is_said_without_secrets_and_the_folder_goes_on(
    mesh: Settings,
    receive_2022: Callable[[], Received],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str | None,
    says: str,
) -> None:
    if value is None:
        monkeypatch.delenv(f"WRES_MESH_{name}")
    else:
        monkeypatch.setenv(f"WRES_MESH_{name}", value)
    file = mesh.inbox / "2022" / "RXY" / "return.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"bytes")
    received = receive_2022()
    assert received.receipts == ["2022-RXY-001"]
    [failure] = received.failures
    assert says in failure
    assert "secret" not in failure


@pytest.mark.slow
def test_without_a_client_certificate_nobody_gets_in(
    mesh: Settings, receive_2022: Callable[[], Received], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WRES_MESH_CERTIFICATE")
    monkeypatch.delenv("WRES_MESH_PRIVATE_KEY")
    [failure] = receive_2022().failures
    assert "certificate" in failure
