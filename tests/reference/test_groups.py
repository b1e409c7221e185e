"""Organisations of every group: which of them the register takes, as what, and in which years they must send."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from wres.reference.ods_import import merge_register, read_organisations_file
from wres.reference.register import (
    GROUP_TYPES,
    REGISTER_COLUMNS,
    default_register,
    drop_new_organisations,
    eligible_codes,
    expected_codes,
    organisation_types,
    predecessor_groups,
)
from wres.reference.year_config import ORGANISATION_GROUPS, configured_years, load_year

# Invented, but for the days on which commissioning groups ended and care boards began.
OWN = """
01X,NHS Northtown CCG,ccg,unknown,Y62,North West,QOP,,E,2013-04-01,2022-06-30,,letter
02X,NHS Southtown CCG,ccg,unknown,Y62,North West,QOP,,E,2013-04-01,2020-03-31,,letter
QXA,NHS Northtown and Southtown Integrated Care Board,icb,unknown,Y62,North West,,,E,2022-07-01,,,letter
X9Z,National Body for Examples,alb,national_body,,,,,E,2013-04-01,,letter,letter
W9Z,A Welsh Body,alb,unknown,,,,,W,2013-04-01,,,letter
"""


@pytest.fixture
def register(written: Callable[[str], Path]) -> pd.DataFrame:
    loaded = read_organisations_file(written(",".join(REGISTER_COLUMNS) + OWN))
    return merge_register(default_register(), loaded).register


def test_each_may_send_in_the_years_in_which_it_existed_and_a_national_body_need_not(register: pd.DataFrame) -> None:
    further = {"01X", "02X", "QXA", "X9Z", "W9Z"}
    eligible = {year: further & set(eligible_codes(register, load_year(year))) for year in configured_years()}
    expected = {year: further & set(expected_codes(register, load_year(year))) for year in configured_years()}
    assert expected == {year: codes - {"X9Z"} for year, codes in eligible.items()}
    assert eligible == {
        **{year: {"01X", "02X", "X9Z"} for year in (2018, 2019, 2020)},  # 02X closed on the snapshot of 2020
        **{year: {"01X", "X9Z"} for year in (2021, 2022)},
        **{year: {"QXA", "X9Z"} for year in (2023, 2024, 2025)},
    }


def test_a_year_can_make_one_organisation_voluntary(register: pd.DataFrame) -> None:
    year = load_year(2022).model_copy(update={"voluntary": ("01X",)})
    assert {"01X", "X9Z"} <= set(eligible_codes(register, year))
    assert set(eligible_codes(register, year)) - set(expected_codes(register, year)) == {"01X"}


def test_other_groups_are_a_type_of_their_own(register: pd.DataFrame) -> None:
    others = register[register["organisation_group"] != "trust"].set_index("code")
    assert dict(others["organisation_type"]) == {
        "01X": "clinical_commissioning_group",
        "02X": "clinical_commissioning_group",
        "QXA": "integrated_care_board",
        "X9Z": "national_body",
        "W9Z": "national_body",
    }
    assert dict(others["type_source"]) == dict.fromkeys(others.index, "its group") | {"X9Z": "letter"}


def test_every_group_has_types_and_no_two_share_one_but_unknown() -> None:
    assert set(GROUP_TYPES) == set(ORGANISATION_GROUPS) - {"trust"}
    types = [kind for group in ORGANISATION_GROUPS for kind in organisation_types(group) if kind != "unknown"]
    assert len(types) == len(set(types)) == 8


def test_a_care_board_s_last_year_is_that_of_the_groups_it_took_over(register: pd.DataFrame) -> None:
    successions = pd.DataFrame(
        [("01X", "QXA", "2022-07-01"), ("02X", "01X", "2020-04-01")],
        columns=["predecessor", "successor", "from_date"],
        dtype=str,
    )
    opened = dict(zip(register["code"], register["opened"], strict=True))
    year = load_year(2023)
    pools = predecessor_groups(successions, ["QXA", "X9Z"], load_year(2023))
    assert {code: drop_new_organisations(pool, opened, year) for code, pool in pools.items()} == {
        "QXA": ["01X"],
        "X9Z": ["X9Z"],
    }
    assert predecessor_groups(successions, ["01X"], load_year(2021)) == {"01X": ["01X", "02X"]}
