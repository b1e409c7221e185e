"""The tables that compare years, row by row: what `compute_tables` is held against, with `exact_tables`."""

from collections import Counter, defaultdict
from typing import Any

from tests.indicators.exact_chance import place_p_values, q_of, verdict
from tests.indicators.exact_funnel import funnel
from tests.indicators.exact_method import GROUPS, Counts, Row, counts_of, rounded
from tests.indicators.exact_pairs import MEASURES, Key, Pair, direction, matched, percent, pool, pooled_pair, sign
from tests.indicators.exact_populations import shrunken_likelihoods, shrunken_ratios, swing_of
from tests.indicators.exact_risers import RISERS, ratio_within, risers_by_chance
from tests.indicators.exact_series import series
from tests.indicators.exact_tables import is_break, measures, places_of
from tests.indicators.exact_three_years import three_years_apart
from tests.indicators.exact_widened import widen

Places = dict[tuple[Any, ...], list[Pair]]


def change_tables(figures: list[Row], organisations: list[Row], collections: list[Row]) -> dict[str, list[Row]]:
    years = {row["collection_year"]: row for row in collections}
    orgs = {(row["collection_year"], row["organisation_code"]): row for row in organisations}
    cells = defaultdict(list)
    for cell in figures:
        cells[cell["collection_year"], cell["organisation_code"]].append(cell)
    returned = {key: counts_of(group, years[key[0]]) for key, group in cells.items()}
    latest = {key: latest_counts(group, years[key[0]]) for key, group in cells.items()}
    tables: dict[str, list[Row]] = {"comparison": [], "organisation_change": [], "improvement": []}
    for year in years:
        for back in (1, 3):
            if year - back not in years:
                continue
            windows = [years[number]["window"] for number in (year, year - back)]
            marks: Row = {"break_in_series": windows[0] != windows[1]}
            by_place = places(matched(orgs, returned, year, back), orgs, year)
            if back == 1:
                marks |= {"window": windows[0], "previous_window": windows[1]}
                add_changes(tables, by_place, marks, places_returned(returned, orgs, year))
                marks = {"break_in_series": marks["break_in_series"]}
            pairs = matched(orgs, latest, year, back)
            halves = averaged_returns(cells)
            averaged = averaged_codes(orgs, halves, year, back)
            tested = {code: pair for code, pair in pairs.items() if code not in averaged}
            rows = improvement(places(pairs, orgs, year), places(tested, orgs, year), marks, back)
            apart = places(three_years_apart(orgs, latest, halves, year) if back == 3 else {}, orgs, year)
            beside = {row_key(row): row for row in improvement(apart, apart, marks, back)}
            tables["improvement"] += [row | three_year_columns(beside.get(row_key(row))) for row in rows]
    series_marks = {
        year: {"window": row["window"], "break_in_series": is_break(row, years.get(year - 1))}
        for year, row in years.items()
    }
    funnel_rows = widen(funnel(returned, orgs), returned, orgs)
    tables["funnel"] = [row | series_marks[row["collection_year"]] for row in funnel_rows]
    tables["organisation_series"] = series(orgs, returned, years, measures)
    return tables


def latest_counts(cells: list[Row], year: Row) -> Counts:
    """Counts with the entries of the twelve months to the snapshot alone."""
    only = [cell for cell in cells if cell["item"] != "disciplinary.entered_previous_year"]
    return counts_of(only, year | {"window": "single_year"})


def averaged_returns(cells: dict[Key, list[Row]]) -> set[Key]:
    """Returns with a half among the entries of the twelve months."""
    return {
        key
        for key, rows in cells.items()
        if any(cell["item"] == "disciplinary.entered" and cell["value"] % 1 for cell in rows)
    }


def row_key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("collection_year", "level", "code", "organisation_group", "measure"))


def three_year_columns(row: Row | None) -> Row:
    """The columns of three years beside those of the twelve months: a row of `improvement` of its own, or nothing."""
    stated = row or {}
    return {
        "three_years_organisations": stated.get("tested_organisations"),
        "three_years_figure": stated.get("figure"),
        "previous_three_years_figure": stated.get("previous_figure"),
        "three_years_p_value": stated.get("p_value"),
        "three_years_q_value": stated.get("q_value"),
        "three_years_distance_q_value": stated.get("distance_q_value"),
        "three_years_verdict": stated.get("verdict"),
        "three_years_shrunken_figure": stated.get("shrunken_figure"),
    }


def averaged_codes(orgs: dict[Key, Row], halves: set[Key], year: int, back: int) -> set[str]:
    """Organisations with a half among the entries of the twelve months in either year."""
    return {
        code
        for org_year, code in orgs
        if org_year == year
        and ((year, code) in halves or any((year - back, c) in halves for c in pool(orgs, year, code, back) or []))
    }


def places(pairs: dict[str, Pair], orgs: dict[Key, Row], year: int) -> Places:
    """Pairs by year, level, code, name and organisation group."""
    members: Places = defaultdict(list)
    for code, pair in pairs.items():
        row = orgs[year, code]
        members[year, "organisation", code, row["name"], row["organisation_group"]].append(pair)
        for group in (row["organisation_group"], "all"):
            for place in places_of(row):
                members[(year, *place, group)].append(pair)
    return members


def places_returned(returned: dict[Key, Counts], orgs: dict[Key, Row], year: int) -> Counter[tuple[Any, ...]]:
    return Counter(
        (year, *place, group)
        for org_year, code in returned
        if org_year == year
        for group in (orgs[org_year, code]["organisation_group"], "all")
        for place in places_of(orgs[org_year, code])
    )


