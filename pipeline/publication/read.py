"""Published tables back as data frames, for people who work on with them."""

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import WresError
from pipeline.publication.specification import load_specification

if TYPE_CHECKING:
    import pandas as pd


def read_table(published: Path, table: str, year: int, edition: str | None = None) -> "pd.DataFrame":
    """A table of the management release of a collection year, by default of its newest edition.

    Returns: the columns and rows of the table as in `tables.toml`, with Arrow's own types, so that counts stay
    integers, ratios exact decimals and missing figures missing.

    Raises:
        WresError: there is no such table, year or edition; the text names those that there are.
    """
    import pandas as pd
    import pyarrow.parquet as pq

    names = load_specification().tables
    if table not in names:
        raise WresError(f"There is no table {table}. Choose one of {', '.join(names)}.")
    editions = _editions(published / str(year))
    if not editions:
        years = sorted(path.name for path in published.glob("[0-9]*") if _editions(path))
        raise WresError(f"Nothing is published for {year}. Published years: {', '.join(years) or 'none'}.")
    wanted = edition or editions[-1]
    if wanted not in editions:
        raise WresError(f"There is no edition {wanted} of {year}. Choose one of {', '.join(editions)}.")
    file = published / str(year) / wanted / "management" / "parquet" / f"{table}.parquet"
    frame: pd.DataFrame = pq.read_table(file).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _editions(folder: Path) -> list[str]:
    """The editions in a year's folder, oldest first: 1.10 comes after 1.9."""
    found = [path.parent.name for path in folder.glob("*/management")]
    return sorted(found, key=lambda edition: [int(part) for part in edition.split(".")])
