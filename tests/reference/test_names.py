import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.reference.register_rows import names_match, title_case


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("KING'S COLLEGE HOSPITAL NHS FOUNDATION TRUST", "King's College Hospital NHS Foundation Trust"),
        ("GUY'S AND ST THOMAS' NHS FOUNDATION TRUST", "Guy's and St Thomas' NHS Foundation Trust"),
        ("GUY\u2019S AND ST THOMAS\u2019 NHS TRUST", "Guy\u2019s and St Thomas\u2019 NHS Trust"),
        ("THE NEWCASTLE UPON TYNE HOSPITALS NHS TRUST", "The Newcastle upon Tyne Hospitals NHS Trust"),
        ("UNIVERSITY HOSPITALS OF DERBY AND BURTON NHS TRUST", "University Hospitals of Derby and Burton NHS Trust"),
        (
            "THE QUEEN ELIZABETH HOSPITAL, KING'S LYNN, NHS TRUST",
            "The Queen Elizabeth Hospital, King's Lynn, NHS Trust",
        ),
        ("ROYAL BROMPTON & HAREFIELD NHS TRUST", "Royal Brompton & Harefield NHS Trust"),
        ("STOKE-ON-TRENT  AND\tSTAFFORD NHS TRUST", "Stoke-on-Trent and Stafford NHS Trust"),
        (" Dorset HealthCare University ", "Dorset HealthCare University"),
        ("", ""),
    ],
)
def test_capitals(sent: str, written: str) -> None:
    assert title_case(sent) == written


@given(st.text(alphabet=st.characters(codec="latin-1"), max_size=40))
def test_writing_a_name_changes_its_letters_size_only_and_once(name: str) -> None:
    written = title_case(name)
    assert title_case(written) == written
    assert names_match(name, written)


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("Dorset HealthCare", "DORSET HEALTHCARE", True),
        ("Alder Hey Children's", "ALDER HEY CHILDRENS", True),
        ("Mid Yorkshire Hospitals", "Mid Yorkshire Teaching", False),
    ],
)
def test_same_name(name: str, other: str, same: bool) -> None:
    assert names_match(name, other) is same
