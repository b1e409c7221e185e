"""Validation as a whole: many faults at once, many returns at once, clean returns staying clean."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wres.returns.findings import ValidationResult
from wres.returns.parsed_return import CellRef, Normalisation
from wres.returns.template_spec import newest_template
from wres.validation import validate

ETHNIC_GROUPS = newest_template().ethnic_groups

NURSES, BAND_6, BAND_7 = (f"workforce.clinical.band_{n}" for n in (5, 6, 7))


MANY_FAULTS = """\
S106 reject: The return is for organisation RYY (sheet Return, cell B1), but RXX sent it.
S108 reject: Clinical staff, band 6, White (sheet Return, cell C98): this figure was already given (sheet Return, cell C30).
S109 reject: The item workforce.pilots (sheet Return, cell A99) is not in template version 2.0.
S110 reject: Other medical and dental staff is missing for BME.
S111 reject: The return was received on 1 October 2022 at 23:59; the 2022 collection closed on 30 September 2022 at 23:59.
V201 reject: Clinical staff, band 6, Unknown (sheet Return, cell E30) has no value.
V202 reject: Clinical staff, band 5, BME (sheet Return, cell D29) is not a number: about forty.
V203 reject: Clinical staff, band 5, White (sheet Return, cell C29) is below 0: -3.
V204 reject: Clinical staff, band 7, White (sheet Return, cell C31) is not a whole number of people: 20.5.
V209 reject: Staff who entered the process in the year, White (sheet Return, cell C44) is 100,001, above the 100,000 that \
one figure may be.
Q309 query: The date of the sign-off (sheet Return, cell B6) cannot be read: soon."""  # noqa: E501


def test_one_return_with_many_faults_gets_every_finding_at_its_place(single: Any) -> None:
    read = single.read(
        {
            (NURSES, "white"): "-3",
            (NURSES, "bme"): "about forty",
            (BAND_6, "unknown"): "",
            (BAND_7, "white"): "20.5",
            ("workforce.medical.other", "bme"): None,
            ("workforce.total", "unknown"): "31",
            ("disciplinary.entered", "white"): "100001",
        },
        organisation_code="RYY",
        signoff_date="soon",
    )
    read.cells.append(single.cell("workforce.pilots", "white", "4", CellRef("Return", "C99")))
    read.cells.append(single.cell(BAND_6, "white", "20", CellRef("Return", "C98")))
    result = single.validate_one(read, received_at=single.year.hard_close + timedelta(days=1))
    assert (
        "\n".join(f"{finding.code} {finding.severity}: {finding.message}" for finding in result.findings) == MANY_FAULTS
    )
    assert result.status == "rejected"
    unusable = "the figures that it needs are missing or have findings of their own"
    assert result.edits_not_run == {
        **dict.fromkeys(("V205", "V206", "V208"), unusable),
        **dict.fromkeys(
            ("Q308", *(f"Q{number}" for number in range(321, 333))),
            "the figures may not be this organisation's, this template's or this year's (S106)",
        ),
    }


@pytest.mark.parametrize(
    ("raw", "message", "remedy"),
    [
        ("a date", "holds a date.", "number format General"),
        ("#DIV/0!", "holds a formula that gives an error: #DIV/0!.", "Type the number in place of the formula"),
        ("Err:502", "holds a formula that gives an error: Err:502.", "Type the number in place of the formula"),
        ("# 12", "is not a number: # 12.", "Give the exact number in digits alone"),
    ],
)
def test_what_is_no_number_is_answered_by_what_it_is(single: Any, raw: str, message: str, remedy: str) -> None:
    (finding,) = single.validate_one(single.read({(NURSES, "bme"): raw})).findings
    assert finding.message == f"Clinical staff, band 5, BME (sheet Return, cell D29) {message}"
    assert finding.how_to_fix.startswith(remedy) or remedy in finding.how_to_fix


def test_a_figure_that_another_sheet_gives_too_is_answered_with_the_sheet(single: Any) -> None:
    read = single.read()
    read.cells.append(single.cell(NURSES, "white", "21", CellRef("Last year", "C29")))
    (finding,) = single.validate_one(read).findings
    assert (finding.code, finding.sheet, finding.cell) == ("S108", "Last year", "C29")
    assert "already given (sheet Return, cell C29), as another number." in finding.message
    assert finding.how_to_fix.endswith("Keep the sheet that counts and delete the other.")


@pytest.mark.parametrize(("total", "is_named"), [("620", True), ("619", False)])
def test_a_total_that_leaves_out_a_number_held_as_text_names_its_cell(single: Any, total: str, is_named: bool) -> None:
    """The total is a formula, so its sender cannot see what to correct."""
    read = single.read({(NURSES, "white"): "20", ("workforce.total", "white"): total})
    read.repairs.append(Normalisation("The text ' 20' was read as the number 20", single.place(NURSES, "white")))
    (finding,) = single.validate_one(read).findings
    assert finding.code == "V206"
    assert ("the total leaves out cell C29, held as text." in finding.message) == is_named
    assert ("Type the number in cell C29 again" in finding.how_to_fix) == is_named


def test_figures_are_the_numbers_as_understood(single: Any) -> None:
    read = single.read({(NURSES, "white"): "20.0", (NURSES, "bme"): "x", ("workforce.total", "white"): ""})
    read.cells.append(single.cell(BAND_6, "white", "20"))
    read.cells.append(single.cell("workforce.pilots", "white", "4"))
    figures = single.validate_one(read).figures
    expected = {(cell.item, cell.ethnic_group): cell.number for cell in single.read().cells}
    for key in ((NURSES, "bme"), ("workforce.total", "white"), (BAND_6, "white")):
        del expected[key]
    assert figures == expected
    assert figures[(NURSES, "white")] == Decimal(20)


def test_what_is_not_known_here_is_said(single: Any) -> None:
    [result] = single.validate(single.submission(single.read()), hard_close=None)
    assert result.status == "accepted"
    no_last_year = "there is no accepted return of last year to compare with"
    assert result.edits_not_run == {
        "S111": "it is a question of when a return is received",
        **{f"Q{number}": no_last_year for number in (321, 322, 324, 325, 327, 328, 329, 330)},
        "Q323": "neither last year's return nor last year's national rate is known here",
    }


def test_of_several_reasons_the_first_expectation_s_is_named(single: Any) -> None:
    """Q328 compares staff, then entries: without a return of last year that is why, also where entries are missing."""
    read = single.read({("disciplinary.entered", group): "x" for group in ("white", "bme", "unknown")})
    result = single.validate_one(read)
    assert result.edits_not_run["Q328"] == "there is no accepted return of last year to compare with"
    assert result.edits_not_run["Q322"] == "the figures that it needs are missing or have findings of their own"


def test_endless_findings_are_counted_and_not_all_listed(single: Any) -> None:
    read = single.read()
    read.cells += [single.cell(f"workforce.made_up_{n}", "bme", "1") for n in range(5000)]
    findings = single.validate_one(read).findings
    assert len(findings) == 1000
    assert findings[-1].message.endswith(" is not in template version 2.0. There are 4,000 more like this.")


def test_no_returns_are_no_results(single: Any) -> None:
    assert single.validate() == []


def test_the_number_of_runs_does_not_depend_on_the_number_of_returns(
    single: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []
    real = validate.run_suite  # type: ignore[attr-defined]
    monkeypatch.setattr(validate, "run_suite", lambda *args: runs.append(len(args[1])) or real(*args))
    for number in (1, 40):
        runs.clear()
        single.validate(*(single.submission(single.read({(NURSES, "bme"): "x"})) for _ in range(number)))
        assert len(runs) == 8


def test_returns_do_not_touch_each_other(single: Any, as_table: Callable[[ValidationResult], Any]) -> None:
    reads = [
        single.read({(NURSES, "bme"): "-1", **{(BAND_6, group): None for group in ETHNIC_GROUPS}}),
        single.read({("disciplinary.entered", "white"): "641"}, collection_year="2019"),
    ]
    together = single.validate(*(single.submission(read) for read in reads))
    assert [as_table(result) for result in together] == [as_table(single.validate_one(read)) for read in reads]


clean_figures = st.fixed_dictionaries(
    {
        "staff": st.lists(st.integers(0, 3000), min_size=200, max_size=200),
        "share": st.lists(st.integers(0, 100), min_size=9, max_size=9),
    }
)


@settings(max_examples=3)
@given(drawn=st.lists(clean_figures, min_size=5, max_size=5))
def test_a_return_that_keeps_the_rules_is_never_rejected(drawn: list[dict[str, list[int]]], single: Any) -> None:
    """Figures that keep to the definitions of the return, written out here again, pass every S and V edit."""
    submissions = []
    for numbers in drawn:
        staff, share = iter(numbers["staff"]), iter(numbers["share"])
        figures = {}
        for group in ETHNIC_GROUPS:
            total = 0
            for item in single.template.items:
                if item.in_total:
                    value = next(staff) + (group == "white")
                    figures[(item.code, group)] = str(value)
                    total += value
            consultants = int(figures[("workforce.medical.consultants", group)])
            figures[("workforce.medical.senior_medical_managers", group)] = str(consultants * next(share) // 100)
            figures[("disciplinary.entered", group)] = str(total * next(share) // 100)
            figures[("workforce.total", group)] = str(total) if next(share) > 50 else ""
        submissions.append(single.submission(single.read(figures)))
    for result in single.validate(*submissions):
        assert [finding for finding in result.findings if finding.severity == "reject"] == []
        assert len(result.figures) >= 102
