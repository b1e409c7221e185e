"""What a release says of national counts that it had to round is what the next edition reads of it."""

import pyarrow as pa

from wres.disclosure.protect import RoundedNation
from wres.outputs.table_schema import load_specification
from wres.release.rounding_notes import read_rounded, rounding_sentences


def test_what_is_said_is_read_again() -> None:
    rows = [
        {"collection_year": year, "organisation_group": group} | dict.fromkeys(load_specification().count_columns, 0)
        for year in (2021, 2022)
        for group in ("all", "trust")
    ]
    rounded = [RoundedNation(2021, "all", "bme_entered", 20), RoundedNation(2022, "trust", "unknown_entered", 20)]
    sentences = rounding_sentences(rounded)
    assert sentences[0] == (
        "BME staff entering the process, 2021 (All organisations): the national count is rounded to the nearest 20, "
        "because the exact count would reveal a count that is withheld."
    )
    notes = ("Disclosure policy of 2021: protected.", *sentences)
    assert read_rounded(notes, pa.Table.from_pylist(rows)) == {
        (2021, "all", "bme_entered"),
        (2022, "trust", "unknown_entered"),
    }
    assert read_rounded((), pa.Table.from_pylist(rows)) == frozenset()
