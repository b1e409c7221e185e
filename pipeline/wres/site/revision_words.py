"""Say in words which published figures were revised: the table `revisions` names them as the files of a release do."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache

from wres.outputs.formatting import PublishedRow
from wres.outputs.table_schema import Column, load_specification
from wres.outputs.workbook_layout import display_text

_ALL = "all"


def without_repeated(rows: Iterable[PublishedRow]) -> list[PublishedRow]:
    """Return rows of `revisions` without those of all organisations that say the same as those of a group."""
    rows = list(rows)
    of_groups = {_content(row) for row in rows if row["organisation_group"] != _ALL}
    return [row for row in rows if row["organisation_group"] != _ALL or _content(row) not in of_groups]


def revision_in_words(row: PublishedRow) -> str:
    """Return a row of `revisions` as sentences: which figure of which organisations, before and now, and why."""
    organisations = "" if row["level"] == "organisation" else f" ({row.text('organisation_group')})"
    sheet = load_specification().tables[row["table_name"]].sheet
    further = f" ({row['further_key']})" if row["further_key"] else ""
    return (
        f"{row['collection_year']}, {row['name']}{organisations}. {sheet}, {revised_title(row)}{further}: "
        f"{revised_figure(row, 'figure_before')} in {row['previous_edition']}, {revised_figure(row, 'figure_now')} in "
        f"{row['edition']}. {row['revision_note']}"
    )


def revised_title(row: PublishedRow) -> str:
    """Return the title of the column of a revised figure; of a row that came or went, that it is the whole row."""
    column = _columns(row["table_name"]).get(row["column_name"])
    return "the whole row" if column is None else column.title


def revised_figure(row: PublishedRow, side: str) -> str:
    """Return the figure of a revision as pages show it: 1,234, Above range, Yes, [c]; `side` is the column with it."""
    text, column = row.text(side), _columns(row["table_name"]).get(row["column_name"])
    if column is None or text.startswith("["):
        return text
    if column.datatype == "boolean":
        return display_text(column, text == "true")
    return f"{Decimal(text):,}" if column.is_number and column.datatype != "year" else display_text(column, text)


def _content(row: PublishedRow) -> Sequence[object]:
    return tuple(row[name] for name in row.columns if name != "organisation_group")


@cache
def _columns(table: str) -> dict[str, Column]:
    return load_specification().tables[table].columns_by_name
