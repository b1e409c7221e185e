import ast
import inspect
import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wres
from wres.clock import LONDON
from wres.context import open_pipeline
from wres.errors import WresError
from wres.reference import year_config
from wres.reference.year_config import configured_years, load_year, load_year_before, read_year_file
from wres.reference.year_tables import DisclosurePolicy
from wres.returns.template_spec import load_template
from wres.settings import Settings

YEARS = range(2018, 2026)
SHIPPED = Path(year_config.__file__).parent / "years"


# Days that were published, and the last Thursday where only the month was published.
RELEASES = {
    2018: date(2019, 1, 31),
    2019: date(2020, 2, 17),
    2020: date(2021, 2, 25),
    2021: date(2022, 4, 7),
    2022: date(2023, 2, 22),
    2023: date(2024, 3, 28),
    2024: date(2025, 6, 26),
    2025: date(2026, 2, 26),
}
BANDS = [f"workforce.{kind}.{band}" for kind in ("non_clinical", "clinical") for band in ("under_band_1", "band_1")]


def test_the_years_that_ship() -> None:
    assert configured_years() == tuple(YEARS)


@pytest.mark.parametrize("number", YEARS)
def test_the_dates_of_a_year(number: int) -> None:
    year = load_year(number)
    assert (year.year, year.snapshot) == (number, date(number, 3, 31))
    assert (year.entries_from, year.entries_to) == (date(number - 1, 4, 1), date(number, 3, 31))
    assert year.opens == datetime(number, 6, 1, tzinfo=LONDON)
    assert year.deadline == datetime(number, 8, 31, 23, 59, tzinfo=LONDON)
    assert year.hard_close == datetime(number, 9, 30, 23, 59, tzinfo=LONDON)
    assert year.release_time.date() == RELEASES[number]
    assert ("release_time" in year.assumed) == (number not in (2021, 2022))
    if number not in (2019, 2021, 2022):  # their day is known
        assert year.release_time.strftime("%A") == "Thursday"
        assert (year.release_time + timedelta(days=7)).month == year.release_time.month % 12 + 1
    assert (year.release_time.hour, year.release_time.minute) == (9, 30)
    assert year.opens < year.deadline < year.hard_close < year.release_time


@pytest.mark.parametrize("number", YEARS)
def test_what_a_year_asks(number: int) -> None:
    year = load_year(number)
    two_year = number <= 2020
    assert year.window == ("two_year_average" if two_year else "single_year")
    assert year.template_version == ("1.0" if two_year else "2.0")
    assert year.goal_percent == {2020: 51, 2021: 76, 2022: 90}.get(number)
    assert year.organisation_groups == ("trust", "icb", "ccg", "alb")
    assert year.voluntary == ("alb",)
    assert year.optional_items == (tuple(BANDS) if number >= 2022 else ())
    template = load_template(year.template_version)
    assert all(template.item(code).required for code in year.optional_items)
    assert year.rule_set == "wres-edits/1"
    assert year.thresholds.get("small_numbers_entries") == (10 if number <= 2022 else None)
    assert year.thresholds["few_staff"] == 20
    assert ("deadline" in year.assumed) == (number != 2023)
    following = RELEASES.get(number + 1)
    assert year.publication.next_release == following
    assert "publication" in year.assumed
    assert year.disclosure == DisclosurePolicy(policy="ratios", threshold=7, rounding=5)


def test_summer_times_are_british_summer_time_and_winter_times_are_not() -> None:
    assert load_year(2022).opens.astimezone(UTC) == datetime(2022, 5, 31, 23, 0, tzinfo=UTC)
    assert load_year(2022).release_time.astimezone(UTC) == datetime(2023, 2, 22, 9, 30, tzinfo=UTC)
    assert load_year(2021).release_time.astimezone(UTC) == datetime(2022, 4, 7, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2022-05-31T23:59:59", "not_open"),
        ("2022-06-01T00:00:00", "open"),
        ("2022-08-31T23:59:59", "open"),
        ("2022-09-01T00:00:00", "late"),
        ("2022-09-30T23:59:59", "late"),
        ("2022-10-01T00:00:00", "closed"),
    ],
)
def test_state(moment: str, state: str) -> None:
    year = load_year(2022)
    now = datetime.fromisoformat(moment).replace(tzinfo=LONDON)
    assert year.state(now) == year.state(now.astimezone(UTC)) == state


def further_year(folder: Path, year: int, policy: str = "ratios") -> Path:
    """Write the file of a year into a folder of further years' files: the last shipped one, moved on."""
    text = (SHIPPED / "2025.toml").read_text(encoding="utf-8")
    moved = re.sub(r"\b(202[4-6])\b", lambda number: str(int(number[1]) + year - 2025), text)
    assert 'policy = "ratios"' in moved
    file = folder / f"{year}.toml"
    file.write_text(moved.replace('policy = "ratios"', f'policy = "{policy}"'), encoding="utf-8")
    return file


