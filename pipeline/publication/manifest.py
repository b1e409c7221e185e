"""The manifest: what a release was made from, and the SHA-256 of every file in it, by which anybody can check it."""

import hashlib
import json
from pathlib import Path
from typing import Any

from pipeline.publication.about import ReleaseAbout
from pipeline.publication.specification import load_specification

NAME = "manifest.json"
SIGNATURE = f"{NAME}.sig"  # of the manifest, where the release is signed


def manifest_document(folder: Path, about: ReleaseAbout) -> dict[str, Any]:
    """The manifest of a folder of files.

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
        "note": about.note,
        "compared_with": about.compared_with,
        "published_before": list(about.published_before),
        "figures_shown": about.figures_shown,
        "said_of_protection": list(about.said_of_protection),
        "pre_release_access": _access(about),
        "replaces": list(about.replaces),
        "commentary": about.commentary,
        "build": about.build,
        "code_version": about.code_version,
        "snapshots": dict(sorted(about.snapshots.items())),
        "rule_sets": {str(year): rule_set for year, rule_set in sorted(about.rule_sets.items())},
        "methods": dict(load_specification().methods),
        "files": [_entry(folder, path) for path in _files(folder)],
    }
    return {**document, "content_sha256": _digest(document)}


def manifest_bytes(document: dict[str, Any]) -> bytes:
    """The content of `manifest.json`."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def verify_release(folder: Path) -> list[str]:
    """Hold a release against its own manifest.

    Returns: one sentence for each thing that is wrong: no readable manifest, a manifest that was changed, a file that
    is missing, changed or not in the manifest. Empty when the release is as it was made.
    """
    try:
        document = json.loads((folder / NAME).read_bytes())
        stated = {entry["path"]: (entry["bytes"], entry["sha256"]) for entry in document["files"]}
        told = document.pop("content_sha256")
    except FileNotFoundError:
        return [f"{NAME} is missing"]
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{NAME} cannot be read as a manifest"]
    problems = [] if _digest(document) == told else [f"{NAME} was changed after it was made"]
    present = _files(folder)
    problems += [f"{path} is missing" for path in sorted(set(stated) - set(present))]
    problems += [f"{path} is not in the manifest" for path in sorted(set(present) - set(stated))]
    for path in sorted(set(stated) & set(present)):
        entry = _entry(folder, path)
        if (entry["bytes"], entry["sha256"]) != stated[path]:
            problems.append(f"{path} was changed after it was made")
    return problems


def _access(about: ReleaseAbout) -> list[dict[str, str]] | None:
    """Who could see the edition early; None where it was never sealed."""
    return None if about.pre_release_access is None else [one.document for one in about.pre_release_access]


def _files(folder: Path) -> list[str]:
    """Every file of a release but the manifest and its signature, as paths with forward slashes, sorted."""
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    return sorted(path for path in paths if path not in {NAME, SIGNATURE})


def _entry(folder: Path, path: str) -> dict[str, Any]:
    content = (folder / path).read_bytes()
    return {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _digest(document: dict[str, Any]) -> str:
    """A hash of the manifest's content, whatever its layout."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
