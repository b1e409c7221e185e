"""CSV files in the encodings of other programs: text is read as it was written, or refused in words."""

from collections.abc import Callable
from typing import Any

import pytest

from wres.returns.parsed_return import ParsedReturn

HEADER = "collection_year,organisation_code,item,ethnic_group,value"
ROWS = [f"2022,RXY,workforce.clinical.band_{band},white,{band}" for band in range(1, 10)]
CODE_PAGES = {"cp1252": "Windows-1252", "mac_roman": "Mac OS Roman", "cp850": "code page 850 (MS-DOS)"}
TEXTS = [
    "café très ça", "Siân Ó Néill", "Head of HR – people", "it’s “fine”", "José Núñez", "Zoë Brontë", "Thérèse",  # noqa: RUF001
    "Martín O’Neill", "naïve", "garçon façade", "Jean-François d’Arcy", "Señor Peña", "wait…", "2021–22", "Renée",  # noqa: RUF001
]  # fmt: skip


def csv_of(text: str, ends: Any = "\r\n") -> Any:
    return ends.join([HEADER, *ROWS, f'2022,RXY,explanation.Q301,,"{text}"', ""])


def encodable(text: str, encoding: str) -> Any:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "encoding"), [(text, page) for page in CODE_PAGES for text in TEXTS if encodable(text, page)]
)
def test_an_old_code_page_is_recognised_by_what_reads_as_words(
    read: Callable[..., ParsedReturn], text: str, encoding: str
) -> None:
    result = read(csv_of(text).encode(encoding), "a.csv")
    assert result.faults == []
    assert [cell.number for cell in result.cells] == list(range(1, 10))
    assert result.text("explanation.Q301").value == text
    assert (
        result.repairs[0].what == f"The text is in {CODE_PAGES[encoding]} instead of UTF-8; check its accented letters"
    )


@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_a_pound_sign_is_one_in_all_of_them(read: Callable[..., ParsedReturn], encoding: str) -> None:
    result = read(csv_of("It cost £250").encode(encoding), "a.csv")
    assert result.text("explanation.Q301").value == "It cost £250"


def test_the_line_ends_of_the_macintosh(read: Callable[..., ParsedReturn]) -> None:
    result = read(csv_of("Siân Évans", "\r").encode("mac_roman"), "a.csv")
    assert result.text("explanation.Q301").value == "Siân Évans"
    assert len(result.cells) == 9


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "utf-8", "utf-16", "utf-16-le"])
def test_thousands_divided_by_a_hard_space(read: Callable[..., ParsedReturn], encoding: str) -> None:
    content = f"{HEADER}\r\n2022,RXY,workforce.total,white,1\xa0234\r\n".encode(encoding)
    assert [cell.number for cell in read(content, "a.csv").cells] == [1234]


@pytest.mark.parametrize(("text", "encoding"), [("Привет мир", "cp1251"), ("Καλημέρα", "cp1253"), ("Привет", "koi8_r")])
def test_another_alphabet_in_an_old_encoding_is_refused_in_words(
    read: Callable[..., ParsedReturn], text: str, encoding: str
) -> None:
    (fault,) = read(csv_of(text).encode(encoding), "a.csv").faults
    assert (fault.code, "encoding that is not known" in fault.detail) == ("S101", True)


def test_a_file_in_ebcdic_is_no_text(read: Callable[..., ParsedReturn]) -> None:
    (fault,) = read(csv_of("x").encode("cp037"), "a.csv").faults
    assert fault.code == "S101"


def test_utf_7_is_refused_in_words(read: Callable[..., ParsedReturn]) -> None:
    (fault,) = read(b"+/v8-" + csv_of("x").encode(), "a.csv").faults
    assert (fault.code, "UTF-7" in fault.detail) == ("S101", True)


def test_a_mark_of_utf_8_before_another_encoding_names_the_line(read: Callable[..., ParsedReturn]) -> None:
    content = b"\xef\xbb\xbf" + csv_of("café").encode("cp1252")
    (fault,) = read(content, "a.csv").faults
    assert (fault.code, "line 11 is not in UTF-8" in fault.detail) == ("S101", True)


@pytest.mark.parametrize("mark", ["\ufeff", "ï»¿", "\ufeff\ufeff"])
def test_byte_order_marks_in_front_and_where_files_were_joined(read: Callable[..., ParsedReturn], mark: Any) -> None:
    joined = f'{mark}{HEADER}\n{ROWS[0]}\n\ufeff"collection_year",{HEADER[16:]}\n{ROWS[1]}\n'
    result = read(joined.encode(), "a.csv")
    assert result.faults == []
    assert [cell.number for cell in result.cells] == [1, 2]
    assert [(text.key, text.value) for text in result.texts] == [
        ("organisation_code", "RXY"),
        ("collection_year", "2022"),
    ]
    assert [repair.what for repair in result.repairs] == ["The byte order mark was left out"]
