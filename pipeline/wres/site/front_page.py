"""What only the front page has: files, coverage, revisions, and a description of the release for search engines."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from wres.commentary.commentary_text import COMMENTARY, render_commentary
from wres.outputs.formatting import rows_of
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.table_schema import load_specification
from wres.site.downloads import size_text

if TYPE_CHECKING:
    import pyarrow as pa

ASSETS = "assets"  # the folder of styles and scripts, which readers have no use for

# Of the files that hold the same in several forms, the two that anybody can open.
_MEDIA = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def front_page_view(
    folder: Path, tables: Mapping[str, "pa.Table"], about: ReleaseMetadata, book: str
) -> dict[str, Any]:
    """Return what only the front page shows: files, coverage, revisions, earlier releases."""
    revisions = rows_of(tables, "revisions")
    new_revisions = [row for row in revisions if row["edition"] == f"{about.collection_year}-{about.edition}"]
    ods = str(Path(book).with_suffix(".ods"))
    sizes = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != ASSETS
    }
    return {
        "book": book,
        "files": [spec for name, spec in load_specification().tables.items() if name in tables],
        "ods": ods if ods in sizes else None,
        "sizes": {path: size_text(size) for path, size in sizes.items()},
        "commentary": render_commentary(tables, about),
        "commentary_file": COMMENTARY if COMMENTARY in sizes else None,
        "coverage": [row for row in rows_of(tables, "coverage") if row["organisation_group"] == "all"],
        "revisions": new_revisions,
        "earlier": len(revisions) - len(new_revisions),
        "published": rows_of(tables, "published_series"),
        "dataset": _dataset_json(about, sizes) if about.is_official else None,
        "before": [tuple(tag.split("-")) for tag in reversed(about.published_before)],
    }


def _dataset_json(about: ReleaseMetadata, sizes: Mapping[str, int]) -> Markup:
    """Return the description of a release for search engines: a Dataset of schema.org, as JSON-LD.

    Args:
        about: the release, for everybody.
        sizes: the size of each file in bytes, by its path in the release.
    """
    words = load_specification()
    first = min(about.rule_sets, default=about.collection_year)
    document: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": f"{words.subject}, {about.collection_year}",
        "description": " ".join(words.cover[:2]),
        "version": f"{about.collection_year}-{about.edition}",
        "datePublished": f"{about.publication.released_at:%Y-%m-%d}",
        "temporalCoverage": f"{first}-03-31/{about.collection_year}-03-31",
        "spatialCoverage": {"@type": "Place", "name": "England"},
        "isAccessibleForFree": True,
        "license": words.licence["url"],
        "keywords": ["workforce race equality", "NHS", "disciplinary process", "relative likelihood"],
        "creator": {
            "@type": "Organization",
            "name": words.publisher,
            "contactPoint": {
                "@type": "ContactPoint",
                "contactType": about.publication.team,
                "email": about.publication.mailbox,
            },
        },
        "url": "index.html",
        "distribution": [
            {
                "@type": "DataDownload",
                "name": path,
                "contentUrl": path,
                "encodingFormat": _MEDIA[suffix],
                "contentSize": f"{size} B",
            }
            for path, size in sizes.items()
            if (suffix := path[path.rfind(".") :]) in _MEDIA
        ],
    }
    if about.simulated:
        document["creativeWorkStatus"] = "Simulated data: the figures are invented."
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704 - it cannot end its element
