"""Published tables for people who work on with them: which there are, and one of them as a data frame."""

import io
from typing import TYPE_CHECKING, Any

from pipeline.errors import WresError
from pipeline.publication.specification import load_specification
from pipeline.publication.store import AUDIENCES, ReleaseName, Releases, published_releases
from pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    import pandas as pd


def read_table(
    table: str,
    year: int,
    edition: str | None = None,
    audience: str | None = None,
    settings: Settings | None = None,
) -> "pd.DataFrame":
    """A published table as a data frame.

    Args:
        table: its name in `tables.toml`, such as organisation.
        year: the collection year of the release, which holds all years up to its own.
        edition: by default the newest one of the audience.
        audience: `official` or `management`; by default official where such a release is published, else management.
        settings: where releases are; by default as the environment says.

    Returns: the columns and rows as in `tables.toml`, with Arrow's own types: counts stay integers, ratios exact
    decimals, missing figures missing. An official table has a last column `suppressed`, a list of the row's columns
    whose figure is held back. `attrs` says which release it is from: collection_year, edition, audience.

    Raises:
        WresError: there is no such table, year, edition or audience; the text names those that there are.
    """
    import pandas as pd
    import pyarrow.parquet as pq

    releases = published_releases(settings or load_settings())
    name = find_release(releases, year, edition, audience)
    content = read_file(releases, name, table, "parquet")
    frame: pd.DataFrame = pq.read_table(io.BytesIO(content)).to_pandas(types_mapper=pd.ArrowDtype)
    frame.attrs = {"collection_year": name.year, "edition": name.edition, "audience": name.audience}
    return frame


def list_tables(settings: Settings, year: int | None = None) -> list[dict[str, Any]]:
    """Every published table, a row each: collection year, edition, audience, whether it is the latest, table, title.

    Raises:
        WresError: nothing is published for the year.
    """
    releases = published_releases(settings)
    names = releases.all()
    if year is not None:
        find_release(releases, year, None, None)
    newest = {(name.year, name.audience): name for name in names}  # the last one, since editions are in order
    specs = load_specification().tables
    rows = []
    for name in names:
        if year in (None, name.year):
            files = releases.files(name)
            rows += [
                {
                    "collection_year": name.year,
                    "edition": name.edition,
                    "audience": name.audience,
                    "latest": newest[name.year, name.audience] == name,
                    "table": spec.name,
                    "title": spec.title,
                }
                for spec in specs.values()
                if f"csv/{spec.name}.csv" in files
            ]
    return rows


def find_release(releases: Releases, year: int, edition: str | None, audience: str | None) -> ReleaseName:
    """The release that is meant; see `read_table` for what is taken where nothing is said.

    Raises:
        WresError: there is none; the text names those that there are.
    """
    if audience not in (None, *AUDIENCES):
        raise WresError(f"There is no audience {audience}. Choose one of {', '.join(AUDIENCES)}.")
    names = releases.all()
    of_year = [name for name in names if name.year == year]
    if not of_year:
        years = ", ".join(str(one) for one in sorted({name.year for name in names}))
        raise WresError(f"Nothing is published for {year}. Published years: {years or 'none'}.")
    wanted = [name for name in of_year if edition in (None, name.edition)]
    if not wanted:
        editions = ", ".join(dict.fromkeys(name.edition for name in of_year))
        raise WresError(f"There is no edition {edition} of {year}. Choose one of {editions}.")
    for one in [audience] if audience else ("official", "management"):
        if own := [name for name in wanted if name.audience == one]:
            return own[-1]
    there = ", ".join(str(name) for name in wanted)
    raise WresError(f"There is no such {audience} release of {year}. Choose one of: {there}.")


def read_file(releases: Releases, name: ReleaseName, table: str, kind: str) -> bytes:
    """The bytes of a table's file of a release, `csv` or `parquet`.

    Raises:
        WresError: there is no such table.
    """
    names = load_specification().tables
    if table not in names:
        raise WresError(f"There is no table {table}. Choose one of {', '.join(names)}.")
    try:
        return releases.read(name, f"{kind}/{table}.{kind}")
    except FileNotFoundError:
        raise WresError(f"The {name} has no table {table}; it was made before there was one.") from None
