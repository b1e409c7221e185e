"""Returns that try the edits of the quality stage."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.validation.edit_cases.cases import BEFORE, CONSULTANTS, ENTERED, MANAGERS, NO_TOTAL, OTHER, Row, at, case
from wres.returns.parsed_return import CellRef, FileError, Text
from wres.validation.batch import Submission


def query(code: str) -> list[Row]:
    return [(code, None, None, None, None)]


def changed(desk: Any, now: dict[tuple[str, str], str | None], before: dict[tuple[str, str], str | None]) -> Any:
    """A return with these changes of a clean one, and last year's with those."""
    return desk.submission(desk.read(now), last_year=desk.last_year(before))


def both_years(desk: Any, now: tuple[int, int, int], before: tuple[int, int, int]) -> Any:
    this_year, last_year = desk.in_both_years(now, before)
    return changed(desk, this_year, last_year)


@case("Q321")
def fewer_bme_entries_than_chance_gives(desk: Any) -> tuple[Submission, list[Row]]:
    return both_years(desk, (19, 1, 1), (11, 12, 1)), query("Q321")  # mid-p 0.00078


@case("Q321")
def fewer_bme_entries_that_chance_may_give(desk: Any) -> tuple[Submission, list[Row]]:
    return both_years(desk, (18, 1, 1), (11, 12, 1)), []  # mid-p 0.00104


@case("Q321")
def ratio_of_nine(desk: Any) -> tuple[Submission, list[Row]]:
    return both_years(desk, (3, 8, 0), (5, 6, 0)), []


@case("Q321")
def ratio_not_calculable(desk: Any) -> tuple[Submission, list[Row]]:
    return both_years(desk, (0, 9, 1), (3, 5, 1)), []


@case("Q322")
def entries_down_by_more_than_chance(desk: Any) -> tuple[Submission, list[Row]]:
    return both_years(desk, (10, 4, 1), (37, 15, 1)), query("Q322")  # 15 after 53: mid-p 0.0009


@case("Q322")
def entries_down_by_chance(desk: Any) -> tuple[Submission, list[Row]]:
    return both_years(desk, (10, 4, 1), (36, 15, 1)), []  # 15 after 52: mid-p 0.0011


@case("Q322")
def ten_times_a_small_number(desk: Any) -> tuple[Submission, list[Row]]:
    return both_years(desk, (30, 10, 1), (3, 1, 0)), query("Q322")


@case("Q323")
def none_entered_where_three_would(desk: Any) -> tuple[Submission, list[Row]]:
    return both_years(desk, (0, 0, 0), (2, 1, 0)), query("Q323")


@case("Q323")
def none_entered_where_two_would(desk: Any) -> tuple[Submission, list[Row]]:
    return both_years(desk, (0, 0, 0), (2, 0, 0)), []


@case("Q323", national=True)
def none_entered_and_no_last_year(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.entered("0", "0", "0"))), query("Q323")


@case("Q323")
def none_entered_and_no_rate(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.entered("0", "0", "0"))), []


@case("Q323", national=True)
def one_entry_of_unknown_ethnicity(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.entered("0", "0", "1"))), []


@case("Q324")
def staff_up_further_than_usual(desk: Any) -> tuple[Submission, list[Row]]:
    # 864 after 768: log change 0.118; usual is up to 3.29 times 3%, 0.099, and 50 people.
    return changed(desk, {}, desk.spread("white", 17)), query("Q324")


@case("Q324")
def staff_up_as_usual(desk: Any) -> tuple[Submission, list[Row]]:
    return changed(desk, {}, desk.spread("white", 18)), []  # 864 after 800: 0.077


@case("Q325")
def nearly_all_figures_fell(desk: Any) -> tuple[Submission, list[Row]]:
    # 1,184 after 1,257, and 28 of 32 large figures fell: 87.5%.
    before = desk.spread("white", 33) | desk.spread("white", 30, 4)
    return changed(desk, desk.spread("white", 30), before), query("Q325")


@case("Q325")
def many_figures_fell(desk: Any) -> tuple[Submission, list[Row]]:
    before = desk.spread("white", 33) | desk.spread("white", 30, 6)  # 26 of 32: 81%
    return changed(desk, desk.spread("white", 30), before), []


@case("Q325")
def all_figures_fell_a_little(desk: Any) -> tuple[Submission, list[Row]]:
    before = desk.spread("white", 31)  # 1,184 after 1,216: 2.6%
    return changed(desk, desk.spread("white", 30), before), []


@case("Q326")
def one_tenth_unknown(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.staffed(708, 192, 100))), []


@case("Q326")
def more_than_one_tenth_unknown(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(desk.staffed(708, 192, 101))), query("Q326")


@case("Q326")
def more_than_one_tenth_unknown_as_last_year(desk: Any) -> tuple[Submission, list[Row]]:
    return changed(desk, desk.staffed(708, 192, 101), desk.staffed(708, 192, 102)), []


@case("Q326")
def unknown_up_further_than_usual(desk: Any) -> tuple[Submission, list[Row]]:
    # 60 of 892 after 32 of 864: up 3.02 points. Usual: 3.29 times the root of 0.8^2 + 0.12, 2.87.
    return changed(desk, desk.spread("unknown", 2, 28), {}), query("Q326")


