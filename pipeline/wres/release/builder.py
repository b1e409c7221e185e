"""Build a release from the warehouse: the same for a new edition and for an old one that is reproduced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from wres.indicators.counted_builds import CountedTables, counted_build
from wres.indicators.from_warehouse import indicator_tables, is_simulated
from wres.outputs.metadata import OFFICIAL, Publication, ReleaseMetadata
from wres.outputs.pre_release_access import EarlyAccess
from wres.outputs.table_schema import load_specification
from wres.reference.year_config import load_year
from wres.reference.year_tables import DisclosurePolicy
from wres.release.edition_history import with_revisions
from wres.release.protection import describe_protection, protect_once
from wres.release.release_edits import require_release_edits
from wres.release.remembered_checks import find_breaches_once, require_official_edits, require_passed
from wres.release.reporting import read_reporting
from wres.release.repository import ReleaseName
from wres.release.rounding_notes import rounding_sentences
from wres.release.writer import write_release
from wres.settings import Settings
from wres.warehouse.snapshot_reader import read_years

if TYPE_CHECKING:
    import pyarrow as pa

    from wres.disclosure.problem import Predecessors


def policy_sentences(policies: Mapping[int, DisclosurePolicy]) -> tuple[str, ...]:
    """Say in words which disclosure policy each collection year follows."""
    texts = load_specification().disclosure_policies
    years: dict[DisclosurePolicy, list[int]] = {}
    for year, policy in sorted(policies.items()):
        years.setdefault(policy, []).append(year)
    return tuple(
        f"Disclosure policy of {_years_text(covered)}: {policy.policy}. "
        + texts[policy.policy].format(least=policy.threshold + 1, threshold=policy.threshold, rounding=policy.rounding)
        for policy, covered in years.items()
    )


def _years_text(years: Sequence[int]) -> str:
    """List years as people do: 2022; 2020 to 2022; 2018 and 2021."""
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]} to {years[-1]}"
    return " and ".join([", ".join(map(str, years[:-1])), str(years[-1])] if len(years) > 1 else [str(years[0])])


@dataclass(frozen=True, slots=True)
class ReleaseInputs:
    """All that a release is made from beside the code, so that it can be made again.

    `snapshots` is the Iceberg snapshot of each warehouse table, `since` the edition that it is compared with. What a
    release suppresses depends on what was published `before`.
    """

    snapshots: Mapping[str, int]
    build: str
    built_at: datetime
    publication: Publication
    note: str | None
    previous: ReleaseName | None
    published_before: tuple[
        ReleaseName, ...
    ] = ()  # of an official release: the official editions that were published before
    open_reason: str | None = None  # of an official release under the policy open: why the approver let it be so
    commentary: str | None = None  # the text that staff wrote for the year, if they wrote one
    # Of an official release that was sealed at first: who could see it early; the sealed editions that it replaced.
    access: tuple[EarlyAccess, ...] | None = None
    replaces: tuple[ReleaseName, ...] = ()


def build_release(
    settings: Settings,
    name: ReleaseName,
    origin: ReleaseInputs,
    target: Path,
    counted: CountedTables | None = None,
    staging: Path | None = None,
) -> Path:
    """Check and write a release into the folder `target`; the same origin gives the same bytes.

    Args:
        settings: say where the warehouse and the releases are.
        name: which release.
        origin: what it is made from.
        target: the folder to write.
        counted: the tables of the build as the warehouse keeps them; without them all is counted, checked and
            protected again, as a release is that is made again to be compared.
        staging: a folder in which pages of this release may have been written already.

    Raises:
        ReleaseCheckError: an R edit; nothing is written.
        ReleaseExistsError: another release stands there.
        WresError: the edition that it is compared with is not there.
    """
    tables, about = release_content(settings, name, origin, counted)
    return write_release(target, tables, about, settings.signing_key, staging)


def release_content(
    settings: Settings, name: ReleaseName, origin: ReleaseInputs, counted: CountedTables | None = None
) -> "tuple[dict[str, pa.Table], ReleaseMetadata]":
    """Return the tables of a release, in the declared types, and its facts. Nothing is written.

    Args:
        settings: say where the warehouse and the releases are.
        name: which release.
        origin: what it is made from.
        counted: the tables of the build as the warehouse keeps them; counted here without them.

    Raises:
        ReleaseCheckError: an R edit.
        WresError: the edition that it is compared with is not there.
    """
    snapshots = dict(origin.snapshots)
    counted = counted or _count_again(settings, origin, name.year)
    tables = dict(counted.tables)
    require_passed(find_breaches_once(settings, counted))
    years = sorted(set(tables["national"]["collection_year"].to_pylist()))
    calendars = {year: load_year(year, settings.years) for year in years}
    policies = {year: calendar.disclosure for year, calendar in calendars.items()}
    protected = None
    if name.audience == OFFICIAL:
        before, predecessors = origin.published_before, _predecessors(settings, snapshots, policies)
        key = counted.key if counted.kept else None
        protected = protect_once(settings, key, tables, policies, before, predecessors)
    missing, closures = read_reporting(settings, snapshots, name.year, origin.built_at.date())
    shown = protected.tables if protected else tables
    tables = with_revisions(settings, shown, name, origin.previous, origin.note)
    require_release_edits({"revisions": tables["revisions"]})
    if protected:
        rests_on = describe_protection(policies, origin.published_before)
        require_official_edits(settings, counted, rests_on, shown)
    return tables, ReleaseMetadata(
        collection_year=name.year,
        edition=name.edition,
        audience=name.audience,
        created_at=origin.built_at,
        simulated=is_simulated(settings, snapshots, name.year),
        rule_sets={year: calendar.rule_set for year, calendar in calendars.items()},
        code_version=version("wres"),
        build=origin.build,
        publication=origin.publication,
        missing_returns=missing,
        closures=closures,
        note=origin.note,
        commentary=origin.commentary,
        compared_with=origin.previous.tag if origin.previous else None,
        published_before=tuple(published_release.tag for published_release in origin.published_before),
        disclosure_policies={year: policy.policy for year, policy in policies.items()} if protected else None,
        figures_shown=dict(protected.figures_shown) if protected else None,
        disclosure_notes=(
            *policy_sentences(policies),
            *([f"Why every figure of {name.year} is shown: {origin.open_reason}"] if origin.open_reason else []),
            *rounding_sentences(protected.rounded),
        )
        if protected
        else (),
        open_reason=origin.open_reason,
        pre_release_access=origin.access,
        replaces=tuple(replace.tag for replace in origin.replaces),
    )


def _count_again(settings: Settings, origin: ReleaseInputs, year: int) -> CountedTables:
    """Count the tables of a build from its snapshots, and do not look at those that are kept."""
    key = counted_build(settings, origin.build, origin.snapshots, year)
    return CountedTables(key, indicator_tables(settings, dict(origin.snapshots), year), kept=False)


def _predecessors(
    settings: Settings, snapshots: Mapping[str, int], policies: Mapping[int, DisclosurePolicy]
) -> "Predecessors | None":
    """Find which organisations make up each one's last year, by the warehouse; None where no year is protected."""
    from wres.disclosure.problem import predecessors_in

    if not any(policy.protects for policy in policies.values()):
        return None
    columns = ["collection_year", "organisation_code", "last_year_codes"]
    rows = read_years(settings, "organisations", snapshots["organisations"], max(policies), columns=columns)
    return predecessors_in(rows)
