"""Returns that try the edits of the values stage."""

from typing import Any

from tests.validation.edit_cases.cases import BEFORE, ENTERED, MANAGERS, NO_TOTAL, NURSES, TOTAL, Row, at, case
from wres.validation.batch import Submission


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
    return desk.submission(desk.read({(ENTERED, "bme"): "192"})), []


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
    return desk.submission(desk.read(nobody)), [("V208", None, None, None, None)]


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
