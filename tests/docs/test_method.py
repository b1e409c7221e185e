"""docs/method.md against the program: what it names is there, what is there it names, and its figures are computed."""

import re
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from wres.disclosure.primary_suppression import COARSER
from wres.indicators.statistics.score_interval import koopman_interval
from wres.outputs.table_schema import load_specification
from wres.reference.year_config import CollectionYear, configured_years, load_year
from wres.reference.year_tables import DisclosurePolicy
from wres.returns.indicator_math import four_fifths_band, likelihood, relative_likelihood, round_half_away
from wres.validation.edit_catalogue import load_catalogue

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
HAPPENS = {
    "S": "rejected",
    "V": "rejected",
    "Q": "sender asked",
    "M": "national team looks",
    "R": "release stopped",
}


def section(title: str) -> str:
    """What stands under a heading, up to the next one."""
    [text] = re.findall(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", TEXT, re.MULTILINE | re.DOTALL)
    return str(text)


def table(title: str, number: int = 0) -> list[list[str]]:
    """The rows of a section's table, without its header; code marks taken off."""
    blocks = re.findall(r"(?:^\|.*\n)+", section(title), re.MULTILINE)[number]
    rows = [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in blocks.splitlines()]
    return rows[2:]


def plain(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def exactly(working: str) -> Fraction:
    """An arithmetic expression of the document as an exact fraction."""
    expression = working.replace(",", "").replace("x", "*")
    assert re.fullmatch(r"[\d.*/()+ -]+", expression), working
    return Fraction(eval(re.sub(r"\d+", r"Fraction(\g<0>)", expression), {"Fraction": Fraction}))


def test_every_edit_is_named_with_what_happens() -> None:
    rows = table("Edits")
    assert [row[0] for row in rows] == list(load_catalogue())
    assert [row[2] for row in rows] == [HAPPENS[row[0][0]] for row in rows]
    assert all(row[1] for row in rows)


def test_no_other_code_is_named() -> None:
    codes = set(re.findall(r"\b[SVQMR][1-5]\d\d\b", TEXT))
    assert codes == set(load_catalogue())


def test_it_says_which_national_and_release_edits_run() -> None:
    [codes] = re.findall(r"Of the others it runs: ([MR\d, and]+)\.", TEXT)
    sources = [*(ROOT / "pipeline").rglob("*.py"), *(ROOT / "expectations").glob("*.json")]
    used = set(re.findall(r'"([MR][45]\d\d)"', "".join(path.read_text(encoding="utf-8") for path in sources)))
    assert set(re.findall(r"[MR]\d+", codes)) == used


def test_every_published_table_is_named() -> None:
    named = set(re.findall(r"`(\w+)`", section("What is published")))
    assert named >= set(load_specification().tables)


def test_every_named_file_is_there() -> None:
    named = set(re.findall(r"`(\w+\.sql)`", TEXT))
    assert named <= {path.name for path in (ROOT / "sql" / "indicators").rglob("*.sql")}
    for path in re.findall(r"`((?:pipeline|tests|expectations|sql|docs)/[\w/.]+)`", TEXT):
        assert (ROOT / path.replace("YEAR", "2022")).exists(), path
    for target in re.findall(r"\]\(([\w/.-]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target


def test_the_symbols_are_those_of_the_tables() -> None:
    symbols = re.findall(r"`([a-z])`\s+where", section("What is published"))
    assert sorted(symbols) == sorted(load_specification().symbols)


def test_the_years_are_those_of_the_calendar() -> None:
    assert [int(row[0]) for row in table("Windows")] == list(configured_years())
    for year, snapshot, first, last, window, goal, assumed in table("Windows"):
        calendar = load_year(int(year))
        assert [snapshot, first, last] == [
            day.isoformat() for day in (calendar.snapshot, calendar.entries_from, calendar.entries_to)
        ]
        assert (window, goal) == (calendar.window, f"{calendar.goal_percent}%" if calendar.goal_percent else "none")
        assert assumed.split(", ") == [key for key in ("window", "deadline") if key in calendar.assumed]
        # As the text says it of every year.
        assert {"opens", "hard_close", "organisation_groups", "thresholds"} <= set(calendar.assumed)
        assert calendar.organisation_groups == ("trust", "icb", "ccg", "alb")


@pytest.mark.parametrize("year", [load_year(year) for year in configured_years()], ids=lambda year: str(year.year))
def test_the_thresholds_are_those_of_every_year(year: CollectionYear) -> None:
    rows = table("Thresholds")
    of_earlier_years = {"small_numbers_entries"} if year.year > 2022 else set()  # as the text says
    stated = {row[0]: float(plain(row[1])) for row in rows}
    assert {name: value for name, value in stated.items() if name not in of_earlier_years} == year.thresholds
    assert {row[2] for row in rows} - set(load_catalogue()) == {load_specification().methods["small_numbers"]}


def test_the_thresholds_stand_where_it_says() -> None:
    raw = tomllib.loads((ROOT / "pipeline/wres/reference/years/2022.toml").read_text(encoding="utf-8"))
    assert {row[0] for row in table("Thresholds")} == set(raw["thresholds"])


def test_the_disclosure_policy_is_that_of_every_year() -> None:
    [(rule, threshold, rounding)] = re.findall(r"`(\w+)`, (\d+) and (\d+)\.", section("Disclosure control"))
    policies = {load_year(year).disclosure for year in configured_years()}
    assert policies == {
        DisclosurePolicy.model_validate({"policy": rule, "threshold": int(threshold), "rounding": int(rounding)})
    }
    assert f"people of 1 to {threshold} is replaced" in section("The policy protected")
    assert f"rounded to the nearest {rounding}, halves up" in section("The policy protected")
    assert f"rounded to the nearest {COARSER * int(rounding)}" in section("The policy protected")


def example() -> tuple[int, int, int, int]:
    """Headcount, white and BME, and entries, white and BME, of the worked example."""
    (_, *staff), (_, *entered) = table("Worked example")
    white, bme, white_entered, bme_entered = (int(plain(cell)) for cell in (*staff, *entered))
    return white, bme, white_entered, bme_entered


def steps() -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in table("Worked example", 1)}


def test_each_step_of_the_example_is_what_the_program_computes() -> None:
    white, bme, white_entered, bme_entered = counts = example()
    by_white, by_bme, ratio = (
        likelihood(white_entered, white),
        likelihood(bme_entered, bme),
        relative_likelihood(*counts),
    )
    assert by_white is not None
    assert by_bme is not None
    assert ratio is not None
    wanted = {
        "likelihood, white (%)": 100 * by_white,
        "likelihood, BME (%)": 100 * by_bme,
        "relative likelihood": ratio,
        "entries above parity": bme_entered - bme * by_white,
    }
    for name, value in wanted.items():
        working, unrounded, published = steps()[name]
        assert exactly(working) == value, name
        assert (plain(unrounded), plain(published)) == (round_half_away(value, 6), round_half_away(value, 2)), name


def test_the_example_is_above_the_range_by_whole_numbers() -> None:
    assert steps()["above the range?"][2] == four_fifths_band(*example())
    for name, sign in (("below the range?", "<"), ("above the range?", ">")):
        working, unrounded, published = steps()[name]
        sides = [exactly(side) for side in working.split(sign)]
        assert [plain(side) for side in unrounded.split(sign)] == sides
        assert (published != "no") == (sides[0] < sides[1] if sign == "<" else sides[0] > sides[1])


def test_the_interval_of_the_example() -> None:
    white, bme, white_entered, bme_entered = example()
    bounds = koopman_interval(*(2 * count for count in (bme_entered, bme, white_entered, white)))  # of two years
    for name, bound in zip(("lower", "upper"), bounds, strict=True):
        _, unrounded, published = steps()[f"interval, {name} bound"]
        value = Fraction(float(bound))
        assert (plain(unrounded), plain(published)) == (round_half_away(value, 6), round_half_away(value, 2))


def test_the_entries_to_the_range_of_the_example() -> None:
    white, bme, white_entered, bme_entered = example()
    for fewer in (2, 3):
        working, unrounded, standing = steps()[f"ratio with {fewer} entries fewer"]
        after = (white, bme, white_entered, bme_entered - fewer)
        ratio = relative_likelihood(*after)
        assert ratio is not None
        assert exactly(working) == ratio
        assert (plain(unrounded), standing) == (round_half_away(ratio, 6), four_fifths_band(*after))


def test_the_pooled_example_is_no_mean_of_ratios() -> None:
    ratios = [relative_likelihood(1000, 100, 10, 2), relative_likelihood(500, 900, 30, 20)]
    pooled = relative_likelihood(1500, 1000, 40, 22)
    numbers = re.findall(r"ratio of (\d\.\d\d).*?has (\d\.\d\d).*?= (\d\.\d\d)\.", section("Pooled figures"), re.DOTALL)
    assert numbers == [tuple(str(round_half_away(ratio or Fraction(0), 2)) for ratio in (*ratios, pooled))]
