"""A reader of the workbook sees which rows were revised: text in a last column, while figures stay numbers."""

import io
from dataclasses import replace

import openpyxl
import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from pipeline.publication.about import ReleaseAbout
from pipeline.publication.check import checked_tables
from pipeline.publication.ods import ods_bytes
from pipeline.publication.revised import revised_rows
from pipeline.publication.revisions import no_revisions
from pipeline.publication.workbook import workbook_bytes

Tables = dict[str, pa.Table]


def line(
    table: str, column: str, year: int, level: str, code: str, group: str, further: str | None, edition: str
) -> dict:
    return {
        "collection_year": year,
        "level": level,
        "code": code,
        "name": "Name",
        "organisation_group": group,
        "table_name": table,
        "further_key": further,
        "column_name": column,
        "previous_edition": "2021-0.9",
        "figure_before": "1",
        "edition": edition,
        "figure_now": "2",
        "revision_note": "Why.",
    }


@pytest.fixture
def revised(tables: Tables) -> Tables:
    """Revised in 1.0: one row of organisation, of goals and of funnel; in an earlier edition, one of national."""
    lines = [
        line("organisation", "bme_entered", 2020, "organisation", "RXY", "trust", None, "2021-1.0"),
        line("organisation", "range", 2020, "organisation", "RXY", "trust", None, "2021-1.0"),
        line("goals", "within", 2021, "national", "england", "all", None, "2021-1.0"),
        line("funnel", "row", 2021, "organisation", "RXY", "trust", "measure=relative_likelihood", "2021-1.0"),
        line("coverage", "row", 2019, "national", "england", "all", None, "2021-1.0"),  # a row that is gone
        line("national", "range", 2020, "national", "england", "all", None, "2020-1.1"),
    ]
    told = pa.Table.from_pylist(lines, schema=no_revisions().schema)
    return checked_tables({**tables, "revisions": told}, 2021)


def test_rows_that_this_edition_revised_are_found(revised: Tables, about: ReleaseAbout) -> None:
    marks = revised_rows(revised, about)
    found = {
        name: [tuple(row[k] for k in ("collection_year", "code", "measure") if k in row) for row, mark in rows if mark]
        for name, rows in ((name, zip(revised[name].to_pylist(), marks[name], strict=True)) for name in marks)
    }
    assert found == {
        "organisation": [(2020, "RXY")],
        "goals": [(2021,)],
        "funnel": [(2021, "RXY", "relative_likelihood")],
    }


def test_an_edition_that_revised_nothing_has_no_marks(tables: Tables, revised: Tables, about: ReleaseAbout) -> None:
    assert revised_rows(revised, replace(about, edition="1.1")) == {}
    assert revised_rows({**tables, "revisions": no_revisions()}, about) == {}


def test_the_sheet_has_a_last_column_and_says_what_it_means(revised: Tables, about: ReleaseAbout) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(revised, about)))
    rows = [[cell.value for cell in row] for row in book["Organisation"].iter_rows()]
    header = next(number for number, row in enumerate(rows) if row[-1])
    assert rows[header][-1] == "Revised in this edition"
    marks = {(row[0], row[2]): row[-1] for row in rows[header + 1 :]}
    assert marks.pop((2020, "RXY")) == "[r]"
    assert set(marks.values()) == {"No"}
    assert any(
        isinstance(row[0], str) and "[r] marks rows with a figure that this edition revised" in row[0] for row in rows
    )
    entered = rows[header].index(next(title for title in rows[header] if str(title).startswith("BME staff entering")))
    assert all(isinstance(row[entered], int | float) for row in rows[header + 1 :])
    nation = [[cell.value for cell in row] for row in book["National"].iter_rows()]
    assert not any("Revised" in str(value) or "[r]" in str(value) for row in nation for value in row)


def test_the_open_document_has_the_same_column(revised: Tables, about: ReleaseAbout) -> None:
    content = workbook_bytes(revised, about)
    sheets = [
        CalamineWorkbook.from_filelike(io.BytesIO(one)).get_sheet_by_name("Organisation").to_python()
        for one in (content, ods_bytes(content, about))
    ]
    last = [[row[-1] for row in sheet] for sheet in sheets]
    assert last[0] == last[1]
    assert sorted(set(last[0])) == ["", "No", "Revised in this edition", "[r]"]
