"""Open a session with the mailbox at MESH, and say in one sentence why it cannot be used."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wres.errors import WresError
from wres.settings import Settings

if TYPE_CHECKING:
    from mesh_client import MeshClient

_TIMEOUT = 60  # seconds


@contextmanager
def mesh_session(settings: Settings) -> "Iterator[MeshClient]":
    """Open a session with our mailbox.

    Raises:
        FileNotFoundError: a message is not in the mailbox any more.
        WresError: a setting is missing, or anything else fails; one sentence without secrets.
    """
    try:
        from mesh_client import MeshClient, MeshError
        from urllib3.exceptions import HTTPError
    except ModuleNotFoundError:
        raise WresError("The MESH channel needs mesh-client. Install it: pip install 'wres[mesh]'.") from None
    _check_settings(settings)
    try:
        with MeshClient(
            settings.mesh_url,
            settings.mesh_mailbox,
            settings.mesh_password.get_secret_value(),
            shared_key=settings.mesh_shared_key.get_secret_value().encode(),
            cert=(str(settings.mesh_certificate), str(settings.mesh_private_key))
            if settings.mesh_certificate
            else None,
            verify=str(settings.mesh_ca) if settings.mesh_ca else None,
            timeout=_TIMEOUT,
            application_name="wres",
        ) as client:
            yield client
    except MeshError as error:
        raise _unusable(settings, f"a message was not taken ({error.args[0]})") from None
    except (OSError, HTTPError, zlib.error) as error:
        if is_gone(error):
            raise FileNotFoundError from None
        raise _unusable(settings, _reason(error)) from None


def is_gone(error: Exception) -> bool:
    """Return whether the server answered that a message is gone (not that there is no such mailbox)."""
    response = getattr(error, "response", None)
    return response is not None and response.status_code in (404, 410) and "/inbox/" in response.url


def _check_settings(settings: Settings) -> None:
    """Refuse settings that are missing, name no file, or do not belong together."""
    if not settings.mesh_url.startswith("https://"):
        raise WresError("WRES_MESH_URL must begin with https://. Correct it.")
    needed = {
        "MAILBOX": settings.mesh_mailbox,
        "PASSWORD": settings.mesh_password.get_secret_value(),
        "SHARED_KEY": settings.mesh_shared_key.get_secret_value(),
        "SENDERS": settings.mesh_senders,
    }
    if missing := [name for name, value in needed.items() if not value]:
        raise WresError(f"WRES_MESH_URL is set but WRES_MESH_{missing[0]} is not. Set it too.")
    files = {
        "CERTIFICATE": settings.mesh_certificate,
        "PRIVATE_KEY": settings.mesh_private_key,
        "CA": settings.mesh_ca,
    }
    for name, path in files.items():
        if path is not None and not path.is_file():
            raise WresError(f"There is no file {path}. Correct WRES_MESH_{name}.")
    if (settings.mesh_certificate is None) != (settings.mesh_private_key is None):
        raise WresError("WRES_MESH_CERTIFICATE and WRES_MESH_PRIVATE_KEY belong together. Set both or none.")


def _reason(error: Exception) -> str:
    """Say in a clause why MESH cannot be used, without secrets."""
    response = getattr(error, "response", None)
    if response is None:
        return "the server cannot be reached, or one side does not accept the other's certificate"
    if response.status_code in (401, 403):
        return "the mailbox, its password, the shared key or the certificate is not accepted"
    return f"the server answered with status {response.status_code}"


def _unusable(settings: Settings, reason: str) -> WresError:
    return WresError(
        f"The MESH channel (mailbox {settings.mesh_mailbox}) cannot be used: {reason}. Check the WRES_MESH_* settings, "
        "then collect again."
    )
