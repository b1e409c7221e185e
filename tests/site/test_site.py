"""The pages as one site: all there, all linked, nothing from outside, the same bytes every time, however many."""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pyarrow as pa
import pytest

from wres.errors import WresError
from wres.outputs.metadata import MissingReturn, Publication, ReleaseMetadata
from wres.release.writer import write_release
from wres.site.downloads import size_text
from wres.warehouse.closures import Closure

Tables = dict[str, pa.Table]
SHIPPED = Path(__file__).parents[2] / "pipeline" / "wres" / "site" / "static"
STYLES = (SHIPPED / "nhsuk.css", SHIPPED / "pages.css", SHIPPED.parents[1] / "charts" / "charts.css")
LARGEST = 300_000  # bytes of a page
COLLECTION = [
    *("accessibility.html", "compare.html", "dictionary.html", "index.html", "method.html", "organisations.html"),
    *(f"organisation/{code}.html" for code in ("08W", "RJ1", "RR8", "RXY", "T1520")),
    *(f"region/{code}.html" for code in ("Y56", "Y59", "unknown")),
    *(f"type/{code}.html" for code in ("acute", "ccg", "mental_health", "unknown")),
]
ASSETS = [
    *("LICENCE-nhsuk-frontend.txt", "charts.css", "compare.js", "figures.js", "list.js", "nhsuk.css", "pages.css"),
    *("places.js", "search.js"),
]
BESIDE_RELEASES = re.compile(
    r"(\.\./){3}(index\.html|feed\.atom|latest\.css|api/v1/publications\.json|latest/.+\.html|20\d\d/.+)"
)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "2021" / "1.0" / "management"
    for folder in [path for path in tmp_path.rglob("*") if path.is_dir()]:
        folder.chmod(0o755)


def links(site: Any, path: str) -> Iterator[tuple[str, str]]:
    """Where a page leads to within the site, as path and anchor."""
    for element in site.page(path).elements:
        address = element.attributes.get("href", element.attributes.get("src"))
        if address is not None and not address.startswith(("data:", "mailto:", "https:")):
            target, _, anchor = address.partition("#")
            target = target.partition("?")[0]
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


def test_an_official_release_leads_to_what_lies_beside_all_releases_and_a_management_one_does_not(
    make_site: Callable[..., Any], three_years: Tables
) -> None:
    facts = {"collection_year": 2022, "published_before": ("2020-1.0", "2021-1.1")}
    official = make_site(three_years, audience="official", **facts)
    outside = {to for path in COLLECTION for to, _ in links(official, path) if to.startswith("..")}
    assert all(BESIDE_RELEASES.fullmatch(to) for to in outside)
    assert {f"../../../latest/{path}" for path in COLLECTION} <= outside
    assert {"../../../2020/1.0/official/index.html", "../../../2021/1.1/official/index.html"} <= outside
    management = make_site(three_years, **facts)
    assert not [to for path in COLLECTION for to, _ in links(management, path) if to.startswith("..")]


def test_the_front_page_says_when_how_and_whom_to_ask(make_site: Callable[..., Any], three_years: Tables) -> None:
    page = make_site(three_years, collection_year=2022, audience="official").page()
    facts = [element.text for element in page.all("div") if element.text.startswith(("Published", "Next", "Status"))]
    assert facts[:3] == ["Published 7 April 2022, 9:30am", "Next release 22 February 2023", "Status Final."]
    assert page.text.count("The team: team@example.nhs.uk") == 2
    assert page.all("a", href="mailto:team@example.nhs.uk")


