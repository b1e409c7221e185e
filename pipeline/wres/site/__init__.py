"""The pages of a release: a front page, and one for each organisation, region and type, all plain files."""

from wres.site.build_site import write_pages

__all__ = ["write_pages"]
