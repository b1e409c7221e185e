"""Everything that is published is what the method says: held against exact fractions over random collections."""

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.indicators.exact_changes import change_tables
from tests.indicators.exact_quality import data_quality
from tests.indicators.exact_tables import expected_tables
from tests.indicators.made_returns import (
    TEMPLATES,
    Cells,
    Row,
    collection,
    computed,
    figures,
    organisation,
    plain_return,
)
from wres.indicators.schemas import measured_tables
from wres.returns.template_spec import load_template

# Headcount and entries of white, then of BME staff, with ratios of 0.8, 1.25, 1.2504 and 0.7996.
EDGES = [(100, 10, 50, 4), (100, 10, 40, 5), (10_000, 1_000, 10_000, 1_250.5), (10_000, 1_250.5, 10_000, 1_000)]


@st.composite
def group_cells(draw: st.DrawFn, window: str, group: str, staff: int, entered: float | None) -> Cells:
    """One ethnic group of a return: staff over a few items, and figures that must not count among them."""
    items = [item.code for item in load_template(TEMPLATES[window]).items if item.code.startswith("workforce.")]
    counting = [code for code in items if not code.endswith((".total", ".senior_medical_managers"))]
    first, second = draw(st.lists(st.sampled_from(counting), min_size=2, max_size=2, unique=True))
    part = draw(st.integers(0, staff))
    cells: dict[tuple[str, str], float] = {(first, group): part, (second, group): staff - part}
    cells["workforce.medical.senior_medical_managers", group] = draw(st.integers(0, 5))
    if draw(st.booleans()):
        cells["workforce.total", group] = draw(st.integers(0, 9999))
    halves = 2 if window == "two_year_average" else 1
    most = min(staff, 60) * halves
    if entered is None:
        entered = draw(st.integers(0, most) | st.just(0)) / halves
    cells["disciplinary.entered", group] = entered if window == "two_year_average" else int(entered)
    if window == "two_year_average":
        # now and then more than there are staff: people leave
        cells["disciplinary.entered_previous_year", group] = draw(st.just(entered) | st.integers(0, most + 6)) / 1
    return {cell: Decimal(str(value)) for cell, value in cells.items()}


@st.composite
def returns(draw: st.DrawFn, window: str, is_long: bool) -> Cells:
    if draw(st.integers(0, 3)) == 0:
        white, white_entered, bme, bme_entered = draw(st.sampled_from(EDGES[:2] if is_long else EDGES))
    else:
        sizes = st.just(0) | st.integers(1, 12) | st.integers(0, 5000) | st.integers(50, 900) | st.integers(50, 900)
        white, bme, white_entered, bme_entered = draw(sizes), draw(sizes), None, None
    return (
        draw(group_cells(window, "white", white, white_entered))
        | draw(group_cells(window, "bme", bme, bme_entered))
        | draw(group_cells(window, "unknown", draw(st.integers(0, 40)), None))
    )


@st.composite
def quality(draw: st.DrawFn, year: int, code: str) -> list[Row]:
    """What some quality edits found in a return."""
    corrected = draw(st.booleans())
    findings = draw(st.dictionaries(st.sampled_from(["Q301", "Q303", "Q305", "Q309"]), st.integers(0, 3)))
    return [
        {
            "collection_year": year,
            "organisation_code": code,
            "edit_code": edit,
            "findings": count,
            "findings_explained": draw(st.integers(0, count)),
            "ran": count > 0 or draw(st.booleans()),
            "corrected": corrected,
        }
        for edit, count in findings.items()
    ]


# The rows of collections and organisations, the cells that each accepted return states, and what was found in it.
National = tuple[list[Row], list[Row], dict[tuple[int, str], Cells], list[Row]]


