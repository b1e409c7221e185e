"""tables.toml is refused where a reader could not tell two columns or two sheets apart."""

from pathlib import Path

import pytest

from wres.outputs.table_schema import TABLES_FILE, read_specification


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = TABLES_FILE.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file = tmp_path / "tables.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


@pytest.mark.parametrize("title", ["Name", "NAME"])
def test_two_columns_of_a_table_with_the_same_title_are_refused(tmp_path: Path, title: str) -> None:
    file = changed(tmp_path, '[columns.code]\ntitle = "Code"', f'[columns.code]\ntitle = "{title}"')
    message = (
        r'^tables.toml: in the table national the columns code and name both have the title "Name"\. Give one of them '
    )
    with pytest.raises(ValueError, match=message + "another title"):
        read_specification(file)


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        ("region", 'the tables national and region both have the sheet "Region"'),
        ("Notes", 'the table national has the sheet "Notes", which the workbook has already'),
    ],
)
def test_a_sheet_that_is_taken_is_refused(tmp_path: Path, sheet: str, message: str) -> None:
    file = changed(tmp_path, 'sheet = "National"', f'sheet = "{sheet}"')
    with pytest.raises(ValueError, match=f"^tables.toml: {message}"):
        read_specification(file)
