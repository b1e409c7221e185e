"""Two editions compared: every figure that differs is listed, nothing else is, and R504 asks why."""

import shutil
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wres.errors import WresError
from wres.outputs.csv_writer import csv_bytes
from wres.outputs.revisions import PreviousEdition, no_revisions, print_tables, read_csv, revisions_since
from wres.outputs.schema_check import ReleaseCheckError, checked_tables
from wres.outputs.table_schema import load_specification
from wres.release.edition_history import read_since
from wres.release.repository import ReleaseName, ReleaseRepository

Tables = dict[str, pa.Table]
Figure = tuple[Any, ...]
NOTE = "One trust sent its return again."
SPECS = load_specification().tables


def ready(tables: Tables, year: int = 2022) -> Tables:
    return checked_tables({**tables, "revisions": no_revisions()}, year)


def since(
    tables: Tables, year: int = 2022, edition: str = "2022-1.0", notes: pa.Table | None = None
) -> PreviousEdition:
    return PreviousEdition(year, edition, print_tables(ready(tables, year)), no_revisions() if notes is None else notes)


def entered(at: tuple[int, str], group: str, more: int) -> Callable[[int, str, list[dict[str, Any]]], None]:
    """Changes the entries of one organisation of one year."""

    def change(year: int, code: str, figures: list[dict[str, Any]]) -> None:
        for figure in figures:
            if (year, code) == at and (figure["item"], figure["ethnic_group"]) == ("disciplinary.entered", group):
                figure["value"] += Decimal(more)

    return change


def differing(before: Tables, now: Tables) -> set[Figure]:
    """Table, key, column of every value that differs, from the tables themselves; None for a row that one lacks."""
    figures: set[Figure] = set()
    for name, spec in SPECS.items():
        was, is_ = (
            {tuple(row[k] for k in spec.key): row for row in edition[name].to_pylist()} for edition in (before, now)
        )
        for key in set(was) ^ set(is_):
            figures.add((name, key, "row"))
        for key in set(was) & set(is_):
            figures |= {(name, key, column) for column in was[key] if was[key][column] != is_[key][column]}
    return figures


def figures_of(rows: Iterable[dict[str, Any]]) -> list[Figure]:
    """The same of a `revisions` table."""
    figures = []
    for row in rows:
        further = dict(part.split("=") for part in (row["further_key"] or "").split())
        values = {**row, **further, "years_between": int(further.get("years_between", 0))}
        key = tuple(values[name] for name in SPECS[row["table_name"]].key)
        figures.append((row["table_name"], key, row["column_name"]))
    return figures


def test_the_same_figures_are_no_revision(collection_tables: Callable[..., Tables]) -> None:
    tables = collection_tables()
    assert revisions_since(since(tables), ready(tables), 2022, "2022-1.1", None).num_rows == 0


def test_a_year_more_revises_nothing(collection_tables: Callable[..., Tables]) -> None:
    before = since(collection_tables((2020, 2021)), 2021, "2021-1.0")
    assert revisions_since(before, ready(collection_tables()), 2022, "2022-1.0", None).num_rows == 0


def test_an_earlier_year_that_differs_in_a_new_year_s_release_is_reported(
    collection_tables: Callable[..., Tables],
) -> None:
    before = since(collection_tables((2020, 2021)), 2021, "2021-1.0")
    now = ready(collection_tables(change=entered((2020, "RJ1"), "bme", 2)))
    rows = revisions_since(before, now, 2022, "2022-1.0", NOTE).to_pylist()
    assert {row["collection_year"] for row in rows} == {2020, 2021}  # 2021 by its comparison with 2020
    [count] = [row for row in rows if (row["table_name"], row["column_name"]) == ("organisation", "bme_entered")]
    assert count == {
        "collection_year": 2020,
        "level": "organisation",
        "code": "RJ1",
        "name": "Organisation RJ1",
        "organisation_group": "trust",
        "table_name": "organisation",
        "further_key": None,
        "column_name": "bme_entered",
        "previous_edition": "2021-1.0",
        "figure_before": "15",
        "edition": "2022-1.0",
        "figure_now": "16",
        "revision_note": NOTE,
    }


