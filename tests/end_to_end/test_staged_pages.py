"""The pages of a large release: written in shards by several workers, and the same release as by one process."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from wres import steps
from wres.context import Context, open_context
from wres.errors import WresError
from wres.settings import Settings
from wres.site.build_site import organisation_pages
from wres.site.views import Views

SHARDS = [(0, 2), (1, 2)]
RELEASE = "2023-02-22T09:30"


pytestmark = pytest.mark.usefixtures("removable")


@pytest.fixture
def context(built_two: steps.Summary, settings: Settings) -> Context:
    """Two organisations in a home where one worker writes one page."""
    return open_context(2022, settings.model_copy(update={"pages_per_task": 1}))


@pytest.fixture
def direct(context: Context, tmp_path: Path) -> Context:
    """A copy of the home, in which one process makes the whole release."""
    shutil.copytree(context.settings.home, tmp_path / "direct")
    return open_context(2022, context.settings.model_copy(update={"home": tmp_path / "direct", "pages_per_task": 9}))


@pytest.fixture
def no_page_is_written(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Forbids from then on that a page of an organisation is written."""

    def fail(*_: Any) -> None:
        raise AssertionError("a page was written")

    return lambda: monkeypatch.setattr(Views, "organisation", fail)


def _files(folder: str | Path) -> dict[str, bytes]:
    folder = Path(folder)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _approve(context: Context) -> None:
    warnings = [row["code"] for row in steps.checklist(context) if row["severity"] == "warning"]
    steps.approve(context, "Approver", "head of profession", warnings)


def _publish_in_shards(context: Context) -> tuple[steps.Summary, steps.Summary]:
    """Publish both releases as the tasks of the DAG do."""
    assert steps.plan_pages(context) == SHARDS
    for shard in SHARDS:
        steps.write_pages(context, "management", shard)
    management = steps.publish(context)
    _approve(context)
    for shard in SHARDS:
        steps.write_pages(context, "official", shard)
    return management, steps.publish(context)


def test_shards_make_the_release_that_one_process_makes(context: Context, direct: Context) -> None:
    assert steps.plan_pages(direct) == []
    steps.publish(direct)
    _approve(direct)
    expected = steps.publish(direct)
    published = _publish_in_shards(context)[1]
    assert sorted(path for path in _files(published["folder"]) if path.startswith("organisation/")) == [
        "organisation/RJ1.html",
        "organisation/RXY.html",
    ]
    for release in ("folder", "official"):
        assert _files(published[release]) == _files(expected[release])
    assert [path for path in context.settings.staging.rglob("*") if path.is_file()] == []


def test_publishing_takes_every_staged_page(context: Context, no_page_is_written: Callable[[], None]) -> None:
    steps.plan_pages(context)
    for shard in SHARDS:
        steps.write_pages(context, "management", shard)
    no_page_is_written()
    for shard in SHARDS:  # a task that runs again has nothing to do
        steps.write_pages(context, "management", shard)
    steps.publish(context)
    steps.write_pages(context, "management", SHARDS[0])  # nor has one that runs after the release was made
    assert not any(path.is_file() for path in context.settings.staging.rglob("*"))


def test_a_shard_that_is_killed_is_written_by_the_next_try(
    context: Context, direct: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.plan_pages(context)

    def kill(*args: Any) -> Iterator[tuple[str, bytes]]:
        yield next(organisation_pages(*args))
        raise ConnectionError("the worker went away")

    with monkeypatch.context() as patch:
        patch.setattr("wres.release.staged_pages.organisation_pages", kill)
        with pytest.raises(ConnectionError):
            steps.write_pages(context, "management", SHARDS[0])
    assert [path for path in context.settings.staging.rglob("*") if path.is_file()] == []
    steps.write_pages(context, "management", SHARDS[0])
    # The other shard is never written; the release is whole all the same.
    assert _files(steps.publish(context)["folder"]) == _files(steps.publish(direct)["folder"])


def test_pages_of_other_tables_or_facts_are_not_taken(context: Context, direct: Context) -> None:
    steps.plan_pages(context)
    for shard in SHARDS:
        steps.write_pages(context, "management", shard)
    for settings in (context.settings, direct.settings):
        settings.commentary.mkdir()
        (settings.commentary / "2022.md").write_text("## Main points\n\nOther words.\n", encoding="utf-8")
    assert _files(steps.publish(context)["folder"]) == _files(steps.publish(direct)["folder"])


def test_a_revision_needs_its_note_before_pages_are_written(
    context: Context, send_two: Callable[..., None], set_clock: Callable[[str], None]
) -> None:
    steps.publish(context)
    send_two(entered="18")
    again = replace(context)
    steps.build(again)
    with pytest.raises(WresError, match="needs a note"):
        steps.plan_pages(again)
    assert steps.plan_pages(again, note="RXY sent other figures.") == SHARDS
    steps.write_pages(again, "official", SHARDS[0])  # it is not approved, so there is nothing to write
    assert not context.settings.staging.exists()


def test_the_management_manifest_names_every_page(context: Context) -> None:
    published = _publish_in_shards(context)[0]
    manifest = json.loads((Path(published["folder"]) / "manifest.json").read_text())
    assert {"organisation/RJ1.html", "organisation/RXY.html"} <= {file["path"] for file in manifest["files"]}
