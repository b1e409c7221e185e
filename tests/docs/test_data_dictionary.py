"""docs/data-dictionary.md is current, and says what tables.toml says of each column."""

import re
from pathlib import Path

import pytest

from wres.outputs.data_dictionary import render_data_dictionary
from wres.outputs.table_schema import load_specification

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
COLUMNS = {column.name: column for table in load_specification().tables.values() for column in table.columns}
ALL = set(load_specification().tables)


def test_the_page_is_current() -> None:
    assert render_data_dictionary(load_specification()) == PAGE, "run: make dictionary"


@pytest.mark.parametrize("name", COLUMNS)
def test_each_column_has_one_section_with_its_meaning_and_its_values(name: str) -> None:
    [section] = re.findall(rf"^### {name}\n(.*?)(?=\n### |\n## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    column = COLUMNS[name]
    assert column.description in section
    assert set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)) == set(column.values or ())
    tables = {table.name for table in load_specification().tables.values() if column in table.columns}
    [where] = re.findall(r"^Type: .*\bin (every table|(?:`\w+`(?:, )?)+)\.$", section, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", where)) == tables or (where == "every table" and tables == ALL)


def test_every_link_leads_to_a_section() -> None:
    targets = set(re.findall(r"\]\(#([\w-]+)\)", PAGE))
    headings = re.findall(r"^##+ (.+)$", PAGE, re.MULTILINE)
    assert targets >= set(COLUMNS)
    assert targets <= {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
