"""The tables of an official release: what disclosure control leaves of the exact ones, beside all published before."""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.collection.calendar import load_year
from pipeline.publication.specification import load_specification
from pipeline.publication.store import ReleaseName, release_in
from pipeline.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.publication.disclosure import Protected


def protected_tables(
    settings: Settings, tables: Mapping[str, "pa.Table"], before: Sequence[ReleaseName]
) -> "Protected":
    """What of exact tables everybody may read, each year under the policy of its file.

    Args:
        settings: say where releases are.
        tables: the indicator tables, exact, for all years up to the release's own.
        before: the official editions that were published before, which a reader can lay beside this one.

    Raises:
        ReleaseCheckError: R502, a figure that is held back can be worked out.
        WresError: an edition published before is not there.
    """
    from pipeline.publication.disclosure import protect

    years = sorted(set(tables["national"]["collection_year"].to_pylist()))
    policies = {year: load_year(year).disclosure for year in years}
    return protect(tables, policies, [_published(settings, name) for name in before])


def _published(settings: Settings, name: ReleaseName) -> dict[str, "pa.Table"]:
    """The tables of a release as it was published, wherever it lies."""
    import pyarrow.parquet as pq

    releases = release_in(settings, name)
    files = releases.files(name)
    paths = {table: f"parquet/{table}.parquet" for table in load_specification().tables}
    return {
        table: pq.read_table(io.BytesIO(releases.read(name, path))) for table, path in paths.items() if path in files
    }


def rounding_sentences(protected: "Protected") -> tuple[str, ...]:
    """What readers are told of national counts that had to be rounded; nothing where all are exact."""
    titles = {column.name: column.title for column in load_specification().tables["national"].columns}
    return tuple(
        f"{titles[one.column]}, {one.year}, {one.organisation_group}: the national count is rounded to the nearest "
        f"{one.to}, because the exact one would tell a count that is held back."
        for one in protected.rounded
    )