@settings(max_examples=12)
@given(
    year=st.sampled_from([2020, 2021, 2022]),
    code=st.sampled_from(["RXY", "RJ1", "RR8", "08W", "T1520"]),
    group=st.sampled_from(["white", "bme", "unknown"]),
    more=st.integers(0, 3),
    missing=st.frozensets(st.sampled_from([(2021, "RR8"), (2022, "08W"), (2022, "RXY"), (2020, "T1520")]), max_size=2),
)
def test_exactly_what_differs_is_reported(
    collection_tables: Callable[..., Tables],
    year: int,
    code: str,
    group: str,
    more: int,
    missing: frozenset[tuple[int, str]],
) -> None:
    before, now = collection_tables(), collection_tables(change=entered((year, code), group, more), missing=missing)
    revised = revisions_since(since(before), ready(now), 2022, "2022-1.1", NOTE)
    figures = figures_of(revised.to_pylist())
    assert len(figures) == len(set(figures))
    assert set(figures) == differing(ready(before), ready(now))
    assert {row["edition"] for row in revised.to_pylist()} <= {"2022-1.1"}


def test_an_organisation_that_comes_late_is_one_row_a_table(collection_tables: Callable[..., Tables]) -> None:
    before = since(collection_tables(missing=frozenset({(2022, "RXY")})))
    rows = revisions_since(before, ready(collection_tables()), 2022, "2022-1.1", NOTE).to_pylist()
    of_organisation = [row for row in rows if row["code"] == "RXY" and row["table_name"] == "organisation"]
    assert [(row["column_name"], row["figure_before"], row["figure_now"]) for row in of_organisation] == [
        ("row", "no row", "row")
    ]
    back = since(collection_tables())
    gone = revisions_since(back, ready(collection_tables(missing=frozenset({(2022, "RXY")}))), 2022, "2022-1.1", NOTE)
    of_organisation = [row for row in gone.to_pylist() if row["code"] == "RXY" and row["table_name"] == "organisation"]
    assert [(row["column_name"], row["figure_before"], row["figure_now"]) for row in of_organisation] == [
        ("row", "row", "no row")
    ]


def test_tables_without_a_code_are_about_the_nation(collection_tables: Callable[..., Tables]) -> None:
    now = ready(collection_tables(missing=frozenset({(2022, "RXY")})))
    rows = revisions_since(since(collection_tables()), now, 2022, "2022-1.1", NOTE).to_pylist()
    goals = {tuple(row[c] for c in ("level", "code", "name")) for row in rows if row["table_name"] == "goals"}
    assert goals == {("national", "ENG", "England")}
    funnel = {(row["level"], row["further_key"]) for row in rows if row["table_name"] == "funnel"}
    assert ("organisation", "measure=relative_likelihood") in funnel


def test_a_symbol_stands_in_brackets(collection_tables: Callable[..., Tables]) -> None:
    now = ready(collection_tables(change=entered((2022, "08W"), "white", 1)))
    rows = revisions_since(since(collection_tables()), now, 2022, "2022-1.1", NOTE).to_pylist()
    [ratio] = [
        row for row in rows if (row["table_name"], row["column_name"]) == ("organisation", "relative_likelihood")
    ]
    assert (ratio["figure_before"], ratio["figure_now"]) == ("[z]", "0.00")


def test_earlier_revisions_are_carried_on(collection_tables: Callable[..., Tables]) -> None:
    second = collection_tables(change=entered((2022, "RJ1"), "white", 1))
    third = collection_tables(change=entered((2022, "RJ1"), "white", 2))
    first_told = revisions_since(since(collection_tables()), ready(second), 2022, "2022-1.1", NOTE)
    both = revisions_since(
        since(second, edition="2022-1.1", notes=first_told), ready(third), 2022, "2022-1.2", "Again."
    )
    lines = [
        (row["previous_edition"], row["figure_before"], row["edition"], row["figure_now"], row["revision_note"])
        for row in both.to_pylist()
        if (row["table_name"], row["column_name"]) == ("organisation", "white_entered")
    ]
    assert lines == [
        ("2022-1.0", "9", "2022-1.1", "10", NOTE),
        ("2022-1.1", "10", "2022-1.2", "11", "Again."),
    ]
    assert [row for row in both.to_pylist() if row["edition"] == "2022-1.1"] == first_told.to_pylist()


