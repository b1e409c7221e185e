"""Apply the policy `ratios`: show every ratio and range, and the entries behind it only where they are not small.

The WRES publishes every organisation's ratio. This policy makes no promise that a small count cannot be worked out; how
many could be narrowed, the checklist says (`narrowed.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from wres.disclosure.dependencies import (
    RATIO,
    Needs,
    always_shown,
    counts_needed,
    figures_of_other_years,
    measures_of,
    needs_counts,
)
from wres.disclosure.primary_suppression import COUNTS, round_to_base
from wres.errors import WresError
from wres.outputs.dependency_terms import EVERY_MEASURE
from wres.outputs.table_schema import SUPPRESSED
from wres.reference.year_tables import DisclosurePolicy

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
Policies = Mapping[int, DisclosurePolicy]

ENTERED = tuple(column for column in COUNTS if column.endswith("_entered"))
_COMPARED = set(ENTERED).intersection(RATIO)  # of the two groups that the ratio compares
PROTECTED_TABLES = ("national", "region", "organisation_type", "organisation", "organisation_series")
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
    columns: dict[str, Callable[[Row, Row], Row]] = {
        **{table: partial(hidden.of_level, _withheld(table)) for table in PROTECTED_TABLES},
        **{table: partial(hidden.of_comparison, _withheld(table)) for table in _COMPARISONS},
        "funnel": hidden.of_funnel,
        "improvement": hidden.of_improvement,
    }
    if strange := [name for name in tables if name not in columns and needs_counts(name)]:
        raise WresError(
            f"Nothing is said of how to protect the table {strange[0]} in an official release: add it to "
            "pipeline/wres/disclosure/ratio_policy.py."
        )
    shown = {}
    for name, table in tables.items():
        if name not in columns:
            shown[name] = table
            continue
        rows = zip(table.to_pylist(), exact[name].to_pylist(), strict=True)
        shown[name] = _with_rows(table, [columns[name](row, exact_row) for row, exact_row in rows])
    return shown


def _withheld(table: str, measure: str = EVERY_MEASURE) -> Needs:
    """Name the figures of a table that are suppressed where one of these counts is."""
    shown = always_shown(table, measure)
    return {name: needed for name, needed in counts_needed(table, measure).items() if name not in shown}


def small_counts(row: Row, side: str, policy: DisclosurePolicy) -> frozenset[str]:
    """Name the columns of entries that the policy suppresses in one row of counts.

    White and BME entries go together: either of them could be worked out from the ratio and the other. Few entries of
    unknown ethnicity are suppressed by themselves. An ethnic group that the year's template does not have has no count.
    """
    if not policy.shows_ratios:
        return frozenset()
    counts = {column: row[side + column] for column in ENTERED if row[side + column] is not None}
    few = {column for column, count in counts.items() if 0 < count < policy.threshold + 1}
    if few & _COMPARED:
        few = set(counts)
    return frozenset(side + column for column in few)


class _HiddenCounts:
    """The suppressed counts of each row, and with them the figures that rest on these."""

    def __init__(self, exact: "Mapping[str, pa.Table]", policies: Policies) -> None:
        self.policies = policies
        self.withheld = {
            (table, measure): _withheld(table, measure)
            for table in ("funnel", "improvement")
            for measure in measures_of(table)
        }
        self.organisations = {(row["collection_year"], row["code"]): row for row in exact["organisation"].to_pylist()}
        self.compared = {
            (row["collection_year"], row["level"], row["code"], row["organisation_group"]): row
            for name in _COMPARISONS
            for row in exact[name].to_pylist()
        }

    def of_level(self, needs: Needs, row: Row, exact: Row) -> Row:
        """Treat a row of counts of one year."""
        policy = self.policies[row["collection_year"]]
        if exact.get("level") == "national" and exact["organisations"] > 1:
            return row
        hidden = small_counts(exact, "", policy)
        return _shown(_rounded(row, "", policy, exact["organisations"]), hidden, needs)

    def of_comparison(self, needs: Needs, row: Row, exact: Row) -> Row:
        """Treat a row of counts of two years."""
        now, before = (self.policies[row["collection_year"] - back] for back in (0, 1))
        matched = exact.get("matched_organisations", 1)
        if exact["level"] == "national" and matched > 1:
            return row
        hidden = small_counts(exact, "", now) | small_counts(exact, "previous_", before)
        row = _rounded(row, "", now, matched)
        return _shown(_rounded(row, "previous_", before, exact["previous_organisations"]), hidden, needs)

    def of_funnel(self, row: Row, _exact: Row) -> Row:
        """Treat an organisation's row of one funnel."""
        year = row["collection_year"]
        hidden = small_counts(self.organisations[year, row["code"]], "", self.policies[year])
        return _shown(row, hidden, self.withheld["funnel", row["measure"]])

    def of_improvement(self, row: Row, exact: Row) -> Row:
        """Treat the test of one measure in two years."""
        year, before = row["collection_year"], row["collection_year"] - row["years_between"]
        needs, others = self.withheld["improvement", row["measure"]], figures_of_other_years("improvement")
        if exact["three_years_organisations"] is None:  # no figures of three years, which no count withholds
            needs = {name: needed for name, needed in needs.items() if name not in others}
        row = _shown(row, self._both_years(row, year, before), needs)
        return _without(row, others) if self._is_small_in_other_years(exact) else row

    def _is_small_in_other_years(self, row: Row) -> bool:
        """Return whether a figure of three years and the counts of two could tell a small count of the third."""
        if row["three_years_organisations"] is None or row["level"] == "national":
            return False
        if row["level"] != "organisation":
            return bool(row["three_years_organisations"] == 1)
        years = range(row["collection_year"], row["collection_year"] - 6, -1)
        returns = [(self.organisations.get((year, row["code"])), self.policies[year]) for year in years]
        # Without a row of its own, an earlier year is that of predecessors, whose counts no table states together.
        return any(
            policy.shows_ratios if counts is None else bool(small_counts(counts, "", policy))
            for counts, policy in returns
        )

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
        """Return the suppressed counts of an organisation's earlier year, the same in every later release.

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


def _shown(row: Row, hidden: frozenset[str], needs: Needs) -> Row:
    """Suppress the counts that are hidden and each figure that needs one of them."""
    names = {name for name, needed in needs.items() if not hidden.isdisjoint(needed)}
    names = {name for name in names | hidden if name in row}
    suppressed = {*row[SUPPRESSED], *names}
    return {**row, **dict.fromkeys(names), SUPPRESSED: [name for name in row if name in suppressed]}


def _without(row: Row, names: frozenset[str]) -> Row:
    """Suppress figures wherever there is one."""
    gone = {name for name in names if row[name] is not None}
    suppressed = {*row[SUPPRESSED], *gone}
    return {**row, **dict.fromkeys(gone), SUPPRESSED: [name for name in row if name in suppressed]}


def _with_rows(table: "pa.Table", rows: Sequence[Row]) -> "pa.Table":
    import pyarrow as pa

    return pa.Table.from_pylist([dict(row) for row in rows], schema=table.schema)
