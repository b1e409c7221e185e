"""Sign the manifest of a release, and verify a release against its manifest and its signature."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from pydantic import SecretStr

from wres.clock import LONDON
from wres.errors import WresError, why_refused
from wres.release.manifest import MANIFEST, SIGNATURE, list_byproducts, verify_release
from wres.release.stated import read_manifest, shown
from wres.storage.file_store import FileStore
from wres.storage.object_store import S3Location

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


PRIVATE, PUBLIC = "signing-key.pem", "public-key.pem"
_NAMED = 5  # files that are no part of a release, in one sentence
_MOST_BYTES = 20_000_000  # of a manifest, a signature or a key
_HEAD, _FOOT = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"


def sign(folder: Path, signing_key: SecretStr) -> None:
    """Put `manifest.json.sig` beside a manifest, 64 bytes; without a key (the setting is empty) nothing.

    Raises:
        WresError: WRES_SIGNING_KEY holds no Ed25519 private key.
    """
    if (key := _private_key(signing_key)) is not None:
        (folder / SIGNATURE).write_bytes(key.sign((folder / MANIFEST).read_bytes()))


def signature_problem(folder: Path, public_key: Path) -> str | None:
    """Say in a clause what is wrong with the signature of a release; None when the key's holder signed this manifest.

    Raises:
        WresError: the file holds no Ed25519 public key.
    """
    from cryptography.exceptions import InvalidSignature

    key = _public_key(public_key)
    try:
        key.verify(_content(folder / SIGNATURE), _content(folder / MANIFEST))
    except FileNotFoundError:
        return "it is not signed"
    except OSError:
        return f"{SIGNATURE} or {MANIFEST} cannot be read"
    except InvalidSignature:
        return f"{SIGNATURE} was not made with the private key of {public_key.name} for this {MANIFEST}"
    return None


def _content(path: Path) -> bytes:
    """Read a plain file of a release that somebody handed over."""
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


def _private_key(signing_key: SecretStr) -> "Ed25519PrivateKey | None":
    """Read the key of the setting: a PEM file's text, or the one line between its head and foot."""
    secret = signing_key.get_secret_value().strip()
    if not secret:
        return None
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = secret if secret.startswith("-----") else f"{_HEAD}\n{secret}\n{_FOOT}\n"
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
    """Read a public key, and refuse a file that holds none."""
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


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """A release in a sentence, and every way in which it is not as it was made; none when it is."""

    summary: str
    problems: list[str]
    signed: str = ""  # whether and by whom it is signed, in a sentence
    passed_over: str = ""  # the files of office programs and file managers that are in the folder, in a sentence


def verify(place: str, public_key: Path | None = None) -> VerificationResult:
    """Hold a release against its own manifest; nothing but the release is needed.

    Args:
        place: a folder, or an address such as s3://bucket/prefix/2022/1.0/official.
        public_key: the publisher's; then the release must be signed with the private key that belongs to it.

    Returns: `said` names the release, how many files it has and the digest of its manifest, by which two copies can be
    told to be the same; it is empty where the manifest cannot be read.

    Raises:
        WresError: there is no such folder, or nothing at the address; or the file holds no public key.
    """
    with _as_folder(place) as folder:
        problems = verify_release(folder)
        if public_key is None:
            there = os.path.lexists(folder / SIGNATURE)
            signed = "It is signed; by whom, --public-key FILE tells." if there else "It is not signed."
        elif problem := signature_problem(folder, public_key):
            problems, signed = [*problems, problem], ""
        else:
            signed = f"It is signed by the holder of {public_key.name}."
        summary = _summarise(folder)
        return VerificationResult(summary, problems, signed, _passed_over(folder) if summary else "")


def _passed_over(folder: Path) -> str:
    """Name the files that are no part of the release and were left out of account; empty where there are none."""
    names = list_byproducts(folder)
    if not names:
        return ""
    more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
    listed = ", ".join([*(shown(name) for name in names[:_NAMED]), *more])
    return f"Left out of account, for office programs and file managers leave such files: {listed}."


def _summarise(folder: Path) -> str:
    """Say in a sentence which release a folder holds; empty where its manifest cannot be read."""
    try:
        document = read_manifest(folder / MANIFEST)
    except (OSError, ValueError):
        return ""
    release = "{audience} edition {edition} of {collection_year}".format_map(document)
    origin = f"from the build {document['build']} of {_london_time(document['created_at'])}"
    files, digest = len(document["files"]), document["content_sha256"]
    return f"The {shown(release)}, {shown(origin)}, has {files} files beside its manifest. Digest: {digest}"


def _london_time(stated: object) -> str:
    """Return a time that a manifest states as the clock in England shows it; one that is no time stays as it is."""
    try:
        time = datetime.fromisoformat(str(stated))
    except ValueError:
        return str(stated)
    return f"{time.astimezone(LONDON):%-d %B %Y at %H:%M}" if time.tzinfo else str(stated)


@contextmanager
def _as_folder(place: str) -> Iterator[Path]:
    """Give the release as a folder of this machine; from a bucket it is fetched whole, for every byte is looked at."""
    if place.startswith("s3://"):
        with TemporaryDirectory() as fetched:
            _fetch(place, Path(fetched))
            yield Path(fetched)
        return
    folder = Path(place)
    if not folder.is_dir():
        raise WresError(f"There is no folder {place}. Give the one that holds a release's {MANIFEST}.")
    if not (folder / MANIFEST).exists() and (below := _find_release_below(folder)):
        raise WresError(f"{place} is no release, but holds one. Give its own folder, such as {below}.")
    yield folder


def _find_release_below(folder: Path) -> Path | None:
    """Return the first release in a folder of releases, YEAR/EDITION/AUDIENCE in it; a whole disk is not searched."""
    manifests = (sorted(folder.glob("*/" * depth + MANIFEST)) for depth in range(1, 4))
    return next((found[0].parent for found in manifests if found), None)


def _fetch(address: str, folder: Path) -> None:
    """Copy the files of a release from a bucket into a folder."""
    place = S3Location(address, "the address", "release", "try again")
    store = FileStore(place)
    files = [file.path for file in store.files()]
    for file in files:
        name = _inside(file)
        with store.open(file) as source:
            _keep(folder / name, name, source)
    if not files:
        raise WresError(f"There is nothing at s3://{place.shown}. Give the address that holds a release's {MANIFEST}.")


def _keep(path: Path, name: str, source: BinaryIO) -> None:
    """Write one fetched file; refuse a name that cannot lie beside the others."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as target:
            shutil.copyfileobj(source, target)
    except (FileExistsError, NotADirectoryError, IsADirectoryError, ValueError):
        raise WresError(
            f"The release holds {shown(name)}, which cannot lie in a folder beside the rest. Fetch it from another "
            "copy."
        ) from None


def _inside(path: str) -> str:
    """Return a path below the folder for an object of any name."""
    if ".." in PurePosixPath(path).parts or path.startswith("/"):
        raise WresError(f"The release holds {shown(path)}, which is no file of a release. Fetch it from another copy.")
    return path
