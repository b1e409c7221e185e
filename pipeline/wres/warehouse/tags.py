"""What a release was tagged with; the tables are found by their own files where the catalogue to them was lost."""

import re
from typing import TYPE_CHECKING

from wres.errors import WresError
from wres.settings import Settings
from wres.warehouse.iceberg import TABLES, open_catalog, open_table, raw_identifier
from wres.warehouse.layer_schema import RAW

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog


def tagged_snapshots(settings: Settings, tag: str) -> dict[str, int]:
    """The snapshots that a release was tagged with, by table, as `tag_release` made them.

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
    """The location of a table's last metadata file: they are numbered, 00012-....metadata.json."""
    from pyarrow.fs import FileSelector, FileSystem, LocalFileSystem

    location = f"{settings.warehouse_location()}/{RAW}/{name}/metadata"
    if settings.warehouse_uri:
        store, folder = FileSystem.from_uri(location)
    else:
        store, folder = LocalFileSystem(), str(settings.home.resolve() / location)
    found = [info.base_name for info in store.get_file_info(FileSelector(folder, allow_not_found=True))]
    numbered = [file for file in found if re.fullmatch(r"\d+-.+\.metadata\.json", file)]
    return f"{location}/{max(numbered)}" if numbered else None
