"""Apply the policy `ratios`: show every ratio and range, and the entries behind it only where they are not small.

The WRES publishes every organisation's ratio. This policy makes no promise that a small count cannot be worked out; how
many could be narrowed, the checklist says (`narrowed.py`).
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from wres.disclosure.dependencies import (
    RATIO,
    always_shown,
    counts_needed,
    figures_of_other_years,
    measures_of,
    needs_counts,
)
from wres.disclosure.primary_suppression import COUNTS
from wres.disclosure.treatment import AS_IT_IS, Treatment, treat_rows
from wres.errors import WresError
from wres.outputs.dependency_terms import EVERY_MEASURE
from wres.outputs.table_schema import load_specification
from wres.reference.year_tables import DisclosurePolicy

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
Policies = Mapping[int, DisclosurePolicy]

ENTERED = tuple(column for column in COUNTS if column.endswith("_entered"))
_COMPARED = set(ENTERED).intersection(RATIO)  # of the two groups that the ratio compares
PROTECTED_TABLES = ("national", "region", "organisation_type", "organisation", "organisation_series")
_COMPARISONS = ("comparison", "organisation_change")
Withheld = Callable[[frozenset[str]], frozenset[str]]  # from suppressed counts to all that is suppressed for them
_NONE: frozenset[str] = frozenset()
_DECISIVE = {
    *("collection_year", "level", "code", "organisation_group", "organisations", "matched_organisations"),
    *("previous_organisations", "years_between", "measure", "three_years_organisations"),
    *(side + column for side in ("", "previous_") for column in ENTERED),
}


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
    decide: dict[str, Callable[[Row], Treatment]] = {
        **{table: partial(hidden.of_level, withheld_by(table)) for table in PROTECTED_TABLES},
        **{table: partial(hidden.of_comparison, withheld_by(table)) for table in _COMPARISONS},
        "funnel": hidden.of_funnel,
        "improvement": hidden.of_improvement,
    }
    if strange := [name for name in tables if name not in decide and needs_counts(name)]:
        raise WresError(
            f"Nothing is said of how to protect the table {strange[0]} in an official release: add it to "
            "pipeline/wres/disclosure/ratio_policy.py."
        )
    return {
        name: treat_rows(table, list(map(decide[name], _decisive_rows(exact[name])))) if name in decide else table
        for name, table in tables.items()
    }


def _decisive_rows(table: "pa.Table") -> list[Row]:
    """Return the rows of a table with the columns alone that decide what of them is shown."""
    rows: list[Row] = table.select([name for name in table.column_names if name in _DECISIVE]).to_pylist()
    return rows


def withheld_by(table: str, measure: str = EVERY_MEASURE) -> Withheld:
    """Return a function that names the figures of a table that are suppressed where some counts are, and the counts.

    It works out the answer for each set of counts once: a table has thousands of rows, and few such sets.
    """
    shown = always_shown(table, measure)
    column_names = {column.name for column in load_specification().tables[table].columns}
    needs = {name: needed for name, needed in counts_needed(table, measure).items() if name not in shown}

    @cache
    def withheld(hidden: frozenset[str]) -> frozenset[str]:
        names = {name for name, needed in needs.items() if not hidden.isdisjoint(needed)}
        return (hidden | names) & column_names

    return withheld


def small_counts(row: Row, side: str, policy: DisclosurePolicy) -> frozenset[str]:
    """Name the columns of entries that the policy suppresses in one row of counts.

    White and BME entries go together: either of them could be worked out from the ratio and the other. Few entries of
    unknown ethnicity are suppressed by themselves. An ethnic group that the year's template does not have has no count.
    """
    if not policy.shows_ratios:
        return _NONE
    counts = {column: row[side + column] for column in ENTERED if row[side + column] is not None}
    few = {column for column, count in counts.items() if 0 < count < policy.threshold + 1}
    if few & _COMPARED:
        few = set(counts)
    return frozenset(side + column for column in few) if few else _NONE


class _HiddenCounts:
    """The suppressed counts of each row, and with them the figures that rest on these."""

    def __init__(self, exact: "Mapping[str, pa.Table]", policies: Policies) -> None:
        self.policies = policies
        self.withheld = {
            (table, measure): withheld_by(table, measure)
            for table in ("funnel", "improvement")
            for measure in measures_of(table)
        }
        self.other_years = figures_of_other_years("improvement")
        organisations = _decisive_rows(exact["organisation"])
        self.organisations = {(row["collection_year"], row["code"]): row for row in organisations}
        self.compared = {
            (row["collection_year"], row["level"], row["code"], row["organisation_group"]): row
            for name in _COMPARISONS
            for row in _decisive_rows(exact[name])
        }

    def of_level(self, withheld: Withheld, row: Row) -> Treatment:
        """Treat a row of counts of one year."""
        policy = self.policies[row["collection_year"]]
        if row.get("level") == "national" and row["organisations"] > 1:
            return AS_IT_IS
        return Treatment(withheld(small_counts(row, "", policy)), _rounding("", policy, row["organisations"]))

    def of_comparison(self, withheld: Withheld, row: Row) -> Treatment:
        """Treat a row of counts of two years."""
        now, before = (self.policies[row["collection_year"] - back] for back in (0, 1))
        matched = row.get("matched_organisations", 1)
        if row["level"] == "national" and matched > 1:
            return AS_IT_IS
        hidden = small_counts(row, "", now) | small_counts(row, "previous_", before)
        rounding = {**_rounding("", now, matched), **_rounding("previous_", before, row["previous_organisations"])}
        return Treatment(withheld(hidden), rounding)

    def of_funnel(self, row: Row) -> Treatment:
        """Treat an organisation's row of one funnel."""
        year = row["collection_year"]
        hidden = small_counts(self.organisations[year, row["code"]], "", self.policies[year])
        return Treatment(self.withheld["funnel", row["measure"]](hidden))

    def of_improvement(self, row: Row) -> Treatment:
        """Treat the test of one measure in two years."""
        year, before = row["collection_year"], row["collection_year"] - row["years_between"]
        names = self.withheld["improvement", row["measure"]](self._both_years(row, year, before))
        if row["three_years_organisations"] is None:  # no figures of three years, which no count withholds
            return Treatment(names - self.other_years)
        return Treatment(names, without=self.other_years if self._is_small_in_other_years(row) else frozenset())

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
        """Return the counts of a row of changes that are too small to show, of either year."""
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


def _rounding(side: str, policy: DisclosurePolicy, organisations: int) -> dict[str, int]:
    """Return what the entries of several organisations together are rounded to, by column."""
    if not policy.shows_ratios or organisations == 1:
        return {}
    return dict.fromkeys((side + column for column in ENTERED), policy.rounding)