def keyed(place: tuple[Any, ...]) -> Row:
    return dict(zip(("collection_year", "level", "code", "name", "organisation_group"), place, strict=True))


def add_changes(tables: dict[str, list[Row]], by_place: Places, marks: Row, returns: Counter[tuple[Any, ...]]) -> None:
    for place, pairs in by_place.items():
        row = keyed(place) | marks | change_columns(pooled_pair(pairs))
        if place[1] == "organisation":
            tables["organisation_change"].append(row)
        else:
            numbers = {"organisations": returns[place], "matched_organisations": len(pairs)}
            shares_entries = (marks["window"], marks["previous_window"]) != ("single_year", "single_year")
            by_chance = dict.fromkeys(RISERS) if shares_entries else risers_by_chance(pairs)
            within = {
                f"{year}relative_likelihood_within": rounded(ratio_within(sides), 2)
                for year, sides in (("", [p.now for p in pairs]), ("previous_", [p.before for p in pairs]))
            }
            tables["comparison"].append(row | numbers | movement_columns(pairs) | by_chance | within)


def change_columns(pair: Pair) -> Row:
    row: Row = {"previous_organisations": pair.parts}
    for side, counts in (("", pair.now), ("previous_", pair.before)):
        row |= {f"{side}{group}_headcount": counts.staff[group] for group in GROUPS}
        row |= {f"{side}{group}_entered": rounded(counts.entered[group], 2) for group in GROUPS}
    for name, groups in (("white", ("white",)), ("bme", ("bme",)), ("overall", GROUPS)):
        now, before = percent(pair.now, *groups), percent(pair.before, *groups)
        row[f"{name}_likelihood_percent"] = rounded(now, 2)
        row[f"previous_{name}_likelihood_percent"] = rounded(before, 2)
        points = None if now is None or before is None else now - before
        row[f"{name}_likelihood_change_points"] = rounded(points, 2)
        row[f"{name}_likelihood_change_ratio"] = rounded(now / before, 2) if now is not None and before else None
    now, before = pair.now.ratio, pair.before.ratio
    row["relative_likelihood"], row["previous_relative_likelihood"] = rounded(now, 2), rounded(before, 2)
    row["relative_likelihood_change"] = rounded(None if now is None or before is None else now - before, 2)
    return row


def movement_columns(pairs: list[Pair]) -> Row:
    rates = [direction(pair, MEASURES[0]) for pair in pairs]
    both_ratios = [(pair.now.ratio, pair.before.ratio) for pair in pairs]
    ratios = [sign(now - before) for now, before in both_ratios if now is not None and before is not None]
    return {
        **{f"organisations_rate_{moved}": rates.count(moved) for moved in ("fell", "same", "rose")},
        **{f"organisations_ratio_{moved}": ratios.count(moved) for moved in ("fell", "same", "rose")},
        "organisations_ratio_not_calculable": len(pairs) - len(ratios),
    }


def improvement(by_place: Places, tested: Places, marks: Row, back: int) -> list[Row]:
    """Every row that compares two years; figures and tests rest on `tested`."""
    rows = []
    families: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for place in by_place:
        families[place[1], place[4]].append(place)
    for measure in MEASURES:
        for members in families.values():
            swing = shrunken = None
            if members[0][1] == "organisation":
                singles = [pair for place in members for pair in tested.get(place, [])]
                swing, shrunken = swing_of(singles), shrunken_figures(members, tested, measure)
            tests = [place_p_values(tested.get(place, []), measure, place[1], swing or 0.0) for place in members]
            q_values = q_of([p for p, _ in tests] + [p for _, p in tests])
            distance_q_values = q_values[len(members) :]
            for place, (p, distance_p), q, distance_q in zip(
                members, tests, q_values[: len(members)], distance_q_values, strict=True
            ):
                pair = pooled_pair(tested[place]) if place in tested else None
                sides = (pair.now, pair.before) if pair else ()
                now, before = [percent(side, *GROUPS) if measure == MEASURES[0] else side.ratio for side in sides] or (
                    None,
                    None,
                )
                rows.append(
                    keyed(place)
                    | marks
                    | {
                        "years_between": back,
                        "matched_organisations": len(by_place[place]),
                        "measure": measure,
                        "figure": rounded(now, 2),
                        "previous_figure": rounded(before, 2),
                        "direction": direction(pair, measure) if pair else None,
                        "tested_organisations": len(tested.get(place, [])),
                        "p_value": rounded(p, 4),
                        "q_value": rounded(q, 4),
                        "verdict": verdict(pair, measure, q, distance_q) if pair else "not_tested",
                        "distance_p_value": rounded(distance_p, 4),
                        "distance_q_value": rounded(distance_q, 4),
                        **dict(
                            zip(
                                ("shrunken_figure", "previous_shrunken_figure"),
                                (shrunken or {}).get(place, (None, None)),
                                strict=True,
                            )
                        ),
                    }
                )
    return rows


def shrunken_figures(members: list[tuple[Any, ...]], tested: Places, measure: str) -> dict[tuple[Any, ...], list[Any]]:
    """The shrunken figures of both years of each organisation that is in the tests, of one group."""
    singles = {place: tested[place][0] for place in members if tested.get(place)}
    shrink = shrunken_likelihoods if measure == MEASURES[0] else shrunken_ratios
    sides = [shrink([getattr(pair, year) for pair in singles.values()]) for year in ("now", "before")]
    return {place: [rounded(figure, 2) for figure in figures] for place, *figures in zip(singles, *sides, strict=True)}