def test_links_to_files_say_how_large_they_are(
    target: Path, tables: Tables, about: ReleaseMetadata, make_site: Callable[..., Any]
) -> None:
    write_release(target, tables, about)
    page = type(make_site(tables))(target).page()
    sized = [
        (element.attributes["href"], element.text)
        for element in page.all("a")
        if re.search(r"\d(KB|MB| b)", element.text)
    ]
    checked = [(target / href, text) for href, text in sized if not href.startswith("data:")]
    assert len(checked) >= 3 * len(list((target / "parquet").iterdir()))
    for path, text in checked:
        assert size_text(path.stat().st_size) in text
    for name in ("organisations.html", "organisation/RXY.html"):
        page = type(make_site(tables))(target).page(name)
        links = [element for element in page.all("a") if element.attributes["href"].endswith(".csv")]
        assert links
        for element in links:
            path = (target / name).parent / element.attributes["href"]
            assert f"(CSV, {size_text(path.stat().st_size)})" in element.text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1KB"), (12_400, "12KB"), (999_499, "999KB"), (999_500, "1.0MB")],
)
def test_sizes_as_people_write_them(size: int, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("released", "shown"),
    [
        (datetime(2023, 2, 21, 9, 30, tzinfo=UTC), "Next release 22 February 2023"),
        (datetime(2023, 2, 22, 9, 30, tzinfo=UTC), "Next release To be announced"),  # a revision after that day
    ],
)
def test_a_next_release_lies_ahead(
    make_site: Callable[..., Any], three_years: Tables, released: datetime, shown: str
) -> None:
    publication = Publication(released, "The team", "team@example.nhs.uk", "Final.", date(2023, 2, 22))
    page = make_site(three_years, collection_year=2022, publication=publication).page()
    assert next(element.text for element in page.all("div") if element.text.startswith("Next")) == shown


def test_search_engines_read_what_the_release_is(make_site: Callable[..., Any], three_years: Tables) -> None:
    publication = Publication(datetime(2023, 2, 22, 9, 30, tzinfo=UTC), "</script><b>", "a@example.nhs.uk", "Final.")
    site = make_site(three_years, collection_year=2022, audience="official", publication=publication)
    (block,) = [element for element in site.page().all("script") if element.attributes.get("type")]
    described = json.loads(block.text)
    assert (described["@type"], described["version"], described["datePublished"]) == (
        "Dataset",
        "2022-1.0",
        "2023-02-22",
    )
    assert described["creator"]["contactPoint"]["contactType"] == "</script><b>"
    assert not [
        element
        for element in make_site(three_years, collection_year=2022).page().all("script")
        if "type" in element.attributes
    ]


def test_each_drawing_can_be_downloaded_with_its_data(make_site: Callable[..., Any], three_years: Tables) -> None:
    site = make_site(three_years, collection_year=2022)
    for path in ("index.html", "organisation/RXY.html", "region/Y59.html"):
        page = site.page(path)
        pictures = [link for link in page.all("a") if link.attributes.get("download", "").endswith(".svg")]
        assert len(pictures) == len(page.all("svg")) > 1
        assert len({link.attributes["download"] for link in pictures}) == len(pictures)
        for link in pictures:
            root = ElementTree.fromstring(content_of(link))
            assert root.tag == "{http://www.w3.org/2000/svg}svg"
            assert "Simulated data." in (root.findtext("{http://www.w3.org/2000/svg}title") or "")
        data = [link for link in page.all("a") if link.text.startswith("Data (CSV")]
        assert len(data) == len(pictures)


def test_the_data_of_a_drawing_are_those_of_its_table(make_site: Callable[..., Any], three_years: Tables) -> None:
    page = make_site(three_years, collection_year=2022).page("organisation/RXY.html")
    (link,) = page.all("a", download="wres-2022-RXY-relative-likelihood-by-year.csv")
    downloaded = list(csv.DictReader(io.StringIO(content_of(link))))
    published = [row for row in three_years["organisation_series"].to_pylist() if row["code"] == "RXY"]
    assert [(row["collection_year"], row["relative_likelihood"], row["range"]) for row in downloaded] == [
        (str(row["collection_year"]), str(row["relative_likelihood"]), row["range"]) for row in published
    ]


def content_of(link: Any) -> str:
    head, _, content = link.attributes["href"].partition(",")
    assert head in {"data:image/svg+xml;charset=utf-8", "data:text/csv;charset=utf-8"}
    assert not set(content) & set(' <>"#%{}') - {"%"}
    return unquote(content)


def test_no_headline_is_a_symbol(make_site: Callable[..., Any], official_three_years: Tables) -> None:
    site = make_site(official_three_years, collection_year=2022, audience="official")
    for path in COLLECTION:
        large = [element.text for element in site.page(path).all("span") if element.attributes.get("class") == "ratio"]
        assert all(re.fullmatch(r"\d+\.\d\d", text) for text in large), path


