"""Signed releases: OpenSSL and `wres verify` agree on who made one, and unsigned ones say that they are."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import WresError
from pipeline.publication.manifest import manifest_bytes
from pipeline.publication.release import require_whole
from pipeline.publication.signing import make_keys, sign, signature_problem
from pipeline.publication.verify import verify


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The public key of a pair whose private one is set."""
    private, public = make_keys(tmp_path / "keys")
    assert private.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("WRES_SIGNING_KEY", private.read_text())
    return public


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A release with one file, not yet signed."""

    release = tmp_path / "release"
    release.mkdir()
    (release / "a.csv").write_text("a")
    entry = {"path": "a.csv", "bytes": 1, "sha256": hashlib.sha256(b"a").hexdigest()}
    document = {"audience": "official", "edition": "1.0", "collection_year": 2022, "build": "b", "created_at": "t"}
    document |= {"files": [entry]}
    digest = hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    (release / "manifest.json").write_bytes(manifest_bytes({**document, "content_sha256": digest}))
    return release


def test_a_signature_is_checked_and_always_the_same(folder: Path, key: Path) -> None:
    sign(folder)
    first = (folder / "manifest.json.sig").read_bytes()
    sign(folder)
    assert (folder / "manifest.json.sig").read_bytes() == first
    assert len(first) == 64
    verdict = verify(str(folder), key)
    assert (verdict.problems, verdict.signed) == ([], "It is signed by the holder of public-key.pem.")
    assert verify(str(folder)).signed == "It is signed; by whom, --public-key FILE tells."
    require_whole(folder)


def test_the_key_may_be_the_one_line_of_its_file(folder: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_SIGNING_KEY", (key.parent / "signing-key.pem").read_text().splitlines()[1])
    sign(folder)
    assert signature_problem(folder, key) is None


def test_openssl_agrees(folder: Path, key: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    sign(folder)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(key), "-rawin", "-in", "manifest.json"]
    checked = subprocess.run([*command, "-sigfile", "manifest.json.sig"], cwd=folder, capture_output=True, check=True)
    assert b"Signature Verified Successfully" in checked.stdout
    made = key.with_name("openssl.pem")
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(made)], check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WRES_SIGNING_KEY", made.read_text())
        sign(folder)
    assert signature_problem(folder, key) is not None


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda folder: (folder / "manifest.json.sig").unlink(), "it is not signed"),
        (lambda folder: (folder / "manifest.json.sig").write_bytes(bytes(64)), "manifest.json.sig was not made with"),
        (
            lambda folder: (folder / "manifest.json").write_text(
                (folder / "manifest.json").read_text().replace("1.0", "1.1")
            ),
            "manifest.json.sig was not made with",
        ),
    ],
)
def test_what_does_not_fit_is_told(
    folder: Path, key: Path, wres: Callable[..., tuple[int, str, str]], spoil: Callable[[Path], object], problem: str
) -> None:
    sign(folder)
    spoil(folder)
    assert problem in verify(str(folder), key).problems[-1]
    status, _, said = wres("verify", str(folder), "--public-key", str(key))
    assert status == 1
    assert problem in said


def test_another_key_does_not_fit(folder: Path, key: Path, tmp_path: Path) -> None:
    sign(folder)
    _, other = make_keys(tmp_path / "other")
    assert "was not made with the private key" in (signature_problem(folder, other) or "")


def test_without_a_key_nothing_is_signed(folder: Path, wres: Callable[..., tuple[int, str, str]]) -> None:
    sign(folder)
    assert not (folder / "manifest.json.sig").exists()
    status, _, said = wres("verify", str(folder))
    assert (status, said.splitlines()[-2:]) == (0, ["It is not signed.", "It is as it was made."])


def test_what_is_no_key_is_said_without_showing_it(folder: Path, monkeypatch: pytest.MonkeyPatch, key: Path) -> None:
    monkeypatch.setenv("WRES_SIGNING_KEY", "hunter2")
    with pytest.raises(WresError, match="holds no Ed25519 private key") as error:
        sign(folder)
    assert "hunter2" not in str(error.value)
    (folder / "x.pem").write_text("no key")
    with pytest.raises(WresError, match="holds no Ed25519 public key"):
        signature_problem(folder, folder / "x.pem")
    with pytest.raises(WresError, match="a key is never written over"):
        make_keys(key.parent)