def test_what_only_a_newer_program_gives_is_no_revision(collection_tables: Callable[..., Tables]) -> None:
    tables = collection_tables()
    old = print_tables(ready(tables))
    del old["funnel"]
    del old["organisation"]["excess_entries"]
    older = PreviousEdition(2022, "2022-1.0", old, no_revisions())
    assert revisions_since(older, ready(tables), 2022, "2022-1.1", None).num_rows == 0
    del old["improvement"]["measure"]  # rows were told apart by less
    assert revisions_since(older, ready(tables), 2022, "2022-1.1", None).num_rows == 0


def test_places_after_the_point_are_no_revision(collection_tables: Callable[..., Tables]) -> None:
    tables = collection_tables()
    old = print_tables(ready(tables))
    likelihoods = old["organisation"]["white_likelihood_percent"]
    old["organisation"]["white_likelihood_percent"] = [likelihood + "0" for likelihood in likelihoods]
    assert (
        revisions_since(
            PreviousEdition(2022, "2022-1.0", old, no_revisions()), ready(tables), 2022, "2022-1.1", None
        ).num_rows
        == 0
    )


@pytest.mark.parametrize("note", [None, "", "  "])
def test_r504_a_figure_that_differs_needs_a_note(collection_tables: Callable[..., Tables], note: str | None) -> None:
    now = ready(collection_tables(change=entered((2022, "RJ1"), "unknown", 1)))
    with pytest.raises(ReleaseCheckError) as error:
        revisions_since(since(collection_tables()), now, 2022, "2022-1.1", note)
    assert error.value.code == "R504"
    assert len(error.value.breaches) == len(differing(ready(collection_tables()), now))
    assert (
        "organisation, unknown_entered, 2022: Organisation RJ1 (trust) was 0 in edition 2022-1.0 and is now 1"
        in error.value.breaches
    )
    assert str(error.value).startswith("R504: ")
    assert str(error.value).endswith("Publish with a note that says why (wres publish 2022 --note ...).")
    assert "\n" not in str(error.value)


def test_the_table_keeps_to_its_specification(collection_tables: Callable[..., Tables]) -> None:
    now = collection_tables(change=entered((2022, "RJ1"), "white", 1))
    revised = revisions_since(since(collection_tables()), ready(now), 2022, "2022-1.1", NOTE)
    assert checked_tables({**now, "revisions": revised}, 2022)["revisions"].equals(revised)


def test_the_csv_file_of_a_table_is_read_as_its_columns(three_years: Tables) -> None:
    tables = {name: table for name, table in ready(three_years).items() if name != "revisions"}
    assert print_tables(tables) == {name: read_csv(csv_bytes(table, SPECS[name])) for name, table in tables.items()}


@pytest.mark.parametrize(
    "damaged",
    [
        lambda content: content + b"2022,national\r\n",
        lambda content: content + b"\xff\r\n",
        lambda content: content + b'"' + 200_000 * b"x",
        lambda _content: b"",
    ],
)
def test_a_damaged_file_of_the_edition_before_is_named(
    made_release: Path, tmp_path: Path, damaged: Callable[[bytes], bytes]
) -> None:
    name = ReleaseName(2021, "1.0", "management")
    file = shutil.copytree(made_release, tmp_path / name.path) / "csv" / "goals.csv"
    file.chmod(0o644)
    file.write_bytes(damaged(file.read_bytes()))
    with pytest.raises(WresError, match=r"csv/goals\.csv of the management edition 1\.0 of 2021 is damaged"):
        read_since(ReleaseRepository(tmp_path), name)
