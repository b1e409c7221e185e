"""Builds: the one that was made last is published, even if the clock was set back."""

from datetime import UTC, datetime

from wres.database.models import Build
from wres.database.registry import open_registry
from wres.database.releases import get_build, get_snapshots, latest_build, save_build
from wres.settings import Settings

NOON = datetime(2022, 6, 10, 12, tzinfo=UTC)


def test_the_last_made_counts_even_when_the_clock_stands_still_or_content_comes_back(anywhere: Settings) -> None:
    engine = open_registry(anywhere)
    for content in ("b", "a", "a", "c", "a"):
        build = Build(
            build=f"2022-{content}",
            collection_year=2022,
            built_at=NOON,
            figures_snapshot=2**62,
            organisations_snapshot=1,
            findings_snapshot=2,
        )
        assert save_build(engine, build).build == f"2022-{content}"
        latest = latest_build(engine, 2022)
        assert latest is not None
        assert latest.build == f"2022-{content}"
    assert latest_build(engine, 2021) is None


def test_a_build_names_the_snapshot_of_each_warehouse_table(anywhere: Settings) -> None:
    engine = open_registry(anywhere)
    columns = {"build": "2022-a", "collection_year": 2022, "built_at": NOON, "figures_snapshot": 1}
    save_build(engine, Build(**columns, organisations_snapshot=2, findings_snapshot=3))
    assert get_snapshots(get_build(engine, "2022-a")) == {"figures": 1, "organisations": 2, "findings": 3}
