"""Each table, drawing and sentence of the pages, read again and held against the CSV files of the same release."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from tests.site.page_drawings import drawing_differences
from tests.site.page_reader import Page, Release, Schema
from tests.site.page_sentences import sentence_differences
from tests.site.page_tables import Subject, table_differences
from wres.disclosure import protect
from wres.outputs.csv_writer import csv_bytes
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.revisions import no_revisions
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import load_specification
from wres.reference.year_tables import DisclosurePolicy
from wres.site.build_site import write_pages

Tables = dict[str, pa.Table]


def page_differences(release: Release, told: dict[str, int]) -> list[str]:
    """Where the pages of a release are not what its files say."""
    schema = Schema()
    differences: list[str] = []
    for path, page in release.pages():
        subject = Subject(release, schema, path)
        differences += table_differences(subject, page)
        if page.drawings:
            differences += drawing_differences(subject, page)
        if subject.level != "national" or path == "index.html":
            differences += sentence_differences(subject, page, told)
    return differences


@pytest.fixture
def release_of(tmp_path: Path, three_years: Tables, about: ReleaseMetadata) -> Callable[[str], Release]:
    """The pages and CSV files of a small collection of three years, as a policy shows them."""

    def make(policy: str) -> Release:
        tables, audience = three_years, "management"
        if policy != "exact":
            rule = DisclosurePolicy(policy=policy, threshold=7, rounding=5)  # type: ignore[arg-type]
            exact = {name: table for name, table in three_years.items() if name != "revisions"}
            tables = {**protect(exact, dict.fromkeys((2020, 2021, 2022), rule)).tables, "revisions": no_revisions()}
            audience = "official"
        checked = checked_tables(tables, 2022)
        (tmp_path / "csv").mkdir()
        for name, table in checked.items():
            (tmp_path / "csv" / f"{name}.csv").write_bytes(csv_bytes(table, load_specification().tables[name]))
        write_pages(tmp_path, checked, replace(about, collection_year=2022, audience=audience), "wres.xlsx")
        return Release(tmp_path, "2022")

    return make


@pytest.mark.parametrize(("policy", "rules"), [("exact", 20), ("ratios", 15), ("protected", 1)])
def test_pages_say_and_draw_what_the_files_hold(release_of: Callable[[str], Release], policy: str, rules: int) -> None:
    told: dict[str, int] = {}
    assert page_differences(release_of(policy), told) == []
    assert len(told) >= rules


@pytest.mark.parametrize(
    ("path", "text", "other"),
    [
        ("organisation/RXY.html", '<td class="n">2,525</td>', '<td class="n">2,526</td>'),
        ("organisation/RXY.html", "were 1.79 times", "were 1.97 times"),
        ("organisation/RXY.html", "0.82 to 3.92, includes", "0.82 to 3.92, does not include"),
        ("organisation/RXY.html", "About 4 more BME staff entered", "About 4 more white staff entered"),
        ("organisation/RXY.html", "1.79 [u] (0.82 to 3.92)", "1.79 (0.82 to 3.92)"),
        ("region/Y59.html", "2 organisations: 2 above.", "2 organisations: 2 below."),
        ("index.html", "within range (0.0% to 75.0%)", "within range (0.5% to 75.0%)"),
        ("organisations.html", "<td>Above range</td>", "<td>Below range</td>"),
    ],
)  # fmt: skip
def test_a_page_that_differs_is_found(release_of: Callable[[str], Release], path: str, text: str, other: str) -> None:
    release = release_of("exact")
    page = (release.folder / path).read_text(encoding="utf-8")
    assert text in page
    (release.folder / path).write_text(page.replace(text, other, 1), encoding="utf-8")
    assert page_differences(release, {}) != []


def test_a_dot_that_is_drawn_elsewhere_is_found(release_of: Callable[[str], Release]) -> None:
    release = release_of("exact")
    path = release.folder / "organisation" / "RXY.html"
    text = path.read_text(encoding="utf-8")
    (mark, *_) = [mark for mark in Page(text).drawings[0].marks if mark.kind == "dot own"]
    drawn = mark.attributes["d"]
    x, _, y = drawn[1 : drawn.index("h")].partition(" ")
    path.write_text(text.replace(drawn, drawn.replace(f"{x} {y}", f"{x} {int(y) - 3}", 1), 1), encoding="utf-8")
    assert any("drawn at" in difference for difference in page_differences(release, {}))
