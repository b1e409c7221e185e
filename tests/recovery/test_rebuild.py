"""Rebuild from nothing: landing store and corrections alone give the registry, the warehouse and the releases again."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline import steps
from pipeline.errors import WresError
from pipeline.recovery import rebuild as room
from pipeline.recovery.audit import audit
from pipeline.recovery.rebuild import fill_registry, rebuild
from pipeline.registry.approvals import add_approval, approvals_of
from pipeline.registry.database import open_registry
from pipeline.registry.journal import events_of, row_of
from pipeline.registry.releases import latest_build
from pipeline.registry.tables import Approval, Base
from pipeline.settings import Settings, load_settings
from pipeline.warehouse.read import read_years


def quiet(_what: str, _done: int, _of: int) -> None:
    pass


def rows_of(settings: Settings, *without: str) -> dict[str, list[Any]]:
    with Session(open_registry(settings)) as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=str)
            for table in Base.metadata.sorted_tables
            if table.name not in without
        }


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def elsewhere(story: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Another home with nothing but the landing store and the corrections of the first."""
    home = tmp_path / "elsewhere"
    shutil.copytree(story.landing, home / "landing")
    shutil.copytree(story.corrections, home / "corrections")
    monkeypatch.setenv("WRES_HOME", str(home))
    yield load_settings()
    for folder in [path for path in tmp_path.rglob("*") if path.is_dir()]:
        folder.chmod(0o755)


def test_all_is_equal_to_what_was_lost(story: Settings, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> list[str]:
        raise KeyboardInterrupt

    before = rows_of(story, "contacts")
    with monkeypatch.context() as patch:
        patch.setattr(room, "releases_again", killed)
        with pytest.raises(KeyboardInterrupt):
            rebuild(elsewhere, quiet)
    made = rebuild(elsewhere, quiet)
    assert (made["builds"], made["releases"], made["contacts_to_load"], made["differs"]) == (3, 3, True, [])
    assert rows_of(elsewhere, "contacts") == before
    assert files_of(elsewhere.published) == files_of(story.published)
    engine = open_registry(elsewhere)
    built = latest_build(engine, 2022)
    assert built is not None
    was, now = (read_years(one, "figures", built.figures_snapshot, 2022) for one in (story, elsewhere))
    keys = [(name, "ascending") for name in ("collection_year", "organisation_code", "item", "ethnic_group")]
    assert was.sort_by(keys).equals(now.sort_by(keys))
    assert [one["what"] for one in audit(elsewhere, engine, None, quiet)] == [
        "contacts were changed since they were loaded"
    ]
    with pytest.raises(WresError, match=r"registry\.db is there, and nothing is written over"):
        rebuild(elsewhere, quiet)
    # and it goes on from there: nothing is built or published that was before
    monkeypatch.setenv("WRES_AS_OF", "2023-02-25T12:00")
    count = len(events_of(engine, 2022))
    assert steps.build(2022)["changed"] is False
    assert steps.publish(2022)["edition"] == "1.1"
    assert [one.kind for one in events_of(engine, 2022, count)] == ["checked"]


def test_the_registry_comes_back_on_postgresql(story: Settings, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows_of(story, "contacts")
    events = [one for chain in (0, 2021, 2022) for one in events_of(open_registry(story), chain)]
    monkeypatch.setenv("WRES_DATABASE_URL", postgres)
    settings = load_settings()
    engine = open_registry(settings)
    fill_registry(engine, events, quiet)
    assert rows_of(settings, "contacts") == before
    (old,) = approvals_of(engine, 2022)
    new = {name: value for name, value in row_of(old).items() if name != "number"}
    add_approval(engine, Approval(**new))
    assert [one.number for one in approvals_of(engine, 2022)] == [1, 2]


def test_nothing_is_made_from_a_journal_that_was_tampered_with(elsewhere: Settings) -> None:
    file = next((elsewhere.landing / "journal" / "2022").iterdir())
    file.write_text(file.read_text().replace("RXY", "RXX"))
    with pytest.raises(WresError, match="The journal of 2022 in the landing store is not as it was written"):
        rebuild(elsewhere, quiet)
    shutil.rmtree(elsewhere.landing / "journal")
    with pytest.raises(WresError, match="holds no journal"):
        rebuild(elsewhere, quiet)


def test_rebuild_refuses_a_home_that_is_not_empty(story: Settings, wres: Callable[..., tuple[int, str, str]]) -> None:
    status, _, said = wres("rebuild")
    assert status == 2
    assert "registry.db is there, and nothing is written over." in said
