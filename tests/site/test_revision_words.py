"""Revised figures on a page, in the words of the tables and not in the names of their files."""

from typing import Any

import pytest

from wres.outputs.formatting import PublishedRow
from wres.outputs.table_schema import load_specification
from wres.site.revision_words import revision_in_words, without_repeated

COLUMNS = {column.name: column for column in load_specification().tables["revisions"].columns}
ROW = {
    "collection_year": 2022,
    "level": "national",
    "code": "ENG",
    "name": "England",
    "organisation_group": "trust",
    "table_name": "national",
    "further_key": None,
    "column_name": "white_entered",
    "previous_edition": "2022-1.0",
    "figure_before": "2120",
    "edition": "2022-1.1",
    "figure_now": "2128",
    "revision_note": "Three trusts corrected their entries.",
}


def revision(**changes: Any) -> PublishedRow:
    return PublishedRow(COLUMNS, {**ROW, **changes})


@pytest.mark.parametrize(
    ("changes", "begin"),
    [
        ({}, "2022, England (NHS trusts). National, White staff entering the process: 2,120 in 2022-1.0, 2,128 in"),
        (
            {"table_name": "goals", "column_name": "goal_met", "figure_before": "true", "figure_now": "[c]"},
            "2022, England (NHS trusts). Goals, Goal met: Yes in 2022-1.0, [c] in",
        ),
        (
            {"table_name": "organisation", "column_name": "range", "figure_before": "within", "figure_now": "above"}
            | {"level": "organisation", "name": "A trust"},
            "2022, A trust. Organisation, Range: Within range in 2022-1.0, Above range in",
        ),
        (
            {"table_name": "funnel", "column_name": "row", "figure_before": "no row", "figure_now": "row"}
            | {"further_key": "measure=size"},
            "2022, England (NHS trusts). Funnel, the whole row (measure=size): no row in 2022-1.0, row in",
        ),
    ],
)
def test_each_kind_of_figure(changes: dict[str, Any], begin: str) -> None:
    words = revision_in_words(revision(**changes))
    assert words == f"{begin} 2022-1.1. Three trusts corrected their entries."


def test_what_is_said_of_a_group_is_not_said_again_of_all() -> None:
    trusts, everybody = revision(), revision(organisation_group="all")
    other = revision(organisation_group="all", figure_now="2129")
    assert without_repeated([everybody, other, trusts]) == [other, trusts]
