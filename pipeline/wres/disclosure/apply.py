"""Apply the suppression pattern to the tables, and measure the information loss."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from wres.disclosure.dependencies import (
    Needs,
    counts_needed,
    figures_of_other_years,
    finding_figures,
    measures_of,
    national_counts_needed,
    organisation_figures,
    unprinted_figures,
)
from wres.disclosure.printed_counts import COMPARING, STATING, Shown, printed_counts
from wres.disclosure.printed_measures import change_measures, funnel_key, improvement_key, level_key, level_measures
from wres.disclosure.suppression_pattern import Goals, SuppressionPattern
from wres.errors import WresError
from wres.outputs.table_schema import SUPPRESSED, load_specification
from wres.validation.edit_catalogue import SIGN_OFF

if TYPE_CHECKING:
    import pyarrow as pa


def queried_figures(table: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the columns of a row of coverage or data_quality that are suppressed in a year with disclosure control."""
    if row.get("edit_code") == SIGN_OFF:
        return ()
    return tuple(name for name in row if name in finding_figures(table) and row[name] is not None)


def shares_shown(shown: Mapping[str, "pa.Table"]) -> dict[str, int]:
    """Count the share of figures that are not suppressed, by table, in whole per cent rounded down; 100 without any.

    A figure is a value that can be suppressed: a number, a yes or no, a category. The shares are counted
    from the printed tables alone, so that they say nothing that the tables do not.
    """
    return {name: _share(name, table) for name, table in shown.items()}


def _share(name: str, table: "pa.Table") -> int:
    suppressed = sum(len(names) for names in table[SUPPRESSED].to_pylist())
    figures = [column.name for column in load_specification().tables[name].figures]
    shown = sum(table.num_rows - table[column].null_count for column in figures)
    return 100 * shown // (shown + suppressed) if suppressed else 100


Row = dict[str, Any]
Filled = tuple[Row, set[str]]  # a row with its printed figures, and the names of those suppressed
Fill = Callable[[int, Row], Filled]  # from a row's number and its exact figures

_AS_THEY_ARE = ("revisions", "published_series")  # made of printed tables, or public
NATION = "ENG"


def apply_suppression(decisions: SuppressionPattern, tables: Mapping[str, "pa.Table"]) -> dict[str, "pa.Table"]:
    """Return the tables without suppressed figures, and with a last column that names these row by row.

    Raises:
        WresError: a table that disclosure control knows nothing of.
    """
    fills = _Fills(decisions).by_table
    if strange := [name for name in tables if name not in fills and name not in _AS_THEY_ARE]:
        raise WresError(
            f"No rule says how to protect the table {strange[0]} in an official release: add it to "
            "pipeline/wres/disclosure/apply.py."
        )
    return {
        name: _printed(table, fills[name]) if name in fills else with_suppressed(table, [[]] * table.num_rows)
        for name, table in tables.items()
    }


def _printed(table: "pa.Table", fill: Fill) -> "pa.Table":
    """Return a table as it is printed, its held-back figures null and listed."""
    import pyarrow as pa

    filled = [fill(number, row) for number, row in enumerate(table.to_pylist())]
    rows = [row | dict.fromkeys(held_back) for row, held_back in filled]
    return with_suppressed(
        pa.Table.from_pylist(rows, schema=table.schema),
        [[name for name in table.column_names if name in held_back] for _, held_back in filled],
    )


def with_suppressed(table: "pa.Table", names: list[list[str]]) -> "pa.Table":
    """Add the last column `suppressed`: for each row the names of the columns whose figure is suppressed."""
    import pyarrow as pa

    return table.append_column(SUPPRESSED, pa.array(names, pa.list_(pa.string())))


