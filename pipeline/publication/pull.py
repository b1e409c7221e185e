"""One published table as a file of one's own: the published bytes, or a workbook of that table alone."""

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Literal

from pipeline.errors import WresError
from pipeline.machine import why_refused
from pipeline.publication.about import ReleaseAbout
from pipeline.publication.manifest import NAME
from pipeline.publication.read import find_release, read_file
from pipeline.publication.store import ReleaseName, Releases, published_releases
from pipeline.settings import Settings

Kind = Literal["csv", "parquet", "xlsx"]


def pull_table(
    settings: Settings,
    table: str,
    year: int,
    edition: str | None,
    audience: str | None,
    kind: Kind,
    output: Path | None = None,
) -> tuple[Path, ReleaseName]:
    """Write a published table to a file; returns it, and which release it is from.

    CSV and Parquet are the published files, byte for byte. A workbook has the release's cover and notes and this table.

    Args:
        settings: say where releases are.
        table: its name in `tables.toml`.
        year: the release's collection year.
        edition: by default the newest.
        audience: by default official where there is one, else management.
        kind: csv, parquet or xlsx.
        output: by default wres-TABLE-YEAR-EDITION-AUDIENCE.KIND in the current folder.

    Raises:
        WresError: there is no such table or release, it has no rows for a workbook, or the file cannot be written.
    """
    releases = published_releases(settings)
    name = find_release(releases, year, edition, audience)
    content = _workbook(releases, name, table) if kind == "xlsx" else read_file(releases, name, table, kind)
    path = output or Path(f"wres-{table}-{name.tag}-{name.audience}.{kind}")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise WresError(f"{path} cannot be written: {why_refused(error)}. Choose another place: --output.") from None
    return path, name


def _workbook(releases: Releases, name: ReleaseName, table: str) -> bytes:
    import pyarrow.parquet as pq

    from pipeline.publication.workbook import workbook_bytes

    rows = pq.read_table(io.BytesIO(read_file(releases, name, table, "parquet")))
    if not rows.num_rows:
        raise WresError(f"Table {table} of the {name} has no rows, so there is no sheet of it. Pull it as csv.")
    return workbook_bytes({table: rows}, about_release(releases, name))


def about_release(releases: Releases, name: ReleaseName) -> ReleaseAbout:
    """The facts of a published release, from its manifest."""
    document = json.loads(releases.read(name, NAME))
    return ReleaseAbout(
        collection_year=name.year,
        edition=name.edition,
        audience=name.audience,
        created_at=datetime.fromisoformat(document["created_at"]),
        simulated=document["simulated"],
        snapshots=document["snapshots"],
        rule_sets={int(year): rule_set for year, rule_set in document["rule_sets"].items()},
        code_version=document["code_version"],
        build=document["build"],
        note=document["note"],
        compared_with=document.get("compared_with"),
        published_before=tuple(document.get("published_before", ())),
        disclosure_policies={int(year): policy for year, policy in (document.get("disclosure_policies") or {}).items()}
        or None,
        figures_shown=document.get("figures_shown"),
        disclosure_notes=tuple(document.get("disclosure_notes", ())),
    )
