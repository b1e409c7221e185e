"""The contacts file: what is taken, and that what is not changes nothing."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from wres.errors import WresError
from wres.monitoring.contacts_file import contacts_of, load_contacts_file

HEADER = "organisation_code,role,address\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "contacts.csv"


def test_a_file_takes_the_place_of_the_one_before(engine: Engine, file: Path) -> None:
    file.write_text(HEADER + "R0A,Workforce,workforce@example.nhs.uk\nr0a, HR director ,hr+wres@mft.nhs.uk\n\n")
    assert load_contacts_file(engine, file) == {"contacts": 2, "organisations": 1}
    both = [("HR director", "hr+wres@mft.nhs.uk"), ("Workforce", "workforce@example.nhs.uk")]
    assert contacts_of(engine) == {"R0A": both}
    file.write_text("\ufeff" + HEADER + "RXY,Workforce,o'brien@example.nhs.uk\n", encoding="utf-8")
    load_contacts_file(engine, file)
    assert contacts_of(engine) == {"RXY": [("Workforce", "o'brien@example.nhs.uk")]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (HEADER, "holds no contact"),
        ("code,role,address\nR0A,Workforce,a@example.nhs.uk\n", "line 1: the header is not"),
        (HEADER + "R0A,Workforce\n", "line 2: there are 2 values"),
        (HEADER + "R0A,Workforce,a@example.nhs.uk,x\n", "line 2: there are 4 values"),
        (HEADER + "XXX,Workforce,a@example.nhs.uk\n", "line 2: 'XXX' is not in the register"),
        (HEADER + "R0A,,a@example.nhs.uk\n", "line 2: the role is empty"),
        (HEADER + "R0A,Workforce,\n", "line 2: '' is not an e-mail"),
        (HEADER + "R0A,Workforce,a@b\n", "'a@b' is not an e-mail"),
        (HEADER + 'R0A,Workforce,"a@example.nhs.uk,b@example.nhs.uk"\n', "is not an e-mail"),
        (HEADER + "R0A,Workforce,a@example.nhs.uk?cc=b@example.nhs.uk\n", "is not an e-mail"),
        (HEADER + "R0A,Workforce,=a@example.nhs.uk\n", "is not an e-mail"),
        (HEADER + f"R0A,Workforce,{'a' * 250}@example.nhs.uk\n", "is not an e-mail"),
        (HEADER + "R0A,HR,a@example.nhs.uk\nR0B,HR,a@example.nhs.uk\nr0a,hr,b@example.nhs.uk\n", "line 4: R0A has the"),
    ],
)
def test_what_cannot_be_used_is_named_and_changes_nothing(sqlite: Engine, file: Path, text: str, words: str) -> None:
    file.write_text(HEADER + "RXY,Workforce,kept@example.nhs.uk\n")
    load_contacts_file(sqlite, file)
    file.write_text(text)
    with pytest.raises(WresError, match=words.replace("?", r"\?")):
        load_contacts_file(sqlite, file)
    assert contacts_of(sqlite) == {"RXY": [("Workforce", "kept@example.nhs.uk")]}