class _Fills:
    """The function that fills the rows of each table. A row of years without disclosure control is not changed."""

    def __init__(self, decisions: SuppressionPattern) -> None:
        self.decisions = decisions
        exact, self.counts = decisions.exact, printed_counts(decisions)
        self.measured, self.funnels = level_measures(exact, self.counts)
        self.changes, self.improvements = change_measures(exact, self.counts)
        self.needs = {table: counts_needed(table) for table in (*STATING, *COMPARING)}
        self.funnel_needs, self.improvement_needs = (
            {measure: counts_needed(table, measure) for measure in measures_of(table)}
            for table in ("funnel", "improvement")
        )
        self.funnel_national = {measure: national_counts_needed("funnel", measure) for measure in measures_of("funnel")}
        self.of_organisations = {
            table: organisation_figures(table) for table in (*STATING, *COMPARING, "goals", "goal_distance", "funnel")
        }
        self.unprinted = {table: unprinted_figures(table) for table in (*self.of_organisations, "improvement")}
        self.of_three_years = figures_of_other_years("improvement")
        self.shown: dict[tuple[Any, ...], Shown] = {}  # by whether two years are compared, and the row
        for table, printed in self.counts.items():
            for row, shown in zip(exact.rows[table], printed, strict=True):
                self.shown[table in COMPARING, *level_key(row)] = shown

    @property
    def by_table(self) -> dict[str, Fill]:
        """Return the function that fills a row, by table."""
        return {
            **{table: partial(self._level, table) for table in STATING},
            **{table: partial(self._change, table) for table in COMPARING},
            **{table: partial(self._goals, table) for table in ("goals", "goal_distance")},
            "funnel": self._funnel,
            "improvement": self._improvement,
            "coverage": partial(self._queried, "coverage"),
            "data_quality": partial(self._queried, "data_quality"),
        }

    def _is_protected(self, *years: int) -> bool:
        policies = self.decisions.exact.policies
        return any(policies[year].protects for year in years)

    def _of_other_years(self, table: str, years: Iterable[int]) -> set[str]:
        """Name the figures of a table that rest on several years, where one of these is protected."""
        known = self.decisions.exact.policies.keys() & set(years)
        return set(figures_of_other_years(table)) if self._is_protected(*known) else set()

    def _level(self, table: str, number: int, row: Row) -> Filled:
        if not self._is_protected(row["collection_year"]):
            return row, set()
        shown, measures = self.counts[table][number], self.measured[level_key(row)]
        row, held_back = _worked_out(row, shown, self.needs[table], measures)
        return row, held_back | self.of_organisations[table] | self.unprinted[table]

    def _change(self, table: str, number: int, row: Row) -> Filled:
        if not self._is_protected(row["collection_year"], row["collection_year"] - 1):
            return row, set()
        shown, measures = self.counts[table][number], self.changes[level_key(row)]
        row, held_back = _worked_out(row, shown, self.needs[table], measures)
        held_back |= self.of_organisations[table] | self.unprinted[table]
        return row, held_back - _publicly_missing(row)

    def _goals(self, table: str, _number: int, row: Row) -> Filled:
        """Hold back the figures of a row of goals that its policy does not print."""
        year = row["collection_year"]
        three_years = range(year - 2, year + 1)
        if not self.decisions.prints(Goals(year, row["organisation_group"])):
            held_back = set(self.of_organisations[table] | self.unprinted[table])
        elif self._is_protected(year):
            held_back = set(self.unprinted[table])
        else:
            held_back = self._of_other_years(table, three_years)
        if not self.decisions.exact.policies.keys() >= set(three_years):
            held_back -= figures_of_other_years(table)
        return row, held_back - _publicly_missing(row)

    def _funnel(self, _at: int, row: Row) -> Filled:
        """Print a row of the funnel from printed counts; hold back what they do not give."""
        year, measure, group = row["collection_year"], row["measure"], row["organisation_group"]
        if not self._is_protected(year):
            return row, set()
        organisation = self.shown[False, year, "organisation", row["code"], group]
        nation = self.shown[False, year, "national", NATION, group]
        held_back = _without(organisation, self.funnel_needs[measure]) | self.of_organisations["funnel"]
        held_back |= self.unprinted["funnel"]
        held_back |= _without(nation, self.funnel_national[measure])
        limits = self.funnels[funnel_key(row)]
        remade = self.funnel_needs[measure].keys() | self.funnel_national[measure].keys()
        return row | {name: limits[name] for name in remade}, held_back

    def _queried(self, table: str, _at: int, row: Row) -> Filled:
        protected = self._is_protected(row["collection_year"])
        return row, set(queried_figures(table, row)) if protected else set()

    def _improvement(self, _at: int, row: Row) -> Filled:
        """Print a row of changes over several years from printed counts; hold back what they do not give."""
        year, between, figures = row["collection_year"], row["years_between"], self.improvement_needs[row["measure"]]
        no_three_years = row["three_years_organisations"] is None  # there is no figure to withhold
        if not self._is_protected(year, year - between):
            return row, set() if no_three_years else self._of_other_years("improvement", range(year - 5, year + 1))
        unprinted = set(self.unprinted["improvement"])
        if no_three_years:
            figures = {name: needed for name, needed in figures.items() if name not in self.of_three_years}
            unprinted -= self.of_three_years
        improvement = self.improvements.get(improvement_key(row)) if between == 1 else None
        if improvement is None:
            return row, figures.keys() | unprinted
        held_back = _without(self.shown[True, *level_key(row)], figures) | unprinted
        return row | {name: improvement[name] for name in figures}, held_back


def _publicly_missing(row: Row) -> set[str]:
    """Name the figures that a row cannot have, by what everybody knows of its year: there is nothing to suppress.

    A year's file may set no goal and no threshold of small numbers; rises by chance are given where neither year has
    the entries of two.
    """
    missing = set()
    if "goal_met" in row and row["goal_percent"] is None:
        missing.add("goal_met")
    if "small_organisations" in row and row["small_organisations"] is None:
        missing |= {"small_organisations", "share_within_adjusted_percent"}
    if "previous_window" in row and (row["window"], row["previous_window"]) != ("single_year", "single_year"):
        missing |= {"organisations_rate_rose_by_chance", "organisations_ratio_rose_by_chance"}
    return missing


def _worked_out(row: Row, shown: Shown, needs: Needs, computed: Mapping[str, Any]) -> Filled:
    """Return a row with its printed counts and the figures that rest on them, and the columns that are suppressed.

    A figure that is not computed again from the printed counts is suppressed: the exact one would tell more than they.
    """
    held_back = {name for name, count in shown.items() if count is None} | (needs.keys() - computed.keys())
    return row | shown | {name: computed.get(name) for name in needs}, held_back | _without(shown, needs)


def _without(shown: Shown, needs: Needs) -> set[str]:
    """Name the figures that rest on a suppressed count."""
    return {name for name, needed in needs.items() if any(shown[column] is None for column in needed)}
