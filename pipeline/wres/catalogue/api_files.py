"""The read-only API as files, in the shape of the public API of Explore Education Statistics; any web server serves it.

A path of that API is a file with the ending .json here; `openapi.json` describes them. A version of a data set is an
official release: 2022.1.0 is edition 1.0 of the collection of 2022.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from wres.catalogue.data_set_meta import Meta, data_set_meta
from wres.catalogue.official_releases import OfficialRelease, data_sets_of, open_published
from wres.catalogue.version_changes import version_changes
from wres.outputs.table_schema import TableSpec, load_specification
from wres.release.repository import ReleaseRepository

API = "api/v1"
_OPENAPI = Path(__file__).with_name("openapi.json")
_IDS = UUID("6a0f1f4e-0f0b-5d0c-9f57-1d5d0a3c7b21")  # the space of names that all ids are of
_SLUG = "wres-disciplinary"
Metas = Mapping[str, Sequence[tuple[OfficialRelease, TableSpec, Meta, int]]]


def stable_id(*names: str) -> str:
    """Return the id of a publication, data set or file: the same for the same names, always."""
    return str(uuid5(_IDS, "/".join(names)))


def api_files(
    repository: ReleaseRepository,
    releases: Sequence[OfficialRelease],
    read_described: Callable[[str], bytes | None],
) -> dict[str, bytes]:
    """Return every file of the API by its path.

    Args:
        repository: the published releases.
        releases: the official ones, oldest first, at least one.
        read_described: gives a file of the API by its path, as this code wrote it before, or None. A release never
            changes, so its tables are not described a second time.
    """
    metas = _metas(repository, releases, read_described)
    publication = _publication(releases)
    data_sets = {table: _data_set(table, versions) for table, versions in metas.items()}
    files: dict[str, Any] = {
        f"{API}/publications.json": _paged([publication]),
        f"{API}/publications/{publication['id']}.json": publication,
        f"{API}/publications/{publication['id']}/data-sets.json": _paged(list(data_sets.values())),
    }
    contents: dict[str, bytes] = {f"{API}/openapi.json": _OPENAPI.read_bytes()}
    for table, versions in metas.items():
        folder = _data_set_folder(table)
        newest, _, meta, _ = versions[-1]
        files |= {f"{folder}.json": data_sets[table], f"{folder}/meta.json": meta}
        files |= dict(_version_files(folder, table, versions))
        contents[f"{folder}/csv.csv"] = repository.read(newest.name, f"csv/{table}.csv")
    return contents | {path: _json(document) for path, document in files.items()}


def _metas(
    repository: ReleaseRepository,
    releases: Sequence[OfficialRelease],
    read_described: Callable[[str], bytes | None],
) -> Metas:
    """Describe each table of each release; a table that a release does not have has no such version."""
    metas: dict[str, list[tuple[OfficialRelease, TableSpec, Meta, int]]] = {}
    for release in releases:
        for name, spec in data_sets_of(release).items():
            version = f"{_data_set_folder(name)}/versions/{release.version}"
            described = read_described(f"{version}.json"), read_described(f"{version}/meta.json")
            if described[0] and described[1]:
                meta, rows = json.loads(described[1]), json.loads(described[0])["totalResults"]
            else:
                table = open_published(repository, release, name)
                rows = table.metadata.num_rows
                meta = data_set_meta(table, spec) if rows else {}
            if rows:
                metas.setdefault(name, []).append((release, spec, meta, rows))
    return metas


def _data_set_folder(table: str) -> str:
    """Return the folder of a data set's files in the API."""
    return f"{API}/data-sets/{stable_id(table)}"


def _version_files(
    folder: str, table: str, versions: Sequence[tuple[OfficialRelease, TableSpec, Meta, int]]
) -> Iterator[tuple[str, Any]]:
    """Return the files of every version of a data set, the newest version first in their list."""
    listed = []
    before: Meta | None = None
    for release, _, meta, rows in versions:
        major, minor = version_changes(before, meta) if before is not None else ({}, {})
        notes = release.note or ("" if before else "The first version.")
        version = _version(table, release, meta, rows, "Major" if major or before is None else "Minor", notes)
        changes = {
            "versionNumber": release.version,
            "notes": notes,
            "majorChanges": major,
            "minorChanges": minor,
        }
        yield f"{folder}/versions/{release.version}.json", version
        yield f"{folder}/versions/{release.version}/meta.json", meta
        yield f"{folder}/versions/{release.version}/changes.json", changes
        listed.append(version)
        before = meta
    yield f"{folder}/versions.json", _paged(listed[::-1])


def _publication(releases: Sequence[OfficialRelease]) -> dict[str, Any]:
    """Describe the publication, as the API's list shows it."""
    words = load_specification()
    last = max(release.publication.released_at for release in releases)
    simulated = "Simulated data: the figures are invented. " if releases[-1].is_simulated else ""
    return {
        "id": stable_id("publication"),
        "title": words.subject,
        "slug": _SLUG,
        "summary": simulated + words.cover[0],
        "lastPublished": last.isoformat(),
    }


def _data_set(table: str, versions: Sequence[tuple[OfficialRelease, TableSpec, Meta, int]]) -> dict[str, Any]:
    """Describe a table as a data set: its facts, its latest version, its id."""
    release, spec, meta, rows = versions[-1]
    latest = _version(table, release, meta, rows, "", "")
    wanted = (
        "version",
        "published",
        "totalResults",
        "timePeriods",
        "geographicLevels",
        "filters",
        "indicators",
        "file",
    )
    return {
        "id": stable_id(table),
        "title": spec.title,
        "summary": spec.description,
        "status": "Published",
        "latestVersion": {name: latest[name] for name in wanted},
    }


def _version(table: str, release: OfficialRelease, meta: Meta, rows: int, kind: str, notes: str) -> dict[str, Any]:
    """Describe one version of a data set: when it was published, where its file is, and what it holds."""
    periods = [period["label"] for period in meta["timePeriods"]]
    return {
        "version": release.version,
        "type": kind,
        "status": "Published",
        "published": release.publication.released_at.isoformat(),
        "notes": notes,
        "totalResults": rows,
        "file": {"id": stable_id(table, release.name.tag), "path": f"{release.name.path}/csv/{table}.csv"},
        "release": {"title": release.title, "slug": release.name.tag},
        "timePeriods": {"start": periods[0], "end": periods[-1]},
        "geographicLevels": [level["label"] for level in meta["geographicLevels"]],
        "filters": [item["label"] for item in meta["filters"]],
        "indicators": [item["label"] for item in meta["indicators"]],
    }


def _paged(results: Sequence[Any]) -> dict[str, Any]:
    """Return a list as one page, as the API pages lists."""
    size = len(results)
    paging = {"page": 1, "pageSize": size, "totalResults": size, "totalPages": 1}
    return {"paging": paging, "results": list(results)}


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
