"""Making a release: all files or none, in place at once, and never changed again."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from wres.commentary.commentary_text import COMMENTARY, commentary_bytes
from wres.errors import WresError
from wres.outputs.csv_writer import csv_bytes
from wres.outputs.csvw import csvw_bytes
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.ods_writer import ods_bytes
from wres.outputs.parquet import parquet_bytes
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import load_specification
from wres.outputs.tidy import tidy_files
from wres.outputs.xlsx_writer import workbook_bytes
from wres.parallel import thread_map
from wres.release.manifest import MANIFEST, manifest_bytes, manifest_document, verify_release
from wres.release.staged_pages import staged_pages
from wres.release.verification import sign
from wres.site import write_pages
from wres.storage.atomic import fsync_path
from wres.storage.file_locks import folder_lock

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ReleaseExistsError", "ReleaseMetadata", "write_release"]

_PARTIAL = ".partial"
_UNSIGNED = SecretStr("")
_MOST_PROBLEMS = 5  # of the things that are wrong with a release, in one line


class ReleaseExistsError(WresError):
    """Another release is where one was to be written, and a release is never changed."""


def write_release(
    target: Path,
    tables: Mapping[str, "pa.Table"],
    about: ReleaseMetadata,
    signing_key: SecretStr = _UNSIGNED,
    staging: Path | None = None,
) -> Path:
    """Write a release into its folder, `published/YEAR/EDITION/AUDIENCE`, and make it read-only.

    The files are written to a hidden folder beside it, flushed to disk and moved into place in one step, so a killed
    run leaves no half release; what it leaves is removed by the next. The same tables and facts again change nothing.

    Args:
        target: the folder to make.
        tables: the measures by table name, columns as in `tables.toml`.
        about: the facts of the release.
        signing_key: an Ed25519 private key that signs the manifest; empty: it is not signed.
        staging: a folder in which `stage_pages` may have written pages of this release.

    Returns: `target`.

    Raises:
        ReleaseCheckError: R503, a table breaks its specification; nothing is written.
        ReleaseExistsError: `target` holds another release, or one that is no longer as it was made.
    """
    ready = checked_tables(tables, about.collection_year)
    return atomic_publish(target, lambda folder: write_files(folder, ready, about, signing_key, staging))


def move_release(target: Path, files: Path) -> Path:
    """Put the files of a release that `write_files` wrote elsewhere into its folder, as `write_release` does.

    Raises:
        ReleaseExistsError: as `write_release`.
    """

    def move_into(folder: Path) -> None:
        for path in files.iterdir():
            shutil.move(path, folder / path.name)

    return atomic_publish(target, move_into)


def atomic_publish(target: Path, fill: Callable[[Path], None]) -> Path:
    """Make a read-only folder of what `fill` writes into an empty one beside it: whole, or not there.

    Raises:
        ReleaseExistsError: `target` holds another release, or one that is no longer as it was made.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with folder_lock(target.parent):
        for leftover in target.parent.glob(f".{target.name}-*{_PARTIAL}"):
            remove_staging(leftover)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=_PARTIAL, dir=target.parent))
        try:
            fill(partial)
            if target.exists():
                _require_same(target, partial)
            else:
                _seal(partial)
                partial.rename(target)
                fsync_path(target.parent)
        finally:
            if partial.exists():
                remove_staging(partial)
    return target


def write_files(
    folder: Path,
    tables: Mapping[str, "pa.Table"],
    about: ReleaseMetadata,
    signing_key: SecretStr,
    staging: Path | None = None,
) -> None:
    """Write every file of a release into an empty folder; the manifest, last, is signed.

    Args:
        folder: where to; it is no release until `atomic_publish` or `move_release` has put it in place.
        tables: as `checked_tables` gives them.
        about: the facts of the release.
        signing_key: as for `write_release`.
        staging: as for `write_release`.
    """
    specs = load_specification().tables
    for kind in ("csv", "parquet"):
        (folder / kind).mkdir()
    for name, table in tables.items():
        (folder / "csv" / f"{name}.csv").write_bytes(csv_bytes(table, specs[name]))
        (folder / "csv" / f"{name}.csv-metadata.json").write_bytes(csvw_bytes(specs[name], about))
        (folder / "parquet" / f"{name}.parquet").write_bytes(parquet_bytes(table, specs[name], about))
    for name, content in tidy_files(tables, about).items():
        (folder / "csv" / name).write_bytes(content)
    book = f"wres-disciplinary-{about.collection_year}.xlsx"
    content = workbook_bytes(tables, about)
    (folder / book).write_bytes(content)
    (folder / book).with_suffix(".ods").write_bytes(ods_bytes(content, about))
    (folder / COMMENTARY).write_bytes(commentary_bytes(tables, about))
    with staged_pages(staging, tables, about) as staged:
        write_pages(folder, tables, about, book, staged)
    (folder / MANIFEST).write_bytes(manifest_bytes(manifest_document(folder, about)))
    sign(folder, signing_key)


def require_intact(target: Path) -> None:
    """Require that a release is as it was made.

    Raises:
        ReleaseExistsError: a file is missing, changed or not its own.
    """
    if problems := verify_release(target):
        sentences = "; ".join(
            problems[:_MOST_PROBLEMS] + [f"{len(problems) - _MOST_PROBLEMS} more"] * (len(problems) > _MOST_PROBLEMS)
        )
        raise ReleaseExistsError(
            f"{target} is not as it was made ({sentences}). Put its files back from a copy, or make it again "
            "elsewhere (wres publish YEAR --from-edition EDITION --output FOLDER); a release is never written over."
        )


def _require_same(target: Path, rebuilt: Path) -> None:
    """Require that the release that is there is whole, and the same as the one just made."""
    require_intact(target)
    if (target / MANIFEST).read_bytes() != (rebuilt / MANIFEST).read_bytes():
        raise ReleaseExistsError(
            f"{target} holds another release, and a release is never changed. Publish this one as a new edition."
        )


def _seal(folder: Path) -> None:
    """Flush everything to disk and take away the right to write, the folder itself last."""
    paths = sorted(folder.rglob("*"), reverse=True)
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    thread_map(fsync_path, paths)
    folder.chmod(0o555)
    fsync_path(folder)


def remove_staging(folder: Path) -> None:
    """Remove a folder that was never a release, even where it was sealed already."""
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        path.chmod(0o755)
    shutil.rmtree(folder)
