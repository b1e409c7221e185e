"""What a build and a release leave behind, so that they can be made again when the warehouse and they are lost."""

import hashlib
import io
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from pipeline.intake.journal_copy import export_journal
from pipeline.intake.landing import land
from pipeline.publication.manifest import NAME
from pipeline.registry.releases import remember_published
from pipeline.settings import Settings
from pipeline.warehouse.rows import place_in_history, rows_by_year


def keep_build(settings: Settings, year: int, snapshots: dict[str, int]) -> dict[str, Any]:
    """Put the rows on which a build rests into the landing store, and the year's corrections.

    Returns: what the journal is told of the build: by table its place in the table's history (`order`), the SHA-256 of
    each year's rows (`years`) and the table's own digests; and the SHA-256 of the corrections, None without any.
    """
    tables = {}
    for name, snapshot in snapshots.items():
        rows = rows_by_year(settings, name, snapshot)
        order, digests = place_in_history(settings, name, snapshot)
        kept = {str(one): land(settings, io.BytesIO(content)).sha256 for one, content in rows.items()}
        tables[name] = {"snapshot": snapshot, "order": order, "years": kept, "digests": digests}
    corrections = settings.corrections / f"{year}.csv"
    return {
        "tables": tables,
        "corrections": land(settings, io.BytesIO(corrections.read_bytes())).sha256 if corrections.exists() else None,
    }


def keep_releases(settings: Settings, engine: Engine, year: int, folders: Iterable[Path]) -> None:
    """Tell the journal of the releases of a year that are written, each once: the SHA-256 of its manifest, and what the
    manifest says but for the files.
    """
    for folder in folders:
        content = (folder / NAME).read_bytes()
        document = {name: value for name, value in json.loads(content).items() if name != "files"}
        facts = {"edition": document["edition"], "audience": document["audience"], "document": document}
        remember_published(engine, year, {**facts, "manifest": hashlib.sha256(content).hexdigest()})
    export_journal(settings, engine)


def code_version() -> str:
    """The version of this program, as manifests state it."""
    return version("wres")
