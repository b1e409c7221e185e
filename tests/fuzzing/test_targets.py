"""The fuzzer's targets without the fuzzer: on their seeds, on any bytes, and on every input that once failed."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzzing import fuzz_csv, fuzz_report, fuzz_template, fuzz_validation, fuzz_workbook, invariants, seeds


@pytest.mark.parametrize("target", [fuzz_csv, fuzz_workbook])
def test_the_seeds_are_read_without_a_fault(target: Any) -> None:
    for name, content in target.make_seeds().items():
        assert invariants.read_checked(content, "return").faults == [], name
        target.check_input(content)


def test_a_part_without_a_name_is_no_reason_to_stop() -> None:
    parts = seeds.read_parts(seeds.make_small_workbook())
    for content in ({**parts, "": b"x"}, {"": b"x"}):
        assert [fault.code for fault in invariants.read_checked(seeds.pack(content), "return.xlsx").faults] == ["S102"]


@pytest.mark.parametrize("name", ["&" * 300, "&L&A" * 60, "a" + "&" * 300])
def test_a_name_stays_in_its_own_part_of_the_header(name: str) -> None:
    sheet = ElementTree.fromstring(seeds.read_parts(seeds.make_workbook(name))["xl/worksheets/sheet2.xml"])
    header = next(element.text or "" for element in sheet.iter() if element.tag.endswith("}oddHeader"))
    assert re.findall("&[^&]", header.replace("&&", "")) == ["&L", "&R"]


@settings(max_examples=60)
@given(st.binary(max_size=600))
def test_any_answer_is_inert(data: bytes) -> None:
    fuzz_report.check_input(data)


@settings(max_examples=8)
@given(st.binary(max_size=300))
def test_any_template_is_inert(data: bytes) -> None:
    fuzz_template.check_input(data)


def test_a_missing_figure_beside_last_years_ends_no_round() -> None:
    """Make from these bytes returns, one without a figure of entries, with last year's known."""
    fuzz_validation.check_input(bytes(range(16)) + b"under" + bytes(range(16, 191)))
