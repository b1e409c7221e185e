"""Signing a release: an Ed25519 signature of its manifest, by which anybody can tell who made it.

The manifest names every file by its SHA-256, so signing it signs them all. Ed25519 signatures are deterministic: the
same manifest and key give the same bytes. OpenSSL makes such keys and checks such signatures too.
"""

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import WresError
from pipeline.machine import why_refused
from pipeline.publication.manifest import NAME, SIGNATURE
from pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PRIVATE, PUBLIC = "signing-key.pem", "public-key.pem"
_MOST_BYTES = 20_000_000  # of a manifest, a signature or a key
_HEAD, _FOOT = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"


def sign(folder: Path) -> None:
    """Put `manifest.json.sig` beside a manifest, 64 bytes, where WRES_SIGNING_KEY holds a key; else nothing.

    Raises:
        WresError: WRES_SIGNING_KEY holds no Ed25519 private key.
    """
    if (key := _signing_key(load_settings())) is not None:
        (folder / SIGNATURE).write_bytes(key.sign((folder / NAME).read_bytes()))


def signature_problem(folder: Path, public_key: Path) -> str | None:
    """What is wrong with the signature of a release, in a clause; None when the key's holder signed this manifest.

    Raises:
        WresError: the file holds no Ed25519 public key.
    """
    from cryptography.exceptions import InvalidSignature

    key = _public_key(public_key)
    try:
        key.verify(_content(folder / SIGNATURE), _content(folder / NAME))
    except FileNotFoundError:
        return "it is not signed"
    except OSError:
        return f"{SIGNATURE} or {NAME} cannot be read"
    except InvalidSignature:
        return f"{SIGNATURE} was not made with the private key of {public_key.name} for this {NAME}"
    return None


def _content(path: Path) -> bytes:
    """The content of a plain file of a release that somebody handed over."""
    if path.is_symlink() or not path.is_file():
        if os.path.lexists(path):
            raise OSError(errno.EINVAL, "it is no plain file")
        raise FileNotFoundError
    with path.open("rb") as source:
        return source.read(_MOST_BYTES)


def make_keys(folder: Path) -> tuple[Path, Path]:
    """Write a new pair of keys into a folder: the private one for its owner alone to read, and the public one.

    Raises:
        WresError: there are keys in it already, or it cannot be written.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private, public = folder / PRIVATE, folder / PUBLIC
    if there := [path for path in (private, public) if path.exists()]:
        raise WresError(f"{there[0]} is there already, and a key is never written over. Give another folder.")
    key = Ed25519PrivateKey.generate()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        private.touch(mode=0o600)
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        public.write_bytes(
            key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
    except OSError as error:
        raise WresError(f"{folder} cannot be written: {why_refused(error)}. Give another folder.") from None
    return private, public


def _signing_key(settings: Settings) -> "Ed25519PrivateKey | None":
    """The key of the environment: a PEM file's text, or the one line between its head and foot."""
    given = settings.signing_key.get_secret_value().strip()
    if not given:
        return None
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = given if given.startswith("-----") else f"{_HEAD}\n{given}\n{_FOOT}\n"
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):  # the value is a secret, so it is not shown
        raise WresError(
            "WRES_SIGNING_KEY holds no Ed25519 private key. Give the text of the file that wres keys makes."
        )
    return key


def _public_key(path: Path) -> "Ed25519PublicKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        with path.open("rb") as source:
            key = load_pem_public_key(source.read(_MOST_BYTES))
    except (OSError, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise WresError(f"{path} holds no Ed25519 public key. Give the publisher's {PUBLIC}.")
    return key
