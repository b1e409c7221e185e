"""The real register and its real mergers, eleven of them from a list of 2020 and 2021, with invented figures."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from wres.indicators.compute import compute_tables
from wres.indicators.from_warehouse import collections_table
from wres.indicators.schemas import INPUTS
from wres.indicators.view_inputs import template_inputs
from wres.reference.register import (
    default_register,
    default_successions,
    drop_new_organisations,
    expected_codes,
    predecessor_groups,
)
from wres.reference.year_config import configured_years, load_year

Row = dict[str, Any]
LISTED = "list of trust mergers of 2020 and 2021"
SHARED_OUT = "RYK"  # Dudley Integrated Health and Care went to several, so its counts go to nobody
COUNTS = ("white_headcount", "bme_headcount", "white_entered", "bme_entered")


def made_up(year: int, code: str) -> Counter[str]:
    """Counts that are nobody else's: by them a pool shows whom it is made of."""
    number = int(code, 36) % 9973
    return Counter(
        white_headcount=1000 + number,
        bme_headcount=300 + (7 * number) % 997 + year - 2018,
        white_entered=5 + number % 23,
        bme_entered=2 + number % 11,
    )


@pytest.fixture(scope="module")
def tables() -> dict[str, list[Row]]:
    """What is computed when every trust of the shipped register sends a return in every year."""
    register, successions = default_register(), default_successions()
    described = register.set_index("code").to_dict("index")
    opened = dict(zip(register["code"], register["opened"], strict=True))
    collections = collections_table(list(configured_years()))
    items = [row for row in template_inputs(collections)["items"].to_pylist() if row["required"]]
    organisations: list[Row] = []
    figures: dict[str, list[object]] = defaultdict(list)
    for year in configured_years():
        codes = expected_codes(register, load_year(year))
        pools = predecessor_groups(successions, codes, load_year(year))
        asked = [row["item"] for row in items if row["collection_year"] == year]
        for code in codes:
            columns = ("name", "organisation_group", "organisation_type", "region_code", "region_name")
            pool = drop_new_organisations(pools[code], opened, load_year(year))
            organisations.append(
                {column: described[code][column] for column in columns}
                | {"collection_year": year, "organisation_code": code, "status": "accepted", "late": False}
                | {"last_year_codes": " ".join(pool)}
            )
            counts = made_up(year, code)
            for group in ("white", "bme", "unknown"):
                stated = {"workforce.clinical.band_5": counts[f"{group}_headcount"]}
                stated |= dict.fromkeys(
                    ("disciplinary.entered", "disciplinary.entered_previous_year"), counts[f"{group}_entered"]
                )
                figures["value"] += [Decimal(stated.get(item, 0)) for item in asked]
                figures["item"] += asked
                for column, value in (("collection_year", year), ("organisation_code", code), ("ethnic_group", group)):
                    figures[column] += [value] * len(asked)
    computed = compute_tables(
        pa.Table.from_pydict(figures, schema=INPUTS["figures"]),
        pa.Table.from_pylist(organisations, schema=INPUTS["organisations"]),
        collections,
    )
    wanted = ("organisation", "organisation_change", "organisation_series", "national", "comparison")
    return {name: computed[name].to_pylist() for name in wanted}


def of(rows: list[Row], year: int) -> dict[str, Row]:
    return {row["code"]: row for row in rows if row["collection_year"] == year}


def test_each_of_the_eleven_is_pooled_into_its_successor_s_last_year(tables: dict[str, list[Row]]) -> None:
    """Two are two-into-one under a new code, and one took effect on 1 February, in the midst of the entry window."""
    listed = default_successions()
    listed = listed[listed["source"] == LISTED]
    assert len(listed) == 11
    for successor, merged in listed.groupby("successor"):
        [year] = {int(day[:4]) + (day[5:] >= "04-01") for day in merged["from_date"]}
        before, now = of(tables["organisation"], year - 1), of(tables["organisation"], year)
        gone = set(merged["predecessor"])
        assert gone <= set(before)
        assert not gone & set(now)
        parts = gone | ({successor} & set(before))
        change = of(tables["organisation_change"], year)[str(successor)]
        assert change["previous_organisations"] == len(parts) > 1
        assert {name: change[f"previous_{name}"] for name in COUNTS} == sum(
            (made_up(year - 1, str(code)) for code in parts), Counter()
        )


def test_every_organisation_is_compared_and_every_return_but_one_counts_once(tables: dict[str, list[Row]]) -> None:
    for year in configured_years()[1:]:
        compared, now = of(tables["organisation_change"], year), of(tables["organisation"], year)
        assert set(now) == set(compared)
        parts = sum(row["previous_organisations"] for row in compared.values())
        assert parts == len(of(tables["organisation"], year - 1)) - (year == 2025)


def test_a_series_is_that_of_all_whose_heir_an_organisation_is(tables: dict[str, list[Row]]) -> None:
    """Held against the way forward: each organisation of a year counts in the series of its last heir."""
    heir = dict(default_successions()[["predecessor", "successor"]].itertuples(index=False, name=None))
    today = set(of(tables["organisation"], configured_years()[-1]))
    for year in configured_years():
        wanted: dict[str, Counter[str]] = defaultdict(Counter)
        parts: Counter[str] = Counter()
        for code in of(tables["organisation"], year):
            last = code
            while last not in today and last in heir:
                last = heir[last]
            wanted[last] += made_up(year, code)
            parts[last] += 1
        assert set(wanted) - today == ({SHARED_OUT} if SHARED_OUT in wanted else set())
        series = of(tables["organisation_series"], year)
        assert set(series) == set(wanted) - {SHARED_OUT}
        for code, row in series.items():
            assert {name: row[name] for name in COUNTS} == wanted[code]
            assert row["made_of"] == row["organisations"] == parts[code]
            assert row["complete"] is True
            assert row["break_in_series"] is (year == 2021)


def test_a_code_of_five_characters_and_a_new_name_are_followed_like_any_other(tables: dict[str, list[Row]]) -> None:
    """G6V2S was founded by a merger in 2024; RAX was called Kingston Hospital until it took over RY9 in that year."""
    series = [row for row in tables["organisation_series"] if row["code"] == "G6V2S"]
    assert [row["collection_year"] for row in series] == list(configured_years())
    assert series[0]["white_headcount"] == made_up(2018, "RRP")["white_headcount"]
    kingston = [row for row in tables["organisation_series"] if row["code"] == "RAX"]
    assert {row["name"] for row in kingston} == {"Kingston and Richmond NHS Foundation Trust"}
    assert [row["made_of"] for row in kingston] == [2] * 7 + [1]


def test_the_change_of_window_is_marked_in_every_table_that_crosses_it(tables: dict[str, list[Row]]) -> None:
    for name in ("organisation_change", "comparison", "organisation_series"):
        marked = {row["collection_year"] for row in tables[name] if row["break_in_series"]}
        assert marked == {2021}, name
