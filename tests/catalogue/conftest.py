from tests.release.made_releases import about, collection_tables, three_years

__all__ = ["about", "collection_tables", "three_years"]
