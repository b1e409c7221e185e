from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.errors import WresError
from wres.reference.ods_import import read_succession_file
from wres.reference.register import SUCCESSION_COLUMNS, default_successions, predecessor_groups
from wres.reference.successions import check_successions, merge_successions
from wres.reference.year_config import load_year


def frame(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame([(*row, "test") for row in rows], columns=list(SUCCESSION_COLUMNS), dtype=str)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([("AAA", "AAA", "2021-04-01")], r"AAA succeeds itself \(AAA to AAA\)"),
        ([("AAA", "BBB", "2021-04-01"), ("BBB", "AAA", "2022-04-01")], r"AAA succeeds itself \(AAA to BBB to AAA\)"),
        ([("AAA", "BBB", "2021-04-01"), ("AAA", "CCC", "2021-04-01")], "AAA has two successors"),
    ],
)
def test_successions_that_do_not_hold(rows: list[tuple[str, str, str]], problem: str) -> None:
    with pytest.raises(WresError, match=problem):
        check_successions(frame(*rows))


def test_what_is_loaded_replaces_what_was_known_of_a_predecessor() -> None:
    old = frame(("AAA", "BBB", "2021-04-01"), ("CCC", "DDD", "2020-04-01"))
    merged = merge_successions(old, frame(("AAA", "EEE", "2019-04-01"), ("FFF", "EEE", "2022-04-01")))
    assert merged.drop(columns="source").values.tolist() == [
        ["AAA", "EEE", "2019-04-01"],
        ["CCC", "DDD", "2020-04-01"],
        ["FFF", "EEE", "2022-04-01"],
    ]


def test_files_that_hold_alone_may_not_hold_together() -> None:
    with pytest.raises(WresError, match=r"(AAA|BBB) succeeds itself"):
        merge_successions(frame(("AAA", "BBB", "2021-04-01")), frame(("BBB", "AAA", "2022-04-01")))


codes = st.sampled_from(["AAA", "BBB", "CCC", "DDD", "EEE"])
dates = st.dates().map(
    lambda day: day.replace(year=2021).isoformat() if (day.month, day.day) != (2, 29) else "2021-02-28"
)


@given(st.dictionaries(codes, st.tuples(codes, dates)))
def test_sound_successions_pool_each_organisation_at_most_once(pairs: dict[str, tuple[str, str]]) -> None:
    successions = frame(*((old, new, day) for old, (new, day) in pairs.items()))
    try:
        check_successions(successions)
    except WresError:
        return
    in_year = {old for old, (_, day) in pairs.items() if "2021-04-01" <= day <= "2022-03-31"}
    survivors = [code for code in ("AAA", "BBB", "CCC", "DDD", "EEE") if code not in in_year]
    pools = predecessor_groups(successions, survivors, load_year(2022))
    assert sorted(code for pool in pools.values() for code in pool) == ["AAA", "BBB", "CCC", "DDD", "EEE"]
    again = merge_successions(successions, successions)
    pd.testing.assert_frame_equal(merge_successions(again, successions), again)


def test_the_merger_list_is_part_of_the_shipped_successions(ods_file: Callable[[str], Path]) -> None:
    columns = ["predecessor", "successor", "from_date"]
    listed = read_succession_file(ods_file("trust_mergers.csv"))[columns]
    assert len(listed) == 11
    assert {*listed.itertuples(index=False, name=None)} < {
        *default_successions()[columns].itertuples(index=False, name=None)
    }


def test_a_succession_file_with_the_projects_own_header(written: Callable[[str], Path]) -> None:
    path = written("predecessor,successor,from_date,source\nRBA,RH5,20200401,a letter\n")
    assert read_succession_file(path).values.tolist() == [["RBA", "RH5", "2020-04-01", "a letter"]]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("RBA,RH5,2020-04-01", "line 1: there is no header for successions; begin with predecessor"),
        ("predecessor,successor,from_date\nRBA,RH5", "line 2: there are 2 columns"),
        ("predecessor,successor,from_date\nRBA,r h5,2020-04-01", "line 2: 'r h5' is not an ODS code"),
        ("predecessor,successor,from_date\nRBA,RH5,", "line 2: there is no date"),
        ("predecessor,successor,from_date\nRBA,RH5,1/4/20", "line 2: '1/4/20' is not a date"),
        ("predecessor,successor,from_date\nRBA,RBA,2020-04-01", "RBA succeeds itself"),
        ("trust_code_old,trust_code_new,from_date\nRW6,RM3,20211001\nRW6,R0A,20210401", "RW6 has two successors"),
    ],
)
def test_a_succession_file_that_is_refused(text: str, problem: str, written: Callable[[str], Path]) -> None:
    with pytest.raises(WresError) as caught:
        read_succession_file(written(text))
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
