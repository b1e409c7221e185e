"""Return the counts as they are printed, of every row of every table that states counts."""

from collections.abc import Mapping
from typing import Any

from wres.disclosure.primary_suppression import COUNTS, Count, apply_rule
from wres.disclosure.problem import MarginCell, SdcProblem
from wres.disclosure.suppression_pattern import SuppressionPattern

Shown = dict[str, Count | None]  # by column; None where a count is suppressed
STATING = ("national", "region", "organisation_type", "organisation", "organisation_series")
COMPARING = ("comparison", "organisation_change")


def printed_counts(decisions: SuppressionPattern) -> dict[str, list[Shown]]:
    """Return the printed counts of each row, in the order of the exact tables, by the columns' names."""
    exact = decisions.exact
    return {
        **{name: [_now(decisions, name, index, row) for index, row in enumerate(exact.rows[name])] for name in STATING},
        "comparison": [
            _total(decisions, MarginCell("comparison", index, ""))
            | _total(decisions, MarginCell("comparison", index, "previous_"))
            for index, _ in enumerate(exact.rows["comparison"])
        ],
        "organisation_change": [
            _organisation(exact, row) | _last_year(exact, row) for row in exact.rows["organisation_change"]
        ],
    }


def _now(decisions: SuppressionPattern, table: str, index: int, row: Mapping[str, Any]) -> Shown:
    if table == "organisation":
        return _organisation(decisions.exact, row)
    if table == "organisation_series":
        return _alone(decisions.exact, row, "", row["collection_year"], row["organisations"])
    return _total(decisions, MarginCell(table, index, ""))


def _organisation(exact: SdcProblem, row: Mapping[str, Any]) -> Shown:
    return _alone(exact, row, "", row["collection_year"], 1)


def _last_year(exact: SdcProblem, row: Mapping[str, Any]) -> Shown:
    return _alone(exact, row, "previous_", row["collection_year"] - 1, row["previous_organisations"])


def _alone(exact: SdcProblem, row: Mapping[str, Any], side: str, year: int, organisations: int) -> Shown:
    """Return the counts of one organisation as every table prints them; of several pooled, none."""
    policy = exact.policies[year]
    return {
        side + column: apply_rule(row[side + column], policy) if organisations == 1 or not policy.protects else None
        for column in COUNTS
    }


def _total(decisions: SuppressionPattern, place: MarginCell) -> Shown:
    exact, members = decisions.exact, decisions.exact.totals.places.get(place)
    if members is None:
        row = exact.rows[place.table][place.row]
        year = row["collection_year"] - (1 if place.side else 0)
        kept = not exact.policies[year].protects
        return {place.side + column: row[place.side + column] if kept else None for column in COUNTS}
    return {place.side + column: decisions.shown(members, column) for column in COUNTS}
