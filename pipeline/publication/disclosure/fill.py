"""The tables as they are printed: every figure worked out from printed counts alone, or held back."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.errors import WresError
from pipeline.publication.disclosure.counts import Shown, printed_counts
from pipeline.publication.disclosure.decisions import Decisions, Goals
from pipeline.publication.disclosure.measures import (
    change_measures,
    funnel_key,
    improvement_key,
    level_key,
    level_measures,
)
from pipeline.publication.disclosure.needs import CHANGE, FUNNEL_NATION, FUNNEL_OWN, IMPROVEMENT, LEVEL, MEASURED, MOVED
from pipeline.publication.specification import SUPPRESSED

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]
Fill = Callable[[int, Row], tuple[Row, set[str]]]  # a row's number and exact figures: printed ones, and those held back

_AS_THEY_ARE = ("coverage", "revisions", "published_series")  # no count of people, or public, or made of printed tables
_GOALS_KEPT = ("collection_year", "organisation_group", "not_returned", "goal_percent")


def printed_tables(decisions: Decisions, tables: Mapping[str, "pa.Table"]) -> dict[str, "pa.Table"]:
    """The tables with what is held back left out, and a last column that names, row by row, what that is.

    Raises:
        WresError: a table that disclosure control knows nothing of.
    """
    fills = _fills(decisions)
    if strange := [name for name in tables if name not in fills and name not in _AS_THEY_ARE]:
        raise WresError(
            f"Nothing is said of how to protect the table {strange[0]} in an official release: add it to "
            "pipeline/publication/disclosure/fill.py."
        )
    return {
        name: _printed(table, fills[name]) if name in fills else _with_suppressed(table, [[]] * table.num_rows)
        for name, table in tables.items()
    }


def _printed(table: "pa.Table", fill: Fill) -> "pa.Table":
    import pyarrow as pa

    filled = [fill(at, row) for at, row in enumerate(table.to_pylist())]
    rows = [row | dict.fromkeys(held_back) for row, held_back in filled]
    return _with_suppressed(
        pa.Table.from_pylist(rows, schema=table.schema),
        [[name for name in table.column_names if name in held_back] for _, held_back in filled],
    )


def _with_suppressed(table: "pa.Table", names: list[list[str]]) -> "pa.Table":
    import pyarrow as pa

    return table.append_column(SUPPRESSED, pa.array(names, pa.list_(pa.string())))


def _fills(decisions: Decisions) -> dict[str, Fill]:
    exact, counts = decisions.exact, printed_counts(decisions)
    measured, funnels = level_measures(exact, counts)
    changes, improvements = change_measures(exact, counts)
    protected = {year for year, policy in exact.policies.items() if policy.protects}
    by_key = {
        level_key(row): shown
        for table, printed in counts.items()
        for row, shown in zip(exact.rows[table], printed, strict=True)
        if table not in ("comparison", "organisation_change")
    }
    compared = {
        level_key(row): shown
        for table in ("comparison", "organisation_change")
        for row, shown in zip(exact.rows[table], counts[table], strict=True)
    }

    def level(table: str) -> Fill:
        def fill(at: int, row: Row) -> tuple[Row, set[str]]:
            if row["collection_year"] not in protected:
                return row, set()
            return _worked_out(row, counts[table][at], LEVEL, measured[level_key(row)])

        return fill

    def change(table: str) -> Fill:
        def fill(at: int, row: Row) -> tuple[Row, set[str]]:
            if not {row["collection_year"], row["collection_year"] - 1} & protected:
                return row, set()
            row, held_back = _worked_out(row, counts[table][at], CHANGE, changes[level_key(row)])
            return row, held_back | (set(MOVED) & row.keys())

        return fill

    def goals(_at: int, row: Row) -> tuple[Row, set[str]]:
        if decisions.prints(Goals(row["collection_year"], row["organisation_group"])):
            return row, set()
        return row, {name for name in row if name not in _GOALS_KEPT}

    def funnel(_at: int, row: Row) -> tuple[Row, set[str]]:
        year, measure = row["collection_year"], row["measure"]
        if year not in protected:
            return row, set()
        own = by_key[year, "organisation", row["code"], row["organisation_group"]]
        nation = by_key[year, "national", "ENG", row["organisation_group"]]
        held_back = {"dispersion"} | _without(own, FUNNEL_OWN[measure])
        held_back |= _without(nation, dict.fromkeys(FUNNEL_NATION, MEASURED[measure]))
        return row | {name: funnels[funnel_key(row)][name] for name in row}, held_back

    def improvement(_at: int, row: Row) -> tuple[Row, set[str]]:
        year, between, figures = row["collection_year"], row["years_between"], IMPROVEMENT[row["measure"]]
        if not {year, year - between} & protected:
            return row, set()
        made = improvements.get(improvement_key(row)) if between == 1 else None
        if made is None:
            return row, set(figures)
        return row | {name: made[name] for name in figures}, _without(compared[level_key(row)], figures)

    return {
        **{name: level(name) for name in ("national", "region", "organisation_type", "organisation")},
        "organisation_series": level("organisation_series"),
        **{name: change(name) for name in ("comparison", "organisation_change")},
        **dict.fromkeys(("goals", "goal_distance"), goals),
        "funnel": funnel,
        "improvement": improvement,
    }


def _worked_out(
    row: Row, shown: Shown, needs: Mapping[str, Iterable[str]], made: Mapping[str, Any]
) -> tuple[Row, set[str]]:
    """A row with its printed counts and the figures that rest on them, and what of it is held back."""
    figures = {name: made[name] for name in needs if name in row}
    held_back = {name for name, count in shown.items() if count is None} | (_without(shown, needs) & row.keys())
    return row | shown | figures, held_back


def _without(shown: Shown, needs: Mapping[str, Iterable[str]]) -> set[str]:
    """The figures that would rest on a count that is held back."""
    return {name for name, needed in needs.items() if any(shown[column] is None for column in needed)}
