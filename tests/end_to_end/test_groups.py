"""Trusts, commissioning groups, care boards and a national body, from a loaded register to the tables of two years.

The organisations are invented. Commissioning groups did end on 30 June 2022, and care boards began the day after.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wres import adhoc, steps
from wres.context import open_context
from wres.reference.register import REGISTER_COLUMNS
from wres.settings import Settings

Wres = Callable[..., tuple[int, str, str]]
Rows = list[dict[str, str]]

REGISTER = """
01X,NHS Northtown CCG,ccg,unknown,Y62,North West,QOP,,E,2013-04-01,2022-06-30,,letter
02X,NHS Southtown CCG,ccg,unknown,Y62,North West,QOP,,E,2013-04-01,2022-06-30,,letter
QXA,NHS Twotowns Integrated Care Board,icb,unknown,Y62,North West,,,E,2022-07-01,,,letter
X9Z,National Body for Examples,alb,unknown,,,,,E,2013-04-01,,,letter
X8Z,National Body that Sends Nothing,alb,unknown,,,,,E,2013-04-01,,,letter
X7Z,National Body whose Return is Rejected,alb,unknown,,,,,E,2013-04-01,,,letter
"""
SUCCESSIONS = "predecessor,successor,from_date\n01X,QXA,2022-07-01\n02X,QXA,2022-07-01\n"
# Staff and entries, white and BME and unknown.
SENT: dict[int, dict[str, tuple[tuple[int, int, int], tuple[str, str, str]]]] = {
    2022: {
        "RXY": ((2505, 725, 66), ("17", "9", "0")),
        "01X": ((200, 60, 4), ("2", "1", "0")),
        "02X": ((150, 50, 3), ("2", "0", "0")),
        "X9Z": ((900, 300, 10), ("6", "2", "1")),
    },
    2023: {
        "RXY": ((2600, 800, 60), ("16", "8", "0")),
        "QXA": ((340, 115, 5), ("3", "1", "0")),
        "X9Z": ((910, 320, 10), ("7", "2", "0")),
    },
}


@pytest.fixture
def loaded(settings: Settings, wres: Wres, tmp_path: Path) -> None:
    register, successions = tmp_path / "register.csv", tmp_path / "successions.csv"
    register.write_text(",".join(REGISTER_COLUMNS) + REGISTER, encoding="utf-8")
    successions.write_text(SUCCESSIONS, encoding="utf-8")
    assert wres("organisations", "load", str(register))[0] == 0
    assert wres("succession", "load", str(successions))[0] == 0


@pytest.fixture
def both_years(
    loaded: None, set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Path]
) -> dict[int, dict[str, Any]]:
    """Both collections run; the commissioning group that is gone sends once more in 2023."""
    summaries = {}
    for year, returns in SENT.items():
        set_clock(f"{year}-06-10T12:00")
        for code, (staff, entered) in returns.items():
            send_csv(year, code, figures(year, staff, entered))
        if year == 2023:
            send_csv(2023, "01X", figures(2023, *SENT[2022]["01X"]))
            send_csv(2023, "X7Z", figures(2023, (900, 300, 10), ("6.5", "2", "1")))
        summaries[year] = steps.run(steps.open_context(year))
    return summaries


def by_group(rows: Rows, year: int, column: str) -> dict[str, str]:
    return {row["organisation_group"]: row[column] for row in rows if row["collection_year"] == str(year)}


def test_from_the_register_to_the_tables(
    settings: Settings,
    wres: Wres,
    both_years: dict[int, dict[str, Any]],
    published: Callable[..., Rows],
    tmp_path: Path,
) -> None:
    every_group_is_asked_answered_and_published(settings, both_years, published)
    the_goals_are_for_all_but_care_boards(published)
    a_care_board_is_compared_with_the_groups_that_it_took_over(published)
    the_status_and_the_page_show_every_group(settings, wres)
    a_template_shows_the_figures_that_were_taken_over(tmp_path)


def every_group_is_asked_answered_and_published(
    settings: Settings, both_years: dict[int, dict[str, Any]], published: Callable[..., Rows]
) -> None:
    assert [both_years[year]["accepted"] + both_years[year]["accepted_with_queries"] for year in SENT] == [4, 3]
    [report] = [json.loads(path.read_text()) for path in (settings.outbox / "2023" / "01X").glob("*/report.json")]
    assert report["status"] == "rejected"
    assert "S105" in {finding["code"] for finding in report["findings"]}

    national = published(2023, "national")
    assert by_group(national, 2022, "organisations") == {"all": "4", "trust": "1", "ccg": "2", "alb": "1"}
    assert by_group(national, 2023, "organisations") == {"all": "3", "trust": "1", "icb": "1", "alb": "1"}
    assert by_group(national, 2022, "relative_likelihood")["ccg"] == "0.80"  # (1 / 110) / (4 / 350) = 0.795
    coverage = [row for row in published(2023, "coverage") if row["level"] == "national"]
    assert by_group(coverage, 2023, "expected") == {"all": "210", "trust": "208", "icb": "1", "alb": "1"}

    assert by_group(coverage, 2023, "rejected") == {"all": "0", "trust": "0", "icb": "0", "alb": "0"}
    assert by_group(published(2023, "goals"), 2023, "not_returned") == {
        "all": "207",
        "trust": "207",
        "icb": "0",
        "alb": "0",
    }
    [body] = [json.loads(path.read_text()) for path in (settings.outbox / "2023" / "X7Z").glob("*/report.json")]
    assert {finding["code"] for finding in body["findings"]} == {"V204"}

    types = {(row["code"], row["name"]) for row in published(2023, "organisation_type")}
    assert types == {
        ("mental_health", "Mental health"),
        ("clinical_commissioning_group", "Clinical commissioning group"),
        ("integrated_care_board", "Integrated care board"),
        ("national_body", "National body"),
    }
    regions = [row for row in published(2023, "region") if row["collection_year"] == "2022"]
    assert {(row["code"], row["organisation_group"]) for row in regions} == {
        *((code, "all") for code in ("Y59", "Y62", "unknown")),
        *(("Y59", "trust"), ("Y62", "ccg"), ("unknown", "alb")),
    }
    assert {(row["code"], row["region_code"]) for row in published(2023, "organisation")} >= {("X9Z", "z")}


def the_status_and_the_page_show_every_group(settings: Settings, wres: Wres) -> None:
    status, out, _ = wres("status", "2023", "--format", "json")
    assert status == 0
    standings = {row["organisation_code"]: row["status"] for row in json.loads(out)}
    assert standings["QXA"].startswith("accepted")
    assert (standings["X7Z"], "X8Z" in standings) == ("rejected", False)
    page = (settings.progress / "2023" / "index.html").read_text(encoding="utf-8")
    assert all(name in page for name in ("Integrated care board", "National body", "NHS Twotowns"))


def the_goals_are_for_all_but_care_boards(published: Callable[..., Rows]) -> None:
    goals = published(2023, "goals")
    assert by_group(goals, 2022, "goal_percent") == {"all": "90", "trust": "90", "ccg": "90", "alb": "90"}
    assert set(by_group(goals, 2023, "goal_percent").values()) == {"z"}
    distance = {row["organisation_group"]: row for row in published(2023, "goal_distance")}
    # Kent and Medway 1.83, Northtown 1.67, Southtown 0.00, the body 1.00: one of four within.
    assert [distance["all"][name] for name in ("share_within_percent", "points_to_goal", "organisations_to_goal")] == [
        "25.0",
        "65.0",
        "3",
    ]
    assert [distance["alb"][name] for name in ("points_to_goal", "organisations_to_goal")] == ["-10.0", "0"]


def a_care_board_is_compared_with_the_groups_that_it_took_over(published: Callable[..., Rows]) -> None:
    change = {row["code"]: row for row in published(2023, "organisation_change")}
    assert set(change) == {"RXY", "QXA", "X9Z"}
    board = change["QXA"]
    assert [board[name] for name in ("organisation_group", "previous_organisations", "previous_white_headcount")] == [
        "icb",
        "2",
        "350",
    ]
    compared = [row for row in published(2023, "comparison") if row["level"] == "national"]
    assert by_group(compared, 2023, "matched_organisations") == {"all": "3", "trust": "1", "icb": "1", "alb": "1"}
    assert by_group(compared, 2023, "previous_organisations")["all"] == "4"
    series = {row["collection_year"]: row for row in published(2023, "organisation_series") if row["code"] == "QXA"}
    assert [series["2022"][name] for name in ("organisation_group", "made_of", "organisations", "complete")] == [
        "icb",
        "2",
        "2",
        "true",
    ]
    assert (series["2022"]["bme_headcount"], series["2023"]["bme_headcount"]) == ("110", "115")
    assert "01X" not in {row["code"] for row in published(2023, "organisation_series")}


def a_template_shows_the_figures_that_were_taken_over(tmp_path: Path) -> None:
    import openpyxl

    path = adhoc.write_prefilled_template(open_context(2023), "QXA", tmp_path / "return.xlsx")
    sheet = openpyxl.load_workbook(path)["Return"]
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    assert "NHS Twotowns Integrated Care Board" in cells
    assert {350, 110, 7} <= cells  # all staff in band 5 of both groups
