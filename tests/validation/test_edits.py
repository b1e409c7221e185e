"""Every edit of a return with returns that it finds and returns that just pass, each with the exact findings."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from pipeline.collection.calendar import CollectionYear
from pipeline.returns.cells import Cell, Fault, Place, ReadReturn, Text
from pipeline.validation.findings import Judgement
from pipeline.validation.judge import Submission

Row = tuple[str, str | None, str | None, str | None, str | None]  # code, place, item, ethnic group, value
Case = Callable[[Any], tuple[Submission, list[Row]]]

RETURN_EDITS = [
    *("S101", "S102", "S103", "S104", "S105", "S106", "S107", "S108", "S109", "S110", "S111", "S112", "S113"),
    *("V201", "V202", "V203", "V204", "V205", "V206", "V207", "V208", "V209"),
    *("Q301", "Q302", "Q303", "Q304", "Q305", "Q306", "Q307", "Q308", "Q309"),
]
NURSES = "workforce.clinical.band_5"
OTHER = "workforce.medical.other"
MANAGERS = "workforce.medical.senior_medical_managers"
ENTERED, BEFORE = "disciplinary.entered", "disciplinary.entered_previous_year"
TOTAL = "workforce.total"
NO_TOTAL = {(TOTAL, group): None for group in ("white", "bme", "unknown")}

CASES: dict[str, Case] = {}
ABOUT: dict[str, str] = {}
NATIONAL_RATE = Fraction(1, 144)  # with 864 staff: 6 entries at that rate, 18 at three times it, 2 at a third
WITH_NATIONAL_RATE: set[str] = set()


def case(code: str, *, national: bool = False) -> Callable[[Case], Case]:
    """A return that tries one edit. The table of findings that it gives is exact: nothing else may be found."""

    def keep(make: Case) -> Case:
        name = make.__name__.strip("_")
        assert name not in CASES
        CASES[name], ABOUT[name] = make, code
        if national:
            WITH_NATIONAL_RATE.add(name)
        return make

    return keep


def at(desk: Any, code: str, item: str, group: str, value: str | None) -> Row:
    place = desk.place(item, group)
    return code, f"{place.sheet}!{place.cell}", item, group, value


def fault(code: str, place: Place = Place(), value: str = "") -> ReadReturn:  # noqa: B008
    return ReadReturn(faults=[Fault(code, "The file is not right.", place, value)])


# ---- Structure ---------------------------------------------------------------------------------------------------


@case("S101")
def unreadable(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(fault("S101")), [("S101", None, None, None, None)]


@case("S102")
def macros(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(fault("S102", value="xlsm")), [("S102", None, None, None, "xlsm")]


@case("S112")
def too_large(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(fault("S112")), [("S112", None, None, None, None)]


@case("S113")
def people(desk: Any) -> tuple[Submission, list[Row]]:
    read = fault("S113", Place("Staff", "A1"), value="Jo Bloggs")
    return desk.submission(read), [("S113", "Staff!A1", None, None, None)]


@case("S104")
def no_header(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(fault("S104", Place("Return"))), [("S104", None, None, None, None)]


@case("S104")
def no_column_of_a_group(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read({key: None for key in desk.template.cells() if key[1] == "unknown"})
    read.faults.append(Fault("S104", "The header row has no column Unknown.", Place("Return", "A9")))
    return desk.submission(read), [("S104", "Return!A9", None, None, None)]


@case("S104")
def no_column_of_groups(desk: Any) -> tuple[Submission, list[Row]]:
    read = fault("S104")
    read.cells = [Cell(item, "", "1", None) for item, _ in desk.template.cells()]
    return desk.submission(read), [("S104", None, None, None, None)]


@case("S103")
def another_major_template(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(template_version="9.0")), [("S103", "Return!B3", None, None, "9.0")]


@case("S103")
def another_minor_template(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(template_version=f"{desk.template.major}.7")), []


@case("S103")
def no_template_stated(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(template_version=None)), []


@case("S105")
def known_but_not_expected(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(sender="RZZ"), sender="RZZ"), [("S105", None, None, None, "RZZ")]


@case("S105")
def unknown_organisation(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(sender="QQQ"), sender="QQQ"), [("S105", None, None, None, "QQQ")]


@case("S105")
def checked_before_anybody_is_named(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(organisation_code=None), sender=""), [("S106", None, None, None, None)]


@case("S106")
def another_organisation(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(organisation_code="RYY")), [("S106", "Return!B1", None, None, "RYY")]


@case("S106")
def no_organisation(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(organisation_code="")), [("S106", None, None, None, None)]


@case("S106")
def organisation_in_lower_case(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(organisation_code=" rxx ")), []


@case("S106")
def two_organisations_in_one_file(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.texts += [Text("organisation_code", "RYY", Place(cell=cell)) for cell in ("B7", "B9")]
    return desk.submission(read), [("S106", "None!B7", None, None, "RYY")]


@case("S107")
def another_year(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(collection_year="2016")), [("S107", "Return!B2", None, None, "2016")]


@case("S107")
def year_in_words(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(collection_year="this one")), [("S107", "Return!B2", None, None, "this one")]


@case("S107")
def no_year(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(collection_year=None)), [("S107", None, None, None, None)]


@case("S107")
def year_as_a_spreadsheet_number(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(collection_year=f"{desk.year.year}.0")), []


@case("S108")
def given_three_times(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.cells += [desk.cell(NURSES, "bme", raw, Place("Return", cell)) for raw, cell in (("6", "D90"), ("-7", "D91"))]
    return desk.submission(read), [
        ("S108", "Return!D90", NURSES, "bme", "6"),
        ("S108", "Return!D91", NURSES, "bme", "-7"),
        ("V203", "Return!D91", NURSES, "bme", "-7"),
    ]


@case("S109")
def unknown_item(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    groups = (("white", "C99"), ("bme", "D99"), ("unknown", "E99"))
    read.cells += [desk.cell("workforce.pilots", group, "-1", Place("Return", cell)) for group, cell in groups]
    return desk.submission(read), [("S109", "Return!A99", "workforce.pilots", None, "workforce.pilots")]


@case("S109")
def unknown_item_and_a_negative(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read({(NURSES, "white"): "-3"})
    read.cells.append(desk.cell("workforce.pilots", "bme", "1"))
    return desk.submission(read), [
        ("S109", "Return!A100", "workforce.pilots", "bme", "workforce.pilots"),
        at(desk, "V203", NURSES, "white", "-3"),
    ]


@case("S109")
def unknown_group(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.cells.append(desk.cell(NURSES, "asian", "4", Place("Return", "F29")))
    return desk.submission(read), [("S109", "Return!F29", NURSES, "asian", "asian")]


@case("S109")
def unknown_items_and_groups_of_a_csv_file(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.headings = {"item": Place(cell="C1"), "ethnic group": Place(cell="D1"), "value": Place(cell="E1")}
    wrong = [(NURSES, "asian"), ("workforce.pilots", "white"), ("workforce.pilots", "bme"), ("", "white"), (NURSES, "")]
    read.cells += [Cell(*names, "4", None, Place(cell=f"E{row}")) for row, names in enumerate(wrong, start=7)]
    return desk.submission(read), [
        ("S109", "None!D7", NURSES, "asian", "asian"),
        ("S109", "None!C8", "workforce.pilots", "white", "workforce.pilots"),
        ("S109", "None!C9", "workforce.pilots", "bme", "workforce.pilots"),
        ("S109", "None!C10", None, "white", None),
        ("S109", "None!D11", NURSES, None, None),
    ]


@case("S109")
def neither_item_nor_group_where_no_heading_is_known(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.headings = {}
    read.cells += [Cell("", "white", "4", None, Place(cell="E7")), Cell(NURSES, "", "4", None, Place(cell="E8"))]
    return desk.submission(read), [
        ("S109", "None!E7", None, "white", None),
        ("S109", "None!E8", NURSES, None, None),
    ]


@case("S110")
def missing_item(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read({(OTHER, group): None for group in ("white", "bme", "unknown")})
    return desk.submission(read), [("S110", None, OTHER, None, None)]


@case("S110")
def missing_for_two_groups(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read({(OTHER, "white"): None, (OTHER, "unknown"): None})
    return desk.submission(read), [("S110", None, OTHER, "white", None), ("S110", None, OTHER, "unknown", None)]


@case("S110")
def total_not_given(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(NO_TOTAL)), []


@case("S111")
def after_the_hard_close(desk: Any) -> tuple[Submission, list[Row]]:
    late = desk.year.hard_close + timedelta(seconds=1)
    return desk.submission(desk.read(), received_at=late), [("S111", None, None, None, None)]


@case("S111")
def at_the_hard_close(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(), received_at=desk.year.hard_close), []


# ---- Values ------------------------------------------------------------------------------------------------------


@case("V201")
def blank(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(NURSES, "bme"): ""})), [at(desk, "V201", NURSES, "bme", None)]


@case("V201")
def blank_total(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(TOTAL, "bme"): ""})), []


@case("V202")
def words_for_a_number(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(NURSES, "bme"): "=six"})), [at(desk, "V202", NURSES, "bme", "=six")]


@case("V202")
def an_infinity(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(NURSES, "bme"): "Infinity"})), [at(desk, "V202", NURSES, "bme", "Infinity")]


@case("V202")
def a_number_with_a_point(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(NURSES, "bme"): "6.0"})), []


@case("V203")
def negative(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(ENTERED, "bme"): "-1"})), [at(desk, "V203", ENTERED, "bme", "-1")]


@case("V203")
def nought(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(NURSES, "bme"): "0", **NO_TOTAL})), []


@case("V204")
def half_a_nurse(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(NURSES, "bme"): "6.5"})), [at(desk, "V204", NURSES, "bme", "6.5")]


@case("V204")
def hardly_more_than_whole(desk: Any) -> tuple[Submission, list[Row]]:
    raw = "6.00000000000000000000000000000000000001"
    return desk.submission(desk.read({(NURSES, "bme"): raw})), [at(desk, "V204", NURSES, "bme", raw)]


@case("V204")
def whole_with_noughts_behind(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(NURSES, "bme"): "6.000"})), []


@case("V204")
def half_an_entry(desk: Any) -> tuple[Submission, list[Row]]:
    half = desk.template.window == "two_year_average"
    expected = [] if half else [at(desk, "V204", ENTERED, "bme", "4.5")]
    return desk.submission(desk.read({(ENTERED, "bme"): "4.5"})), expected


@case("V204")
def quarter_of_an_entry(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(ENTERED, "bme"): "4.25"})), [at(desk, "V204", ENTERED, "bme", "4.25")]


@case("V205")
def more_entries_than_staff(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(ENTERED, "bme"): "193"})), [at(desk, "V205", ENTERED, "bme", "193")]


@case("V205")
def as_many_entries_as_staff(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(ENTERED, "bme"): "192"})), [("Q303", None, None, None, None)]


@case("V205")
def more_in_the_mean_of_two_years(desk: Any) -> tuple[Submission, list[Row]]:
    if desk.template.window == "single_year":
        return desk.submission(desk.read()), []
    read = desk.read({(ENTERED, "unknown"): "31", (BEFORE, "unknown"): "33.5"})
    return desk.submission(read), [at(desk, "V205", BEFORE, "unknown", "33.5")]


@case("V205")
def as_many_in_the_mean_of_two_years(desk: Any) -> tuple[Submission, list[Row]]:
    if desk.template.window == "single_year":
        return desk.submission(desk.read()), []
    return desk.submission(desk.read({(ENTERED, "unknown"): "31", (BEFORE, "unknown"): "33"})), []


@case("V206")
def total_off_by_one(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(TOTAL, "white"): "641"})), [at(desk, "V206", TOTAL, "white", "641")]


@case("V206")
def total_of_a_part_that_is_no_number(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(NURSES, "white"): "x"})), [at(desk, "V202", NURSES, "white", "x")]


@case("V206")
def total_that_is_no_number(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(TOTAL, "white"): "x"})), [at(desk, "V202", TOTAL, "white", "x")]


@case("V207")
def part_above_the_whole(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(MANAGERS, "bme"): "7"})), [at(desk, "V207", MANAGERS, "bme", "7")]


@case("V207")
def part_as_large_as_the_whole(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(MANAGERS, "bme"): "6"})), []


@case("V208")
def no_staff(desk: Any) -> tuple[Submission, list[Row]]:
    nobody = dict.fromkeys(desk.template.cells(), "0")
    return desk.submission(desk.read(nobody)), [("V208", None, None, None, None), ("Q305", None, None, None, None)]


@case("V208")
def staff_in_one_group_only(desk: Any) -> tuple[Submission, list[Row]]:
    nobody = {key: "0" for key in desk.template.cells() if key[1] != "white"}
    return desk.submission(desk.read(nobody)), []


@case("V209")
def beyond_any_employer(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(NURSES, "bme"): "100001"})), [at(desk, "V209", NURSES, "bme", "100001")]


@case("V209")
def beyond_all_bounds(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(NURSES, "bme"): "1e999"})), [at(desk, "V209", NURSES, "bme", "1e999")]


@case("V209")
def as_large_as_an_employer_can_be(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read({(NURSES, "bme"): "100000", **NO_TOTAL})), []


# ---- Quality -----------------------------------------------------------------------------------------------------


def query(code: str) -> list[Row]:
    return [(code, None, None, None, None)]


@case("Q301")
def one_tenth_unknown(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.staffed(708, 192, 100))), []


@case("Q301")
def more_than_one_tenth_unknown(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.staffed(708, 192, 101))), query("Q301")


@case("Q301")
def unknown_up_by_five_points(desk: Any) -> tuple[Submission, list[Row]]:
    last_year = desk.last_year(desk.staffed(758, 192, 50))
    return desk.submission(desk.read(desk.staffed(708, 192, 100)), last_year=last_year), []


@case("Q301")
def unknown_up_by_more_than_five_points(desk: Any) -> tuple[Submission, list[Row]]:
    last_year = desk.last_year(desk.staffed(759, 192, 49))
    return desk.submission(desk.read(desk.staffed(708, 192, 100)), last_year=last_year), query("Q301")


@case("Q302")
def staff_down_by_a_fifth(desk: Any) -> tuple[Submission, list[Row]]:
    last_year = desk.last_year(desk.staffed(885, 240, 125))
    return desk.submission(desk.read(desk.staffed(708, 192, 100)), last_year=last_year), []


@case("Q302")
def staff_down_by_more_than_a_fifth(desk: Any) -> tuple[Submission, list[Row]]:
    last_year = desk.last_year(desk.staffed(886, 240, 125))
    return desk.submission(desk.read(desk.staffed(708, 192, 100)), last_year=last_year), query("Q302")


@case("Q302")
def staff_up_by_more_than_a_fifth(desk: Any) -> tuple[Submission, list[Row]]:
    last_year = desk.last_year(desk.staffed(653, 180, 0))
    return desk.submission(desk.read(desk.staffed(748, 212, 40)), last_year=last_year), query("Q302")


@case("Q303")
def ratio_of_four(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.entered("10", "12", "1"))), []


@case("Q303")
def ratio_above_four(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.entered("10", "13", "1"))), query("Q303")


@case("Q303")
def ratio_twice_last_year(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(), last_year=desk.last_year(desk.entered("10", "2", "1"))), []


@case("Q303")
def ratio_more_than_twice_last_year(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(), last_year=desk.last_year(desk.entered("11", "2", "1"))), query("Q303")


@case("Q303")
def ratio_less_than_half_of_last_year(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(), last_year=desk.last_year(desk.entered("10", "9", "1"))), query("Q303")


@case("Q303")
def ratio_up_from_nought(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(), last_year=desk.last_year(desk.entered("10", "0", "1"))), query("Q303")


@case("Q303")
def ratio_not_calculable_last_year(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(), last_year=desk.last_year(desk.entered("0", "4", "1"))), []


@case("Q303")
def ratio_not_calculable(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.entered("0", "9", "1")), last_year=desk.last_year()), []


@case("Q304", national=True)
def three_times_the_national_rate(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.entered("14", "4", "0"))), []


@case("Q304", national=True)
def more_than_three_times_the_national_rate(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.entered("14", "4", "1"))), query("Q304")


@case("Q304", national=True)
def a_third_of_the_national_rate(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.entered("2", "0", "0"))), []


@case("Q304", national=True)
def less_than_a_third_of_the_national_rate(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.entered("1", "0", "0"))), query("Q304")


@case("Q305", national=True)
def no_entries(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.entered("0", "0", "0"))), query("Q305")


@case("Q305")
def one_entry_of_unknown_ethnicity(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.entered("0", "0", "1"))), []


@case("Q306")
def bme_share_up_by_five_points(desk: Any) -> tuple[Submission, list[Row]]:
    last_year = desk.last_year(desk.staffed(758, 142, 100))
    return desk.submission(desk.read(desk.staffed(708, 192, 100)), last_year=last_year), []


@case("Q306")
def bme_share_up_by_more_than_five_points(desk: Any) -> tuple[Submission, list[Row]]:
    last_year = desk.last_year(desk.staffed(759, 141, 100))
    return desk.submission(desk.read(desk.staffed(708, 192, 100)), last_year=last_year), query("Q306")


@case("Q307")
def as_last_year(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    last_year = {(cell.item, cell.ethnic_group): cell.number for cell in read.cells}
    return desk.submission(read, last_year=last_year), query("Q307")


@case("Q307")
def one_figure_not_as_last_year(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read({(MANAGERS, "white"): "2"})
    last_year = {(cell.item, cell.ethnic_group): cell.number for cell in desk.read().cells}
    return desk.submission(read, last_year=last_year), []


@case("Q308")
def stated_ratio_differs(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.texts.append(Text("calculated.relative_likelihood.bme", "1.34", Place("Return", "D50")))
    return desk.submission(read), [("Q308", "Return!D50", None, None, "1.34")]


@case("Q308")
def stated_likelihood_differs(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.texts.append(Text("calculated.likelihood.white", "1.57%", Place("Return", "C49")))
    return desk.submission(read), [("Q308", "Return!C49", None, None, "1.57%")]


@case("Q308")
def stated_ratio_is_no_number(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.texts.append(Text("calculated.relative_likelihood.bme", "#REF!"))
    return desk.submission(read), [("Q308", None, None, None, "#REF!")]


@case("Q308")
def stated_rates_agree(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    stated = {
        "calculated.likelihood.white": "0.015625",
        "calculated.likelihood.bme": "2.08%",
        "calculated.likelihood.unknown": "3.1",
        "calculated.relative_likelihood.bme": "1.3333333333333333",
    }
    read.texts += [Text(key, value) for key, value in stated.items()]
    return desk.submission(read), []


@case("Q309")
def no_sign_off(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read(signoff_name=None, signoff_role=" ", signoff_date=None)
    return desk.submission(read), [
        ("Q309", None, None, None, None),
        ("Q309", "Return!B5", None, None, None),
        ("Q309", None, None, None, None),
    ]


@case("Q309")
def date_that_is_none(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(signoff_date="31/02/2022")), [("Q309", "Return!B6", None, None, "31/02/2022")]


@case("Q309")
def date_in_words(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(signoff_date="30 June 2022")), []


@pytest.fixture(scope="module")
def judged(year: CollectionYear, make_desk: Callable[[CollectionYear], Any]) -> dict[str, Any]:
    """All cases judged together, as a round is: name to (judgement, expected table)."""
    desk = make_desk(year)
    found: dict[str, tuple[Judgement, list[Row]]] = {}
    for rate, names in (
        (None, [name for name in CASES if name not in WITH_NATIONAL_RATE]),
        (NATIONAL_RATE, sorted(WITH_NATIONAL_RATE)),
    ):
        made = [CASES[name](desk) for name in names]
        judgements = desk.judge(*(submission for submission, _ in made), last_year_national_rate=rate)
        found |= {
            name: (one, made[number][1]) for number, (name, one) in enumerate(zip(names, judgements, strict=True))
        }
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_return_gives_exactly_its_findings(
    name: str, judged: dict[str, Any], as_table: Callable[[Judgement], list[Row]]
) -> None:
    judgement, expected = judged[name]
    assert as_table(judgement) == expected
    rejected = any(code[0] in "SV" for code, *_ in expected)
    assert judgement.status == ("rejected" if rejected else "accepted_with_queries" if expected else "accepted")


@pytest.mark.parametrize("name", CASES)
def test_every_edit_either_ran_or_says_why_not(name: str, judged: dict[str, Any]) -> None:
    judgement, expected = judged[name]
    assert sorted([*judgement.edits_run, *judgement.edits_not_run]) == sorted(RETURN_EDITS)
    assert {code for code, *_ in expected} <= set(judgement.edits_run)
    assert all(judgement.edits_not_run.values())


@pytest.mark.parametrize("name", CASES)
def test_a_message_says_where_and_leaves_no_place_open(name: str, judged: dict[str, Any]) -> None:
    judgement, _ = judged[name]
    for finding in judgement.findings:
        assert "{" not in finding.message + finding.how_to_fix
        assert finding.cell is None or finding.cell in finding.message or finding.code == "Q309"
        assert len(finding.message) < 500


def test_every_edit_is_tried_by_a_return_that_fails_it(judged: dict[str, Any]) -> None:
    failing = defaultdict(set)
    passing = defaultdict(set)
    for name, (_, expected) in judged.items():
        codes = {code for code, *_ in expected}
        (failing if ABOUT[name] in codes else passing)[ABOUT[name]].add(name)
    assert sorted(failing) == sorted(RETURN_EDITS)
    in_all_others = {"S101", "S102", "S104", "S108", "S109", "S112", "S113"}  # every other return passes these
    assert set(passing) >= set(RETURN_EDITS) - in_all_others
