"""Each wrong return is wrong in the way that it says, and in a way that is seen without the pipeline's own reader."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulation.seen import Seen
from wres.simulation.delivery import Delivery
from wres.simulation.faults import FAULTS

WORKFORCE = "workforce."
NURSES, OTHER_DOCTORS = "workforce.clinical.band_5", "workforce.medical.other"


@pytest.fixture(scope="module")
def wrong(national: list[Delivery]) -> Any:
    """The first wrong delivery of each kind."""
    examples = {}  # type: ignore[var-annotated]
    for delivery in national:
        if delivery.kind == "wrong":
            examples.setdefault(delivery.fault, delivery)
    return examples


@pytest.fixture
def seen(wrong: Any, look: Callable[..., Seen]) -> Callable[..., Any]:
    return lambda fault: (wrong[fault], look(wrong[fault]))


def test_a_national_collection_has_every_kind(wrong: Any) -> None:
    assert sorted(wrong) == sorted(fault.name for fault in FAULTS)
    assert {delivery.edits for delivery in wrong.values()} == {fault.edits for fault in FAULTS}


def test_negative(seen: Any) -> None:
    assert int(seen("negative")[1].figures[NURSES, "bme"]) < 0


def test_text_for_a_number(seen: Any) -> None:
    assert seen("text_for_a_number")[1].figures[NURSES, "white"] == "about forty"


def test_item_missing(seen: Any) -> None:
    figures = seen("item_missing")[1].figures
    assert (OTHER_DOCTORS, "white") not in figures
    assert (NURSES, "white") in figures


def test_cell_blank(seen: Any) -> None:
    figures = seen("cell_blank")[1].figures
    assert [cell for cell, value in figures.items() if value is None] == [(OTHER_DOCTORS, "unknown")]


def test_entries_above_staff(seen: Any) -> None:
    figures = seen("entries_above_staff")[1].figures
    staff = sum(
        int(value)
        for (item, group), value in figures.items()
        if item.startswith(WORKFORCE) and group == "bme" and not item.endswith((".total", ".senior_medical_managers"))
    )
    assert int(figures["disciplinary.entered", "bme"]) > staff


def test_total_differs(seen: Any) -> None:
    figures = seen("total_differs")[1].figures
    for wanted in ("white", "bme", "unknown"):
        parts = sum(
            int(value)
            for (item, group), value in figures.items()
            if item.startswith(WORKFORCE)
            and group == wanted
            and not item.endswith((".total", ".senior_medical_managers"))
        )
        assert int(figures["workforce.total", wanted]) == parts + 90


def test_year_before(seen: Any) -> None:
    delivery, content = seen("year_before")
    assert (content.year, delivery.collection_year) == ("2021", 2022)


def test_another_organisation(seen: Any) -> None:
    delivery, content = seen("another_organisation")
    assert content.code != delivery.organisation_code


def test_another_template(seen: Any) -> None:
    assert seen("another_template")[1].version == "1.0"


def test_cut_short(wrong: Any) -> None:
    content = wrong["cut_short"].content
    assert content.startswith(b"PK")
    assert b"PK\x05\x06" not in content  # the end of an archive


def test_row_twice(seen: Any) -> None:
    rows = [row[:2] for row in seen("row_twice")[1].rows]
    assert sorted(row for row in set(rows) if rows.count(row) > 1) == [(NURSES, "white")]


def test_pdf_renamed(wrong: Any) -> None:
    delivery = wrong["pdf_renamed"]
    assert delivery.content.startswith(b"%PDF-")
    assert delivery.file_name.endswith(".xlsx")


def test_nothing_else_is_wrong_with_the_bytes_of_a_fault(
    wrong: Any, national: list[Delivery], look: Callable[..., Seen]
) -> None:
    """But for what its name says, a wrong return is the good one that follows."""
    after = {delivery.organisation_code: delivery for delivery in national if delivery.kind == "corrected"}
    for fault in ("negative", "text_for_a_number", "row_twice", "cell_blank", "entries_above_staff"):
        first, second = look(wrong[fault]), look(after[wrong[fault].organisation_code])
        items = {cell for cell in first.figures if not cell[0].endswith(".total")}
        differing = {cell for cell in items if str(first.figures[cell]) != str(second.figures.get(cell))}
        assert len(differing) == (0 if fault == "row_twice" else 1), fault
