"""The ways in which a sender gets a return wrong, each with the edits that must find it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from wres.returns.indicator_math import ENTERED
from wres.returns.template_spec import template_versions
from wres.simulation.model import TOTAL
from wres.simulation.plans import Form
from wres.simulation.return_writer import Draft

_NURSES = "workforce.clinical.band_5"
_OTHER_DOCTORS = "workforce.medical.other"


@dataclass(frozen=True, slots=True)
class FaultScenario:
    """One way to be wrong: a change of the draft before it is written, or of the bytes afterwards.

    `edits`: at least one of them must reject the file. `form`: the only form in which it happens, None for either.
    """

    name: str
    edits: tuple[str, ...]
    form: Form | None = None
    draft: Callable[[Draft], Draft] | None = None
    content: Callable[[bytes], bytes] | None = None


def _with(draft: Draft, changes: Mapping[tuple[str, str], Decimal]) -> Draft:
    return replace(draft, figures={**draft.figures, **changes})


def _compared_group(draft: Draft) -> str:
    """Return the group whose likelihood is compared, the first where it is several together."""
    return draft.template.group_members[draft.template.comparison().ethnic_group][0]


def _negative(draft: Draft) -> Draft:
    group = _compared_group(draft)
    return _with(draft, {(_NURSES, group): -max(draft.figures[_NURSES, group], Decimal(1))})


def _entries_above_staff(draft: Draft) -> Draft:
    group = _compared_group(draft)
    return _with(draft, {(ENTERED, group): draft.total(group) + 7})


def _total_differs(draft: Draft) -> Draft:
    return _with(draft, {(TOTAL, group): draft.total(group) + 90 for group in draft.template.ethnic_groups})


def _item_missing(draft: Draft) -> Draft:
    return replace(draft, figures={key: value for key, value in draft.figures.items() if key[0] != _OTHER_DOCTORS})


def _cell_blank(draft: Draft) -> Draft:
    blank = (_OTHER_DOCTORS, draft.template.unknown_group)
    return replace(draft, figures={cell: value for cell, value in draft.figures.items() if cell != blank})


def _year_before(draft: Draft) -> Draft:
    return replace(draft, year=draft.year.model_copy(update={"year": draft.year.year - 1}))


def _another_organisation(draft: Draft) -> Draft:
    return replace(draft, code=draft.another_code)


def _another_template(draft: Draft) -> Draft:
    other = next(version for version in template_versions() if version != draft.template.version)
    return draft.on_template(other)


def _text_for_a_number(content: bytes) -> bytes:
    return _edit_rows(content, _NURSES, lambda row: [",".join([*row.split(",")[:-1], "about forty"])])


def _row_twice(content: bytes) -> bytes:
    return _edit_rows(content, _NURSES, lambda row: [row, row])


def _edit_rows(content: bytes, item: str, change: Callable[[str], list[str]]) -> bytes:
    """Change the first row of one item in a CSV file."""
    rows = content.decode("utf-8").splitlines()
    first = next(number for number, row in enumerate(rows) if f",{item}," in row)
    changed = [*rows[:first], *change(rows[first]), *rows[first + 1 :]]
    return "".join(f"{row}\r\n" for row in changed).encode()


def _cut_short(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def _pdf(content: bytes) -> bytes:
    mark = b"%% simulated %s\n" % hashlib.sha256(content).hexdigest().encode()  # no two senders send the same bytes
    return b"%PDF-1.7\n" + mark + b"1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


FAULTS = (
    FaultScenario("negative", ("V203",), draft=_negative),
    FaultScenario("text_for_a_number", ("V202",), "csv", content=_text_for_a_number),
    FaultScenario("item_missing", ("S110",), "csv", draft=_item_missing),
    FaultScenario("cell_blank", ("V201",), "xlsx", draft=_cell_blank),
    FaultScenario("entries_above_staff", ("V205",), draft=_entries_above_staff),
    FaultScenario("total_differs", ("V206",), draft=_total_differs),
    FaultScenario("year_before", ("S107",), draft=_year_before),
    FaultScenario("another_organisation", ("S106",), draft=_another_organisation),
    FaultScenario("another_template", ("S103",), "xlsx", draft=_another_template),
    FaultScenario("cut_short", ("S101",), "xlsx", content=_cut_short),
    FaultScenario("row_twice", ("S108",), "csv", content=_row_twice),
    FaultScenario("pdf_renamed", ("S101", "S102"), "xlsx", content=_pdf),
)
