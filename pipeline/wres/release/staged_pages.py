"""Write the pages of a large release in shards of its organisations, by several workers, before it is put together.

A shard is one file in a folder whose name is a digest of all that decides the pages: the tables and facts of the
release, and this program's code. So a release takes only pages that it would write itself, byte for byte, and writes
those itself that are missing. A worker may be killed at any moment, and may write its shard again.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import wres
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.parquet import parquet_bytes
from wres.outputs.table_schema import load_specification
from wres.site.build_site import PageSource, organisation_pages
from wres.storage.atomic import atomic_file, fsync_path
from wres.storage.file_digest import digest_of_files

if TYPE_CHECKING:
    import pyarrow as pa

Shard = tuple[int, int]  # which, from 0 on, of how many
_CODE = {".py", ".j2", ".toml"}


def plan_shards(organisations: int, per_shard: int) -> list[Shard]:
    """Return the shards of the pages of so many organisations; none where one process writes them all."""
    shards = -(-organisations // per_shard)
    return [(number, shards) for number in range(shards)] if shards > 1 else []


def stage_pages(folder: Path, tables: "Mapping[str, pa.Table]", about: ReleaseMetadata, shard: Shard) -> None:
    """Write the pages of one shard of the organisations; nothing where they are written already.

    Args:
        folder: of the staged pages of this release.
        tables: of the release, as `checked_tables` gives them.
        about: its facts.
        shard: which of how many.
    """
    place = folder / _digest(tables, about)
    number, shards = shard
    target = place / f"{number}-of-{shards}.zip"
    if target.is_file():
        return
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with atomic_file(place) as temporary:
        with ZipFile(temporary, "w") as archive:
            for path, content in organisation_pages(tables, about, shard):
                archive.writestr(path, content)
        fsync_path(temporary)
        temporary.replace(target)


@contextmanager
def staged_pages(folder: Path | None, tables: "Mapping[str, pa.Table]", about: ReleaseMetadata) -> Iterator[PageSource]:
    """Give the pages that were staged for exactly these tables and facts, by path; None for one that was not."""
    files = sorted((folder / _digest(tables, about)).glob("*.zip")) if folder and folder.is_dir() else []
    with ExitStack() as stack:
        archives = [stack.enter_context(ZipFile(file)) for file in files]
        holders = {path: archive for archive in archives for path in archive.namelist()}
        yield lambda path: holders[path].read(path) if path in holders else None


def _digest(tables: "Mapping[str, pa.Table]", about: ReleaseMetadata) -> str:
    """Return a digest of all that decides a page."""
    specs = load_specification().tables
    package = Path(str(wres.__file__)).parent
    digest = hashlib.sha256(repr(about).encode())
    digest.update(digest_of_files(file for file in package.rglob("*") if file.suffix in _CODE).encode())
    for name, table in sorted(tables.items()):
        digest.update(parquet_bytes(table, specs[name], about))
    return digest.hexdigest()
