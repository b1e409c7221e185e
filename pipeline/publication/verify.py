"""Is a release as it was made? Holds a folder, wherever it lies, or a bucket's address against its own manifest."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO

from pipeline.errors import WresError
from pipeline.publication.manifest import NAME, SIGNATURE, verify_release
from pipeline.publication.signing import signature_problem
from pipeline.publication.stated import read_manifest, shown


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a release says of itself, and every way in which it is not as it was made; none when it is."""

    said: str
    problems: list[str]
    signed: str = ""  # whether and by whom it is signed, in a sentence


def verify(place: str, public_key: Path | None = None) -> Verdict:
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
            return Verdict(_said(folder), problems, signed)
        if problem := signature_problem(folder, public_key):
            return Verdict(_said(folder), [*problems, problem])
        return Verdict(_said(folder), problems, f"It is signed by the holder of {public_key.name}.")


def _said(folder: Path) -> str:
    try:
        document = read_manifest(folder / NAME)
    except (OSError, ValueError):
        return ""
    release = "{audience} edition {edition} of {collection_year}".format_map(document)
    made = "from the build {build} of {created_at}".format_map(document)
    files, digest = len(document["files"]), document["content_sha256"]
    return f"The {shown(release)}, {shown(made)}, has {files} files beside its manifest. Digest: {digest}"


@contextmanager
def _as_folder(place: str) -> Iterator[Path]:
    """The release as a folder of this machine; from a bucket it is fetched whole, for every byte is looked at."""
    if place.startswith("s3://"):
        with TemporaryDirectory() as fetched:
            _fetch(place, Path(fetched))
            yield Path(fetched)
        return
    folder = Path(place)
    if not folder.is_dir():
        raise WresError(f"There is no folder {place}. Give the one that holds a release's {NAME}.")
    if not (folder / NAME).exists() and (below := sorted(folder.rglob(NAME))):
        raise WresError(f"{place} is no release, but holds one. Give its own folder, such as {below[0].parent}.")
    yield folder


def _fetch(address: str, folder: Path) -> None:
    from pyarrow.fs import FileSelector, FileType

    from pipeline.intake.s3 import S3Place

    place = S3Place(address, "the address", "release", "try again")
    with place.in_words():
        found = place.store.get_file_info(FileSelector(f"{place.root}/", recursive=True, allow_not_found=True))
        files = [one.path for one in found if one.type == FileType.File]
        for file in files:
            name = _inside(file.removeprefix(f"{place.root}/"))
            with place.store.open_input_stream(file, compression=None) as source:
                _keep(folder / name, name, source)
    if not files:
        raise WresError(f"There is nothing at s3://{place.shown}. Give the address that holds a release's {NAME}.")


def _keep(path: Path, name: str, source: BinaryIO) -> None:
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
    """A path below the folder, whatever an object is called."""
    if ".." in PurePosixPath(path).parts or path.startswith("/"):
        raise WresError(f"The release holds {shown(path)}, which is no file of a release. Fetch it from another copy.")
    return path
