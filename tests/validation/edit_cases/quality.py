"""Returns that try the edits of the quality stage."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.validation.edit_cases.cases import MANAGERS, Row, case
from wres.returns.parsed_return import CellRef, FileError, Text
from wres.validation.validate import Submission


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
    read.texts.append(Text("calculated.relative_likelihood.bme", "1.34", CellRef("Return", "D50")))
    return desk.submission(read), [("Q308", "Return!D50", None, None, "1.34")]


@case("Q308")
def stated_likelihood_differs(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.texts.append(Text("calculated.likelihood.white", "1.57%", CellRef("Return", "C49")))
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
def signed_before_the_snapshot(desk: Any) -> tuple[Submission, list[Row]]:
    day = (desk.year.snapshot - timedelta(days=1)).isoformat()
    return desk.submission(desk.read(signoff_date=day)), [("Q309", "Return!B6", None, None, day)]


@case("Q309")
def signed_on_the_snapshot(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(signoff_date=f"{desk.year.snapshot:%d/%m/%Y}")), []


@case("Q309")
def signed_after_the_receipt(desk: Any) -> tuple[Submission, list[Row]]:
    day = f"{desk.in_time + timedelta(days=1):%-d %B %Y}"
    return desk.submission(desk.read(signoff_date=day)), [("Q309", "Return!B6", None, None, day)]


@case("Q309")
def signed_on_the_day_of_the_receipt_which_england_has_first(desk: Any) -> tuple[Submission, list[Row]]:
    received = datetime(desk.year.year, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight in England
    return desk.submission(desk.read(signoff_date=f"{desk.year.year}-07-02"), received_at=received), []


@case("Q309")
def date_in_words(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(signoff_date=f"30 June {desk.year.year}")), []


@case("Q310")
def number_like_a_persons(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.asked = [FileError("Q310", "a number", CellRef("Explanations", "C5")), FileError("Q310", "3 e-mail addresses")]
    return desk.submission(read), [
        ("Q310", "Explanations!C5", None, None, None),
        ("Q310", None, None, None, None),
    ]
