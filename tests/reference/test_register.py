from collections import Counter
from datetime import date

import pandas as pd
import pytest

from wres.reference.ods_import import read_organisations_file
from wres.reference.register import (
    _SHIPPED,
    REGISTER_COLUMNS,
    SUCCESSION_COLUMNS,
    TRUST_TYPES,
    area_names,
    default_register,
    expected_codes,
    predecessor_groups,
    predecessors_of,
)
from wres.reference.successions import check_successions
from wres.reference.year_config import configured_years, load_year

WELSH = {"RQF", "RT4", "RYT"}


def test_the_shipped_register_is_one_that_the_project_itself_would_load(register: pd.DataFrame) -> None:
    assert tuple(register.columns) == REGISTER_COLUMNS
    pd.testing.assert_frame_equal(read_organisations_file(_SHIPPED / "organisations.csv"), register)
    assert list(register["code"]) == sorted(register["code"])


def test_every_row_says_what_it_rests_on(register: pd.DataFrame, successions: pd.DataFrame) -> None:
    assert (register["source"] != "").all()
    assert (register["type_source"] != "").all()
    assert (successions["source"] != "").all()


def test_areas(register: pd.DataFrame) -> None:
    assert (len(area_names("region")), len(area_names("icb"))) == (7, 42)
    english, welsh = register[register["country"] == "E"], register[register["country"] == "W"]
    assert set(welsh["code"]) == WELSH
    for level in ("region", "icb"):
        named = [area_names(level)[code] for code in english[f"{level}_code"]]
        assert named == list(english[f"{level}_name"])
        assert set(welsh[f"{level}_code"]) == set(welsh[f"{level}_name"]) == {""}
    assert set(english["icb_code"]) == set(area_names("icb"))


def test_every_english_trust_has_a_type(register: pd.DataFrame) -> None:
    types = Counter(register.loc[register["country"] == "E", "organisation_type"])
    assert types == {"acute": 141, "mental_health": 49, "community": 19, "specialist": 17, "ambulance": 10}
    assert set(register["organisation_type"]) == {*TRUST_TYPES, "unknown"}


@pytest.mark.parametrize(
    ("code", "name", "organisation_type"),
    [
        ("RJ1", "Guy's and St Thomas' NHS Foundation Trust", "acute"),
        ("RBS", "Alder Hey Children's NHS Foundation Trust", "specialist"),
        ("RNK", "Tavistock and Portman NHS Foundation Trust", "mental_health"),
        ("RXY", "Kent and Medway NHS and Social Care Partnership Trust", "mental_health"),
        ("RY8", "Derbyshire Community Health Services NHS Foundation Trust", "community"),
        ("RX8", "Yorkshire Ambulance Service NHS Trust", "ambulance"),
        ("RDY", "Dorset HealthCare University NHS Foundation Trust", "mental_health"),
    ],
)
def test_some_that_people_know(register: pd.DataFrame, code: str, name: str, organisation_type: str) -> None:
    row = register.set_index("code").loc[code]
    assert (row["name"], row["organisation_type"]) == (name, organisation_type)


def test_how_many_must_send(register: pd.DataFrame) -> None:
    counts = {year: len(expected_codes(register, load_year(year))) for year in configured_years()}
    assert counts == {2018: 228, 2019: 223, 2020: 219, 2021: 212, 2022: 209, 2023: 208, 2024: 206, 2025: 202}


def test_who_must_send_on_the_days_around_an_opening_and_a_closing(register: pd.DataFrame) -> None:
    year = load_year(2022)
    row = register[register["code"] == "RJ1"].iloc[0]
    cases = [
        ({}, True),
        ({"opened": "2022-03-31"}, True),
        ({"opened": "2022-04-01"}, False),
        ({"closed": "2022-03-31"}, True),
        ({"closed": "2022-03-30"}, False),
        ({"country": "W"}, False),
        ({"organisation_group": "icb"}, True),
        ({"organisation_type": "unknown"}, True),
    ]
    for change, expected in cases:
        frame = pd.DataFrame([row.to_dict() | change], dtype=str)
        assert expected_codes(frame, year) == (["RJ1"] if expected else []), change


def test_the_register_is_read_afresh_so_that_nobody_spoils_it_for_others() -> None:
    mine = default_register()
    mine["country"] = "W"
    assert expected_codes(default_register(), load_year(2022))


def test_successions_name_known_organisations_and_follow_their_closing(
    register: pd.DataFrame, successions: pd.DataFrame
) -> None:
    assert tuple(successions.columns) == SUCCESSION_COLUMNS
    check_successions(successions)
    by_code = register.set_index("code")
    for row in successions.itertuples():
        closed = date.fromisoformat(by_code.loc[row.predecessor, "closed"])  # type: ignore[arg-type, index]
        # ODS closes Heart of England on the very day of its merger, all others on the day before.
        assert (date.fromisoformat(row.from_date) - closed).days == (0 if row.predecessor == "RR1" else 1)  # type: ignore[arg-type]
        assert by_code.loc[row.successor, "opened"] <= row.from_date  # type: ignore[index]
        assert row.successor not in set(by_code.index[(by_code["closed"] != "") & (by_code["closed"] < row.from_date)])


@pytest.mark.parametrize("number", configured_years()[1:])
def test_each_return_of_last_year_counts_once_in_this_years_last_year(
    register: pd.DataFrame, successions: pd.DataFrame, number: int
) -> None:
    pools = predecessor_groups(successions, expected_codes(register, load_year(number)), load_year(number))
    pooled = [code for pool in pools.values() for code in pool]
    before = set(expected_codes(register, load_year(number - 1)))
    assert len(pooled) == len(set(pooled))
    # Dudley Integrated Health and Care was shared out among several, so its counts go to nobody.
    assert before - set(pooled) == ({"RYK"} if number == 2025 else set())
    # Who is pooled and did not send last year is new.
    assert set(pooled) - before <= set(
        register.loc[register["opened"] > load_year(number - 1).snapshot.isoformat(), "code"]
    )


def test_last_year_follows_chains_inside_the_year_only() -> None:
    successions = pd.DataFrame(
        [
            ("AAA", "BBB", "2021-03-31"),  # in the year before: BBB sent for both already
            ("BBB", "CCC", "2021-04-01"),
            ("CCC", "DDD", "2022-03-31"),
            ("EEE", "DDD", "2021-10-01"),
            ("DDD", "FFF", "2022-04-01"),  # next year: DDD still sends for itself
        ],
        columns=["predecessor", "successor", "from_date"],
        dtype=str,
    )
    assert predecessors_of(successions, "DDD", load_year(2022)) == ["BBB", "CCC", "DDD", "EEE"]
    assert predecessors_of(successions, "FFF", load_year(2022)) == ["FFF"]
    assert predecessors_of(successions, "BBB", load_year(2021)) == ["AAA", "BBB"]
    assert predecessors_of(successions, "FFF", load_year(2023)) == ["DDD", "FFF"]
    assert predecessors_of(successions, "XXX", load_year(2022)) == ["XXX"]
