"""`wres verify`: anybody holds a release against its manifest, in plain sentences, wherever it was copied to."""

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from wres.cli.release import verify as command
from wres.errors import WresError
from wres.release.verification import verify


@pytest.fixture
def copied(tmp_path: Path, made_release: Path) -> Path:
    """A release copied to another place, as somebody who downloaded it has it."""
    copy = tmp_path / "downloads" / "wres"
    shutil.copytree(made_release, copy)
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o755)
    return copy


def test_a_copy_is_as_it_was_made(copied: Path) -> None:
    verdict = verify(str(copied))
    digest = json.loads((copied / "manifest.json").read_text())["content_sha256"]
    files = sum(path.is_file() for path in copied.rglob("*")) - 1
    assert verdict.problems == []
    assert verdict.summary == (
        "The management edition 1.0 of 2021, from the build 2021-0001 of 24 February 2022 at 09:30, has "
        f"{files} files beside its manifest. Digest: {digest}"
    )


def test_one_byte_is_found(copied: Path) -> None:
    goals = copied / "csv" / "goals.csv"
    goals.write_bytes(goals.read_bytes().replace(b"51", b"50"))
    (copied / "mine.txt").write_text("x")
    assert verify(str(copied)).problems == [
        "mine.txt is not in the manifest",
        "csv/goals.csv was changed after it was made",
    ]


def test_what_a_program_leaves_beside_a_file_that_is_open_is_no_part_of_a_release(copied: Path) -> None:
    for name in (".~lock.wres.ods#", "~$wres.xlsx", "Thumbs.db", "csv/desktop.ini", "csv/goals.csv:Zone.Identifier"):
        (copied / name).write_text("x")
    verdict = verify(str(copied))
    assert verdict.problems == []
    assert verdict.passed_over == (
        "Left out of account, for office programs and file managers leave such files: .~lock.wres.ods#, Thumbs.db, "
        "csv/desktop.ini, csv/goals.csv:Zone.Identifier, ~$wres.xlsx."
    )
    assert verdict.passed_over in run(copied)[1]
    (copied / ".DS_Store").write_text("x")
    assert "~$wres.xlsx" not in verify(str(copied)).passed_over
    assert "1 more." in verify(str(copied)).passed_over


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"files": 1, "content_sha256": 2}', '{"files": [{"path": 1}]}'])
def test_what_is_no_manifest_is_said(copied: Path, content: str) -> None:
    (copied / "manifest.json").write_text(content)
    verdict = verify(str(copied))
    assert (verdict.summary, verdict.problems) == ("", ["manifest.json cannot be read as a manifest"])


def test_a_folder_that_is_no_release_is_reported_where_one_is(copied: Path) -> None:
    with pytest.raises(
        WresError, match=r"is no release, but holds one\. Give its own folder, such as .*downloads/wres"
    ):
        verify(str(copied.parent))
    with pytest.raises(WresError, match="There is no folder"):
        verify(str(copied / "nowhere"))
    (copied / "manifest.json").unlink()
    assert verify(str(copied)).problems == ["manifest.json is missing"]


def run(folder: Path) -> tuple[int, list[str]]:
    app = typer.Typer()
    app.command()(command)
    result = CliRunner().invoke(app, [str(folder)])
    return result.exit_code, result.stderr.splitlines()


def test_the_command_says_so_and_exits_with_1(copied: Path) -> None:
    status, printed = run(copied)
    assert (status, printed[-1]) == (0, "It is as it was made.")
    (copied / "index.html").unlink()
    status, printed = run(copied)
    assert (status, printed[1:]) == (1, ["index.html is missing.", "It is not signed.", "It is NOT as it was made."])


def test_nothing_but_the_release_is_needed(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_HOME", "/nowhere/at/all")
    monkeypatch.setenv("WRES_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert run(copied)[0] == 0