def test_a_further_folder_adds_years_and_counts_before_the_project(tmp_path: Path) -> None:
    further_year(tmp_path, 2026)
    further_year(tmp_path, 2025, policy="protected")
    assert configured_years(tmp_path) == (*YEARS, 2026)
    assert load_year(2026, tmp_path).snapshot == date(2026, 3, 31)
    assert load_year(2025, tmp_path).disclosure.policy == "protected"
    assert load_year(2025).disclosure.policy == "ratios"
    with pytest.raises(WresError, match="There is no collection year 2026"):
        load_year(2026)


def test_a_file_that_is_changed_is_read_again(tmp_path: Path) -> None:
    file = further_year(tmp_path, 2026)
    before = load_year(2026, tmp_path)
    assert load_year(2026, tmp_path) is before
    further_year(tmp_path, 2026, policy="protected")
    os.utime(file, ns=(0, file.stat().st_mtime_ns + 1))
    assert load_year(2026, tmp_path).disclosure.policy == "protected"
    file.unlink()
    with pytest.raises(WresError, match="There is no collection year 2026"):
        load_year(2026, tmp_path)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WresError, match=r"WRES_YEARS names .*nowhere, which is no folder"):
        configured_years(tmp_path / "nowhere")


def test_two_homes_in_one_process_have_their_own_years(tmp_path: Path) -> None:
    folder = tmp_path / "years"
    folder.mkdir()
    further_year(folder, 2026)
    with_folder = open_pipeline(Settings(home=tmp_path / "with_folder", years=folder))
    usual = open_pipeline(Settings(home=tmp_path / "usual", years=None))
    assert with_folder.for_year(2026).calendar.year == 2026
    assert 2026 not in usual.configured_years()
    with pytest.raises(WresError, match="There is no collection year 2026"):
        usual.for_year(2026)


