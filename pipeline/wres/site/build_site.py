"""Write the pages of a release: front page, lists, method, and a page for each organisation, region and type."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wres.charts.picture import STYLE
from wres.html_templates import open_templates
from wres.outputs.csv_writer import csv_bytes
from wres.outputs.data_dictionary import render_data_dictionary
from wres.outputs.formatting import RATIO, number_of, ratio_and_range, ratio_text
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.table_schema import load_specification
from wres.settings import package_data
from wres.site.areas import FOLDERS, Area, Areas, areas_of
from wres.site.downloads import download_links, size_text
from wres.site.front_page import ASSETS, front_page_view
from wres.site.page_tables import LONGEST, ListItem, PageFigure
from wres.site.papers import render_markdown, slug
from wres.site.revision_words import revision_in_words, without_repeated
from wres.site.views import View, Views

if TYPE_CHECKING:
    import pyarrow as pa
    from markupsafe import Markup

_HERE = Path(__file__).parent
_REVISIONS = 50  # on a page; all of them are in revisions.csv
_ABOVE = "../../../"  # from the folder of a release to that of all releases
_PAPERS = {"data-dictionary.md": "dictionary.html", "method.md": "method.html"}
_SMALL_WORDS = {"and", "of", "the", "for", "in", "on", "with", "nhs"}


PageSource = Callable[[str], bytes | None]  # by its path: a page that is written already, None for another


def write_pages(
    folder: Path,
    tables: Mapping[str, "pa.Table"],
    about: ReleaseMetadata,
    book: str,
    staged: PageSource = lambda _path: None,
) -> None:
    """Write the pages of a release into its folder, beside the files that they lead to.

    Makes `index.html`, `organisations.html`, `compare.html`, `method.html`, `dictionary.html`, `accessibility.html`,
    `organisation/CODE.html`, `region/CODE.html`, `type/CODE.html` and `assets/`. The same tables and facts give the
    same bytes.

    Args:
        folder: the release's, with all files that readers may take already in it.
        tables: every table by name, in the declared types and order, as `checked_tables` gives them.
        about: the release; its markings stand on top of every page.
        book: the file name of the workbook.
        staged: the pages of organisations that `organisation_pages` gave for the same tables and facts.

    Raises:
        WresError: a code cannot name a page.
    """
    places = areas_of(tables, about.collection_year, about.missing_returns, about.closures)
    views = Views(tables, about.collection_year, places)
    pages = _Pages(about, places, lambda path: _size_of_file(folder / path), folder)
    _write_assets(folder, places)
    for name in FOLDERS.values():
        (folder / name).mkdir()
    pages.write("index.html", "index.html.j2", {**views.nation(), **front_page_view(folder, tables, about, book)})
    pages.write("organisations.html", "organisations.html.j2", views.organisations())
    pages.write("compare.html", "compare.html.j2", {})
    pages.write("accessibility.html", "accessibility.html.j2", {})
    _write_papers(pages)
    for siblings in (places.regions, places.types):
        for place in siblings.values():
            pages.write(place.path, "pooled.html.j2", views.pooled(place, list(siblings.values())))
    for place in places.organisations.values():
        if (page := staged(place.path)) is not None:
            (folder / place.path).write_bytes(page)
        else:
            pages.write(place.path, "organisation.html.j2", views.organisation(place))


def organisation_pages(
    tables: Mapping[str, "pa.Table"], about: ReleaseMetadata, shard: tuple[int, int]
) -> Iterator[tuple[str, bytes]]:
    """Give the page of each organisation of a shard, by its path: byte for byte those that `write_pages` writes.

    Args:
        tables: of the release, as `checked_tables` gives them.
        about: its facts.
        shard: which, from 0 on, of how many.
    """
    specs = load_specification().tables
    sizes = {f"csv/{name}.csv": partial(csv_bytes, table, specs[name]) for name, table in tables.items()}
    places = areas_of(tables, about.collection_year, about.missing_returns, about.closures)
    views = Views(tables, about.collection_year, places)
    pages = _Pages(about, places, lambda path: len(sizes[path]()) if path in sizes else None)
    number, shards = shard
    for place in list(places.organisations.values())[number::shards]:
        view = {**views.organisation(place), "lines": [], "further": []}
        yield place.path, pages.render(place.path, "organisation.html.j2", view)


def _write_papers(pages: "_Pages") -> None:
    """Write the method and the data dictionary as they are in this version of the program."""
    method = (package_data("docs") / "method.md").read_text(encoding="utf-8")
    dictionary = render_data_dictionary(load_specification(), for_readers=True)
    for path, title, text in (
        ("method.html", "Method", method),
        ("dictionary.html", "Data dictionary", dictionary),
    ):
        pages.write(path, "paper.html.j2", {"title": title, "content": _paper(text)})


@cache
def _paper(text: str) -> "Markup":
    """Return a guide as HTML; it is the same in every release of a run."""
    return render_markdown(text, _PAPERS)


class _Pages:
    """Fills the templates. A list too long for one page goes on in further ones."""

    def __init__(
        self,
        about: ReleaseMetadata,
        places: Areas,
        file_size: Callable[[str], int | None],
        folder: Path = Path(),
    ) -> None:
        self._folder = folder
        self._file_size = file_size
        self._about = about
        self._shared = {
            "about": about,
            "places": places,
            "words": load_specification(),
            "most": _REVISIONS,
            "made": f"{about.created_utc:%-d %B %Y} at {about.created_utc:%H:%M} UTC",
            "get": self._downloads,
            "kind_of": cache(self._kind),  # the files are there before the first page, and stay as they are
            "day": lambda day: f"{day:%-d %B %Y}",
            "number_of": number_of,
            "ratio_and_range": ratio_and_range,
            "revision_in_words": revision_in_words,
            "without_repeated": without_repeated,
        }

    def write(self, path: str, template: str, view: View) -> None:
        """Write a page, and the further ones of a list that is too long for one."""
        lines: Sequence[ListItem] = view.get("lines", [])
        further = list(_further(path, lines))
        first = {**view, "lines": lines[:LONGEST], "further": [name for name, _ in further]}
        self._write(path, self.render(path, template, first))
        for number, (name, part) in enumerate(further, start=2):
            page = self.render(name, "list.html.j2", {**view, "lines": part, "number": number, "first": path})
            self._write(name, page)

    def render(self, path: str, template: str, view: View) -> bytes:
        """Return a page."""
        root = "../" * path.count("/")
        # Only what everybody may read leads to other releases; the pages of all of them are public.
        above = root + _ABOVE if self._about.is_official else None
        text = (
            open_templates(_HERE / "templates")
            .get_template(template)
            .render(self._shared, **view, root=root, above=above, path=path)
        )
        return f"{text}\n".encode()

    def _write(self, path: str, page: bytes) -> None:
        (self._folder / path).write_bytes(page)

    def _kind(self, path: str) -> str:
        """Return the kind and the size of a file that readers may take, as a link to it says them: CSV, 12KB."""
        kind = Path(path).suffix.removeprefix(".").upper()
        size = self._file_size(path)
        return kind if size is None else f"{kind}, {size_text(size)}"

    def _downloads(self, shown: PageFigure, place: Area) -> list[dict[str, str]]:
        """Return the picture and the data of a drawing, each as a link that holds the file itself."""
        subject = f"{place.name}. WRES indicator 3, {self._about.collection_year}, edition {self._about.edition}"
        if self._about.simulated:
            subject = f"Simulated data. {subject}"
        stem = f"wres-{self._about.collection_year}-{place.code}-{slug(shown.chart.title)}"
        return download_links(shown, subject, stem)


def _size_of_file(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _further(path: str, rows: Sequence[ListItem]) -> Iterator[tuple[str, Sequence[ListItem]]]:
    """Return the further pages of a long list, each with its rows: organisations-2.html and on, or Y56-2.html."""
    stem = path.removesuffix(".html")
    for number, start in enumerate(range(LONGEST, len(rows), LONGEST), start=2):
        yield f"{stem}-{number}.html", rows[start : start + LONGEST]


def _write_assets(folder: Path, places: Areas) -> None:
    """Write the styles, the scripts that search, sort and compare, and the data that they use."""
    target = folder / ASSETS
    target.mkdir()
    for source in [*sorted((_HERE / "static").iterdir()), STYLE]:
        if source.suffix in {".css", ".js", ".txt"}:
            (target / source.name).write_bytes(source.read_bytes())
    named: list[Area] = [*places.regions.values(), *places.types.values(), *places.organisations.values()]
    _write_script(target / "places.js", "WRES_PLACES", [_search_entry(place) for place in named])
    figures = [_compared(place) for place in places.organisations.values() if place.now]
    _write_script(target / "figures.js", "WRES_FIGURES", figures)


def _search_entry(place: Area) -> list[str]:
    """Return what the search looks in: code, name, path and, of an organisation, the initials of its name."""
    code = "" if place.level == "organisation_type" else place.code
    words = [word for word in slug(place.name).split("-") if word and word not in _SMALL_WORDS]
    initials = "".join(word[0] for word in words) if place.level == "organisation" else ""
    return [code, place.name, place.path, initials]


def _compared(place: Area) -> list[Any]:
    """Return what the page that compares shows of an organisation: code, name, path, texts and numbers of its ratio."""
    row = place.now
    if row is None:
        raise ValueError(f"{place.code} has no figures of this year")
    columns = (RATIO, f"{RATIO}_lower", f"{RATIO}_upper")
    texts = [ratio_text(row), *(row.text(name) for name in (*columns[1:], "range"))]
    return [place.code, place.name, place.path, texts, [row.number(name) for name in columns]]


def _write_script(path: Path, name: str, value: object) -> None:
    """Write data as a script, which works from a folder too."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_text(f"var {name} = {content};\n", encoding="utf-8", newline="\n")
