"""What a build and a release leave behind, so that they can be made again when the warehouse and they are lost."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from pipeline.intake.journal_copy import export_journal
from pipeline.intake.landing import land_own
from pipeline.publication.manifest import NAME, SIGNATURE
from pipeline.registry.journal import Event, Recorded, events_of, tell
from pipeline.registry.releases import remember_published, snapshots_of
from pipeline.registry.tables import Build
from pipeline.settings import Settings
from pipeline.warehouse.rows import place_in_history, texts_by_year

KEPT = "rows kept"  # of a build that is older than the journal


def keep_build(settings: Settings, year: int, snapshots: dict[str, int]) -> dict[str, Any]:
    """Put the rows on which a build rests into the landing store, and the year's corrections.

    Returns: what the journal is told of the build: by table its place in the table's history (`order`), the SHA-256 of
    each year's rows (`years`) and the table's own digests; and the SHA-256 of the corrections, None without any.
    """
    tables = {}
    for name, snapshot in snapshots.items():
        order, digests = place_in_history(settings, name, snapshot)
        texts = texts_by_year(settings, name, snapshot)
        kept = {str(one): land_own(settings, text).sha256 for one, text in texts}
        tables[name] = {"snapshot": snapshot, "order": order, "years": kept, "digests": digests}
    file, corrections = settings.corrections / f"{year}.csv", None
    if file.exists():
        corrections = land_own(settings, io.BytesIO(file.read_bytes())).sha256
    return {"tables": tables, "corrections": corrections}


def keep_release(engine: Engine, year: int, folder: Path) -> None:
    """Tell the journal, once, of a release that is written: the SHA-256 of its manifest, and what the manifest says but
    for the files.
    """
    content = (folder / NAME).read_bytes()
    document = {name: value for name, value in json.loads(content).items() if name != "files"}
    facts = {"edition": document["edition"], "audience": document["audience"], "document": document}
    if (signature := folder / SIGNATURE).exists():
        facts["signature"] = signature.read_bytes().hex()
    remember_published(engine, year, {**facts, "manifest": hashlib.sha256(content).hexdigest()})


def keep_older_builds(settings: Settings, engine: Engine) -> None:
    """Keep the rows of builds that are older than the journal too, as far as the warehouse still has them.

    Raises:
        WresError: the warehouse lacks a snapshot that a build rests on.
    """
    with Session(engine) as session:
        builds = list(session.scalars(select(Build).order_by(Build.collection_year, Build.turn)))
    for year in sorted({one.collection_year for one in builds}):
        told = built(events_of(engine, year))
        known = {(name, table["snapshot"]) for one in told for name, table in one["tables"].items()}
        for one in builds:
            if one.collection_year == year and not snapshots_of(one).items() <= known:
                facts = {"build": one.build, **keep_build(settings, year, snapshots_of(one))}
                tell(engine, year, Event(KEPT, facts=facts))
    export_journal(settings, engine)


def built(events: Sequence[Recorded]) -> list[dict[str, Any]]:
    """What the journal was told of each build of which rows were kept, oldest first."""
    told = [one.content() for one in events if one.kind in {"built", KEPT}]
    return [
        {**one["facts"], "build": one["facts"].get("build") or one["changes"]["builds"][0]["build"]}
        for one in told
        if one.get("facts")
    ]


def kept_of(one: Mapping[str, Any]) -> list[str]:
    """The SHA-256 of every file of rows that a build of `built` rests on, and of its corrections."""
    rows = [sha256 for table in one["tables"].values() for sha256 in table["years"].values()]
    return [*rows, *([one["corrections"]] if one["corrections"] else [])]


def code_version() -> str:
    """The version of this program, as manifests state it."""
    return version("wres")
