"""What search engines for data read of a release: a Dataset of schema.org, as JSON-LD."""

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.table_schema import load_specification

# Of the files that hold the same in several forms, the two that anybody can open.
_MEDIA = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def dataset_json(about: ReleaseMetadata, sizes: Mapping[str, int]) -> Markup:
    """Return the description of a release for machines, to stand in its front page.

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
