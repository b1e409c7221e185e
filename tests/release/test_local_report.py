"""A local report tells an organisation its own figures, and of others only what everybody may know."""

import html
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from tests.support.sheet_looks import hidden_texts, printed_points
from wres.local_report.data_quality import QualityRow
from wres.local_report.local_report_files import local_report_files
from wres.local_report.own_figures import ReleaseFigures, own_figures, release_figures
from wres.local_report.report_view import local_report
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import load_specification
from wres.reference.year_config import load_year
from wres.warehouse.closures import Closure

Tables = dict[str, pa.Table]
SPECS = load_specification().tables
QUALITY = [QualityRow("Queries about the return that counts", 2.0, 1.0)]


@pytest.fixture(scope="module")
def facts(about: ReleaseMetadata) -> ReleaseMetadata:
    return replace(about, audience="official", collection_year=2022)


@pytest.fixture(scope="module")
def exact(three_years: Tables) -> Tables:
    return checked_tables(three_years, 2022)


@pytest.fixture(scope="module")
def official(official_three_years: Tables) -> Tables:
    return checked_tables(official_three_years, 2022)


@pytest.fixture(scope="module")
def release(official: Tables, exact: Tables, facts: ReleaseMetadata) -> ReleaseFigures:
    return release_figures(official, exact, facts)


def files_of(release: ReleaseFigures, code: str) -> dict[str, bytes]:
    return local_report_files(local_report(release, own_figures(release, code), QUALITY, load_year(2022)))


def otherwise(tables: Tables, code: str) -> Tables:
    """Another world: every figure that is not the organisation's own is another."""
    return {name: table_otherwise(name, table, code) for name, table in tables.items()}


def table_otherwise(name: str, table: pa.Table, code: str) -> pa.Table:
    kinds = {column.name: column for column in SPECS[name].columns}

    def changed(row: Mapping[str, Any]) -> dict[str, Any]:
        if row.get("code") == code:
            return dict(row)
        figures = {key for key, column in kinds.items() if column.is_number and key not in SPECS[name].key}
        return {key: value + 7 if key in figures and value is not None else value for key, value in row.items()}

    return pa.Table.from_pylist([changed(row) for row in table.to_pylist()], schema=table.schema)


def test_nothing_of_another_organisation_depends_on_what_is_withheld(
    release: ReleaseFigures, official: Tables, exact: Tables, facts: ReleaseMetadata
) -> None:
    assert len(release.codes) > 3
    for code in release.codes:
        others = release_figures(official, otherwise(exact, code), facts)
        assert files_of(others, code) == files_of(release, code)


def test_a_change_of_what_everybody_may_know_is_seen(
    release: ReleaseFigures, official: Tables, exact: Tables, facts: ReleaseMetadata
) -> None:
    code = release.codes[0]
    others = release_figures(otherwise(official, code), exact, facts)
    assert files_of(others, code) != files_of(release, code)


def test_a_year_that_pools_other_organisations_is_shown_as_released(
    official: Tables, exact: Tables, facts: ReleaseMetadata, release: ReleaseFigures
) -> None:
    code = next(code for code in release.codes if len(release.exact.organisations[code].series) > 1)
    earlier = release.exact.organisations[code].series[-2]["collection_year"]

    def pooled(table: pa.Table, entered: int | None) -> pa.Table:
        rows = table.to_pylist()
        for row in rows:
            if (row["code"], row["collection_year"]) == (code, earlier):
                row.update(made_of=2, organisations=2, bme_entered=entered)
                row.update({"suppressed": ["bme_entered"]} if "suppressed" in row else {})
        return pa.Table.from_pylist(rows, schema=table.schema)

    ours = {**official, "organisation_series": pooled(official["organisation_series"], None)}
    theirs = {**exact, "organisation_series": pooled(exact["organisation_series"], 33)}
    figures = own_figures(release_figures(ours, theirs, facts), code)
    shown = {row["collection_year"]: row["bme_entered"] for row in figures.own.series}
    assert shown[earlier] is None
    assert shown[2022] is not None


def test_the_page_says_all_that_a_board_asks(release: ReleaseFigures) -> None:
    code = release.codes[0]
    page = files_of(release, code)["local-report.html"].decode()
    for text in (
        "For ", "only. Exact figures, not for publication",
        "Is the ratio in range?", "What does the gap mean in people?",
        "Words for a paper to your board", "How your return was, beside the median", "Your figures by year",
        "The board is asked to note these figures", "Next figures:",
    ):  # fmt: skip
        assert text in page
    assert not re.search(r'(src|href)="(?!mailto:|data:)', page)  # it needs no other file
    drawn = [files_of(release, code)["local-report.html"].count(b"<svg") for code in release.codes]
    assert max(drawn) == 3  # its trend, its place in the funnel, its peers


def test_it_says_when_the_organisation_closed_and_what_became_part_of_it(
    official: Tables, exact: Tables, facts: ReleaseMetadata, release: ReleaseFigures
) -> None:
    code = release.codes[0]
    name = release.exact.organisations[code].name
    closures = (
        Closure("R0X", "Old & Sons Trust", date(2021, 3, 31), code, name, date(2021, 4, 1)),
        Closure(code, name, date(2022, 9, 30), "R9Z", "New Trust", date(2022, 10, 1)),
    )
    files = files_of(release_figures(official, exact, replace(facts, closures=closures)), code)
    page = html.unescape(files["local-report.html"].decode())
    sentences = (
        f"{name} ({code}) closed on 30 September 2022 and is part of New Trust (R9Z) now, since 1 October 2022.",
        "Old & Sons Trust (R0X) closed on 31 March 2021 and became part of this organisation on 1 April 2021.",
    )
    book = openpyxl.load_workbook(io.BytesIO(files["local-report.xlsx"]), read_only=True)
    cells = [value for row in book["Report"].iter_rows(values_only=True) for value in row]
    for sentence in sentences:
        assert sentence in page
        assert sentence in cells
    assert "closed on" not in files_of(release, code)["local-report.html"].decode()


def test_the_same_figures_give_the_same_bytes(release: ReleaseFigures) -> None:
    assert files_of(release, release.codes[0]) == files_of(release, release.codes[0])


def test_no_row_of_the_workbook_is_too_low_for_its_text(release: ReleaseFigures) -> None:
    for code in release.codes:
        assert list(hidden_texts(files_of(release, code)["local-report.xlsx"])) == []


def test_every_sheet_of_the_workbook_can_be_read_on_paper(release: ReleaseFigures) -> None:
    points = printed_points(files_of(release, release.codes[0])["local-report.xlsx"])
    assert "Figures" in points
    assert min(points.values()) > 7