def test_the_method_has_no_broken_anchor_and_every_table_of_it(
    make_site: Callable[..., Any], three_years: Tables
) -> None:
    page = make_site(three_years, collection_year=2022).page("method.html")
    ids = {element.attributes["id"] for element in page.elements if "id" in element.attributes}
    leading = {link.attributes["href"][1:] for link in page.all("a") if link.attributes["href"].startswith("#")}
    assert {"peers", "quality", "glossary"} <= ids
    assert len(leading) > 10
    assert leading <= ids
    assert not [cell for cell in page.all("th") if not cell.text]


def test_every_page_spells_bme_out(make_site: Callable[..., Any], three_years: Tables) -> None:
    site = make_site(three_years, collection_year=2022)
    for path in COLLECTION:
        assert "BME: black and minority ethnic." in site.page(path).text


def test_ids_are_given_once_on_a_page(make_site: Callable[..., Any], three_years: Tables) -> None:
    site = make_site(three_years, collection_year=2022)
    for path in COLLECTION:
        ids = [element.attributes["id"] for element in site.page(path).elements if "id" in element.attributes]
        assert len(ids) == len(set(ids)), path


def test_the_front_page_leads_to_every_file_of_the_release(
    target: Path, tables: Tables, about: ReleaseMetadata, make_site: Callable[..., Any]
) -> None:
    write_release(target, tables, about)
    site = type(make_site(tables))(target)
    led_to = {to for path in site.paths if path.endswith(".html") for to, _ in links(site, path)}
    not_linked = {"assets/places.js", "assets/LICENCE-nhsuk-frontend.txt"}
    assert led_to - {""} >= set(site.paths) - not_linked
    from_the_front = {to for to, _ in links(site, "index.html")}
    assert from_the_front >= {path for path in site.paths if path.startswith(("csv/", "parquet/", "wres-"))}


def test_nothing_is_asked_of_anybody_outside(make_site: Callable[..., Any], three_years: Tables) -> None:
    site = make_site(three_years, collection_year=2022)
    for path in site.paths:
        text = (site.folder / path).read_text(encoding="utf-8")
        if path.endswith(".txt"):
            continue
        markup = re.sub(r"<(td|th|p|li)[ >].*?</\1>", "", text, flags=re.DOTALL) if path.endswith(".html") else text
        markup = markup.replace("http://www.w3.org/2000/svg", "")  # the name of a language, which nobody asks for
        assert not re.findall(r"(?:https?:)?//[\w.]+\.\w+|@import|@font-face|url\((?!data:)", markup), path


def test_every_class_of_a_page_is_in_the_styles(make_site: Callable[..., Any], three_years: Tables) -> None:
    site = make_site(three_years, collection_year=2022)
    styles = "".join(path.read_text(encoding="utf-8") for path in STYLES)
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
    first, second = (make_site(three_years, collection_year=2022) for _ in range(2))
    assert first.paths == second.paths
    for path in first.paths:
        assert (first.folder / path).read_bytes() == (second.folder / path).read_bytes(), path


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
    for path in ("organisations.html", "organisation/RXY.html", "region/Y59.html", "type/mental_health.html"):
        page = site.page(path)
        assert name in page.text, path
        scripts = {script.attributes.get("src", "").removeprefix("../") for script in page.all("script")}
        assert scripts <= {"assets/search.js", "assets/list.js"}
    for script in ("places.js", "figures.js"):
        assert '\\"><script>' in (site.folder / "assets" / script).read_text(encoding="utf-8")


def test_a_note_with_marks_in_it_is_text(make_site: Callable[..., Any], three_years: Tables) -> None:
    site = make_site(three_years, collection_year=2022, note="<b>One</b> return & more")
    assert "About this edition: <b>One</b> return & more" in site.page().text


def grown(tables: Tables, copies: int) -> Tables:
    """Every organisation of a collection many times over, each under a code of its own."""
    many = dict(tables)
    for name in ("organisation", "organisation_series", "funnel", "improvement"):
        rows = tables[name].to_pylist()
        others = [row for row in rows if row.get("level", "organisation") != "organisation"]
        organisation_rows = [row for row in rows if row.get("level", "organisation") == "organisation"]
        copied = [{**row, "code": f"{row['code']}{number:05}"} for number in range(copies) for row in organisation_rows]
        many[name] = pa.Table.from_pylist(others + copied, schema=tables[name].schema)
    return many


