"""The file of corrections: what a line may hold, and the sentence for one that cannot be a correction."""

from decimal import Decimal
from pathlib import Path

import pytest

from wres.errors import WresError
from wres.reference.year_config import load_year
from wres.returns.corrections import Correction, read_corrections

HEADER = "organisation,item,group,from,to,reason,who,when"
GOOD = 'RXY,disciplinary.entered,bme,19,9,"typing error, confirmed by telephone",collection manager,2022-10-05'


def read(folder: Path, *lines: str, year: int = 2022) -> list[Correction]:
    (folder / f"{year}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_corrections(folder, load_year(year))


def test_a_year_without_a_file_has_no_corrections(tmp_path: Path) -> None:
    assert read_corrections(tmp_path / "nowhere", load_year(2022)) == []
    assert read(tmp_path, HEADER) == []


def test_a_correction_is_read_with_its_line(tmp_path: Path) -> None:
    assert read(tmp_path, f"\ufeff{HEADER}", "", GOOD.replace("RXY", " rxy ")) == [
        Correction(
            line=3,
            organisation_code="RXY",
            item="disciplinary.entered",
            ethnic_group="bme",
            sent=Decimal(19),
            value=Decimal(9),
            reason="typing error, confirmed by telephone",
            who="collection manager",
            when="2022-10-05",
        )
    ]


def test_a_half_is_a_number_of_people_where_two_years_are_averaged(tmp_path: Path) -> None:
    half = GOOD.replace("19,9", "19,9.5")
    assert read(tmp_path, HEADER, half, year=2020)[0].value == Decimal("9.5")
    with pytest.raises(WresError, match="no number of people; give a whole number or a half"):
        read(tmp_path, HEADER, GOOD.replace("19,9", "19,9.3"), year=2020)
    with pytest.raises(WresError, match=r"no number of people; give a whole number\.$"):
        read(tmp_path, HEADER, half)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",2022-10-05", "", "there are 7 values, not 8; put a text that has commas in quotes"),
        ('"', "", "there are 9 values, not 8; put a text that has commas in quotes"),
        ("RXY", "", "organisation is empty; fill it in"),
        (
            "collection manager",
            " ",
            "who is empty; say by role who decides it, such as collection manager; no person's",
        ),
        ("collection manager", "someone@example.nhs.uk", "'someone@example.nhs.uk' is somebody's address; say by role"),
        ("disciplinary.entered", "disciplinary.left", "template 2.0 has no item 'disciplinary.left'; see its Guidance"),
        ("disciplinary.entered", "disciplinary.entered_previous_year", "template 2.0 has no item"),
        ("bme", "BAME", "'BAME' is no ethnic group; give one of white, bme, unknown"),
        ("19,9", "19,-9", "to is '-9', no number of people; give a whole number"),
        ("19,9", "19,nine", "to is 'nine', no number of people"),
        ("19,9", "19,9.5", "to is '9.5', no number of people"),
        ("19,9", "1e3,9", "from is '1e3', no number of people"),
        ("19,9", "19,\u0661", "to is '\u0661', no number of people"),
        ("19,9", "19,100001", "to is 100001, beyond any employer's size; give at most 100,000"),
        ("19,9", "19,19.0", "from and to are both 19; take the line out"),
        ("2022-10-05", "5 October", "when is '5 October', no date; write it as 2022-10-05"),
        ("2022-10-05", "20221005", "when is '20221005', no date"),
        ("2022-10-05", "2022-02-30", "when is '2022-02-30', no date"),
    ],
)
def test_a_line_that_is_no_correction_is_named_with_what_to_do(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(WresError) as raised:
        read(tmp_path, HEADER, GOOD.replace("RXY", "RJ1"), GOOD.replace(old, new))
    assert str(raised.value).startswith(f"corrections/2022.csv, line 3: {message}")


def test_a_figure_is_corrected_once(tmp_path: Path) -> None:
    with pytest.raises(WresError, match=r"line 4: line 2 corrects the same figure; keep the right one\.$"):
        read(tmp_path, HEADER, GOOD, GOOD.replace("bme", "white"), GOOD.replace("19,9", "19,8"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "2022.csv is empty"),
        (b"organisation;item\n", "corrections/2022.csv, line 1: the header is not organisation,item,group,from,to"),
        (HEADER.replace("who", "name").encode(), "corrections/2022.csv, line 1: the header is not"),
        (f"{HEADER}\n{GOOD}".encode("utf-16"), "2022.csv"),
        (HEADER.encode() + b'\nRXY,"', "line 2"),
    ],
)
def test_a_file_that_is_no_list_of_corrections(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "2022.csv").write_bytes(content)
    with pytest.raises(WresError) as raised:
        read_corrections(tmp_path, load_year(2022))
    assert message in str(raised.value)


def test_a_folder_in_its_place_is_reported(tmp_path: Path) -> None:
    (tmp_path / "2022.csv").mkdir()
    with pytest.raises(WresError, match="cannot be read"):
        read_corrections(tmp_path, load_year(2022))
