"""Builds: the one that was made last is the one that is published, whatever the clock says."""

from datetime import UTC, datetime

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from wres.database.models import Build
from wres.database.registry import open_registry
from wres.database.releases import get_build, get_snapshots, latest_build, save_build
from wres.settings import Settings, package_data

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
        assert save_build(engine, made).build == f"2022-{content}"
        latest = latest_build(engine, 2022)
        assert latest is not None
        assert latest.build == f"2022-{content}"
    assert latest_build(engine, 2021) is None


def test_a_registry_of_before_findings_were_kept_goes_on(anywhere: Settings) -> None:
    engine = open_registry(anywhere)
    old = {"build": "2022-a", "collection_year": 2022, "built_at": NOON, "figures_snapshot": 1}
    save_build(engine, Build(**old, organisations_snapshot=2))
    assert get_snapshots(get_build(engine, "2022-a")) == {"figures": 1, "organisations": 2}
    for findings in (3, 4):  # built again, and once more: what it gained stays
        again = save_build(engine, Build(**old, organisations_snapshot=2, findings_snapshot=findings))
        assert again.sequence == 1
        assert get_snapshots(get_build(engine, "2022-a")) == {"figures": 1, "organisations": 2, "findings": 3}


def test_an_older_registry_is_brought_up_to_date_with_its_builds(settings: Settings) -> None:
    path = settings.home / "registry.db"
    settings.home.mkdir(parents=True)
    with create_engine(f"sqlite:///{path}").begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(package_data("sql") / "registry"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(
            text("INSERT INTO builds VALUES ('2022-a', 2022, '2022-06-10 12:00:00', 1, 11, 12, NULL, NULL)")
        )
    build = get_build(open_registry(settings), "2022-a")
    assert (build.sequence, get_snapshots(build)) == (1, {"figures": 11, "organisations": 12})
