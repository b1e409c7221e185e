"""Archive what a build or a release rests on, so that both can be made again when they and the warehouse are lost."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from wres.database.audit_chain import ChainedEvent, Event
from wres.database.audit_log import append_once, get_events
from wres.database.releases import save_published
from wres.errors import WresError
from wres.release.manifest import MANIFEST, SIGNATURE
from wres.settings import Settings
from wres.storage.landing import store_internal_file
from wres.warehouse.build import is_year_changed
from wres.warehouse.iceberg import raw_identifier
from wres.warehouse.marts import COUNTED, CountedBuild, hash_counted_tables
from wres.warehouse.snapshot_export import export_years, position_in_history


def archive_build(settings: Settings, year: int, snapshots: Mapping[str, int]) -> dict[str, Any]:
    """Put the rows on which a build rests into the landing zone, and the year's corrections.

    Returns: what the audit log records of the build: by table its place in the table's history (`order`), the SHA-256
    of each year's rows (`years`) and the table's own digests; and the SHA-256 of the corrections, None without any.
    """
    tables = {}
    for name, snapshot in snapshots.items():
        order, digests = position_in_history(settings, name, snapshot)
        texts = export_years(settings, name, snapshot)
        kept = {str(build): store_internal_file(settings, text).sha256 for build, text in texts}
        tables[name] = {"order": order, "years": kept, "digests": digests}
    file, corrections = settings.corrections / f"{year}.csv", None
    if file.exists():
        corrections = store_internal_file(settings, io.BytesIO(file.read_bytes())).sha256
    return {"tables": tables, "corrections": corrections}


def require_rows_as_built(
    settings: Settings, engine: Engine, tables: Mapping[str, Mapping[str, Mapping[str, str]]]
) -> None:
    """Refuse rows of the warehouse that somebody changed since they were built.

    Rows that are not those of their year's last recorded build are held against the digest that was written together
    with them: they may be of a build that is new, or that was killed before it was recorded.

    Args:
        settings: say where the warehouse is.
        engine: of the registry.
        tables: what `archive_build` returned as `tables`.

    Raises:
        WresError: a table holds other rows of a year than were written.
    """
    for year in sorted({year for facts in tables.values() for year in facts["years"]}):
        recorded = list_archived_builds(get_events(engine, int(year), kind="built"))
        last = recorded[-1]["tables"] if recorded else {}
        for name, facts in tables.items():
            is_known = facts["years"].get(year) == last.get(name, {}).get("years", {}).get(year)
            if not is_known and is_year_changed(settings, name, int(year)):
                raise WresError(
                    f"The warehouse's table {raw_identifier(name)} holds other rows of {year} than were built: files "
                    "of the warehouse were changed. Nothing was built of them. Find out who did it, and what else is "
                    "not as it was left: wres audit. Put the files back from a backup, or make all of it again from "
                    "the landing zone in a new home: wres rebuild."
                )


def record_release(engine: Engine, year: int, folder: Path) -> None:
    """Record once that a release is written: the SHA-256 of its manifest, and the manifest without its files."""
    content = (folder / MANIFEST).read_bytes()
    document = {name: value for name, value in json.loads(content).items() if name != "files"}
    facts = {"edition": document["edition"], "audience": document["audience"], "document": document}
    if (signature := folder / SIGNATURE).exists():
        facts["signature"] = signature.read_bytes().hex()
    save_published(engine, year, {**facts, "manifest": hashlib.sha256(content).hexdigest()})


def record_counted_tables(settings: Settings, engine: Engine, key: CountedBuild) -> None:
    """Record once by which code and rules a build was counted, and the SHA-256 of its tables."""
    facts = {"build": key.build, "counted_by": key.counted_by, "digest": hash_counted_tables(settings, key)}
    append_once(engine, key.year, Event(COUNTED, facts=facts), lambda earlier: earlier == facts)


def list_archived_builds(events: Sequence[ChainedEvent]) -> list[dict[str, Any]]:
    """List the facts that the audit log recorded of each build whose rows were archived, oldest first."""
    contents = [build.content() for build in events if build.kind == "built"]
    return [
        {**build["facts"], "build": build["changes"]["builds"][0]["build"]} for build in contents if build.get("facts")
    ]


def get_archived(build: Mapping[str, Any]) -> list[str]:
    """Return the SHA-256 of every archived file of a build of `list_archived_builds`: its rows and its corrections."""
    rows = [sha256 for table in build["tables"].values() for sha256 in table["years"].values()]
    return [*rows, *([build["corrections"]] if build["corrections"] else [])]


def code_version() -> str:
    """Return the version of this program, as manifests state it."""
    return version("wres")
