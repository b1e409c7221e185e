"""Both releases of a build written side by side: the same bytes, errors and states as one after the other."""

import multiprocessing
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.approvals import approve_build
from tests.support.processes import require_ended
from wres import steps
from wres.context import Context, open_context
from wres.errors import UnavailableError, WresError
from wres.outputs.metadata import OFFICIAL
from wres.release.builder import build_release
from wres.release.writer import write_files
from wres.settings import Settings

pytestmark = [pytest.mark.usefixtures("removable"), pytest.mark.slow]
BUILD_RELEASE = "wres.release.publish.build_release"
WRITE_FILES = "wres.release.second_writer.write_files"
Written = dict[str, bytes]


@pytest.fixture
def context(send_two: Callable[..., Any], set_clock: Callable[[str], None], world: Callable[..., Any]) -> Context:
    """Two organisations whose build is approved, and not published yet."""

    def make() -> None:
        send_two()
        steps.build(open_context(2022))
        approve_build()

    world("two-approved", make)
    set_clock("2022-06-10T12:00")
    return open_context(2022)


@pytest.fixture
def expected(context: Context, tmp_path: Path) -> Written:
    """What one process writes in a copy of the home."""
    home = tmp_path / "direct"
    shutil.copytree(context.settings.home, home, symlinks=True)
    steps.publish(open_context(2022, context.settings.model_copy(update={"home": home})))
    return written(home)


def written(home: Path) -> Written:
    """Return every file of the releases of a home, sealed ones too."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for folder in (home / "published" / "2022", home / "sealed")
        for path in folder.rglob("*")
        if path.is_file()
    }


def releases_of(settings: Settings) -> list[str]:
    """List which releases are in place."""
    return sorted({Path(path).parts[3] for path in written(settings.home) if path.endswith("manifest.json")})


def require_nothing_left(settings: Settings) -> None:
    """Require that no process runs on, and that nothing lies in the staging folder."""
    assert multiprocessing.active_children() == []
    assert not list(settings.staging.rglob("*"))


def write_with(monkeypatch: pytest.MonkeyPatch, before: Callable[[], None]) -> list[str]:
    """Do something before this process writes a release; gives the audiences of those that it then writes."""
    audiences = []

    def write_from_settings(settings: Settings, name: Any, *arguments: Any) -> Path:
        before()
        audiences.append(name.audience)
        return build_release(settings, name, *arguments)

    def write_from_tables(folder: Path, tables: Any, about: Any, *arguments: Any) -> None:
        before()
        audiences.append(about.audience)
        write_files(folder, tables, about, *arguments)

    monkeypatch.setattr(BUILD_RELEASE, write_from_settings)
    monkeypatch.setattr(WRITE_FILES, write_from_tables)
    return audiences


def test_two_processes_write_what_one_does(
    context: Context, expected: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = write_with(monkeypatch, lambda: None)
    published = steps.publish(context, processes=2)
    assert here == [OFFICIAL]  # the other process wrote the management release
    assert published["failures"] == []
    assert written(context.settings.home) == expected
    require_nothing_left(context.settings)
    assert steps.publish(context, processes=2) == published
    assert here == [OFFICIAL]


def test_an_error_in_one_release_does_not_stop_the_other(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise WresError("This one may not be published.")

    write_with(monkeypatch, refuse)
    with pytest.raises(WresError, match="This one may not"):
        steps.publish(context, processes=2)
    assert releases_of(context.settings) == ["management"]
    require_nothing_left(context.settings)


def test_an_error_of_the_second_process_is_that_of_the_release(
    context: Context, expected: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    context.settings.commentary.mkdir()
    text = context.settings.commentary / "2022.md"
    text.write_text("The ratio was {national.ratio}.")
    with monkeypatch.context() as patch:
        patch.setattr("wres.release.writer.commentary_bytes", lambda *_: b"")  # in this process there is no fault
        patch.setattr("wres.site.front_page.render_commentary", lambda *_: "")
        with pytest.raises(WresError, match=r"there is no placeholder \{national\.ratio\}") as raised:
            steps.publish(context, processes=2)
    assert type(raised.value) is WresError
    assert releases_of(context.settings) == [OFFICIAL]
    require_nothing_left(context.settings)
    text.unlink()
    steps.publish(context, processes=2)
    management = {path: content for path, content in expected.items() if OFFICIAL not in path}
    assert {path: content for path, content in written(context.settings.home).items() if OFFICIAL not in path} == (
        management
    )


@pytest.mark.parametrize(
    ("error", "in_place"), [(UnavailableError("The disk is full."), ["management"]), (KeyboardInterrupt(), [])]
)
def test_a_run_that_stops_leaves_no_process_and_goes_on_later(
    context: Context, expected: Written, monkeypatch: pytest.MonkeyPatch, error: BaseException, in_place: list[str]
) -> None:
    def fail() -> None:
        raise error

    with monkeypatch.context() as patch:
        write_with(patch, fail)
        with pytest.raises(type(error)):
            steps.publish(context, processes=2)
    assert releases_of(context.settings) == in_place
    require_nothing_left(context.settings)
    steps.publish(context, processes=2)
    assert written(context.settings.home) == expected


def test_without_the_second_process_the_first_writes_both(
    context: Context, expected: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill() -> None:
        for child in multiprocessing.active_children():
            child.kill()

    here = write_with(monkeypatch, kill)
    assert steps.publish(context, processes=2)["failures"] == []
    assert here == [OFFICIAL, "management"]
    assert written(context.settings.home) == expected
    require_nothing_left(context.settings)


def test_large_tables_are_written_one_after_the_other(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wres.release.second_writer._MOST_BYTES", 1)
    here = write_with(monkeypatch, lambda: None)
    steps.publish(context, processes=2)
    assert here == ["management", OFFICIAL]


_SCRIPT = """
import multiprocessing, sys, time
from wres import steps
from wres.context import open_context
from wres.release import second_writer

def stay(folder, *_):
    while not list(folder.parent.glob("*/manifest.json")):
        time.sleep(0.05)
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    time.sleep(600)

if __name__ == "__main__":
    second_writer.write_files = stay
    steps.publish(open_context(2022), processes=2)
"""


def test_a_run_that_is_killed_leaves_no_release_and_no_process(
    context: Context, expected: Written, tmp_path: Path
) -> None:
    script = tmp_path / "publish.py"
    script.write_text(_SCRIPT)
    killed = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert killed.stdout is not None
    with killed.stdout:
        children = [int(process) for process in killed.stdout.readline().split()]
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    require_ended(children, within=60)
    assert releases_of(context.settings) == []
    assert steps.publish(context, processes=2)["failures"] == []
    assert written(context.settings.home) == expected
    require_nothing_left(context.settings)
