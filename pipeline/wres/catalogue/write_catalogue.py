"""Write what lies beside all official releases: the same for the same releases, written again only where it changed."""

import hashlib
import json
from collections.abc import Mapping

from sqlalchemy import Engine

from wres.catalogue.api_files import api_files
from wres.catalogue.official_releases import official_releases
from wres.catalogue.pages import page_files
from wres.event_log import log_event
from wres.parallel import thread_map
from wres.release.repository import ReleaseRepository, published_releases
from wres.settings import Settings

INDEX = "catalogue.json"  # the SHA-256 of each file, written last
_FOLDERS = ("api", "latest")


def write_catalogue(settings: Settings, engine: Engine) -> int:
    """Write the list of releases, the addresses of the latest, the feed and the API. Returns how many files it wrote.

    Nothing is written before the first official release is public. Killed on the way, the next run writes the rest:
    what stands in the index is written, and each file is whole or as it was before.
    """
    repository = published_releases(settings)
    releases = official_releases(repository, engine)
    if not releases:
        return 0
    files = page_files(releases) | api_files(repository, releases)
    written = _write_changed(repository, files)
    if written:
        log_event("catalogue written", releases[-1].name.year, files=written, releases=len(releases))
    return written


def _write_changed(repository: ReleaseRepository, files: Mapping[str, bytes]) -> int:
    """Write the files that are missing or differ from what the index says, and take away those of before."""
    known = _index(repository)
    there = set().union(*(repository.list_beside(folder) for folder in _FOLDERS))
    wanted = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    changed = [path for path, digest in wanted.items() if known.get(path) != digest or _is_missing(path, there)]
    gone = sorted(path for path in there if path not in wanted)
    for leads_to_others in (False, True):  # what leads to others comes after them
        paths = [path for path in changed if ("/" not in path) == leads_to_others]
        thread_map(lambda path: repository.write_beside(path, files[path]), paths)
    for path in gone:
        repository.remove_beside(path)
    if wanted != known:
        repository.write_beside(INDEX, (json.dumps({"files": wanted}, indent=1, sort_keys=True) + "\n").encode())
    return len(changed)


def _is_missing(path: str, there: set[str]) -> bool:
    return path.startswith(tuple(f"{folder}/" for folder in _FOLDERS)) and path not in there


def _index(repository: ReleaseRepository) -> dict[str, str]:
    """Return what the index says; nothing where there is none that can be read, so that all is written again."""
    try:
        document = json.loads(repository.read_beside(INDEX) or b"{}")
    except ValueError:
        return {}
    files = document.get("files") if isinstance(document, dict) else None
    return {str(path): str(digest) for path, digest in files.items()} if isinstance(files, dict) else {}
