"""Making a release from the warehouse: the same for a new edition and for an old one that is made again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.collection.calendar import load_year
from pipeline.indicators.release import indicator_tables, is_simulated
from pipeline.publication.about import OFFICIAL, ReleaseAbout
from pipeline.publication.adding_up import require_adding_up
from pipeline.publication.official import policy_sentences, protected_tables, rounding_sentences
from pipeline.publication.pre_release_access import EarlyAccess
from pipeline.publication.release import write_release
from pipeline.publication.revising import with_revisions
from pipeline.publication.store import ReleaseName
from pipeline.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Origin:
    """What a release is made from, beside the code: all that a release made again must be told.

    `snapshots` is the Iceberg snapshot of each warehouse table, `since` the edition that it is compared with. What a
    release holds back depends on what was published `before`.
    """

    snapshots: Mapping[str, int]
    build: str
    built_at: datetime
    note: str | None
    since: ReleaseName | None
    before: tuple[ReleaseName, ...] = ()  # of an official release: the official editions that were published before
    commentary: str | None = None  # the text that staff wrote for the year, if they wrote one
    # Of an official release that was sealed at first: who could see it early; the sealed editions that it replaced.
    access: tuple[EarlyAccess, ...] | None = None
    replaces: tuple[ReleaseName, ...] = ()


def make_release(settings: Settings, name: ReleaseName, origin: Origin, target: Path) -> Path:
    """Count, check and write a release into the folder `target`; the same origin gives the same bytes.

    Raises:
        ReleaseCheckError: R501, R502, R503, R504 or R505; nothing is written.
        ReleaseExistsError: another release stands there.
        WresError: the edition that it is compared with is not there.
    """
    tables, about = release_content(settings, name, origin)
    return write_release(target, tables, about)


def release_content(
    settings: Settings, name: ReleaseName, origin: Origin, counted: "Mapping[str, pa.Table] | None" = None
) -> "tuple[dict[str, pa.Table], ReleaseAbout]":
    """The tables of a release, in the declared types, and its facts. Nothing is written.

    Args:
        settings: say where the warehouse and the releases are.
        name: which release.
        origin: what it is made from.
        counted: the indicator tables of the same snapshots, where they are at hand.

    Raises:
        ReleaseCheckError: R501, R502, R503, R504 or R505.
        WresError: the edition that it is compared with is not there.
    """
    snapshots = dict(origin.snapshots)
    tables = dict(counted or indicator_tables(settings, snapshots, name.year))
    require_adding_up(tables)
    years = sorted(set(tables["national"]["collection_year"].to_pylist()))
    policies = {year: load_year(year).disclosure for year in years}
    protected = protected_tables(settings, tables, policies, origin.before) if name.audience == OFFICIAL else None
    tables = with_revisions(settings, protected.tables if protected else tables, name, origin.since, origin.note)
    return tables, ReleaseAbout(
        collection_year=name.year,
        edition=name.edition,
        audience=name.audience,
        created_at=origin.built_at,
        simulated=is_simulated(settings, snapshots, name.year),
        snapshots=snapshots,
        rule_sets={one: load_year(one).rule_set for one in years},
        code_version=version("wres"),
        build=origin.build,
        note=origin.note,
        commentary=origin.commentary,
        compared_with=origin.since.tag if origin.since else None,
        published_before=tuple(one.tag for one in origin.before),
        disclosure_policies={year: policy.policy for year, policy in policies.items()} if protected else None,
        figures_shown=dict(protected.figures_shown) if protected else None,
        disclosure_notes=(*policy_sentences(policies), *rounding_sentences(protected)) if protected else (),
        pre_release_access=origin.access,
        replaces=tuple(one.tag for one in origin.replaces),
    )