@case("Q326")
def unknown_up_as_usual(desk: Any) -> tuple[Submission, list[Row]]:
    return changed(desk, desk.spread("unknown", 2, 24), {}), []  # 56 of 888: up 2.60 points


@case("Q327")
def bme_share_up_further_than_usual(desk: Any) -> tuple[Submission, list[Row]]:
    # 235 of 907 after 192 of 864: up 3.69 points. Usual: 3.29 times the root of 0.8^2 + 0.57, 3.62.
    return changed(desk, desk.spread("bme", 7) | desk.spread("bme", 8, 11), {}), query("Q327")


@case("Q327")
def bme_share_up_as_usual(desk: Any) -> tuple[Submission, list[Row]]:
    return changed(desk, desk.spread("bme", 7) | desk.spread("bme", 8, 10), {}), []  # up 3.61 points


def as_last_year(desk: Any, now: dict[tuple[str, str], str | None]) -> Any:
    """A return with the workforce of last year's."""
    last_year = desk.last_year()
    for item in (item.code for item in desk.template.items if item.in_total):
        last_year |= {(item, group): Decimal(desk.figures()[item, group]) for group in ("white", "bme", "unknown")}
    return desk.submission(desk.read(now), last_year=last_year)


@case("Q328")
def workforce_as_last_year(desk: Any) -> tuple[Submission, list[Row]]:
    return as_last_year(desk, {}), query("Q328")


@case("Q328")
def one_figure_not_as_last_year(desk: Any) -> tuple[Submission, list[Row]]:
    return as_last_year(desk, {(OTHER, "white"): "21"} | NO_TOTAL), []


@case("Q328")
def entries_as_last_year(desk: Any) -> tuple[Submission, list[Row]]:
    return both_years(desk, (10, 4, 1), (10, 4, 1)), query("Q328")


@case("Q328")
def few_entries_as_last_year(desk: Any) -> tuple[Submission, list[Row]]:
    return both_years(desk, (2, 1, 0), (2, 1, 0)), []  # chance gives that in 3.6 of 100 years


def _moved(desk: Any, staff: int) -> dict[tuple[str, str], str | None]:
    """White staff of four bands, so many each, moved to the four bands above them."""
    items = [item.code for item in desk.template.items if item.in_total][:8]
    return {(item, "white"): str(20 + (staff if number % 2 else -staff)) for number, item in enumerate(items)}


@case("Q329")
def many_moved_between_bands(desk: Any) -> tuple[Submission, list[Row]]:
    return changed(desk, _moved(desk, 18), {}), query("Q329")  # 72 of 640: 0.1125, above 0.06 + 1.2 / root of 640


@case("Q329")
def some_moved_between_bands(desk: Any) -> tuple[Submission, list[Row]]:
    return changed(desk, _moved(desk, 16), {}), []  # 64 of 640, and one as every year: 0.1016


@case("Q330")
def one_figure_far_from_last_years(desk: Any) -> tuple[Submission, list[Row]]:
    submission = changed(desk, {(OTHER, "white"): "71"} | NO_TOTAL, {})
    return submission, [at(desk, "Q330", OTHER, "white", "71")]


@case("Q330")
def one_figure_not_so_far_from_last_years(desk: Any) -> tuple[Submission, list[Row]]:
    return changed(desk, {(OTHER, "white"): "70"} | NO_TOTAL, {}), []


@case("Q331")
def last_years_entries_differ(desk: Any) -> tuple[Submission, list[Row]]:
    two_years = desk.template.window != "single_year"
    submission = changed(desk, {(BEFORE, "bme"): "5"} if two_years else {}, {})
    return submission, [at(desk, "Q331", BEFORE, "bme", "5")] if two_years else []


@case("Q331")
def last_years_entries_as_sent(desk: Any) -> tuple[Submission, list[Row]]:
    return changed(desk, {}, {}), []


def few_unknown(desk: Any, staff: int, entered: str) -> Any:
    """A return with so many staff of unknown ethnicity, and entries."""
    changes = desk.spread("unknown", 0) | desk.spread("unknown", 1, staff) | {(MANAGERS, "unknown"): "0"}
    return desk.submission(desk.read(changes | {(CONSULTANTS, "unknown"): "1", (ENTERED, "unknown"): entered}))


@case("Q332")
def more_entries_than_a_few_staff(desk: Any) -> tuple[Submission, list[Row]]:
    return few_unknown(desk, 18, "20"), [at(desk, "Q332", ENTERED, "unknown", "20")]  # the consultant is the 19th


@case("Q332")
def as_many_entries_as_a_few_staff(desk: Any) -> tuple[Submission, list[Row]]:
    return few_unknown(desk, 18, "19"), []


@case("V205")
def more_entries_than_twenty_staff(desk: Any) -> tuple[Submission, list[Row]]:
    return few_unknown(desk, 19, "21"), [at(desk, "V205", ENTERED, "unknown", "21")]


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
    read = desk.read({(BEFORE, "white"): "10"} if desk.template.window != "single_year" else {})
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
    return desk.submission(read), [("Q309", "Return!B5", None, None, None)]


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
