"""Disclosure control of a build, worked out once for its policies and kept in the warehouse."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import wres.disclosure
from wres.disclosure.apply import shares_shown
from wres.disclosure.previous_releases import PublishedEdition
from wres.disclosure.problem import Predecessors
from wres.disclosure.protect import Protected, RoundedNation, protect
from wres.outputs.parquet import exact_rows
from wres.outputs.table_schema import SUPPRESSED, load_specification
from wres.reference.year_tables import DisclosurePolicy
from wres.release.read import about_release
from wres.release.repository import ReleaseName, release_in
from wres.release.rounding_notes import read_rounded
from wres.settings import Settings
from wres.storage.file_digest import digest_of_files
from wres.warehouse.layer_schema import PROTECTED
from wres.warehouse.marts import CountedBuild, read_counted, write_counted

if TYPE_CHECKING:
    import pyarrow as pa

_ROUNDED = "rounded_nations"
Policies = Mapping[int, DisclosurePolicy]
_last_protected: dict[CountedBuild, Protected] = {}  # the last build's, where no year is protected


def protect_once(
    settings: Settings,
    key: CountedBuild | None,
    tables: Mapping[str, "pa.Table"],
    policies: Policies,
    before: Sequence[ReleaseName],
    predecessors: Predecessors | None = None,
) -> Protected:
    """Give what of a build's tables everybody may read: as it was worked out before, else worked out now and kept.

    It is kept in the warehouse where a year is protected, which takes minutes for a nation. Under the other policies it
    takes less time to work it out than to write it there, so this process alone keeps it, for the last build.

    Args:
        settings: say where warehouse and releases are.
        key: the build, and what its tables were counted by; None: it is worked out, and not kept.
        tables: its indicator tables, sorted by their keys.
        policies: of every collection year in them.
        before: the official editions that were published before, which a reader can lay beside this one.
        predecessors: who makes up each organisation's last year; without it nobody has merged.

    Raises:
        ReleaseCheckError: R502, a suppressed figure can be worked out; R505, a verdict differs from the exact one.
        WresError: an edition published before is not there.
    """
    if key is None:
        return protected_tables(settings, tables, policies, before, predecessors)
    protected_key = key.depending_on(describe_protection(policies, before), _code_digest())
    if not any(policy.protects for policy in policies.values()):
        protected = _last_protected.get(protected_key)
        if protected is None:
            protected = protected_tables(settings, tables, policies, before, predecessors)
            _last_protected.clear()
            _last_protected[protected_key] = protected
        return protected
    kept = read_counted(settings, protected_key, PROTECTED)
    if kept is None:
        protected = protected_tables(settings, tables, policies, before, predecessors)
        write_counted(settings, protected_key, _rows_to_keep(protected), PROTECTED)
        return protected
    shown = {name: _as_protected(kept[f"{PROTECTED}.{name}"], name, table.schema) for name, table in tables.items()}
    rounded = tuple(RoundedNation(**row) for row in kept[f"{PROTECTED}.{_ROUNDED}"].to_pylist())
    return Protected(shown, shares_shown(shown), rounded)


def describe_protection(policies: Policies, before: Sequence[ReleaseName]) -> str:
    """Say what beside a build's tables and the code decides what of them everybody may read."""
    stated = {year: policy.model_dump() for year, policy in sorted(policies.items())}
    return repr((stated, [(name.year, name.edition) for name in before]))


def protected_tables(
    settings: Settings,
    tables: Mapping[str, "pa.Table"],
    policies: Policies,
    before: Sequence[ReleaseName],
    predecessors: Predecessors | None = None,
) -> Protected:
    """Decide what of exact tables everybody may read, each year under its own policy.

    Args:
        settings: say where releases are.
        tables: the indicator tables, exact, for all years up to the release's own.
        policies: of every collection year in them.
        before: the official editions that were published before, which a reader can lay beside this one.
        predecessors: who makes up each organisation's last year; without it nobody has merged.

    Raises:
        ReleaseCheckError: R502, a suppressed figure can be worked out; R505, a verdict differs from the exact one.
        WresError: an edition published before is not there.
    """
    needed = before if any(policy.protects for policy in policies.values()) else ()
    earlier = [_published(settings, name) for name in needed]
    return protect(tables, policies, earlier, predecessors, settings.years)


def _published(settings: Settings, name: ReleaseName) -> PublishedEdition:
    """Read a release as it was published, wherever it lies: its tables, and the national counts that it rounded."""
    releases = release_in(settings, name)
    files = releases.files(name)
    specs = load_specification().tables
    paths = {table: f"parquet/{table}.parquet" for table in specs}
    tables = {
        table: exact_rows(releases.read(name, path), specs[table]) for table, path in paths.items() if path in files
    }
    notes = about_release(releases, name).disclosure_notes
    return PublishedEdition(tables, read_rounded(notes, tables["national"]))


def _rows_to_keep(protected: Protected) -> dict[str, "pa.Table"]:
    """Return the tables, and the national counts that had to be rounded, by name with their layer."""
    import pyarrow as pa

    kinds = {"year": pa.int32(), "organisation_group": pa.string(), "column": pa.string(), "to": pa.int32()}
    rounded = pa.Table.from_pylist([asdict(nation) for nation in protected.rounded], schema=pa.schema(kinds))
    tables = {**protected.tables, _ROUNDED: rounded}
    return {f"{PROTECTED}.{name}": rows for name, rows in tables.items()}


def _as_protected(rows: "pa.Table", name: str, schema: "pa.Schema") -> "pa.Table":
    """Return the rows of a table in its types and order, with the last column `suppressed`."""
    import pyarrow as pa

    schema_with_suppressed = pa.schema([*schema, (SUPPRESSED, pa.list_(pa.string()))])
    key = load_specification().tables[name].key
    return (
        rows.select(schema_with_suppressed.names)
        .cast(schema_with_suppressed)
        .sort_by([(column, "ascending") for column in key])
    )


@cache
def _code_digest() -> str:
    """Return a digest of the code that decides what is shown."""
    return digest_of_files(Path(wres.disclosure.__file__).parent.glob("*.py"))
