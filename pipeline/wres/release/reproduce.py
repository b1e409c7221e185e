"""Make an edition again from its Iceberg tags: the same bytes in every file, on any day and machine."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine

from wres.database.models import Release
from wres.database.releases import get_releases, written_documents
from wres.errors import WresError
from wres.outputs.pre_release_access import access_of
from wres.release.builder import ReleaseInputs, build_release
from wres.release.edition_history import release_name
from wres.release.manifest import MANIFEST, SIGNATURE, verify_release
from wres.release.origin import origin_of, with_staff_files
from wres.release.repository import ReleaseName, ReleaseRepository, published_releases, release_in
from wres.release.stated import parse_manifest, publication_of
from wres.release.writer import remove_staging
from wres.settings import Settings
from wres.warehouse.tags import tagged_snapshots


def rebuild_edition(settings: Settings, engine: Engine, year: int, edition: str, audience: str, target: Path) -> Path:
    """Make an edition again in a folder of its own.

    The figures come from the snapshots that the edition's Iceberg tags name. The rest (build, time, note, the edition
    it was compared with) comes from the registry; where that was lost, from the manifest of the published release.

    Args:
        target: the folder to make; it must not be there yet, or be the same release.

    Raises:
        WresError: neither the registry nor a published release knows the edition, its tags are gone, or the edition
            that it was compared with is not there.
        ReleaseExistsError: the folder holds another release.
    """
    for place in (settings.published, settings.sealed):
        if target.resolve().is_relative_to(place.resolve()):
            raise WresError(
                f"{target} lies in {place}, where only wres publish puts releases. Choose another folder: --output."
            )
    if target.exists() and not (target / MANIFEST).exists():
        raise WresError(f"{target} is there already and is no release. Choose a folder that is not there: --output.")
    name = ReleaseName(year, edition, audience)
    return build_release(settings, name, _origin(settings, engine, name), target)


def compare_rebuilt(settings: Settings, engine: Engine, year: int, edition: str, audience: str) -> list[str]:
    """Make a published edition again and compare it with the published one byte for byte.

    Returns: one sentence for each file that differs; none when all are the same.

    Raises:
        WresError: as `rebuild_edition`, or the edition is not published.
    """
    name = ReleaseName(year, edition, audience)
    published = release_in(settings, name)
    with TemporaryDirectory() as folder:
        rebuilt = rebuild_edition(settings, engine, year, edition, audience, Path(folder) / "rebuilt")
        try:
            files = {path.relative_to(rebuilt).as_posix(): path for path in rebuilt.rglob("*") if path.is_file()}
            files.pop(SIGNATURE, None)  # it says who signed, and the key may be another by now
            published_files = set(published.files(name)) - {SIGNATURE}
            differences = [f"{file} is not published" for file in sorted(set(files) - published_files)]
            differences += [f"{file} was not made again" for file in sorted(published_files - set(files))]
            both = sorted(published_files & set(files))
            differences += [
                f"{file} differs" for file in both if published.read(name, file) != files[file].read_bytes()
            ]
            if differences:
                both_manifests = published.read(name, MANIFEST), files[MANIFEST].read_bytes()
                then, now = (json.loads(content)["code_version"] for content in both_manifests)
                differences += [f"it was made by version {then} of the program, this is {now}"] if then != now else []
            return differences
        finally:
            remove_staging(rebuilt)


def _origin(settings: Settings, engine: Engine, name: ReleaseName) -> ReleaseInputs:
    snapshots = tagged_snapshots(settings, name.tag)
    for release in get_releases(engine, name.year, name.audience):
        if release_name(release) == name:
            return _as_written(settings, engine, release, origin_of(settings, engine, release, snapshots))
    return _origin_by_manifest(settings, name, snapshots)


def _origin_by_manifest(settings: Settings, name: ReleaseName, snapshots: dict[str, int]) -> ReleaseInputs:
    """Return the inputs of a release that the registry does not know, as its manifest states them."""
    if not published_releases(settings).holds(name):
        raise WresError(
            f"The registry knows no {name}, and it is not published, so nothing says what it was made from. Look at "
            f"the editions that there are: wres tables list --year {name.year}"
        )
    releases = published_releases(settings)
    with TemporaryDirectory() as folder:
        releases.copy(name, Path(folder))
        problems = verify_release(Path(folder))
    if problems:
        raise WresError(
            f"The registry knows no {name}, and the published one is not as it was made ({'; '.join(problems[:5])}). "
            "Put its files back from a copy, or restore the registry."
        )
    document = _stated(releases, name)
    origin = ReleaseInputs(
        snapshots=snapshots,
        build=document["build"],
        built_at=datetime.fromisoformat(document["created_at"]),
        publication=publication_of(document),
        note=document["note"],
        previous=None,
    )
    return as_stated(origin, document, name.audience)


def _as_written(settings: Settings, engine: Engine, release: Release, origin: ReleaseInputs) -> ReleaseInputs:
    """Take what a release was written with: staff may have changed their words since, and others were published.

    The audit log states it; where a run was killed before it wrote to the audit log, the release itself does.
    """
    name = release_name(release)
    if document := written_documents(engine, name.year).get((name.edition, name.audience)):
        return as_stated(origin, document, name.audience)
    try:
        releases = release_in(settings, name)
    except WresError:  # it is not there
        return with_staff_files(settings, release, origin)
    return as_stated(origin, _stated(releases, name), name.audience)


def _stated(releases: ReleaseRepository, name: ReleaseName) -> Mapping[str, Any]:
    """Read what the manifest of a release states.

    Raises:
        WresError: it cannot be read as one.
    """
    try:
        document = parse_manifest(releases.read(name, MANIFEST))
        if datetime.fromisoformat(document["created_at"]).tzinfo is None:
            raise ValueError("created_at has no time zone")
        return document
    except ValueError as error:
        raise WresError(
            f"The {MANIFEST} of the {name} cannot be read as a manifest ({error}). Put it back from a copy."
        ) from None


def as_stated(origin: ReleaseInputs, document: Mapping[str, Any], audience: str) -> ReleaseInputs:
    """Complete what a release is made from with what its manifest states.

    Which other releases were written when it was, and what staff kept then, nothing else says.
    """
    access, since = document["pre_release_access"], document["compared_with"]
    return replace(
        origin,
        publication=publication_of(document),
        previous=_tagged(since, audience) if since else None,
        published_before=tuple(_tagged(tag, audience) for tag in document["published_before"]),
        replaces=tuple(_tagged(tag, audience) for tag in document["replaces"]),
        open_reason=document["open_reason"],
        commentary=document["commentary"],
        access=None if access is None else access_of(access),
    )


def _tagged(tag: str, audience: str) -> ReleaseName:
    """Return the release that a tag such as 2022-1.0 names."""
    year, _, edition = tag.partition("-")
    return ReleaseName(int(year), edition, audience)
