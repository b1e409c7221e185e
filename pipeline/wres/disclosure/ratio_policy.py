"""The policy `ratios`: every ratio and range as it is, and the entries behind one only where they are not small.

The WRES publishes every organisation's ratio. This policy makes no promise that a small count cannot be worked out; how
many could be narrowed, the checklist says (`narrowed.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wres.disclosure.dependencies import CHANGE, FUNNEL_OWN, IMPROVEMENT, LEVEL
from wres.disclosure.primary_suppression import round_to_base
from wres.outputs.table_schema import SUPPRESSED
from wres.reference.year_config import DisclosurePolicy

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
Policies = Mapping[int, DisclosurePolicy]

ENTERED = ("white_entered", "bme_entered", "unknown_entered")
# What stands as it is however few people a ratio rests on.
_ALWAYS_SHOWN = {
    *("relative_likelihood", "previous_relative_likelihood", "relative_likelihood_change"),
    *("range", "reason_not_calculable", "reliability", "excess_group"),
}
_LEVELS = ("national", "region", "organisation_type", "organisation", "organisation_series")
_COMPARISONS = ("comparison", "organisation_change")


def apply_ratio_policy(
    tables: "Mapping[str, pa.Table]", exact: "Mapping[str, pa.Table]", policies: Policies
) -> "dict[str, pa.Table]":
    """Suppress and round what the policy `ratios` does not show, in the rows of its years.

    Args:
        tables: the tables of the release so far, each with its last column `suppressed`.
        exact: the same tables with every figure.
        policies: of every collection year in them.

    Returns: the tables with the same columns. National counts stay exact, but for a group of one organisation.
    """
    if not any(policy.shows_ratios for policy in policies.values()):
        return dict(tables)
    hidden = _HiddenCounts(exact, policies)
    columns = {
        **dict.fromkeys(_LEVELS, hidden.of_level),
        **dict.fromkeys(_COMPARISONS, hidden.of_comparison),
        "funnel": hidden.of_funnel,
        "improvement": hidden.of_improvement,
    }
    shown = {}
    for name, table in tables.items():
        if name not in columns:
            shown[name] = table
            continue
        rows = zip(table.to_pylist(), exact[name].to_pylist(), strict=True)
        shown[name] = _with_rows(table, [columns[name](row, exact_row) for row, exact_row in rows])
    return shown


def small_counts(row: Row, side: str, policy: DisclosurePolicy) -> frozenset[str]:
    """Name the columns of entries that the policy suppresses in one row of counts.

    White and BME entries go together: either of them could be worked out from the ratio and the other. Few entries of
    unknown ethnicity are suppressed by themselves.
    """
    if not policy.shows_ratios:
        return frozenset()
    few = {column for column in ENTERED if 0 < row[side + column] < policy.threshold + 1}
    if few & set(ENTERED[:2]):
        few = set(ENTERED)
    return frozenset(side + column for column in few)


class _HiddenCounts:
    """Which counts of a row are suppressed, and with them the figures that rest on them."""

    def __init__(self, exact: "Mapping[str, pa.Table]", policies: Policies) -> None:
        self.policies = policies
        self.organisations = {(row["collection_year"], row["code"]): row for row in exact["organisation"].to_pylist()}
        self.compared = {
            (row["collection_year"], row["level"], row["code"], row["organisation_group"]): row
            for name in _COMPARISONS
            for row in exact[name].to_pylist()
        }

    def of_level(self, row: Row, exact: Row) -> Row:
        """Treat a row of counts of one year."""
        policy = self.policies[row["collection_year"]]
        if exact.get("level") == "national" and exact["organisations"] > 1:
            return row
        hidden = small_counts(exact, "", policy)
        return _shown(_rounded(row, "", policy, exact["organisations"]), hidden, LEVEL)

    def of_comparison(self, row: Row, exact: Row) -> Row:
        """Treat a row of counts of two years."""
        now, before = (self.policies[row["collection_year"] - back] for back in (0, 1))
        matched = exact.get("matched_organisations", 1)
        if exact["level"] == "national" and matched > 1:
            return row
        hidden = small_counts(exact, "", now) | small_counts(exact, "previous_", before)
        row = _rounded(row, "", now, matched)
        return _shown(_rounded(row, "previous_", before, exact["previous_organisations"]), hidden, CHANGE)

    def of_funnel(self, row: Row, _exact: Row) -> Row:
        """Treat an organisation's row of one funnel."""
        year = row["collection_year"]
        hidden = small_counts(self.organisations[year, row["code"]], "", self.policies[year])
        kept = {"figure"} if row["measure"] == "relative_likelihood" else set[str]()
        return _shown(row, hidden, FUNNEL_OWN[row["measure"]], kept)

    def of_improvement(self, row: Row, _exact: Row) -> Row:
        """Treat the test of one measure in two years."""
        year, before = row["collection_year"], row["collection_year"] - row["years_between"]
        kept = {"figure", "previous_figure", "direction"} if row["measure"] == "relative_likelihood" else set[str]()
        hidden = self._both_years(row, year, before)
        return _shown(row, hidden, IMPROVEMENT[row["measure"]], kept)

    def _both_years(self, row: Row, year: int, before: int) -> frozenset[str]:
        now, then = self.policies[year], self.policies[before]
        if row["level"] == "organisation":
            hidden = small_counts(self.organisations[year, row["code"]], "", now)
            return hidden | self._previous(row, year, before)
        key = (year, row["level"], row["code"], row["organisation_group"])
        compared = self.compared.get(key)
        if compared is None or row["years_between"] > 1 or row["level"] == "national":
            return frozenset()
        return small_counts(compared, "", now) | small_counts(compared, "previous_", then)

    def _previous(self, row: Row, year: int, before: int) -> frozenset[str]:
        """The earlier year's hidden counts of an organisation, the same in every later release.

        A year apart they are those of its predecessors together; further back those of the organisation itself.
        """
        policy = self.policies[before]
        compared = self.compared.get((year, "organisation", row["code"], row["organisation_group"]))
        if row["years_between"] == 1 and compared is not None:
            return small_counts(compared, "previous_", policy)
        earlier = self.organisations.get((before, row["code"]))
        if earlier is None:  # counts that no table states
            return frozenset(f"previous_{column}" for column in ENTERED if policy.shows_ratios)
        return frozenset(f"previous_{column}" for column in small_counts(earlier, "", policy))


def _rounded(row: Row, side: str, policy: DisclosurePolicy, organisations: int) -> Row:
    """Round the entries of several organisations together."""
    if not policy.shows_ratios or organisations == 1:
        return row
    columns = [side + column for column in ENTERED if row[side + column] is not None]
    return {**row, **{column: round_to_base(row[column], policy.rounding) for column in columns}}


def _shown(row: Row, hidden: frozenset[str], needs: Mapping[str, Iterable[str]], kept: "set[str] | None" = None) -> Row:
    """Suppress the counts that are hidden and each figure that needs one of them, but for what is always shown."""
    always = _ALWAYS_SHOWN if kept is None else kept
    names = {name for name, needed in needs.items() if name not in always and not hidden.isdisjoint(needed)}
    names = {name for name in names | hidden if name in row}
    suppressed = {*row[SUPPRESSED], *names}
    return {**row, **dict.fromkeys(names), SUPPRESSED: [name for name in row if name in suppressed]}


def _with_rows(table: "pa.Table", rows: Sequence[Row]) -> "pa.Table":
    import pyarrow as pa

    return pa.Table.from_pylist([dict(row) for row in rows], schema=table.schema)
