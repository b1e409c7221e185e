"""Apply the suppression pattern to the tables, and measure the information loss."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from wres.disclosure.dependencies import CHANGE, FUNNEL_NATION, FUNNEL_OWN, IMPROVEMENT, LEVEL, MEASURED, MOVED
from wres.disclosure.printed_counts import COMPARING, STATING, Shown, printed_counts
from wres.disclosure.printed_measures import change_measures, funnel_key, improvement_key, level_key, level_measures
from wres.disclosure.suppression_pattern import Goals, SuppressionPattern
from wres.errors import WresError
from wres.outputs.table_schema import SUPPRESSED, load_specification
from wres.validation.edit_catalogue import SIGN_OFF

if TYPE_CHECKING:
    import pyarrow as pa


_FOUND = (
    "organisations_checked",
    "organisations_with_findings",
    "findings",
    "findings_explained",
    "organisations_corrected",
)


def queried_figures(table: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of a row of coverage or data_quality that are held back in a year with disclosure control."""
    if table == "coverage":
        return ("accepted_with_queries",)
    return tuple(name for name in _FOUND if row[name] is not None) if row["edit_code"] != SIGN_OFF else ()


def shares_shown(shown: Mapping[str, "pa.Table"]) -> dict[str, int]:
    """Count the share of figures that are not suppressed, by table, in whole per cent rounded down; 100 without any.

    A figure is a value that can be suppressed: a number, a yes or no, a category. Nothing but the printed tables is
    looked at, so that the shares say nothing that the tables do not.
    """
    return {name: _share(name, table) for name, table in shown.items()}


def _share(name: str, table: "pa.Table") -> int:
    suppressed = sum(len(names) for names in table[SUPPRESSED].to_pylist())
    there = sum(table.num_rows - table[column].null_count for column in _figures(name))
    return 100 * there // (there + suppressed) if suppressed else 100


def _figures(name: str) -> list[str]:
    spec = load_specification().tables[name]
    return [
        column.name
        for column in spec.columns
        if column.name not in spec.key and (column.is_number or column.datatype == "boolean" or column.values)
    ]


Row = dict[str, Any]
Filled = tuple[Row, set[str]]  # a row with its printed figures, and the names of those held back
Fill = Callable[[int, Row], Filled]  # from a row's number and its exact figures

_AS_THEY_ARE = ("revisions", "published_series")  # made of printed tables, or public
NATION = "ENG"
_GOALS_KEPT = ("collection_year", "organisation_group", "not_returned", "goal_percent")


def apply_suppression(decisions: SuppressionPattern, tables: Mapping[str, "pa.Table"]) -> dict[str, "pa.Table"]:
    """The tables with what is held back left out, and a last column that names, row by row, what that is.

    Raises:
        WresError: a table that disclosure control knows nothing of.
    """
    fills = _Fills(decisions).by_table
    if strange := [name for name in tables if name not in fills and name not in _AS_THEY_ARE]:
        raise WresError(
            f"Nothing is said of how to protect the table {strange[0]} in an official release: add it to "
            "pipeline/wres/disclosure/apply.py."
        )
    return {
        name: _printed(table, fills[name]) if name in fills else with_suppressed(table, [[]] * table.num_rows)
        for name, table in tables.items()
    }


def _printed(table: "pa.Table", fill: Fill) -> "pa.Table":
    import pyarrow as pa

    filled = [fill(at, row) for at, row in enumerate(table.to_pylist())]
    rows = [row | dict.fromkeys(held_back) for row, held_back in filled]
    return with_suppressed(
        pa.Table.from_pylist(rows, schema=table.schema),
        [[name for name in table.column_names if name in held_back] for _, held_back in filled],
    )


def with_suppressed(table: "pa.Table", names: list[list[str]]) -> "pa.Table":
    """Add the last column `suppressed`: for each row the names of the columns whose figure is held back."""
    import pyarrow as pa

    return table.append_column(SUPPRESSED, pa.array(names, pa.list_(pa.string())))


