"""Every published table from `exact_method`, row by row: what `compute_tables` is held against."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.indicators.exact_method import (
    GROUPS,
    Counts,
    Row,
    above_parity,
    counts_of,
    differs_from_equal,
    excess,
    interval,
    is_small,
    latest_of,
    reliability,
    rounded,
    standing,
)
from tests.indicators.exact_pooled import (
    between_and_within,
    equality_q_values,
    goals_beside_chance,
    place_beyond_chance,
    twelve_months,
    unknown_bounds,
)
from tests.indicators.exact_series import goal_distance
from tests.indicators.exact_three_years import three_year_goals, three_years

TYPE_NAMES = {
    "acute": "Acute",
    "specialist": "Specialist",
    "mental_health": "Mental health",
    "community": "Community",
    "ambulance": "Ambulance",
    "integrated_care_board": "Integrated care board",
    "national_body": "National body",
    "unknown": "Unknown",
}


def measures(counts: Counts) -> Row:
    lower, upper = interval(counts)
    return {
        **{f"{group}_headcount": counts.staff[group] for group in GROUPS},
        **{f"{group}_entered": rounded(counts.entered[group], 2) for group in GROUPS},
        **{f"{group}_likelihood_percent": _percent(counts.likelihood(group)) for group in ("white", "bme")},
        "overall_likelihood_percent": _percent(counts.likelihood(*GROUPS)),
        "relative_likelihood": rounded(counts.ratio, 2),
        "relative_likelihood_lower": lower,
        "relative_likelihood_upper": upper,
        "range": standing(counts.ratio),
    }


def _percent(share: Fraction | None, places: int = 2) -> Decimal | None:
    return None if share is None else rounded(100 * share, places)


def _share(part: int, whole: int) -> Decimal | None:
    return _percent(Fraction(part, whole), 1) if whole else None


def places_of(row: Row) -> list[tuple[str, str, str]]:
    """Level, code and name of the pooled rows that an organisation is part of."""
    kind = row["organisation_type"] or "unknown"
    return [
        ("national", "ENG", "England"),
        ("region", row["region_code"] or "unknown", row["region_name"] or "Unknown"),
        ("organisation_type", kind, TYPE_NAMES[kind]),
    ]


def expected_tables(figures: list[Row], organisations: list[Row], collections: list[Row]) -> dict[str, list[Row]]:
    years = {row["collection_year"]: row for row in collections}
    cells = defaultdict(list)
    for cell in figures:
        cells[cell["collection_year"], cell["organisation_code"]].append(cell)
    returned = {key: counts_of(group, years[key[0]]) for key, group in cells.items()}
    latest = {key: latest_of(group, returned[key]) for key, group in cells.items()}
    orgs = {(row["collection_year"], row["organisation_code"]): row for row in organisations}
    whole = {key: counts for key, (counts, _) in latest.items()}
    averaged = {key for key, (_, has_half) in latest.items() if has_half}
    breaks = {row["collection_year"]: is_break(row, years.get(row["collection_year"] - 1)) for row in collections}
    windows = {year: {"window": row["window"], "break_in_series": breaks[year]} for year, row in years.items()}

    pools: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in organisations:
        for group in (row["organisation_group"], "all"):
            for place in places_of(row):
                pools[(row["collection_year"], group, *place)].append(row)

    tables: dict[str, list[Row]] = {
        name: [] for name in ("national", "region", "organisation_type", "goals", "coverage")
    }
    for (year, group, level, code, name), members in pools.items():
        key = {"collection_year": year, "level": level, "code": code, "name": name, "organisation_group": group}
        tables["coverage"].append(key | coverage(members))
        parts = [counts for row in members if (counts := returned.get((year, row["organisation_code"])))]
        if parts:
            window = {"window": years[year]["window"], "organisations": len(parts)}
            pooled = Counts.pooled(parts)
            places = [place_beyond_chance(part) for part in parts]
            beyond = {f"organisations_{place}_beyond_chance": places.count(place) for place in ("above", "below")}
            level_figures = between_and_within(parts) | beyond | unknown_bounds(pooled)
            level_figures |= twelve_months(
                [
                    latest[year, row["organisation_code"]]
                    for row in members
                    if (year, row["organisation_code"]) in latest
                ]
            )
            tables[level].append(key | window | measures(pooled) | level_figures)
        if level == "national":
            short = {"collection_year": year, "organisation_group": group}
            goal = None if group == "icb" else years[year]["goal_percent"]
            asked = years[year] | {"goal_percent": goal}
            own_groups = [
                latest[year, row["organisation_code"]] for row in members if (year, row["organisation_code"]) in latest
            ]
            goal_figures = goals(parts, len(members) - len(parts), asked) | goals_beside_chance(parts, own_groups)
            codes = [row["organisation_code"] for row in members if (year, row["organisation_code"]) in latest]
            goal_figures |= three_year_goals({code: three_years(orgs, whole, averaged, year, code) for code in codes})
            tables["goals"].append(short | windows[year] | goal_figures)
    tables["goal_distance"] = goal_distance(tables["goals"])
    looks: dict[tuple[int, str], Decimal | None] = {}
    for (year, _), codes in by_group(organisations, returned).items():
        q_values = equality_q_values([returned[year, code] for code in codes])
        looks |= {(year, code): q for code, q in zip(codes, q_values, strict=True)}
    tables["organisation"] = [
        organisation(row, returned[row["collection_year"], row["organisation_code"]], years[row["collection_year"]])
        | {
            "differs_from_equal_q_value": looks[row["collection_year"], row["organisation_code"]],
            "averaged_by_sender": latest[row["collection_year"], row["organisation_code"]][1],
        }
        for row in organisations
        if (row["collection_year"], row["organisation_code"]) in returned
    ]
    order = ("collection_year", "level", "organisation_group", "code")
    return {name: sorted(rows, key=lambda row: [row[o] for o in order if o in row]) for name, rows in tables.items()}


def is_break(year: Row, before: Row | None) -> bool:
    return before is not None and any(year[name] != before[name] for name in ("window", "template_version"))


def by_group(organisations: list[Row], returned: dict[Any, Counts]) -> dict[tuple[int, str], list[str]]:
    members: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in organisations:
        if (row["collection_year"], row["organisation_code"]) in returned:
            members[row["collection_year"], row["organisation_group"]].append(row["organisation_code"])
    return members


def organisation(row: Row, counts: Counts, year: Row) -> Row:
    group, fewer = excess(counts)
    parity, lower, upper = (rounded(gap, 2) for gap in above_parity(counts))
    return {
        "collection_year": row["collection_year"],
        "level": "organisation",
        "code": row["organisation_code"],
        **{column: row[column] for column in ("name", "organisation_group")},
        **{column: row[column] or None for column in ("organisation_type", "region_code", "region_name")},
        "window": year["window"],
        "organisations": 1,
        **measures(counts),
        "reason_not_calculable": counts.reason,
        "differs_from_equal": differs_from_equal(counts),
        "reliability": reliability(counts),
        "entries_above_parity": parity,
        "entries_above_parity_lower": lower,
        "entries_above_parity_upper": upper,
        "excess_group": group,
        "excess_entries": fewer,
        "range_beyond_chance": place_beyond_chance(counts),
        **unknown_bounds(counts),
    }


def goals(parts: list[Counts], not_returned: int, year: Row) -> Row:
    ranges = [standing(counts.ratio) for counts in parts]
    adjusted = [standing(counts.ratio) for counts in parts if not is_small(counts, year) and counts.ratio is not None]
    calculable = len(parts) - ranges.count("not_calculable")
    goal, states_small = year["goal_percent"], year["small_numbers_entries"] is not None
    return {
        **{name: ranges.count(name) for name in ("below", "within", "above", "not_calculable")},
        "not_returned": not_returned,
        "share_within_percent": _share(ranges.count("within"), calculable),
        "small_organisations": sum(is_small(counts, year) for counts in parts) if states_small else None,
        "share_within_adjusted_percent": _share(adjusted.count("within"), len(adjusted)) if states_small else None,
        "goal_percent": goal,
        "goal_met": Fraction(ranges.count("within"), calculable) >= Fraction(goal, 100)
        if calculable and goal is not None
        else None,
    }


def coverage(members: list[Row]) -> Row:
    statuses = [row["status"] for row in members]
    received = [row for row in members if row["status"].startswith("accepted")]
    return {
        "expected": len(members),
        "received": len(received),
        "accepted_with_queries": statuses.count("accepted_with_queries"),
        "rejected": statuses.count("rejected"),
        "not_received": statuses.count("not_received"),
        "late": sum(row["late"] for row in received),
        "returned_percent": _share(len(received), len(members)),
    }
