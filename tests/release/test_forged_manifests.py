"""A release that somebody else handed over may be forged: verify says so for any content and ends well."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wres.release.manifest import verify_release


@pytest.fixture
def handed_over(made_release: Path, tmp_path: Path) -> Path:
    """A copy of a small release that can be written to."""
    copy = shutil.copytree(made_release, tmp_path / "release")
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return copy


def forge(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a manifest and give it the digest that belongs to the change, as a forger would."""
    path = folder / "manifest.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["content_sha256"]
    change(document)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps({**document, "content_sha256": digest}), encoding="utf-8")


def set_in(*keys: Any, to: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        target: Any = document
        for key in keys[:-1]:
            target = target[key]
        target[keys[-1]] = to

    return change


def test_a_digest_that_fits_is_not_what_is_refused(handed_over: Path) -> None:
    assert verify_release(handed_over) == []
    forge(handed_over, lambda _document: None)
    assert verify_release(handed_over) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("files"),
        *(set_in(key, to=None) for key in ("files", "collection_year", "build", "created_at")),
        *(set_in("files", to=value) for value in ({}, "x", 1, [[]], [None], [1], ["x"], {"path": "x"})),  # type: ignore[var-annotated]
        *(set_in("files", 0, "path", to=value) for value in (1, None, [], {}, True, 1.5, "")),  # type: ignore[var-annotated]
        *(set_in("files", 0, "bytes", to=value) for value in ("1", -1, 1.5, 10**40, True, None, [])),  # type: ignore[var-annotated]
        *(set_in("files", 0, "sha256", to=value) for value in (1, "x", "A" * 64, None, "0" * 10_000)),
        lambda document: document["files"][0].pop("path"),
        set_in("collection_year", to="2021"),
        set_in("collection_year", to=10**400),
        set_in("edition", to=1.0),
        set_in("edition", to="1.0\x1b[2J"),
        set_in("audience", to="everybody"),
        set_in("published_before", to=["../../2021-1.0"]),
        set_in("compared_with", to={"a": "b"}),
        set_in("pre_release_access", to=[{"role": "x"}]),
        set_in("pre_release_access", to=[1]),
        set_in("figures_shown", to=[1]),
        set_in("created_at", to=1),
        set_in("publication", to=None),
        set_in("publication", "released_at", to="soon"),
        set_in("publication", "next_release", to="March"),
    ],
)
def test_a_wrong_type_or_a_missing_key_is_reported(
    handed_over: Path, change: Callable[[dict[str, Any]], object], wres: Callable[..., tuple[int, str, str]]
) -> None:
    forge(handed_over, change)
    status, _, errors = wres("verify", str(handed_over))
    assert status == 1, errors
    assert (
        errors.count("manifest.json cannot be read as a manifest.") + errors.count("does not state what a release is")
        == 1
    )
    assert "\x1b" not in errors


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe{}",
        '{"note": "\u00e9"}'.encode("latin-1"),
        b"[" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"bytes": NaN}',
        b'{"bytes": -Infinity}',
        b'{"bytes": ' + b"9" * 100_000 + b"}",
        b'{"files": [], "files": []}',
        b"[]",
        b"null",
        b"1",
        b'"\x1b[2J"',
        b'{"collection_year": "\\u001b[2J"}',
        b" " * 20_000_001,
    ],
)
def test_what_is_no_manifest_is_reported(
    handed_over: Path, content: bytes, wres: Callable[..., tuple[int, str, str]]
) -> None:
    (handed_over / "manifest.json").write_bytes(content)
    status, _, errors = wres("verify", str(handed_over))
    assert (status, errors.splitlines()[-1]) == (1, "It is NOT as it was made.")
    assert errors.startswith("manifest.json cannot be read as a manifest.\n")
    assert all(sign.isprintable() or sign == "\n" for sign in errors)


@pytest.mark.parametrize(
    "path", ["../outside", "/etc/passwd", "csv//goals.csv", "./index.html", "a/../b", "\x1b[2J", "a\0b"]
)
def test_a_path_that_leads_elsewhere_is_reported(
    handed_over: Path, path: str, wres: Callable[..., tuple[int, str, str]]
) -> None:
    forge(handed_over, lambda document: document["files"].append({"path": path, "bytes": 1, "sha256": "0" * 64}))
    status, _, errors = wres("verify", str(handed_over))
    assert status == 1
    assert "is no path of a release" in errors or "is missing" in errors
    assert all(sign.isprintable() or sign == "\n" for sign in errors)


@pytest.mark.parametrize("key", ["edition", "audience", "build", "note", "created_at", "collection_year"])
def test_a_manifest_that_lacks_a_fact_names_no_release(
    handed_over: Path, key: str, wres: Callable[..., tuple[int, str, str]]
) -> None:
    forge(handed_over, lambda document: document.pop(key))
    status, _, errors = wres("verify", str(handed_over))
    assert (status, "edition" in errors) == (0, False)


def test_the_same_file_listed_twice_is_reported(handed_over: Path) -> None:
    forge(handed_over, lambda document: document["files"].append({**document["files"][0], "sha256": "0" * 64}))
    assert any(problem.endswith("is listed twice") for problem in verify_release(handed_over))


def replace_by_link(folder: Path, name: str) -> None:
    """Move a file or folder out of the release and leave a link to it."""
    elsewhere = folder.parent / f"moved-{Path(name).name}"
    (folder / name).rename(elsewhere)
    (folder / name).symlink_to(elsewhere)


@pytest.mark.parametrize("name", ["index.html", "csv/goals.csv", "csv", "parquet"])
def test_a_file_or_folder_replaced_by_a_link_is_reported(handed_over: Path, name: str) -> None:
    replace_by_link(handed_over, name)
    assert verify_release(handed_over) == [f"{name} is no plain file but a link"]


def test_links_that_lead_nowhere_or_are_added_are_reported(handed_over: Path) -> None:
    (handed_over / "index.html").unlink()
    (handed_over / "index.html").symlink_to(handed_over / "nothing")
    (handed_over / "more").symlink_to("/etc")
    os.mkfifo(handed_over / "pipe")
    assert verify_release(handed_over) == [
        "index.html is no plain file but a link",
        "more is no plain file but a link",
        "pipe is no plain file but a device or pipe",
    ]


@pytest.mark.parametrize("target", ["/dev/zero", "moved-manifest.json", "nothing"])
def test_a_manifest_that_is_a_link_is_reported(handed_over: Path, target: str) -> None:
    (handed_over / "manifest.json").rename(handed_over.parent / "moved-manifest.json")
    (handed_over / "manifest.json").symlink_to(handed_over.parent / target)
    assert verify_release(handed_over) == ["manifest.json cannot be read as a manifest"]


def test_a_signature_that_is_no_file_is_reported(handed_over: Path, wres: Callable[..., tuple[int, str, str]]) -> None:
    assert wres("keys", "--output", str(handed_over.parent / "keys"))[0] == 0
    key = ("--public-key", str(handed_over.parent / "keys" / "public-key.pem"))
    signature = handed_over / "manifest.json.sig"
    signature.symlink_to("/dev/zero")
    assert wres("verify", str(handed_over), *key)[0] == 1
    signature.unlink()
    signature.mkdir()
    assert wres("verify", str(handed_over), *key)[0] == 1
    shutil.rmtree(signature)
    signature.write_bytes(b"short")
    assert wres("verify", str(handed_over), *key)[0] == 1