def test_pages_stay_small_and_lists_go_on_when_there_are_many_organisations(
    make_site: Callable[..., Any], three_years: Tables
) -> None:
    site = make_site(grown(three_years, 130), collection_year=2022)
    sizes = {path: (site.folder / path).stat().st_size for path in site.paths if path.endswith(".html")}
    assert max(sizes.values()) < LARGEST
    assert {"organisations-2.html", "organisations.html"} <= set(sizes)
    pages = ("organisations.html", "organisations-2.html")
    listed = [to for page in pages for to, _ in links(site, page) if "organisation/" in to]
    assert sorted(listed) == sorted(path for path in sizes if path.startswith("organisation/"))
    assert len(listed) == 650


def test_the_front_page_stays_small_with_a_nation_of_organisations(
    make_site: Callable[..., Any], three_years: Tables
) -> None:
    site = make_site(grown(three_years, 42), collection_year=2022, audience="official")
    assert len(gzip.compress((site.folder / "index.html").read_bytes(), 9)) < 17_000


def test_who_closed_and_who_took_over_name_each_other_and_no_return_is_said_of_nobody_else(
    make_site: Callable[..., Any], collection_tables: Callable[..., Tables], three_years: Tables
) -> None:
    """RXY closed and is part of RJ1 now; T1520 sent nothing; X99 has no figures at all."""
    gone = frozenset({(2022, "RXY"), (2022, "T1520")})
    tables = {**collection_tables(missing=gone), "revisions": three_years["revisions"]}
    missing = (
        MissingReturn("T1520", "Organisation T1520", "icb", "unknown", "Y59", "South East"),
        MissingReturn("X99", "New trust", "trust", "acute", None, None),
    )
    merger = Closure("RXY", "Organisation RXY", date(2021, 9, 30), "RJ1", "Organisation RJ1", date(2021, 10, 1))
    site = make_site(tables, collection_year=2022, missing_returns=missing, closures=(merger,))
    page = site.page("organisations.html")
    assert [cell.text for cell in page.all("td")].count("No return") == len(missing)
    assert "Closed 30 September 2021; now part of Organisation RJ1" in page.text
    assert page.text.count("New trust") == 1
    closed, successor = site.page("organisation/RXY.html"), site.page("organisation/RJ1.html")
    assert "Closed 30 September 2021; now part of Organisation RJ1 . The last figures are of 2021." in closed.text
    assert closed.all("a", href="../organisation/RJ1.html")
    assert "Organisation RXY became part of this organisation on 1 October 2021." in successor.text
    assert successor.all("a", href="../organisation/RXY.html")
    assert "There is no accepted return of 2022." in site.page("organisation/T1520.html").text


def test_who_closed_by_way_of_another_leads_to_where_it_is_now(
    make_site: Callable[..., Any], three_years: Tables
) -> None:
    """RXY became part of T1520 and that of RJ1; RR8 closed and nobody took it over. All have figures of the year."""
    closures = (
        Closure("RR8", "Organisation RR8", date(2022, 6, 30)),
        Closure("RXY", "Organisation RXY", None, "T1520", "Organisation T1520", date(2022, 4, 1)),
        Closure("T1520", "Organisation T1520", date(2022, 6, 30), "RJ1", "Organisation RJ1", date(2022, 7, 1)),
    )
    site = make_site(three_years, collection_year=2022, closures=closures)
    first, second, last, alone = (site.page(f"organisation/{code}.html") for code in ("RXY", "T1520", "RJ1", "RR8"))
    assert "Now part of Organisation RJ1 since 1 April 2022." in first.text
    assert first.all("a", href="../organisation/RJ1.html")
    assert "Organisation RXY became part of this organisation on 1 April 2022." in second.text
    assert "Closed 30 June 2022; now part of Organisation RJ1" in second.text
    assert "Organisation T1520 became part of this organisation on 1 July 2022." in last.text
    by_way = "Organisation RXY became part of Organisation T1520 on 1 April 2022, and with it of this organisation."
    assert by_way in last.text
    assert "Closed 30 June 2022." in alone.text
