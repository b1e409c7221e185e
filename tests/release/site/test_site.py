"""The pages as one site: all there, all linked, nothing from outside, the same bytes every time, however many."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

import pyarrow as pa
import pytest

from wres.errors import WresError
from wres.outputs.metadata import ReleaseMetadata
from wres.release.writer import write_release

Tables = dict[str, pa.Table]
SHIPPED = Path(__file__).parents[3] / "pipeline" / "wres" / "site" / "static"
LARGEST = 300_000  # bytes of a page
COLLECTION = [
    "index.html",
    *(f"organisation/{code}.html" for code in ("08W", "RJ1", "RR8", "RXY", "T1520")),
    *(f"region/{code}.html" for code in ("Y56", "Y59", "unknown")),
    *(f"type/{code}.html" for code in ("acute", "ccg", "mental_health", "unknown")),
]
ASSETS = ["LICENCE-nhsuk-frontend.txt", "nhsuk.css", "pages.css", "places.js", "search.js"]


def links(site: Any, path: str) -> Iterator[tuple[str, str]]:
    """Where a page leads to within the site, as path and anchor."""
    for element in site.page(path).elements:
        address = element.attributes.get("href", element.attributes.get("src"))
        if address is not None and not address.startswith("data:"):
            target, _, anchor = address.partition("#")
            yield normpath((PurePosixPath(path).parent / target).as_posix()) if target else path, anchor


def test_a_page_for_the_nation_and_each_region_type_and_organisation(
    make_site: Callable[..., Any], three_years: Tables
) -> None:
    site = make_site(three_years, collection_year=2022)
    assert site.paths == sorted([*COLLECTION, *(f"assets/{name}" for name in ASSETS)])


def test_every_link_between_pages_leads_to_a_place_that_is_there(
    make_site: Callable[..., Any], three_years: Tables
) -> None:
    site = make_site(three_years, collection_year=2022)
    anchors = {path: {element.attributes.get("id") for element in site.page(path).elements} for path in COLLECTION}
    of_the_release = re.compile(r"(csv|parquet)/\w+\.(csv|csv-metadata\.json|parquet)|wres\.xlsx|manifest\.json")
    followed = 0
    for path in COLLECTION:
        for target, anchor in links(site, path):
            assert of_the_release.fullmatch(target) or target in site.paths, (path, target)
            assert not anchor or anchor in anchors[target], (path, target, anchor)
            followed += 1
    assert followed > 150


def test_ids_are_given_once_on_a_page(make_site: Callable[..., Any], three_years: Tables) -> None:
    site = make_site(three_years, collection_year=2022)
    for path in COLLECTION:
        ids = [element.attributes["id"] for element in site.page(path).elements if "id" in element.attributes]
        assert len(ids) == len(set(ids)), path


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "2021" / "1.0" / "management"
    for folder in [path for path in tmp_path.rglob("*") if path.is_dir()]:
        folder.chmod(0o755)


def test_the_front_page_leads_to_every_file_of_the_release(
    target: Path, tables: Tables, about: ReleaseMetadata, make_site: Callable[..., Any]
) -> None:
    write_release(target, tables, about)
    site = type(make_site(tables))(target)
    led_to = {to for path in site.paths if path.endswith(".html") for to, _ in links(site, path)}
    assert led_to - {""} >= set(site.paths) - {"assets/places.js", "assets/LICENCE-nhsuk-frontend.txt"}
    from_the_front = {to for to, _ in links(site, "index.html")}
    assert from_the_front >= {path for path in site.paths if path.startswith(("csv/", "parquet/", "wres-"))}


def test_nothing_is_asked_of_anybody_outside(make_site: Callable[..., Any], three_years: Tables) -> None:
    site = make_site(three_years, collection_year=2022)
    for path in site.paths:
        text = (site.folder / path).read_text(encoding="utf-8")
        if path.endswith(".txt"):
            continue
        said = re.sub(r"<(td|th|p|li)[ >].*?</\1>", "", text) if path.endswith(".html") else text
        assert not re.findall(r"(?:https?:)?//[\w.]+\.\w+|@import|@font-face|url\((?!data:)", said), path


def test_every_class_of_a_page_is_in_the_styles(make_site: Callable[..., Any], three_years: Tables) -> None:
    site = make_site(three_years, collection_year=2022)
    styles = "".join((SHIPPED / name).read_text(encoding="utf-8") for name in ("nhsuk.css", "pages.css"))
    styled = set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", styles))
    without_a_look = {"held_back", "not_calculable", "dot", "line"}
    for path in COLLECTION:
        used = {name for element in site.page(path).elements for name in element.attributes.get("class", "").split()}
        assert used <= styled | without_a_look, (path, used - styled)


def test_the_style_of_nhsuk_frontend_keeps_its_licence_and_has_no_font_of_its_own() -> None:
    style = (SHIPPED / "nhsuk.css").read_text(encoding="utf-8")
    assert "nhsuk-frontend 10.6.1, MIT licence" in style[:200]
    assert "Frutiger" not in style
    assert "MIT" in (SHIPPED / "LICENCE-nhsuk-frontend.txt").read_text(encoding="utf-8")
    assert len(style) < 16_000


def test_the_same_tables_give_the_same_bytes(make_site: Callable[..., Any], three_years: Tables) -> None:
    one, other = (make_site(three_years, collection_year=2022) for _ in range(2))
    assert one.paths == other.paths
    for path in one.paths:
        assert (one.folder / path).read_bytes() == (other.folder / path).read_bytes(), path


def renamed(tables: Tables, table: str, column: str, old: str, new: str) -> Tables:
    rows = tables[table].to_pylist()
    assert any(row[column] == old for row in rows)
    changed = [{**row, column: new if row[column] == old else row[column]} for row in rows]
    return {**tables, table: pa.Table.from_pylist(changed, schema=tables[table].schema)}


@pytest.mark.parametrize("code", ["../../RXY", "R XY", "RX/Y", "RXY.html", "É12"])
def test_only_a_plain_code_becomes_a_path(make_site: Callable[..., Any], three_years: Tables, code: str) -> None:
    changed = renamed(three_years, "organisation", "code", "RXY", code)
    with pytest.raises(WresError, match=r"cannot name a page: a code is made of letters, digits, - and _\. Correct it"):
        make_site(changed, collection_year=2022)


def test_a_name_with_marks_in_it_is_text_on_every_page_and_in_the_search(
    make_site: Callable[..., Any], three_years: Tables
) -> None:
    name = "\"><script>alert('x')</script> & more"
    site = make_site(renamed(three_years, "organisation", "name", "Organisation RXY", name), collection_year=2022)
    for path in ("index.html", "organisation/RXY.html", "region/Y59.html", "type/mental_health.html"):
        page = site.page(path)
        assert name in page.text, path
        assert [one.attributes.get("src") for one in page.all("script")] == [
            "../" * path.count("/") + "assets/search.js"
        ]
    assert '\\"><script>' in (site.folder / "assets" / "places.js").read_text(encoding="utf-8")


def test_a_note_with_marks_in_it_is_text(make_site: Callable[..., Any], three_years: Tables) -> None:
    site = make_site(three_years, collection_year=2022, note="<b>One</b> return & more")
    assert "About this edition: <b>One</b> return & more" in site.page().text


def grown(tables: Tables, copies: int) -> Tables:
    """Every organisation of a collection many times over, each under a code of its own."""
    many = dict(tables)
    for name in ("organisation", "organisation_series", "funnel", "improvement"):
        rows = tables[name].to_pylist()
        others = [row for row in rows if row.get("level", "organisation") != "organisation"]
        one = [row for row in rows if row.get("level", "organisation") == "organisation"]
        copied = [{**row, "code": f"{row['code']}{number:05}"} for number in range(copies) for row in one]
        many[name] = pa.Table.from_pylist(others + copied, schema=tables[name].schema)
    return many


def test_pages_stay_small_and_lists_go_on_when_there_are_many_organisations(
    make_site: Callable[..., Any], three_years: Tables
) -> None:
    site = make_site(grown(three_years, 130), collection_year=2022)
    sizes = {path: (site.folder / path).stat().st_size for path in site.paths if path.endswith(".html")}
    assert max(sizes.values()) < LARGEST
    assert {"index-2.html", "index.html"} <= set(sizes)
    listed = [to for page in ("index.html", "index-2.html") for to, _ in links(site, page) if "organisation/" in to]
    assert sorted(listed) == sorted(path for path in sizes if path.startswith("organisation/"))
    assert len(listed) == 650
