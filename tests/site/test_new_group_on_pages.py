"""A further ethnic group, or a new column, stands on pages, in workbooks and local reports by data alone."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from tests.indicators.made_returns import collection, computed, figures, organisation, plain_return, required_cells
from tests.indicators.test_new_group import schema_with_roma, templates_with_roma
from tests.support.temporary_schema import forget_schema, use_schema
from wres.indicators.published_series import published_series
from wres.local_report.local_report_files import local_report_files
from wres.local_report.own_figures import own_figures, release_figures
from wres.local_report.report_view import local_report
from wres.outputs.group_columns import page_columns
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.ods_writer import ods_bytes
from wres.outputs.revisions import no_revisions
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import TABLES_FILE, read_specification
from wres.outputs.tidy import tidy_files
from wres.outputs.xlsx_writer import workbook_bytes
from wres.reference.year_config import load_year

Tables = dict[str, pa.Table]
LIKELIHOOD = """
[columns.roma_likelihood_percent]
title = "Likelihood, Roma staff (%)"
description = "Roma staff entering the process as a percentage of Roma staff in post."
datatype = "decimal"
decimals = 2
unit = "%"
null = "z"
depends_on = ["roma"]
ethnic_group = "roma"
measure = "likelihood_percent"

"""
TITLES = ("Roma staff in post", "Roma staff entering the process", "Likelihood, Roma staff (%)")


def schema_with_roma_likelihood(folder: Path) -> Path:
    """Write tables.toml with counts and the likelihood of a fourth group in all tables with those of the others."""
    file = schema_with_roma(folder)
    text = file.read_text(encoding="utf-8")
    for measure, title in (("headcount", TITLES[0]), ("entered", TITLES[1])):
        entry = f'[columns.roma_{measure}]\ntitle = "Roma staff, {measure}"'
        assert entry in text
        text = text.replace(entry, f'[columns.roma_{measure}]\ntitle = "{title}"')
    columns, tables = text.split("[tables.national]", maxsplit=1)
    tables = tables.replace('"overall_likelihood_percent"', '"roma_likelihood_percent", "overall_likelihood_percent"')
    file.write_text(f"{columns}{LIKELIHOOD}[tables.national]{tables}", encoding="utf-8")
    return file


@pytest.fixture
def fourth_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the templates state a fourth group and publish its counts and likelihood."""
    use_schema(monkeypatch, schema_with_roma_likelihood(tmp_path), templates_with_roma(tmp_path))
    required_cells.cache_clear()
    yield
    monkeypatch.undo()
    forget_schema()
    required_cells.cache_clear()


@pytest.fixture
def tables(fourth_group: None) -> Tables:
    """Two years of three trusts that count Roma staff in both."""
    years = [collection(2021), collection(2022)]
    codes = ("RAA", "RBB", "RCC")
    stated = plain_return(white=(1000, 30), bme=(500, 25), unknown=(100, 2), roma=(400, 14))
    cells = [row for year in years for code in codes for row in figures(year, code, stated)]
    organisations = [organisation(year["collection_year"], code) for year in years for code in codes]
    return {
        **computed(cells, organisations, years),
        "published_series": published_series(2022),
        "revisions": no_revisions(),
    }


@pytest.fixture
def facts(about: ReleaseMetadata) -> ReleaseMetadata:
    return replace(about, collection_year=2022)


def test_a_fourth_group_is_in_tables_and_drawings_of_pages(make_site: Callable[..., Any], tables: Tables) -> None:
    site = make_site(tables, collection_year=2022)
    for path in ("index.html", "region/Y56.html", "type/acute.html", "organisation/RAA.html"):
        page = site.page(path)
        headers = [element.text for element in page.all("th", scope="col")]
        assert all(title in headers for title in TITLES), path
        assert headers.index("Likelihood, white staff (%)") < headers.index(TITLES[2])
        assert headers.index(TITLES[2]) < headers.index("Likelihood, all staff (%)")
        drawn = [element.text for element in page.all("text", class_="name group-3")]
        assert drawn == ["Roma", "3.50%"], path  # 14 of 400
        assert page.all("path", class_="line group-3")
        [words] = [
            element.attributes["aria-label"]
            for element in page.all("svg", role="img")
            if element.attributes["aria-label"].startswith("Likelihood")
        ]
        assert "2022: BME 5.00%, White 3.00%, Roma 3.50%, All 3.55%" in words


