import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collection.calendar import load_year
from pipeline.collection.ods import merge_register, read_organisations_file, read_succession_file
from pipeline.collection.register import REGISTER_COLUMNS, expected_codes, shipped_register, shipped_successions
from pipeline.errors import WresError

ETR_2022, ETR_2025 = "etr-2022.csv", "etr-2025.csv"


def etr_line(code: str = "R0A", **cells: str) -> str:
    """One line of an ODS file; cells by their name here."""
    places = {"name": 1, "region": 2, "icb": 3, "opened": 10, "closed": 11}
    row = [""] * 27
    defaults = {"name": "NEW TOWN HOSPITAL NHS TRUST", "region": "Y62", "icb": "QOP", "opened": "20171001"}
    for name, value in (defaults | cells).items():
        row[places[name]] = value
    return ",".join(f'"{value}"' for value in [code, *row[1:]])


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def rows_of(frame: pd.DataFrame) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in frame.to_dict(orient="records")}


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
    assert expected_codes(merge_register(shipped_register(), read).register, year) == open_then
    assert expected_codes(shipped_register(), year) == open_then


def test_the_register_agrees_with_the_newest_file(ods_file: Callable[[str], Path]) -> None:
    merged = merge_register(shipped_register(), read_organisations_file(ods_file(ETR_2025)))
    assert (merged.added, merged.closed, merged.changed) == ((), (), {})


def test_loading_an_older_file_keeps_later_closings_and_known_types(ods_file: Callable[[str], Path]) -> None:
    before = shipped_register()
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


def test_an_ods_row_becomes_a_row_of_the_register(written: Callable[[str], Path]) -> None:
    text = "\n".join(
        [
            "\ufeff" + etr_line(opened="2017-10-01", closed="20241231"),
            "",
            etr_line("RQF", name="VELINDRE NHS TRUST", region="W00", icb="Q99"),
            etr_line("RX0", name="NEW AMBULANCE SERVICE NHS TRUST", icb="QZZ"),
        ]
    )
    rows = rows_of(read_organisations_file(written(text)))
    assert rows["R0A"] == {
        "code": "R0A",
        "name": "New Town Hospital NHS Trust",
        "organisation_group": "trust",
        "organisation_type": "unknown",
        "region_code": "Y62",
        "region_name": "North West",
        "icb_code": "QOP",
        "icb_name": "NHS Greater Manchester Integrated Care Board",
        "country": "E",
        "opened": "2017-10-01",
        "closed": "2024-12-31",
        "type_source": "",
        "source": "ODS file file.csv",
    }
    areas = ("country", "region_code", "region_name", "icb_code", "icb_name")
    assert [rows["RQF"][column] for column in areas] == ["W", "", "", "", ""]
    assert [rows["RX0"][column] for column in areas] == ["E", "Y62", "North West", "QZZ", ""]


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
    merged = merge_register(shipped_register(), read_organisations_file(written(etr_line("RZZ", name=name))))
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
    merged = merge_register(shipped_register(), read)
    row = rows_of(merged.register)["RJ1"]
    assert (row["organisation_type"], row["type_source"], row["source"]) == ("specialist", "letter", "letter of May")
    assert (row["icb_code"], row["icb_name"]) == ("QKK", "NHS South East London Integrated Care Board")
    assert merged.added == ("QMF",)
    assert "QMF" not in expected_codes(merged.register, load_year(2023))


