"""The national edits from returns to what the national team is shown: by the build, on the page, in the checklist."""

from collections.abc import Callable
from typing import Any

import pytest

from wres import steps
from wres.settings import Settings

THIS_YEAR = {"RXY": ((1400, 100, 10), ("10", "2", "0")), "RJ1": ((510, 890, 20), ("30", "20", "1"))}
EXPLAINED = {"explanation.Q324": "A merger.", "explanation.Q328": "So it is."}


@pytest.fixture
def two_years(
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    world: Callable[..., Any],
) -> Callable[..., dict[str, object]]:
    """Collects and builds 2021, and 2022 with more staff in one of two trusts; what the build of 2022 says."""

    def run_checks(year_before: bool) -> dict[str, object]:
        if year_before:
            set_clock("2021-06-10T12:00")
            send_csv(2021, "RXY", figures(2021, (1000, 100, 10), ("10", "2", "0")))
            send_csv(2021, "RJ1", figures(2021, (500, 900, 20), ("31", "20", "1")))
            steps.collect(steps.open_context(2021))
            steps.build(steps.open_context(2021))
        set_clock("2022-06-10T12:00")
        for code, (staff, entered) in THIS_YEAR.items():
            send_csv(2022, code, figures(2022, staff, entered))
        steps.collect(steps.open_context(2022))
        return steps.build(steps.open_context(2022))

    def run_checks_once(year_before: bool) -> dict[str, object]:
        checked: dict[str, object] = world(f"checked-{year_before}", lambda: run_checks(year_before))
        set_clock("2022-06-10T12:00")
        return checked

    return run_checks_once


def messages() -> dict[str, str]:
    return {
        row["code"]: row["message"] for row in steps.checklist(steps.open_context(2022)) if row["code"].startswith("M")
    }


def test_what_they_find_is_reported_everywhere(settings: Settings, two_years: Callable[..., Any]) -> None:
    built = two_years(year_before=True)
    assert (built["national_checks"], built["not_checked"]) == (["M401", "M402", "M405"], ["M403"])
    first_messages = messages()
    assert first_messages["M401"] == "2 of the 209 returns expected for 2022 are in: 0.96%, below 95%."
    assert first_messages["M402"].startswith(
        "The national headcount went from 2,530 to 2,930 since last year, a change of 15.81%"
    )
    assert first_messages["M405"] == "RXY has not explained Q324, Q328 on its 2022 return."
    assert first_messages["M403"].startswith("Against all others: not checked. Fewer than three regions")
    page = (settings.progress / "2022" / "still.html").read_text()
    assert all(first_messages[code] in page for code in ("M401", "M405"))
    assert "from 2,530 to 2,930" in page


def test_a_first_year_has_nothing_to_compare_with(two_years: Callable[..., Any]) -> None:
    built = two_years(year_before=False)
    assert (built["national_checks"], built["not_checked"]) == (["M401"], ["M402", "M403"])
    assert messages()["M402"].endswith("not checked. The warehouse holds no figures of 2021 to compare with.")


def test_an_explanation_that_comes_in_takes_its_query_off(
    two_years: Callable[..., Any],
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
) -> None:
    two_years(year_before=True)
    staff, entered = THIS_YEAR["RXY"]

    def explain(rows: list[list[str]]) -> None:
        rows.extend(["2022", "RXY", key, "", text] for key, text in EXPLAINED.items())

    set_clock("2022-06-11T12:00")
    send_csv(2022, "RXY", figures(2022, staff, entered), explain)
    steps.collect(steps.open_context(2022))
    assert steps.build(steps.open_context(2022))["national_checks"] == ["M401", "M402"]


def test_two_organisations_that_sent_the_same_are_named(
    set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Any]
) -> None:
    set_clock("2022-06-10T12:00")
    for code in ("RXY", "RJ1"):
        send_csv(2022, code, figures(2022, (1000, 100, 10), ("10", "2", "0")))
    steps.collect(steps.open_context(2022))
    steps.build(steps.open_context(2022))
    assert messages()["M404"] == "RJ1 and RXY sent identical figures for 2022."
