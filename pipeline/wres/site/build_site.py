"""Writing the pages: a front page, and a page for each organisation, region and type. Only from a release's tables."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wres.commentary.render import COMMENTARY, render_commentary
from wres.outputs.formatting import rows_of
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.table_schema import load_specification
from wres.site.areas import FOLDERS, Area, Areas, areas_of
from wres.site.page_tables import LONGEST, ListItem
from wres.site.views import View, Views

if TYPE_CHECKING:
    import pyarrow as pa
    from jinja2 import Environment

_HERE = Path(__file__).parent
_ASSETS = "assets"
_REVISIONS = 50  # on a page; all of them are in revisions.csv


def write_pages(folder: Path, tables: Mapping[str, "pa.Table"], about: ReleaseMetadata, book: str) -> None:
    """Write the pages of a release into its folder, beside the files that they lead to.

    Makes `index.html`, `organisation/CODE.html`, `region/CODE.html`, `type/CODE.html` and `assets/`. The same tables
    and facts give the same bytes.

    Args:
        folder: the release's, with all files that readers may take already in it.
        tables: every table by name, in the declared types and order, as `checked_tables` gives them.
        about: the release; its markings stand on top of every page.
        book: the file name of the workbook.

    Raises:
        WresError: a code cannot name a page.
    """
    places = areas_of(tables, about.collection_year)
    views = Views(tables, about.collection_year, places)
    pages = _Pages(folder, about, places)
    _write_assets(folder, places)
    for name in FOLDERS.values():
        (folder / name).mkdir()
    pages.write("index.html", "index.html.j2", {**views.nation(), **_front(folder, tables, about, book)})
    for siblings in (places.regions, places.types):
        for place in siblings.values():
            pages.write(place.path, "pooled.html.j2", views.pooled(place, list(siblings.values())))
    for place in places.organisations.values():
        pages.write(place.path, "organisation.html.j2", views.organisation(place))


class _Pages:
    """Fills the templates. A list too long for one page goes on in further ones."""

    def __init__(self, folder: Path, about: ReleaseMetadata, places: Areas) -> None:
        self._folder = folder
        self._shared = {
            "about": about,
            "places": places,
            "words": load_specification(),
            "most": _REVISIONS,
            "made": f"{about.created_utc:%-d %B %Y} at {about.created_utc:%H:%M} UTC",
        }

    def write(self, path: str, template: str, view: View) -> None:
        root = "../" * path.count("/")
        rest: Sequence[ListItem] = view.get("lines", [])
        further = list(_further(path, rest))
        own = {**view, "lines": rest[:LONGEST], "further": [name for name, _ in further]}
        self._render(path, template, own, root)
        for number, (name, part) in enumerate(further, start=2):
            self._render(name, "list.html.j2", {**view, "lines": part, "number": number}, root)

    def _render(self, path: str, template: str, view: View, root: str) -> None:
        text = _environment().get_template(template).render(self._shared, **view, root=root)
        (self._folder / path).write_text(text + "\n", encoding="utf-8", newline="\n")


def _further(path: str, rows: Sequence[ListItem]) -> Iterator[tuple[str, Sequence[ListItem]]]:
    """What does not fit on the first page: index-2.html and on, or Y56-2.html."""
    stem = path.removesuffix(".html")
    for number, start in enumerate(range(LONGEST, len(rows), LONGEST), start=2):
        yield f"{stem}-{number}.html", rows[start : start + LONGEST]


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _front(folder: Path, tables: Mapping[str, "pa.Table"], about: ReleaseMetadata, book: str) -> dict[str, Any]:
    """What only the front page has: the files, who returned, what was revised, what was published before."""
    revisions = rows_of(tables, "revisions")
    own = [row for row in revisions if row["edition"] == f"{about.collection_year}-{about.edition}"]
    ods = str(Path(book).with_suffix(".ods"))
    return {
        "book": book,
        "files": [spec for name, spec in load_specification().tables.items() if name in tables],
        "ods": ods if (folder / ods).is_file() else None,
        "commentary": render_commentary(tables, about),
        "commentary_file": COMMENTARY if (folder / COMMENTARY).is_file() else None,
        "coverage": [row for row in rows_of(tables, "coverage") if row["organisation_group"] == "all"],
        "revisions": own,
        "earlier": len(revisions) - len(own),
        "published": rows_of(tables, "published_series"),
    }


def _write_assets(folder: Path, places: Areas) -> None:
    """The style, the script that searches, and the list that it searches in."""
    target = folder / _ASSETS
    target.mkdir()
    for source in sorted((_HERE / "static").iterdir()):
        if source.suffix in {".css", ".js", ".txt"}:
            (target / source.name).write_bytes(source.read_bytes())
    named: list[Area] = [*places.organisations.values(), *places.regions.values(), *places.types.values()]
    entries = [[place.code if place.level == "organisation" else "", place.name, place.path] for place in named]
    content = "var WRES_PLACES = " + json.dumps(entries, ensure_ascii=False, separators=(",", ":")) + ";\n"
    (target / "places.js").write_text(content, encoding="utf-8", newline="\n")
