import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "release"))

from made_releases import (
    about,
    collection_tables,
    large_organisation,
    made_release,
    official_three_years,
    small_tables,
    tables,
    three_years,
)

__all__ = [
    "about",
    "collection_tables",
    "large_organisation",
    "made_release",
    "official_three_years",
    "small_tables",
    "tables",
    "three_years",
]
