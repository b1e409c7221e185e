"""Write what lies beside all official releases: the same for the same releases, written again only where it changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from sqlalchemy import Engine

from wres.catalogue.api_files import api_files
from wres.catalogue.official_releases import official_releases
from wres.catalogue.pages import page_files
from wres.event_log import log_event
from wres.outputs import table_schema
from wres.parallel import thread_map
from wres.release.repository import ReleaseRepository, published_releases
from wres.settings import Settings
from wres.storage.file_digest import digest_of_files

INDEX = "catalogue.json"  # the SHA-256 of each file, and of the code that described the tables; written last
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
    index = _read_index(repository)
    files = page_files(releases) | api_files(repository, releases, partial(_read_described, repository, index))
    written = _write_changed(repository, files, index)
    if written:
        log_event("catalogue written", releases[-1].name.year, files=written, releases=len(releases))
    return written


def _read_described(repository: ReleaseRepository, index: "Index", path: str) -> bytes | None:
    """Read a file as the same code wrote it before; None where there is none, or it is another one now."""
    if index.described_by != _code_digest() or path not in index.files:
        return None
    content = repository.read_beside(path)
    return content if content and hashlib.sha256(content).hexdigest() == index.files[path] else None


def _write_changed(repository: ReleaseRepository, files: Mapping[str, bytes], index: "Index") -> int:
    """Write the files that are missing or differ from what the index says, and take away those of before."""
    known = index.files
    there = set().union(*(repository.list_beside(folder) for folder in _FOLDERS))
    wanted = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    changed = [path for path, digest in wanted.items() if known.get(path) != digest or _is_missing(path, there)]
    gone = sorted(path for path in there if path not in wanted)
    for leads_to_others in (False, True):  # what leads to others comes after them
        paths = [path for path in changed if ("/" not in path) == leads_to_others]
        thread_map(lambda path: repository.write_beside(path, files[path]), paths)
    for path in gone:
        repository.remove_beside(path)
    if (wanted, _code_digest()) != (known, index.described_by):
        document = {"described_by": _code_digest(), "files": wanted}
        repository.write_beside(INDEX, (json.dumps(document, indent=1, sort_keys=True) + "\n").encode())
    return len(changed)


def _is_missing(path: str, there: set[str]) -> bool:
    return path.startswith(tuple(f"{folder}/" for folder in _FOLDERS)) and path not in there


@dataclass(frozen=True, slots=True)
class Index:
    """The content of the index: the SHA-256 of each file, and that of the code that described the tables."""

    files: Mapping[str, str]
    described_by: str | None


def _read_index(repository: ReleaseRepository) -> Index:
    """Read the index; an empty one where there is none that can be read, so that all is written again."""
    try:
        document = json.loads(repository.read_beside(INDEX) or b"{}")
    except ValueError:
        document = {}
    files = document.get("files") if isinstance(document, dict) else None
    if not isinstance(files, dict):
        return Index({}, None)
    return Index({str(path): str(digest) for path, digest in files.items()}, document.get("described_by"))


@cache
def _code_digest() -> str:
    """Return a digest of the code and the specification by which a table is described."""
    schema = Path(table_schema.__file__)
    return digest_of_files([*Path(__file__).parent.glob("*.py"), schema, schema.with_name("tables.toml")])