def test_a_fourth_group_is_in_workbook_opendocument_and_tidy_file(tables: Tables, facts: ReleaseMetadata) -> None:
    ready = checked_tables(tables, 2022)
    content = workbook_bytes(ready, facts)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    shown = {str(value) for row in book["Organisation"].iter_rows(values_only=True) for value in row}
    shown |= {sentence.split(":")[0] for text in shown for sentence in text.split("; ")}  # said once above the table
    assert all(any(title in text for text in shown) for title in TITLES)
    assert ods_bytes(content, facts)
    rows = list(csv.DictReader(io.StringIO(tidy_files(ready, facts)["tidy.csv"].decode())))
    [roma] = [
        row for row in rows
        if (row["time_period"], row["organisation_code"], row["minority_ethnic"]) == ("2022", "RAA", "Roma")
    ]  # fmt: skip
    assert (roma["headcount"], roma["entered"], roma["likelihood_percent"]) == ("400", "14", "3.50")
    [total] = [
        row for row in rows
        if (row["time_period"], row["organisation_code"], row["minority_ethnic"]) == ("2022", "RAA", "Total")
    ]  # fmt: skip
    assert total["headcount"] == "2000"


def test_a_fourth_group_is_in_the_local_report(tables: Tables, facts: ReleaseMetadata) -> None:
    ready = checked_tables(tables, 2022)
    release = release_figures(ready, ready, replace(facts, audience="official"))
    files = local_report_files(local_report(release, own_figures(release, "RAA"), [], load_year(2022)))
    page = files["local-report.html"].decode()
    assert re.search(rf"<th[^>]*>{TITLES[0]}</th>", page)
    assert re.search(rf"<th[^>]*>{TITLES[1]}</th>", page)
    book = openpyxl.load_workbook(io.BytesIO(files["local-report.xlsx"]), read_only=True)
    headings = {value for row in book["Figures"].iter_rows(values_only=True) for value in row}
    assert set(TITLES) <= headings
    [header, *_] = csv.reader(io.StringIO(files["local-report.csv"].decode()))
    assert {"roma_headcount", "roma_entered", "roma_likelihood_percent"} <= set(header)


def test_a_column_stands_on_pages_where_tables_toml_lists_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_site: Callable[..., Any], three_years: Tables
) -> None:
    shipped = TABLES_FILE.read_text(encoding="utf-8")
    listed = shipped.replace('compared = [\n  "name",', 'compared = [\n  "name", "entries_above_parity",')
    assert listed != shipped
    file = tmp_path / "tables.toml"
    file.write_text(listed, encoding="utf-8")
    use_schema(monkeypatch, file)
    try:
        assert page_columns("compared")[:2] == ("name", "entries_above_parity")
        headers = [
            element.text
            for element in make_site(three_years, collection_year=2022).page("organisation/RXY.html").all("th")
        ]
    finally:
        monkeypatch.undo()
        forget_schema()
    columns = read_specification(file).tables["organisation"].columns
    [title] = [column.title for column in columns if column.name == "entries_above_parity"]
    assert title in headers


@pytest.mark.parametrize(
    ("known", "stated", "unknown"),
    [('"*_entered"', '"*_entred"', "*_entred"), ('"size", "figure"', '"sizes", "figure"', "sizes")],
)
def test_a_table_on_pages_with_a_column_that_nobody_publishes_is_refused(
    tmp_path: Path, known: str, stated: str, unknown: str
) -> None:
    file = tmp_path / "tables.toml"
    file.write_text(TABLES_FILE.read_text(encoding="utf-8").replace(known, stated, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(f"has the column {unknown}, which no published table has")):
        read_specification(file)


def test_groups_stand_on_pages_with_those_that_are_compared_first() -> None:
    assert page_columns("likelihoods") == (
        "collection_year", "bme_likelihood_percent", "white_likelihood_percent", "overall_likelihood_percent",
        "bme_entered", "white_entered", "unknown_entered", "bme_headcount", "white_headcount", "unknown_headcount",
    )  # fmt: skip
