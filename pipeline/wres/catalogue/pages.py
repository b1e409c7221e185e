"""The list of all releases, an address of the latest for every page, the feed, and the notice on old pages."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from wres.catalogue.api_files import API, stable_id
from wres.catalogue.official_releases import OfficialRelease
from wres.html_templates import open_templates
from wres.outputs.table_schema import load_specification
from wres.site.downloads import size_text

# Every page of an official release reads these styles, so that one that is old says so without a change of its bytes.
_STYLES = """/* Shows "This is not the latest release" on the pages of all releases but the latest. */
.newer:not([data-release="{}"]) {{ display: block; }}
"""
_TEMPLATES = Path(__file__).parent / "templates"


def page_files(releases: Sequence[OfficialRelease]) -> dict[str, bytes]:
    """Return the pages, the feed and the styles by their paths.

    Args:
        releases: the official ones, oldest first, at least one.
    """
    newest = releases[-1]
    by_time = sorted(releases, key=lambda release: release.publication.released_at)
    shared = {
        "releases": releases[::-1],
        "newest": newest,
        "words": load_specification(),
        "size": size_text,
        "api": API,
        "feed_id": f"urn:uuid:{stable_id('feed')}",
        "entry_id": lambda release: f"urn:uuid:{stable_id('entry', release.name.tag)}",
        "updated": _utc(by_time[-1].publication.released_at),
        "utc": _utc,
    }
    files = {
        "index.html": _render("index.html.j2", **shared),
        "feed.atom": _render("feed.atom.j2", **{**shared, "releases": by_time[::-1]}),
        "latest.css": _STYLES.format(newest.name.tag).encode(),
    }
    for path, release in latest_pages(releases).items():
        root = "../" * (path.count("/") + 1)
        target = f"{root}{release.name.path}/{path}"
        files[f"latest/{path}"] = _render("latest.html.j2", target=target, title=release.title, root=root)
    return files


def latest_pages(releases: Sequence[OfficialRelease]) -> dict[str, OfficialRelease]:
    """Return for each page the newest release that has it; `releases` with the newest last."""
    return {path: release for release in releases for path in release.pages}


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _render(template: str, **view: object) -> bytes:
    return (open_templates(_TEMPLATES).get_template(template).render(view) + "\n").encode()
