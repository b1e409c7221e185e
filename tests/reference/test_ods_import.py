from collections.abc import Callable
from pathlib import Path

import pytest

from wres.errors import WresError
from wres.reference.ods_import import read_organisations_file
from wres.reference.register import REGISTER_COLUMNS


def etr_line(code: str = "R0A", **cells: str) -> str:
    """One line of an ODS file; cells by their name here."""
    places = {"name": 1, "region": 2, "icb": 3, "opened": 10, "closed": 11}
    row = [""] * 27
    defaults = {"name": "NEW TOWN HOSPITAL NHS TRUST", "region": "Y62", "icb": "QOP", "opened": "20171001"}
    for name, value in (defaults | cells).items():
        row[places[name]] = value
    return ",".join(f'"{value}"' for value in [code, *row[1:]])


def test_an_ods_row_becomes_a_row_of_the_register(written: Callable[[str], Path]) -> None:
    text = "\n".join(
        [
            "\ufeff" + etr_line(opened="2017-10-01", closed="20241231"),
            "",
            etr_line("RQF", name="VELINDRE NHS TRUST", region="W00", icb="Q99"),
            etr_line("RX0", name="NEW AMBULANCE SERVICE NHS TRUST", icb="QZZ"),
        ]
    )
    rows = read_organisations_file(written(text)).set_index("code", drop=False)
    assert rows.loc["R0A"].to_dict() == {
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
    areas = ["country", "region_code", "region_name", "icb_code", "icb_name"]
    assert list(rows.loc["RQF", areas]) == ["W", "", "", "", ""]
    assert list(rows.loc["RX0", areas]) == ["E", "Y62", "North West", "QZZ", ""]


def test_a_commissioning_group_of_ods_ends_with_all_others(written: Callable[[str], Path]) -> None:
    lines = [
        etr_line("14L", name="NHS MANCHESTER CCG", opened="20170401"),
        etr_line("00W", name="NHS CENTRAL MANCHESTER CCG", opened="20130401", closed="20170331"),
    ]
    rows = read_organisations_file(written("\n".join(lines))).set_index("code")
    assert list(rows["organisation_group"]) == ["ccg", "ccg"]
    assert list(rows["closed"]) == ["2022-06-30", "2017-03-31"]
    assert rows.loc["14L", "name"] == "NHS Manchester CCG"


OWN_HEADER = ",".join(REGISTER_COLUMNS)
OWN_ROW = "RJ1,Guy's,trust,acute,Y56,London,QKK,,E,1993-04-01,,a,b"
REFUSED = {
    "empty": ("", "file.csv is empty"),
    "blank": ("\n , \n", "file.csv is empty"),
    "header only": (OWN_HEADER, "holds no organisations"),
    "too few columns": ("R0A,SOME NHS TRUST", "line 1: there are 2 columns; an ODS file has 27"),
    "another row short": (etr_line() + "\nR0B,X", "line 2: there are 2 columns"),
    "other header": ("code,name\nR0A,X", "line 1: the header is not the register's; use code, name"),
    "column twice": (OWN_HEADER + ",code", "line 1: the header is not the register's"),
    "own row short": (f"{OWN_HEADER}\nRJ1,Guy's", "line 2: there are 2 columns; use the 13 of the header"),
    "twice": (f"{etr_line()}\n{etr_line()}", "line 2: R0A is there twice"),
    "own twice": (f"{OWN_HEADER}\n{OWN_ROW}\n\n{OWN_ROW}", "line 4: RJ1 is there twice"),
    "bad code": (etr_line("R0-A"), "line 1: 'R0-A' is not an ODS code"),
    "small letters": (etr_line("r0a"), "line 1: 'r0a' is not an ODS code"),
    "long code": (etr_line("R0ABCDE"), "is not an ODS code"),
    "not a trust": (
        etr_line("A81001", name="THE DENSHAM SURGERY"),
        "A81001 (THE DENSHAM SURGERY) is called neither a trust nor a CCG",
    ),
    "a place within a care board": (
        etr_line("00L", name="NHS NORTH EAST AND NORTH CUMBRIA ICB - 00L"),
        "is called neither a trust nor a CCG; load etr.csv, ect.csv or an eccg.csv of before July 2022",
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
    "type of another group": (
        f"{OWN_HEADER}\n{OWN_ROW.replace('trust', 'ccg')}",
        "has the organisation_type 'acute'; use clinical_commissioning_group or unknown",
    ),
    "no region in England": (
        f"{OWN_HEADER}\n{OWN_ROW.replace('Y56,London', ',')}",
        "RJ1 has the region_code ''; use Y56 or",
    ),
    "own country": (f"{OWN_HEADER}\n{OWN_ROW.replace(',E,', ',S,')}", "line 2: RJ1 has the country 'S'"),
    "own region name": (
        f"{OWN_HEADER}\n{OWN_ROW.replace('London', 'Kent')}",
        "RJ1 has the region_name 'Kent'; use London",
    ),
    "no character": (etr_line(name="A\0 TRUST"), "file.csv holds characters that no text has"),
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
