"""Tag the snapshots on which a release rests, and find them by the tag, also where the catalogue was lost."""

import re
from functools import partial
from typing import TYPE_CHECKING

from wres.errors import WresError
from wres.settings import Settings
from wres.warehouse.iceberg import TABLES, open_catalog, open_table, raw_identifier, retry_on_conflict
from wres.warehouse.layer_schema import RAW

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog


def tag_release(settings: Settings, snapshots: dict[str, int], tag: str) -> None:
    """Tag the snapshots of a release, so that they are kept for good; a second call changes nothing.

    A tag of an edition that was withdrawn before it was written is moved to these snapshots.
    """
    with open_catalog(settings) as catalogue:
        for name, snapshot in snapshots.items():
            retry_on_conflict(partial(_tag, catalogue, name, snapshot, tag))


def _tag(catalogue: "Catalog", name: str, snapshot: int, tag: str) -> None:
    """Give a snapshot of a table a tag, or move the tag to it."""
    table = open_table(catalogue, name)
    refs = table.refs()
    if tag in refs and refs[tag].snapshot_id == snapshot:
        return
    changes = table.manage_snapshots()
    if tag in refs:
        changes = changes.remove_tag(tag)
    changes.create_tag(snapshot, tag).commit()


def tagged_snapshots(settings: Settings, tag: str) -> dict[str, int]:
    """Return the snapshots with the tag of a release, by table, as `tag_release` made them.

    The tags are in the tables' own files: where the catalogue was lost, the tables are entered into it again.

    Raises:
        WresError: a table has no such tag.
    """
    with open_catalog(settings) as catalogue:
        _register_lost_tables(settings, catalogue)
        refs = {name: open_table(catalogue, name).refs() for name in TABLES}
    if missing := [name for name in TABLES if tag not in refs[name]]:
        raise WresError(
            f"The warehouse holds no tag {tag} of {', '.join(missing)}, so the edition cannot be made again. Look "
            "whether the settings name the warehouse that it was made from."
        )
    return {name: refs[name][tag].snapshot_id for name in TABLES}


def _register_lost_tables(settings: Settings, catalogue: "Catalog") -> None:
    """Enter the tables that have files but no entry in the catalogue, each by its newest metadata file.

    An Iceberg table's metadata names its snapshots and tags; all that is in the catalogue is where that file lies.
    """
    for name in TABLES:
        identifier = raw_identifier(name)
        if not catalogue.table_exists(identifier) and (newest := _newest_metadata(settings, name)):
            catalogue.register_table(identifier, newest)


def _newest_metadata(settings: Settings, name: str) -> str | None:
    """Return the location of a table's last metadata file; they are numbered, 00012-....metadata.json."""
    from pyarrow.fs import FileSelector, FileSystem, LocalFileSystem

    location = f"{settings.warehouse_location()}/{RAW}/{name}/metadata"
    if settings.warehouse_uri:
        store, folder = FileSystem.from_uri(location)
    else:
        store, folder = LocalFileSystem(), str(settings.home.resolve() / location)
    files = [info.base_name for info in store.get_file_info(FileSelector(folder, allow_not_found=True))]
    numbered = [file for file in files if re.fullmatch(r"\d+-.+\.metadata\.json", file)]
    return f"{location}/{max(numbered)}" if numbered else None
