import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.reference.ods_import import merge_register, read_organisations_file
from wres.reference.register import REGISTER_COLUMNS, default_register, expected_codes
from wres.reference.year_config import load_year

ETR_2022, ETR_2025 = "etr-2022.csv", "etr-2025.csv"


def rows_of(frame: pd.DataFrame) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in frame.to_dict(orient="records")}  # type: ignore[misc]


def test_the_file_of_2022_says_who_must_send_in_2022(ods_file: Callable[[str], Path]) -> None:
    path, year = ods_file(ETR_2022), load_year(2022)
    with path.open(encoding="utf-8", newline="") as lines:
        open_then = sorted(
            row[0]
            for row in csv.reader(lines)
            if row[2] != "W00" and row[10] <= "20220331" and (not row[11] or row[11] >= "20220331")
        )
    assert len(open_then) == 209
    read = read_organisations_file(path)
    assert len(read) == 218
    assert expected_codes(read, year) == open_then
    assert expected_codes(merge_register(default_register(), read).register, year) == open_then
    assert expected_codes(default_register(), year) == open_then


def test_the_register_agrees_with_the_newest_file(ods_file: Callable[[str], Path]) -> None:
    merged = merge_register(default_register(), read_organisations_file(ods_file(ETR_2025)))
    assert (merged.added, merged.closed, merged.changed) == ((), (), {})


def test_loading_an_older_file_keeps_later_closings_and_known_types(ods_file: Callable[[str], Path]) -> None:
    before = default_register()
    merged = merge_register(before, read_organisations_file(ods_file(ETR_2022)))
    assert (merged.added, merged.closed) == ((), ())
    kept = ["code", "organisation_type", "opened", "closed", "region_code", "country"]
    pd.testing.assert_frame_equal(merged.register[kept], before[kept])
    assert merged.changed["RAX"] == ("name",)
    assert rows_of(merged.register)["RAX"]["name"] == "Kingston Hospital NHS Foundation Trust"
    assert rows_of(merged.register)["RDY"]["name"] == "Dorset HealthCare University NHS Foundation Trust"


def test_the_newer_file_after_the_older_one_closes_what_has_closed(ods_file: Callable[[str], Path]) -> None:
    older, newer = (read_organisations_file(ods_file(name)) for name in (ETR_2022, ETR_2025))
    merged = merge_register(older, newer)
    assert merged.added == ("G6V2S",)
    assert merged.closed == ("R1C", "RAP", "RRP", "RY9", "RYK")
    assert merged.summary()["added"] == merged.summary()["without_type"] == ["G6V2S"]


@pytest.mark.parametrize(
    ("name", "organisation_type"),
    [
        ("NEW AMBULANCE SERVICE NHS TRUST", "ambulance"),
        ("NEW MENTAL HEALTH NHS TRUST", "mental_health"),
        ("NEW COMMUNITY HEALTH NHS TRUST", "community"),
        ("NEW HOSPITALS AND COMMUNITY HEALTH NHS TRUST", "unknown"),
        ("NEW PARTNERSHIP NHS TRUST", "unknown"),
    ],
)
def test_a_new_organisation_gets_the_type_that_its_name_says(
    written: Callable[[str], Path], name: str, organisation_type: str
) -> None:
    line = f"RZZ,{name},Y62,QOP,,,,,,,20171001" + "," * 16
    merged = merge_register(default_register(), read_organisations_file(written(line)))
    assert merged.added == ("RZZ",)
    assert rows_of(merged.register)["RZZ"]["organisation_type"] == organisation_type
    assert merged.summary()["without_type"] == (["RZZ"] if organisation_type == "unknown" else [])


def test_the_projects_own_file_gives_types_and_other_groups(written: Callable[[str], Path]) -> None:
    text = (
        "source,type_source,closed,opened,country,icb_name,icb_code,region_name,region_code,"
        "organisation_type,organisation_group,name,code\n"
        "letter of May,letter,,19930401,E,,,North West,Y62,specialist,trust,Guy's,RJ1\n"
        "ODS,none,,2022-07-01,E,,,London,Y56,unknown,icb,NHS North East London ICB,QMF\n"
    )
    read = read_organisations_file(written(text))
    assert tuple(read.columns) == REGISTER_COLUMNS
    merged = merge_register(default_register(), read)
    row = rows_of(merged.register)["RJ1"]
    assert (row["organisation_type"], row["type_source"], row["source"]) == ("specialist", "letter", "letter of May")
    assert (row["icb_code"], row["icb_name"]) == ("QKK", "NHS South East London Integrated Care Board")
    assert merged.added == ("QMF",)
    board = rows_of(merged.register)["QMF"]
    assert (board["organisation_type"], board["type_source"]) == ("integrated_care_board", "its group")
    assert [year for year in (2022, 2023) if "QMF" in expected_codes(merged.register, load_year(year))] == [2023]


values = st.sampled_from(["", "x", "y"])
organisations = st.fixed_dictionaries(
    {
        **dict.fromkeys(REGISTER_COLUMNS, values),
        "code": st.sampled_from(["R0A", "R0B", "R0C", "R0D"]),
        "name": st.sampled_from(["NEW TRUST", "New Trust", "NEW COMMUNITY TRUST", "Other Trust"]),
        "organisation_type": st.sampled_from(["unknown", "acute", "community"]),
        "closed": st.sampled_from(["", "2021-03-31", "2022-03-31"]),
    }
)
registers = st.lists(organisations, max_size=4, unique_by=lambda row: row["code"]).map(
    lambda rows: pd.DataFrame(rows, columns=list(REGISTER_COLUMNS), dtype=str)
)


@given(registers, registers)
def test_taking_a_file_in_twice_is_taking_it_in_once(old: pd.DataFrame, new: pd.DataFrame) -> None:
    once = merge_register(old, new)
    twice = merge_register(once.register, new)
    pd.testing.assert_frame_equal(twice.register, once.register)
    assert (twice.added, twice.closed, twice.changed) == ((), (), {})


@given(registers, registers)
def test_nothing_known_is_lost(old: pd.DataFrame, new: pd.DataFrame) -> None:
    merged, before, loaded = (rows_of(frame) for frame in (merge_register(old, new).register, old, new))
    assert list(merged) == sorted({*before, *loaded})
    for code, row in merged.items():
        known, sent = before.get(code, {}), loaded.get(code, {})
        assert row["closed"] == (sent.get("closed") or known.get("closed", ""))
        if known and known["organisation_type"] != "unknown":
            assert row["organisation_type"] != "unknown"
        if not sent and known["organisation_type"] != "unknown":
            assert row == known
