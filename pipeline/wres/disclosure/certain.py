"""Suppress what a protected year says of ratios unless it is the same for all counts that print as the published ones.

A ratio of rounded counts can be on another side of a limit than the exact one, so no organisation's ratio or range is
worked out from rounded counts. Where every possible count gives the same range, the range says nothing about a count.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from wres.disclosure.dependencies import RATIO, compares_groups, counts_needed
from wres.disclosure.primary_suppression import COUNTS, feasibility_interval, units_per_person
from wres.disclosure.problem import MarginCell
from wres.disclosure.suppression_pattern import SuppressionPattern
from wres.outputs.group_columns import compared_counts
from wres.outputs.table_schema import SUPPRESSED, load_specification
from wres.reference.year_tables import DisclosurePolicy
from wres.returns.indicator_math import place_in_band, round_half_away
from wres.returns.template_spec import newest_template

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
Policies = Mapping[int, DisclosurePolicy]

_RATIO = "relative_likelihood"
_RANGE = ("range", "reason_not_calculable", "excess_group")
_COMPARED = compared_counts()
_FIGURES = ("figure", "previous_figure")
_SIDES = {"national": ("",), "comparison": ("", "previous_")}
_POOLED = ("region", "organisation_type")


def withhold_uncertain(tables: "Mapping[str, pa.Table]", decisions: SuppressionPattern) -> "dict[str, pa.Table]":
    """Suppress each ratio, range and verdict of a protected year that some possible counts would change.

    Args:
        tables: the printed tables, each with its last column `suppressed`.
        decisions: how far each total is withheld: verdicts of the nation are shown where its counts are.
    """
    policies = decisions.exact.policies
    rounded = {name: _rounded_nations(decisions, name) for name in ("national", "comparison")}
    outside = [
        column.name
        for column in load_specification().tables["funnel"].figures
        if column.datatype == "boolean" and any(column.depends_on.values())
    ]
    compared = [name for name, needed in counts_needed("organisation_change").items() if compares_groups(needed)]
    on_ratio = {
        table: [name for name, needed in counts_needed(table).items() if compares_groups(needed)]
        for table in ("organisation", "organisation_series")
    }

    def national(row: Row, _policy: DisclosurePolicy) -> Row:
        is_rounded = (row["collection_year"], row["organisation_group"]) in rounded["national"]
        return _without(row, ("range",)) if is_rounded else row

    def improvement(row: Row, _policy: DisclosurePolicy) -> Row:
        is_rounded = (row["collection_year"], row["organisation_group"]) in rounded["comparison"]
        if row["level"] == "national" and not is_rounded:
            return row
        figures = _FIGURES if row["measure"] == _RATIO and row["level"] == "organisation" else ()
        tested = counts_needed("improvement", row["measure"]).keys() - set(_FIGURES)
        return _without(row, (*figures, *tested))

    def funnel(row: Row, _policy: DisclosurePolicy) -> Row:
        return _without(row, (*outside, *(("figure",) if row["measure"] == _RATIO else ())))

    treatments = {
        "national": national,
        **{table: partial(_organisation, names) for table, names in on_ratio.items()},
        **dict.fromkeys(_POOLED, _pooled),
        "organisation_change": lambda row, _policy: _without(row, compared),
        "funnel": funnel,
        "improvement": improvement,
    }
    treated = {}
    for name, table in tables.items():
        treat = treatments.get(name)
        treated[name] = table if treat is None else _with_rows(table, policies, treat)
    return treated


def _rounded_nations(decisions: SuppressionPattern, table: str) -> set[tuple[int, str]]:
    """Return the year and group of each national row of a table whose counts are printed rounded or not at all.

    The decisions say so, not the figures: that an exact count happens to equal its rounded one must not show.
    """
    return {
        (row["collection_year"], row["organisation_group"])
        for number, row in enumerate(decisions.exact.rows[table])
        if row["level"] == "national"
        and any(_is_rounded(decisions, MarginCell(table, number, side)) for side in _SIDES[table])
    }


def _is_rounded(decisions: SuppressionPattern, place: MarginCell) -> bool:
    members, policies = decisions.exact.totals.places.get(place), decisions.exact.policies
    if members is None:  # of organisations that nobody can tell
        year = decisions.exact.rows[place.table][place.row]["collection_year"] - bool(place.side)
        return _protects(policies, year)
    withheld = any(decisions.level((members, column)) for column in COUNTS)
    return _protects(policies, members.year) and (members.reach != "nation" or withheld)


def _organisation(on_ratio: Iterable[str], row: Row, policy: DisclosurePolicy) -> Row:
    """Suppress of an organisation's figures that rest on its ratio those that some possible counts would change."""
    low, high, reason = possible_ratios(row, policy)
    if reason is not None:
        return row
    certain: set[str] = set()
    if low is not None and high is not None:
        certain.update(_RANGE if _band(low) == _band(high) else ())
        certain.update([_RATIO] if round_half_away(low, 2) == round_half_away(high, 2) else ())
    return _without(row, set(on_ratio) - certain)


def _pooled(row: Row, policy: DisclosurePolicy) -> Row:
    if any(row[column] is None for column in RATIO):
        return _without(row, ("range",))
    low, high, _ = possible_ratios(row, policy)
    return row if low is not None and high is not None and _band(low) == _band(high) else _without(row, ("range",))


def possible_ratios(row: Row, policy: DisclosurePolicy) -> tuple[Fraction | None, Fraction | None, str | None]:
    """Give the least and the greatest ratio of the counts that print as a row's do, or the reason why there is none.

    All three are None where some of these counts have a ratio and others have none.
    """
    ends = {
        column: feasibility_interval(row[column], policy, units_per_person(column, row["window"])) for column in RATIO
    }
    groups = newest_template().comparison()
    for column, reason in (
        (_COMPARED.comparator_headcount, f"no_{groups.comparator}_staff"),
        (_COMPARED.group_headcount, f"no_{groups.ethnic_group}_staff"),
        (_COMPARED.comparator_entered, f"no_{groups.comparator}_entries"),
    ):
        low, high = ends[column]
        if high == 0:
            return None, None, reason
        if low == 0:
            return None, None, None
    (of_low, of_high), (staff_low, staff_high), (beside_low, beside_high), (low, high) = (
        ends[column] for column in _COMPARED
    )
    return Fraction(low * of_low, beside_high * staff_high), Fraction(high * of_high, beside_low * staff_low), None


def _band(ratio: Fraction) -> str:
    return place_in_band(ratio.numerator, ratio.denominator)


def _without(row: Row, names: Iterable[str]) -> Row:
    """Suppress the named figures that a row states."""
    gone = {name for name in names if row.get(name) is not None}
    suppressed = {*row[SUPPRESSED], *gone}
    return {**row, **dict.fromkeys(gone), SUPPRESSED: [name for name in row if name in suppressed]}


def _with_rows(table: "pa.Table", policies: Policies, treat: Any) -> "pa.Table":
    """Treat each row by the policy of the newest year that it shows and that hides figures."""
    import pyarrow as pa

    rows = []
    for row in table.to_pylist():
        years = {row["collection_year"] - back for back in range(1 + _years_back(row))}
        protecting = [policies[year] for year in sorted(years, reverse=True) if _protects(policies, year)]
        rows.append(dict(treat(row, protecting[0])) if protecting else row)
    return pa.Table.from_pylist(rows, schema=table.schema)


def _years_back(row: Row) -> int:
    return int(row.get("years_between", 1 if "previous_organisations" in row else 0))


def _protects(policies: Policies, year: int) -> bool:
    return year in policies and policies[year].protects
