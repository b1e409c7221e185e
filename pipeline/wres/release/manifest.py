"""The manifest: what a release was made from, and the SHA-256 of every file in it, by which anybody can check it."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.table_schema import load_specification
from wres.release.stated import StatedFiles, is_inside, read_manifest, shown
from wres.storage.file_store import is_byproduct

MANIFEST = "manifest.json"
SIGNATURE = f"{MANIFEST}.sig"  # of the manifest, where the release is signed


def manifest_document(folder: Path, about: ReleaseMetadata) -> dict[str, Any]:
    """Make the manifest of a folder of files.

    Returns: the facts of `about`, the methods by name and version, and `files`, one entry a file (path, bytes, sha256)
    sorted by path, without the manifest itself. `content_sha256` is a digest of all the rest: two releases with the
    same one are the same.
    """
    document: dict[str, Any] = {
        "collection_year": about.collection_year,
        "edition": about.edition,
        "audience": about.audience,
        "marking": list(about.markings),
        "simulated": about.simulated,
        "created_at": about.created_text,
        "publication": _publication(about),
        "note": about.note,
        "compared_with": about.compared_with,
        "published_before": list(about.published_before),
        "disclosure_policies": _by_year(about.disclosure_policies),
        "figures_shown": about.figures_shown,
        "disclosure_notes": list(about.disclosure_notes),
        "open_reason": about.open_reason,
        "pre_release_access": _access(about),
        "replaces": list(about.replaces),
        "commentary": about.commentary,
        "build": about.build,
        "code_version": about.code_version,
        "rule_sets": _by_year(about.rule_sets),
        "methods": dict(load_specification().methods),
        "files": [_entry(folder, path) for path in _files(folder)],
    }
    return {**document, "content_sha256": _digest(document)}


def manifest_bytes(document: dict[str, Any]) -> bytes:
    """Return the content of `manifest.json`."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def verify_release(folder: Path) -> list[str]:
    """Hold a release against its own manifest, whoever made it; nothing in it is trusted.

    Returns: one sentence for each thing that is wrong: no readable manifest, a manifest that was changed, a file that
    is missing, changed, a link or not in the manifest. Empty when the release is as it was made.
    """
    try:
        document = read_manifest(folder / MANIFEST, StatedFiles)
        stated_digest = document.pop("content_sha256")
        digest = _digest(document)
    except FileNotFoundError:
        return [f"{MANIFEST} is missing"]
    except (ValueError, RecursionError):
        return [f"{MANIFEST} cannot be read as a manifest"]
    problems = [] if digest == stated_digest else [f"{MANIFEST} was changed after it was made"]
    problems += _fact_problems(folder)
    paths = [str(entry["path"]) for entry in document["files"]]
    stated = {entry["path"]: (entry["bytes"], entry["sha256"]) for entry in document["files"]}
    twice = [path for path, number in Counter(paths).items() if number > 1]
    problems += [f"{shown(path)} is listed twice" for path in sorted(twice)]
    problems += [f"{shown(path)} is no path of a release" for path in sorted(stated) if not is_inside(path)]
    present, others = _plain_and_other_files(folder)
    problems += [f"{shown(path)} is no plain file but {file_kind}" for path, file_kind in sorted(others.items())]
    below = tuple(f"{path}/" for path in others)
    missing = {path for path in set(stated) - set(present) - set(others) if not path.startswith(below)}
    problems += [f"{shown(path)} is missing" for path in sorted(missing) if is_inside(path)]
    problems += [f"{shown(path)} is not in the manifest" for path in sorted(set(present) - set(stated))]
    for path in sorted(set(stated) & set(present)):
        try:
            same = _measure(folder / path) == stated[path]
        except OSError as error:
            problems.append(f"{shown(path)} cannot be read ({error.strerror})")
            continue
        if not same:
            problems.append(f"{shown(path)} was changed after it was made")
    return problems


def list_byproducts(folder: Path) -> list[str]:
    """List the files that office programs and file managers left in a release; `verify_release` passes over them."""
    paths = (path for path in folder.rglob("*") if is_byproduct(path.name) and path.is_file() and not path.is_symlink())
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def _fact_problems(folder: Path) -> list[str]:
    """List the facts of a manifest that are wrong, beside its files."""
    try:
        read_manifest(folder / MANIFEST, partly=True)
    except (OSError, ValueError) as error:
        return [f"{MANIFEST} does not state what a release is ({error})"]
    return []


def _plain_and_other_files(folder: Path) -> tuple[list[str], dict[str, str]]:
    """List what lies in a release: its files, and what is neither file nor folder, each with a word for it.

    Nothing is followed: behind a link lies something else than what was published, or nothing from tomorrow on. What an
    office program or a file manager leaves beside a file that is open belongs to no release.
    """
    files, others = [], {}
    pending = [folder]
    while pending:
        try:
            entries = list(os.scandir(pending.pop()))
        except OSError as error:
            others[str(error.filename).removeprefix(f"{folder}/")] = "a folder that cannot be read"
            continue
        for entry in entries:
            path = Path(entry.path).relative_to(folder).as_posix()
            if entry.is_symlink():
                others[path] = "a link"
            elif entry.is_dir(follow_symlinks=False):
                pending.append(Path(entry.path))
            elif not entry.is_file(follow_symlinks=False):
                others[path] = "a device or pipe"
            elif path not in {MANIFEST, SIGNATURE} and not is_byproduct(entry.name):
                files.append(path)
    others.pop(MANIFEST, None)  # said already, as what cannot be read
    return files, others


def _measure(path: Path) -> tuple[int, str]:
    """Return the size and the SHA-256 of a file."""
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
        return source.tell(), digest


def _by_year(texts: Mapping[int, str] | None) -> dict[str, str] | None:
    return None if texts is None else {str(year): text for year, text in sorted(texts.items())}


def _publication(about: ReleaseMetadata) -> dict[str, str | None]:
    """Return the facts for publication, as the manifest states them."""
    publication = about.publication
    released = publication.released_at.astimezone(UTC).replace(microsecond=0)
    return {
        "released_at": f"{released:%Y-%m-%dT%H:%M:%SZ}",
        "status": publication.status,
        "team": publication.team,
        "mailbox": publication.mailbox,
        "next_release": publication.next_release.isoformat() if publication.next_release else None,
    }


def _access(about: ReleaseMetadata) -> list[dict[str, str]] | None:
    """Return who could see the edition early; None where it was never sealed."""
    return None if about.pre_release_access is None else [access.document for access in about.pre_release_access]


def _files(folder: Path) -> list[str]:
    """List every file of a release but the manifest and its signature, as paths with forward slashes, sorted."""
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    return sorted(path for path in paths if path not in {MANIFEST, SIGNATURE})


def _entry(folder: Path, path: str) -> dict[str, Any]:
    content = (folder / path).read_bytes()
    return {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _digest(document: dict[str, Any]) -> str:
    """Hash the content of a manifest; its layout does not matter."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