@pytest.mark.parametrize("function", [load_year, load_year_before, configured_years])
def test_the_program_always_says_where_further_years_are(function: Callable[..., object]) -> None:
    """Without a folder only the project's own years would count, and the settings not."""
    parameters = len(inspect.signature(function).parameters)
    for file in sorted(Path(wres.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == function.__name__:
                assert len(call.args) == parameters, f"{file.name}:{call.lineno} does not hand the folder down"


@given(st.integers().filter(lambda number: number not in YEARS))
def test_an_unknown_year_is_an_error_that_names_the_known_ones(number: int) -> None:
    with pytest.raises(WresError, match=r"2018, 2019, .*, 2025"):
        load_year(number)


FAULTS = [
    ("year = 2022\n", "", "has no year"),
    ("year = 2022", "year = true", "must have a whole number as its year"),
    ("year = 2022", "year = 2021", "must have its snapshot in its own year"),
    ("snapshot = 2022-03-31", "snapshot = 2022-03-31T00:00:00", "must have a date as its snapshot"),
    ("snapshot = 2022-03-31", "snapshot = 2022-03-30", "must end its entries on the snapshot"),
    ("entries_from = 2021-04-01", "entries_from = 2020-04-01", "must count entries over one whole year"),
    ("opens = 2022-06-01T00:00:00", "opens = 2022-03-31T00:00:00", "must open after the snapshot"),
    ("opens = 2022-06-01T00:00:00", "opens = 2022-09-01T00:00:00", "must open before the deadline"),
    ("opens = 2022-06-01T00:00:00", "opens = 2022-06-01T00:00:00Z", "without an offset"),
    ("deadline = 2022-08-31", "deadline = 2022-10-31", "must have its deadline before the hard close"),
    ("hard_close = 2022-09-30", "hard_close = 2023-09-30", "must have its hard close before the release"),
    ("deadline = 2022-08-31T23:59:00", "", "has no deadline"),
    ('window = "single_year"', 'window = "three_year"', "must have one of single_year, two_year_average as its window"),
    ('template_version = "2.0"', 'template_version = "two"', 'must have a text such as "2.0" as its template_version'),
    (
        'organisation_groups = ["trust", "icb", "ccg", "alb"]',
        "organisation_groups = []",
        "must have a list out of trust, icb, ccg, alb, each once, as its organisation_groups",
    ),
    (
        'organisation_groups = ["trust", "icb", "ccg", "alb"]',
        'organisation_groups = ["gp"]',
        "must have a list out of trust, icb, ccg, alb, each once, as its organisation_groups",
    ),
    ('voluntary = ["alb"]', 'voluntary = ["gp"]', "names 'gp' as voluntary, which is neither one of its groups"),
    ('voluntary = ["alb"]', "voluntary = [3]", "must have a list of groups and codes as its voluntary"),
    ('voluntary = ["alb"]', 'voluntary = ["alb", "alb"]', "must name each of its voluntary once"),
    ('voluntary = ["alb"]', 'voluntary = "alb"', "must have a list of groups and codes as its voluntary"),
    ('"workforce.clinical.band_1",', '"workforce.total",', "must have a list of workforce items of bands and grades"),
    (
        '"workforce.clinical.band_1",',
        '"disciplinary.entered",',
        "must have a list of workforce items of bands and grades",
    ),
    ('"workforce.clinical.band_1",', "1,", "must have a list of workforce items of bands and grades"),
    ("goal_percent = 90", "goal_percent = 0", "must have a whole number from 1 to 100 as its goal_percent"),
    ("goal_percent = 90", 'goal_percent = "90"', "must have a whole number from 1 to 100 as its goal_percent"),
    ("goal_percent = 90", "goals = 90", "has the unknown key goals"),
    ('assumed = ["opens"', 'assumed = ["opening"', "calls the unknown key opening assumed"),
    ('rule_set = "wres-edits/1"', 'rule_set = " "', "must have the name of its edits as its rule_set"),
    ("coverage_percent = 95", "", "has no thresholds.coverage_percent"),
    ("coverage_percent = 95", "coverage = 95", "has no thresholds.coverage_percent"),
    ("coverage_percent = 95", "coverage_percent = 0", "must have a number above 0 as its thresholds.coverage_percent"),
    (
        "coverage_percent = 95",
        "coverage_percent = true",
        "must have a number above 0 as its thresholds.coverage_percent",
    ),
    (
        "coverage_percent = 95",
        "coverage_percent = nan",
        "must have a number above 0 as its thresholds.coverage_percent",
    ),
    (
        "coverage_percent = 95",
        "coverage_percent = inf",
        "must have a number above 0 as its thresholds.coverage_percent",
    ),
    ("coverage_percent = 95", "coverage_percent = 95\ncover = 1", "has the unknown key thresholds.cover"),
    ('["trust", "icb", "ccg", "alb"]', '["trust", "trust"]', "must name each of its organisation_groups once"),
    ('["trust", "icb", "ccg", "alb"]', '[["trust"]]', "must have a list out of trust, icb, ccg, alb, each once"),
    ('["trust", "icb", "ccg", "alb"]', '"trust"', "must have a list out of trust, icb, ccg, alb, each once"),
    ('assumed = ["opens"', 'assumed = [1, "opens"', "must have a list of keys as its assumed"),
    ("deadline = 2022-08-31T23:59:00", "deadline = 2022-08-31", "must have a date with a time as its deadline"),
    ("deadline = 2022-08-31T23:59:00", "deadline = 23:59:00", "must have a date with a time as its deadline"),
    ("rounding = 5", "rounding = 5\nmargin = 5", "has the unknown key disclosure.margin"),
    ("[thresholds]", "[thresholds", "cannot be read"),
    ("[disclosure]", "[secrecy]", "has no disclosure"),
    ('policy = "ratios"', 'policy = "hide"', "must have one of open, ratios, protected as its disclosure.policy"),
    ('policy = "ratios"', 'policy = "open"', "must not have disclosure.threshold with the policy open"),
    ("[publication]", "[words]", "has no publication"),
    ('team = "', 'teams = "', "has no publication.team"),
    ("england.wres@nhs.net", "the team", "an e-mail address of a mailbox as its publication.mailbox"),
    ("next_release = 2024-03-28", 'next_release = "March"', "must have a date as its publication.next_release"),
    ("threshold = 7", "", "has no disclosure.threshold with the policy ratios"),
    ("threshold = 7", "threshold = 0", "must have a whole number of 1 or more as its disclosure.threshold"),
    ("rounding = 5", "rounding = 5.0", "must have a whole number of 1 or more as its disclosure.rounding"),
    ("rounding = 5", "rounding = 20", "a disclosure.rounding that turns no count above the threshold into 0"),
]


@pytest.mark.parametrize(("old", "new", "problem"), FAULTS)
def test_a_faulty_file_is_refused_and_named(old: str, new: str, problem: str, tmp_path: Path) -> None:
    text = (SHIPPED / "2022.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "2022.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WresError, match=r"2022\.toml") as caught:
        read_year_file(path)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_year_may_go_without_disclosure_control(tmp_path: Path) -> None:
    text = (SHIPPED / "2022.toml").read_text(encoding="utf-8")
    path = tmp_path / "2022.toml"
    path.write_text(text[: text.index("[disclosure]")] + '[disclosure]\npolicy = "open"\n', encoding="utf-8")
    assert read_year_file(path).disclosure.policy == "open"


def test_a_file_under_another_years_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "2026.toml"
    path.write_bytes((SHIPPED / "2022.toml").read_bytes())
    with pytest.raises(WresError, match=r"2026\.toml says that it is for 2022"):
        read_year_file(path)
