"""A whole small collection through the real steps, twice: once with harmless texts, once with an attacker's."""

import os
from collections.abc import Iterator

import pytest

from tests.injection.story import HARMLESS, HOSTILE, StoryFiles, run_story


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StoryFiles, StoryFiles]]:
    """The harmless one and the hostile one."""
    folders = []
    before = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("WRES_")}
    for words in (HARMLESS, HOSTILE):
        home = tmp_path_factory.mktemp("home")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WRES_HOME", str(home))
            patch.setenv("WRES_SETTLE_SECONDS", "0")
            folders.append(StoryFiles(words, home, run_story(home, words)))
    os.environ.update(before)
    yield folders[0], folders[1]
    for release in folders:
        for folder in [path for path in release.home.rglob("*") if path.is_dir() and not path.is_symlink()]:
            folder.chmod(0o755)  # what is published is read-only; the temporary folder must be removable


@pytest.fixture(scope="session")
def harmless(collections: tuple[StoryFiles, StoryFiles]) -> StoryFiles:
    return collections[0]


@pytest.fixture(scope="session")
def hostile(collections: tuple[StoryFiles, StoryFiles]) -> StoryFiles:
    return collections[1]