OWN_HEADER = ",".join(REGISTER_COLUMNS)
OWN_ROW = "RJ1,Guy's,trust,acute,Y56,London,QKK,,E,1993-04-01,,a,b"
REFUSED = {
    "empty": ("", "file.csv is empty"),
    "blank": ("\n , \n", "file.csv is empty"),
    "header only": (OWN_HEADER, "holds no organisations"),
    "too few columns": ("R0A,SOME NHS TRUST", "line 1: there are 2 columns; an ODS file has 27"),
    "another row short": (etr_line() + "\nR0B,X", "line 2: there are 2 columns"),
    "other header": ("code,name\nR0A,X", "line 1: closed is missing or unknown in the header"),
    "own row short": (f"{OWN_HEADER}\nRJ1,Guy's", "line 2: there are 2 columns; use the 13 of the header"),
    "twice": (f"{etr_line()}\n{etr_line()}", "line 2: R0A is there twice"),
    "own twice": (f"{OWN_HEADER}\n{OWN_ROW}\n\n{OWN_ROW}", "line 4: RJ1 is there twice"),
    "bad code": (etr_line("R0-A"), "line 1: 'R0-A' is not an ODS code"),
    "small letters": (etr_line("r0a"), "line 1: 'r0a' is not an ODS code"),
    "long code": (etr_line("R0ABCDE"), "is not an ODS code"),
    "not a trust": (
        etr_line("A81001", name="THE DENSHAM SURGERY"),
        "A81001 (THE DENSHAM SURGERY) is not called a trust",
    ),
    "old region": (etr_line(region="Y54"), "line 1: R0A has the region_code 'Y54'; use Y56 or"),
    "no region": (etr_line(region=""), "R0A has the region_code ''"),
    "date in words": (etr_line(opened="1 April 2017"), "line 1: '1 April 2017' is not a date"),
    "no such day": (etr_line(closed="20230229"), "line 1: '20230229' is not a date"),
    "a week": (etr_line(closed="2023W011"), "'2023W011' is not a date"),
    "never opened": (etr_line(opened=""), "R0A lacks its name or opening date"),
    "closes first": (etr_line(closed="20160101"), "R0A closes before it opens"),
    "own group": (f"{OWN_HEADER}\n{OWN_ROW.replace('trust', 'gp')}", "line 2: RJ1 has the organisation_group 'gp'"),
    "own type": (f"{OWN_HEADER}\n{OWN_ROW.replace('acute', 'big')}", "line 2: RJ1 has the organisation_type 'big'"),
    "own country": (f"{OWN_HEADER}\n{OWN_ROW.replace(',E,', ',S,')}", "line 2: RJ1 has the country 'S'"),
    "own region name": (
        f"{OWN_HEADER}\n{OWN_ROW.replace('London', 'Kent')}",
        "RJ1 has the region_name 'Kent'; use London",
    ),
    "no character": (etr_line(name="A\0 TRUST"), "line 1: this is not CSV"),
    "open quote": ('"R0A', "line 1: this is not CSV"),
}


@pytest.mark.parametrize(("text", "problem"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_of_organisations_that_is_refused(text: str, problem: str, written: Callable[[str], Path]) -> None:
    with pytest.raises(WresError) as caught:
        read_organisations_file(written(text))
    assert problem in str(caught.value)
    assert str(caught.value).startswith("file.csv")
    assert "\n" not in str(caught.value)


def test_what_is_no_text_file_is_refused(tmp_path: Path) -> None:
    latin, large = tmp_path / "latin.csv", tmp_path / "large.csv"
    latin.write_bytes(etr_line(name="S\u00c3O NHS TRUST").encode("latin-1"))
    large.write_bytes(b"a" * 5_000_001)
    for path, problem in [
        (latin, "latin.csv is not text in UTF-8"),
        (large, "large.csv is larger than 5,000,000 bytes"),
        (tmp_path / "none.csv", "cannot be read"),
        (tmp_path, "cannot be read"),
    ]:
        with pytest.raises(WresError, match=problem):
            read_organisations_file(path)


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


def test_the_merger_list_is_part_of_the_shipped_successions(ods_file: Callable[[str], Path]) -> None:
    columns = ["predecessor", "successor", "from_date"]
    listed = read_succession_file(ods_file("trust_mergers.csv"))[columns]
    assert len(listed) == 11
    assert {*listed.itertuples(index=False, name=None)} < {
        *shipped_successions()[columns].itertuples(index=False, name=None)
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