@st.composite
def national_collections(draw: st.DrawFn, is_long: bool = False) -> National:
    """Up to four years, or six: three and the three before them, with few gaps, or nobody would have all six."""
    collections, organisations, sent, findings = [], [], {}, []
    first = draw(st.integers(2018, 2022))
    standing = draw(st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=4, unique=True))
    numbers = draw(st.sampled_from([[first], [first, first + 3], *[range(first, first + 4)] * 3]))
    if is_long:
        numbers = range(2018, 2024)
    plain = 30 if is_long else 0
    for number in numbers:
        year = collection(
            number,
            draw(st.sampled_from(["single_year"] * (plain // 3) + sorted(TEMPLATES))),
            draw(st.none() | st.sampled_from([0, 50, 51, 100])),
            draw(st.none() | st.integers(0, 20)),
        )
        collections.append(year)
        others = draw(st.lists(st.sampled_from("ABCDEFGH"), max_size=2))
        for code in sorted({*standing, *others}):
            status = draw(
                st.sampled_from(["accepted"] * (6 + plain) + ["accepted_with_queries", "rejected", "not_received"])
            )
            accepted = status.startswith("accepted")
            organisations.append(
                organisation(
                    number,
                    code,
                    status,
                    draw(st.sampled_from(["Y56", "Y60", ""])),
                    organisation_group=draw(st.sampled_from(["trust", "trust", "icb", "ccg", "alb"])),
                    organisation_type=draw(st.sampled_from(["acute", "national_body", "unknown", ""])),
                    late=accepted and draw(st.booleans()),
                    # mergers of any sort, also such as claim a return twice or lead to nobody
                    last_year_codes=draw(st.sampled_from([code] * (5 + plain) + ["", "A B", f"{code} H", "C"])),
                )
            )
            if accepted:
                sent[number, code] = draw(returns(year["window"], is_long))
                findings += draw(quality(number, code))
    return collections, organisations, sent, findings


# Found by a search for what makes the counts likeliest, so the last digit may differ.
ESTIMATED = ("p_value", "q_value", "shrunken_figure", "share_truly_within_percent")


def is_the_same(column: str, value: Any, expected: Any) -> bool:
    if value == expected or None in (value, expected) or not column.endswith(ESTIMATED):
        return bool(value == expected)
    return bool(abs(value - expected) <= Decimal(1).scaleb(value.as_tuple().exponent))


def check(national: National) -> dict[str, list[Row]]:
    """Hold every cell of every table against the second hand, and return the rows of the second hand."""
    collections, organisations, sent, findings = national
    years = {row["collection_year"]: row for row in collections}
    cells = [row for (year, code), stated in sent.items() for row in figures(years[year], code, stated)]
    tables = computed(cells, organisations, collections, findings=findings)
    expected = expected_tables(cells, organisations, collections) | change_tables(cells, organisations, collections)
    expected["data_quality"] = data_quality(findings, organisations)
    specs = measured_tables()
    assert set(tables) == set(expected) == set(specs)
    for name, table in tables.items():
        assert table.schema == specs[name].arrow_schema()
        wanted = sorted(expected[name], key=lambda row: [row[column] for column in specs[name].key])
        got = table.to_pylist()
        different = [
            {
                column: (row[column], right[column])
                for column in row
                if not is_the_same(column, row[column], right[column])
            }
            for row, right in zip(got, wanted, strict=True)
        ]
        assert not any(different), (name, [cells for cells in different if cells])
    return expected


# No shrinking: an example is small as it comes, and each try runs the whole computation.
thorough = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=list(HealthCheck))


@settings(thorough, max_examples=6)
@given(national_collections())
def test_every_column_of_every_table_is_what_the_method_says(national: National) -> None:
    check(national)


@pytest.mark.slow
@settings(thorough, max_examples=6)
@given(national_collections() | national_collections(is_long=True))
def test_the_same_over_many_more_collections(national: National) -> None:
    check(national)


def nation_of_trusts(years: range, number: int = 13) -> National:
    """So many trusts that figures are drawn towards each other and likelihoods swing; some lack entries or staff."""
    draws = random.Random(17)
    collections = [collection(year, "single_year", 51) for year in years]
    organisations, sent = [], {}
    for place in range(number):
        code, rate, ratio = f"T{place:02}", draws.uniform(0.003, 0.03), draws.uniform(0.5, 2.5)
        white, bme = draws.randrange(300, 3000), draws.randrange(60, 900)
        for year in years:
            swing = draws.uniform(0.5, 1.8)
            entries = {"white": round(white * rate * swing), "bme": round(bme * rate * swing * ratio)}
            staff = {"white": white + draws.randrange(90), "bme": bme + draws.randrange(30)}
            if place == 0:
                entries = dict.fromkeys(entries, 0)
            elif place == 1:
                staff["bme"] = entries["bme"] = 0
            elif place == 2:
                entries["white"] = 0
            groups = {group: (staff[group], entries[group]) for group in staff} | {"unknown": (draws.randrange(40), 0)}
            organisations.append(organisation(year, code, region_code=("Y56", "Y60")[place % 2]))
            sent[year, code] = plain_return(**groups)
    return collections, organisations, sent, []


def test_figures_drawn_towards_those_of_others_and_swings_are_what_the_method_says() -> None:
    expected = check(nation_of_trusts(range(2021, 2023)))
    rows = [row for row in expected["improvement"] if row["level"] == "organisation"]
    for measure in ("overall_likelihood_percent", "relative_likelihood"):
        shrunken = [row["shrunken_figure"] for row in rows if row["measure"] == measure]
        assert len([figure for figure in shrunken if figure is not None]) >= 10
    assert {row["share_truly_within_percent"] for row in expected["goals"]} != {None}


@pytest.mark.slow
def test_the_same_on_three_years_and_the_three_before_them() -> None:
    expected = check(nation_of_trusts(range(2018, 2024)))
    rows = [row for row in expected["improvement"] if row["years_between"] == 3 and row["level"] == "organisation"]
    shrunken = {row["measure"]: row for row in rows if row["three_years_shrunken_figure"] is not None}
    assert len(shrunken) == 2
