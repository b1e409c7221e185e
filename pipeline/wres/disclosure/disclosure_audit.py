"""Check that the printed tables are what was decided, and that the proof of the decisions holds.

First the printed tables are held against what was decided: a figure that stands where it should not is given away as it
is. Then every count that is suppressed is attacked through all that the decisions print. The attack that sees the
tables alone is in `printed_attack.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wres.disclosure.apply import queried_figures
from wres.disclosure.constraint_builder import constraint_systems
from wres.disclosure.dependencies import (
    counts_needed,
    figures_of_other_years,
    measures_of,
    national_counts_needed,
    organisation_figures,
    unprinted_figures,
)
from wres.disclosure.primary_suppression import COUNTS
from wres.disclosure.printed_counts import printed_counts
from wres.disclosure.secondary_suppression import Evidence, ProtectionProblem
from wres.disclosure.suppression_pattern import Goals, SuppressionPattern
from wres.validation.edit_catalogue import load_catalogue

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]


def disclosures(decisions: SuppressionPattern, evidence: Evidence, tables: Mapping[str, "pa.Table"]) -> list[str]:
    """List what the printed tables disclose of suppressed figures, one sentence each; empty where nothing is disclosed.

    Args:
        decisions: what was to be printed, with the exact figures.
        evidence: feasible solutions found before; each is checked again, and what none shows is attacked again.
        tables: as they are about to be published.
    """
    rows = {name: table.to_pylist() for name, table in tables.items()}
    return [*_shown(decisions, rows), *_worked_out(decisions, evidence)]


def _worked_out(decisions: SuppressionPattern, evidence: Evidence) -> Iterator[str]:
    """Yield a sentence for each suppressed count that an attacker can work out."""
    for year, policy in sorted(decisions.exact.policies.items()):
        if policy.protects and year in decisions.exact.organisations:
            names = {code: row["name"] for code, row in decisions.exact.organisations[year].items()}
            for column in COUNTS:
                case = ProtectionProblem(decisions, year, column, *evidence.get((year, column), ([], [])))
                codes = constraint_systems(decisions, year, column)[0].codes
                for count in sorted(
                    symmetric for first in case.disclosed() for symmetric in case.symmetric_cells(first)
                ):
                    row = {"collection_year": year, "name": names.get(codes[count], codes[count])}
                    yield _sentence("organisation", column, row)


def _shown(decisions: SuppressionPattern, rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """List figures that are printed where they should be suppressed, or differ from what was decided."""
    counts = printed_counts(decisions)
    needs = {table: counts_needed(table) for table in counts}
    of_organisations = {table: organisation_figures(table) for table in (*counts, "goals", "goal_distance")}
    by_place: dict[tuple[Any, ...], Row] = {}
    for table, printed in counts.items():
        for row, exact, shown in zip(rows[table], decisions.exact.rows[table], printed, strict=True):
            by_place[table in ("comparison", "organisation_change"), *_place(row)] = shown
            wrong = [column for column, count in shown.items() if row[column] != count]
            hidden = [name for name, needed in needs[table].items() if None in map(shown.get, needed)]
            if _is_protected(decisions, row, 1 if table in ("comparison", "organisation_change") else 0):
                hidden += of_organisations[table] | unprinted_figures(table)
            wrong += [name for name in hidden if row.get(name) is not None]
            yield from (_sentence(table, column, exact) for column in wrong)
    for table in ("goals", "goal_distance"):
        for row in rows.get(table, ()):
            hidden = list(unprinted_figures(table)) if _is_protected(decisions, row, 0) else []
            if any(_is_protected(decisions, row, back) for back in (1, 2)):
                hidden += figures_of_other_years(table)
            if not decisions.prints(Goals(row["collection_year"], row["organisation_group"])):
                hidden += of_organisations[table]
            yield from (_sentence(table, column, row) for column in hidden if row[column] is not None)
    yield from _beyond_counts(decisions, rows, by_place)


def _beyond_counts(
    decisions: SuppressionPattern, rows: Mapping[str, Sequence[Row]], by_place: Mapping[tuple[Any, ...], Row]
) -> Iterator[str]:
    """List the same of the tables that state no counts of people."""
    for table in ("coverage", "data_quality"):
        for row in rows.get(table, ()):
            if _is_protected(decisions, row, 0):
                yield from (
                    _sentence(table, name, row) for name in queried_figures(table, row) if row[name] is not None
                )
    funnel_needs, improvement_needs = (
        {measure: counts_needed(table, measure) for measure in measures_of(table)}
        for table in ("funnel", "improvement")
    )
    national_needs = {measure: national_counts_needed("funnel", measure) for measure in measures_of("funnel")}
    for row in rows["funnel"]:
        if _is_protected(decisions, row, 0):
            organisation_row = by_place[False, *_place({**row, "level": "organisation"})]
            nation = by_place[False, *_place({**row, "level": "national", "code": "ENG"})]
            needs, national = funnel_needs[row["measure"]], national_needs[row["measure"]]
            hidden = [name for name, needed in needs.items() if None in map(organisation_row.get, needed)]
            hidden += [name for name, needed in national.items() if None in map(nation.get, needed)]
            hidden += organisation_figures("funnel") | unprinted_figures("funnel")
            yield from (_sentence("funnel", name, row) for name in hidden if row[name] is not None)
    for row in rows["improvement"]:
        if _is_protected(decisions, row, row["years_between"]):
            needs = improvement_needs[row["measure"]]
            shown = by_place[True, *_place(row)] if row["years_between"] == 1 else dict[str, Any]()
            hidden = [name for name, needed in needs.items() if None in map(shown.get, needed)]
            hidden += unprinted_figures("improvement")
            yield from (_sentence("improvement", name, row) for name in hidden if row[name] is not None)
        elif any(_is_protected(decisions, row, back) for back in range(1, 6)):
            hidden = sorted(figures_of_other_years("improvement"))
            yield from (_sentence("improvement", name, row) for name in hidden if row[name] is not None)


def _is_protected(decisions: SuppressionPattern, row: Row, back: int) -> bool:
    years = {row["collection_year"], row["collection_year"] - back}
    return any(decisions.exact.policies[year].protects for year in years if year in decisions.exact.policies)


def _place(row: Row) -> tuple[Any, ...]:
    return row["collection_year"], row.get("level", "series"), row["code"], row["organisation_group"]


def _sentence(table: str, column: str, row: Row) -> str:
    sentence = load_catalogue()["R502"].message_for(
        table=table,
        measure=column,
        year=row["collection_year"],
        name=row["name"] if "name" in row else row["organisation_group"],
    )
    return sentence.rstrip(".")
