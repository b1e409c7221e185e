"""Builds: the one that was made last is the one that is published, whatever the clock says."""

from datetime import UTC, datetime

from pipeline.registry.database import open_registry
from pipeline.registry.releases import latest_build, remember_build
from pipeline.registry.tables import Build
from pipeline.settings import Settings

NOON = datetime(2022, 6, 10, 12, tzinfo=UTC)


def test_the_last_made_counts_even_when_the_clock_stands_still_or_content_comes_back(anywhere: Settings) -> None:
    engine = open_registry(anywhere)
    for content in ("b", "a", "a", "c", "a"):
        made = Build(
            build=f"2022-{content}",
            collection_year=2022,
            built_at=NOON,
            figures_snapshot=2**62,
            organisations_snapshot=1,
        )
        assert remember_build(engine, made).build == f"2022-{content}"
        latest = latest_build(engine, 2022)
        assert latest is not None
        assert latest.build == f"2022-{content}"
    assert latest_build(engine, 2021) is None