class _Fills:
    """How the rows of each table are filled. A row whose years are all without disclosure control stays as it is."""

    def __init__(self, decisions: SuppressionPattern) -> None:
        self.decisions = decisions
        exact, self.counts = decisions.exact, printed_counts(decisions)
        self.measured, self.funnels = level_measures(exact, self.counts)
        self.changes, self.improvements = change_measures(exact, self.counts)
        self.shown: dict[tuple[Any, ...], Shown] = {}  # by whether two years are compared, and the row
        for table, printed in self.counts.items():
            for row, shown in zip(exact.rows[table], printed, strict=True):
                self.shown[table in COMPARING, *level_key(row)] = shown

    @property
    def by_table(self) -> dict[str, Fill]:
        """What fills a row, by table."""
        return {
            **{table: partial(self._level, self.counts[table]) for table in STATING},
            **{table: partial(self._change, self.counts[table]) for table in COMPARING},
            **dict.fromkeys(("goals", "goal_distance"), self._goals),
            "funnel": self._funnel,
            "improvement": self._improvement,
            "coverage": partial(self._queried, "coverage"),
            "data_quality": partial(self._queried, "data_quality"),
        }

    def _is_protected(self, *years: int) -> bool:
        policies = self.decisions.exact.policies
        return any(policies[year].protects for year in years)

    def _level(self, counts: list[Shown], at: int, row: Row) -> Filled:
        if not self._is_protected(row["collection_year"]):
            return row, set()
        return _worked_out(row, counts[at], LEVEL, self.measured[level_key(row)])

    def _change(self, counts: list[Shown], at: int, row: Row) -> Filled:
        if not self._is_protected(row["collection_year"], row["collection_year"] - 1):
            return row, set()
        row, held_back = _worked_out(row, counts[at], CHANGE, self.changes[level_key(row)])
        return row, held_back | (set(MOVED) & row.keys())

    def _goals(self, _at: int, row: Row) -> Filled:
        if self.decisions.prints(Goals(row["collection_year"], row["organisation_group"])):
            return row, set()
        return row, {name for name in row if name not in _GOALS_KEPT}

    def _funnel(self, _at: int, row: Row) -> Filled:
        year, measure, group = row["collection_year"], row["measure"], row["organisation_group"]
        if not self._is_protected(year):
            return row, set()
        held_back = {"dispersion"} | _without(
            self.shown[False, year, "organisation", row["code"], group], FUNNEL_OWN[measure]
        )
        nation = self.shown[False, year, "national", NATION, group]
        held_back |= _without(nation, dict.fromkeys(FUNNEL_NATION, MEASURED[measure]))
        made = self.funnels[funnel_key(row)]
        return row | {name: made[name] for name in row}, held_back

    def _queried(self, table: str, _at: int, row: Row) -> Filled:
        protected = self._is_protected(row["collection_year"])
        return row, set(queried_figures(table, row)) if protected else set()

    def _improvement(self, _at: int, row: Row) -> Filled:
        year, between, figures = row["collection_year"], row["years_between"], IMPROVEMENT[row["measure"]]
        if not self._is_protected(year, year - between):
            return row, set()
        made = self.improvements.get(improvement_key(row)) if between == 1 else None
        if made is None:
            return row, set(figures)
        held_back = _without(self.shown[True, *level_key(row)], figures)
        return row | {name: made[name] for name in figures}, held_back


def _worked_out(row: Row, shown: Shown, needs: Mapping[str, Iterable[str]], made: Mapping[str, Any]) -> Filled:
    """A row with its printed counts and the figures that rest on them, and what of it is held back."""
    figures = {name: made[name] for name in needs if name in row}
    held_back = {name for name, count in shown.items() if count is None} | (_without(shown, needs) & row.keys())
    return row | shown | figures, held_back


def _without(shown: Shown, needs: Mapping[str, Iterable[str]]) -> set[str]:
    """The figures that would rest on a count that is held back."""
    return {name for name, needed in needs.items() if any(shown[column] is None for column in needed)}
