from tests.release.made_releases import (
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
